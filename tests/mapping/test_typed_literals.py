"""A text that its datatype does not allow is a data error, told with its place, unless the caller lets it be."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.rdf.lexical import ENOUGH

HEAD = """
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
@prefix ex: <http://e.org/> .
ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ %s ] ] .
"""
BORN = 'rml:reference "born" ; rml:datatype xsd:date'
BY_ROW = 'rml:reference "born" ; rml:datatypeMap [ rml:reference "kind" ]'
XSD_OF = "http://www.w3.org/2001/XMLSchema#"


def lines_of(
    folder: Path,
    object_map: str,
    rows: list[str],
    left_out: list[HrdgraphError] | None = None,
    *,
    ill_typed: bool = False,
) -> list[str]:
    (folder / "t.csv").write_text("\n".join(["id,born,kind", *rows]) + "\n", encoding="utf-8")
    (folder / "m.ttl").write_text(HEAD % object_map, encoding="utf-8")
    plan, out = bind(read_mapping(folder / "m.ttl", ill_typed=ill_typed)), io.BytesIO()
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink, reject=None if left_out is None else left_out.append)
    sink.finish()
    return out.getvalue().decode().splitlines()


ROWS = [
    "1,1960-02-29,x",
    "2,31/12/2001,x",
    "3,1961-02-29,x",
    "4,,x",
    "5,2001-01-01Z,x",
    "6, 2001-01-01,x",
]


def test_the_error_names_the_cell_and_the_rule(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="row 3, column 'born'") as found:
        lines_of(tmp_path, BORN, ROWS)
    assert "t.csv" in found.value.origin.file
    assert found.value.fact.startswith("'31/12/2001' is not xsd:date (made by")


def test_rows_are_left_out_and_told_each_with_its_way_out(tmp_path: Path) -> None:
    left_out: list[HrdgraphError] = []
    assert [line[:18] for line in lines_of(tmp_path, BORN, ROWS, left_out)] == [
        "<http://e.org/1> <",
        "<http://e.org/5> <",
    ]
    assert [error.origin.row for error in left_out] == [3, 4, 5, 7]
    words = ["correct it", "correct it", 'YARRRML: nulls: ""', "spaces around"]
    assert all(word in error.hint for word, error in zip(words, left_out, strict=True))
    assert all("--datatypes keep" in error.hint for error in left_out)


def test_a_date_that_is_no_edtf_is_led_to_what_reads_it(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as found:
        lines_of(
            tmp_path,
            'rml:reference "born" ; rml:datatype <http://id.loc.gov/datatypes/edtf>',
            ["2,31/12/2001,x"],
        )
    assert "hrdf:readDate" in found.value.hint


def test_who_asks_for_it_gets_every_text_as_it_is(tmp_path: Path) -> None:
    made = lines_of(tmp_path, BORN, ROWS, ill_typed=True)
    assert [line.split('"')[1] for line in made] == [
        "1960-02-29",
        "31/12/2001",
        "1961-02-29",
        "",
        "2001-01-01Z",
        " 2001-01-01",
    ]


def test_a_graph_is_checked_as_lines_are(tmp_path: Path) -> None:
    with pytest.raises(MappingError):
        lines_of(tmp_path, BORN, ROWS)
    with pytest.raises(MappingError, match="row 3, column 'born'"):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())


def test_datatypes_that_differ_from_row_to_row(tmp_path: Path) -> None:
    left_out: list[HrdgraphError] = []
    rows = [
        f"1,12,{XSD_OF}byte",
        f"2,1200,{XSD_OF}byte",
        f"3,1200,{XSD_OF}int",
        "4,1200,http://e.org/any",
        f"5,x,{XSD_OF}string",
        f"6,,{XSD_OF}int",
    ]
    made = lines_of(tmp_path, BY_ROW, rows, left_out)
    assert [line[14] for line in made] == ["1", "3", "4", "5"]
    assert [(error.origin.row, error.origin.column) for error in left_out] == [
        (3, "born"),
        (7, "born"),
    ]
    assert len(lines_of(tmp_path, BY_ROW, rows, ill_typed=True)) == 6


@pytest.mark.parametrize(
    "constant", ['"31/12/2001"^^xsd:date', '"x"^^xsd:integer', '"300"^^xsd:byte']
)
def test_a_constant_is_held_against_its_datatype_before_any_row_is_read(
    tmp_path: Path, constant: str
) -> None:
    (tmp_path / "t.csv").write_text("id,born,kind\n")
    (tmp_path / "m.ttl").write_text(HEAD % f"rml:constant {constant}")
    with pytest.raises(MappingError, match="is not xsd:") as found:
        bind(read_mapping(tmp_path / "m.ttl"))
    assert found.value.origin.file.endswith("m.ttl")
    assert lines_of(tmp_path, f"rml:constant {constant}", ["1,,"], ill_typed=True)


def test_what_a_function_gives_is_checked_too(tmp_path: Path) -> None:
    call = """rml:functionExecution [ rml:function grel:string_trim ;
      rml:input [ rml:parameter grel:valueParameter ; rml:inputValueMap [ rml:reference "born" ] ] ] ; rml:datatype xsd:date"""
    assert len(lines_of(tmp_path, call, ["1, 2001-01-01 ,x"])) == 1
    with pytest.raises(MappingError, match="row 3"):
        lines_of(tmp_path, call, ["1, 2001-01-01 ,x", "2, 2001 ,x"])


def test_a_triple_is_traced_past_rows_that_are_ill_typed(tmp_path: Path) -> None:
    made = lines_of(tmp_path, BORN, ROWS, ill_typed=True)
    kept = Tracer(bind(read_mapping(tmp_path / "m.ttl", ill_typed=True)))
    for line in made:
        subject, predicate, value = line.removesuffix(" .").split(" ", 2)
        assert (
            len(kept.trace(frozenset([subject]), frozenset([predicate]), frozenset([value]))) == 1
        )
    passing = Tracer(bind(read_mapping(tmp_path / "m.ttl")), reject=lambda _: None)
    subject, predicate, value = made[0].removesuffix(" .").split(" ", 2)
    assert len(passing.trace(frozenset([subject]), frozenset([predicate]), frozenset([value]))) == 1


@given(
    st.sampled_from(sorted(ENOUGH)),
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters='\0\r"\n'), max_size=12), min_size=1
    ),
)
def test_what_is_mapped_and_what_is_left_out_is_all_there_is(
    tmp_path_factory: pytest.TempPathFactory, datatype: str, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    left_out: list[HrdgraphError] = []
    rows = [f'{number},"{text}",x' for number, text in enumerate(texts)]
    made = lines_of(folder, f'rml:reference "born" ; rml:datatype <{datatype}>', rows, left_out)
    assert len(made) + len(left_out) == len(texts)
    told = {(error.origin.row or 0) - 2 for error in left_out}
    assert not told & {int(line[14 : line.index(">")]) for line in made}
