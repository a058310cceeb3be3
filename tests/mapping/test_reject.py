"""Rows that cannot be mapped are errors, or, where the caller says so, are left out and told: none is lost in silence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.mapping import LineSink, bind, read_mapping, run

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ; rml:class ex:C ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "text" ; rml:languageMap [ rml:reference "language" ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:q ; rml:objectMap [ rml:reference "page" ; rml:termType rml:IRI ] ] .
"""
ROWS = st.lists(st.tuples(st.sampled_from(["fr", "?", "en-GB"]), st.sampled_from(["http://e.org/x", "a b", "y"])), max_size=9)


def mapped(folder: Path, rows: list[tuple[int, str, str]], left_out: list[HrdgraphError] | None) -> list[str]:
    lines = ["id,text,language,page", *(f"{number},words,{language},{page}" for number, language, page in rows)]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "m.ttl").write_text(MAPPING, encoding="utf-8")
    plan, out = bind(read_mapping(folder / "m.ttl")), io.BytesIO()
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink, reject=None if left_out is None else left_out.append)
    sink.finish()
    return sorted(out.getvalue().decode().splitlines())


@given(ROWS)
@example([("?", "a b")])
def test_what_is_left_out_is_told_and_the_rest_is_mapped(tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("reject")
    rows = [(number, *pair) for number, pair in enumerate(cells, 2)]
    good = [row for row in rows if row[1] != "?" and row[2] != "a b"]
    left_out: list[HrdgraphError] = []
    assert mapped(folder, rows, left_out) == mapped(folder, good, None)
    assert [error.origin.row for error in left_out] == [row[0] for row in rows if row not in good]
    assert all(error.origin.column in ("language", "page") and error.origin.file.endswith("t.csv") for error in left_out)


def test_without_leave_it_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="row 3, column 'page'"):
        mapped(tmp_path, [(2, "fr", "y"), (3, "fr", "a b")], None)
