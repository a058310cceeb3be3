"""Whatever its name, a column is that column: names that the column engine takes for patterns read no other, wherever they stand."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import NOWHERE, HrdgraphError, SourceError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Trace, Tracer
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.registry import FORMAT

PATTERNS = ["*", "^id$", "^.*$", "^$"]  # of which some match themselves
ODD = [
    *PATTERNS,
    "^b$",
    "^(id$",
    "^",
    "$",
    "^(",
    "{}",
    "{id}",
    "\\",
    "#row",
    " ",
    "\t",
    '"',
    "'",
    ",",
    "id",
    "s.p",
]
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=5
)
NAMES = st.lists(st.sampled_from(ODD) | TEXT, min_size=4, max_size=4, unique=True)
CELLS = st.sampled_from(["a", "b", "A"])
Row = tuple[str, str, str, str]
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, st.sampled_from(["fr", "en", "?"])), max_size=6)

MAPPING = """
@prefix rml: <http://w3id.org/rml/> . @prefix e: <http://e/> . @prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
e:m rml:logicalSource e:t ; rml:subjectMap [ rml:template TEMPLATE0 ; rml:graphMap [ rml:template TEMPLATE1 ] ] ;
  rml:predicateObjectMap [ rml:predicate e:reference ; rml:objectMap [ rml:reference NAME1 ] ] ;
  rml:predicateObjectMap [ rml:predicate e:template ; rml:objectMap [ rml:template TEMPLATE2 ; rml:termType rml:Literal ] ] ;
  rml:predicateObjectMap [ rml:predicate e:language ; rml:objectMap [ rml:reference NAME2 ; rml:languageMap [ rml:reference NAME3 ] ] ] ;
  rml:predicateObjectMap [ rml:predicate e:datatype ; rml:objectMap [ rml:reference NAME2 ; rml:datatypeMap [ rml:template TEMPLATE1 ] ] ] ;
  rml:predicateObjectMap [ rml:predicate e:function ; rml:objectMap [ rml:functionExecution [ rml:function grel:toUpperCase ;
    rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap [ rml:reference NAME2 ] ] ] ] ] ;
  rml:predicateObjectMap [ rml:predicate e:join ; rml:objectMap [ rml:parentTriplesMap e:m ;
    rml:joinCondition [ rml:child NAME1 ; rml:parent NAME2 ] ] ] .
e:v a rml:LogicalView ; rml:viewOn e:t ; rml:field [ rml:fieldName NAME0 ; rml:reference NAME1 ] ;
  rml:leftJoin [ rml:parentLogicalView e:u ; rml:joinCondition [ rml:child NAME0 ; rml:parent NAME2 ] ;
    rml:field [ rml:fieldName NAME1 ; rml:reference NAME0 ] ] .
e:u a rml:LogicalView ; rml:viewOn e:t ; rml:field [ rml:fieldName NAME0 ; rml:reference NAME0 ] , [ rml:fieldName NAME2 ; rml:reference NAME2 ] .
e:n rml:logicalSource e:v ; rml:subjectMap [ rml:template TEMPLATE0 ] ;
  rml:predicateObjectMap [ rml:predicate e:field ; rml:objectMap [ rml:reference NAME1 ] ] .
e:t rml:source SOURCE .
"""
SOURCES = {
    "t.csv": '"t.csv"',
    "t.parquet": '[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "t.parquet" ]',
    "t.xlsx": '[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "t.xlsx" ]',
    "t.db": "[ a <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#Database> ; "
    '<http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#jdbcDSN> "jdbc:sqlite:t.db" ] ; '
    'rml:referenceFormulation rml:SQL2008Table ; rml:iterator "t"',
}


def turtle(text: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08X}" for c in text) + '"'


def mapping_of(names: list[str], file: str) -> str:
    """The mapping above, of columns and fields of four names."""
    braced = ["{" + re.sub(r"([\\{}])", r"\\\1", name) + "}" for name in names]
    templates = [f"http://e/{braced[0]}", f"http://e/{braced[1]}", f"{braced[1]}-{braced[2]}"]
    marks = {f"NAME{n}": turtle(name) for n, name in enumerate(names)} | {
        f"TEMPLATE{n}": turtle(text) for n, text in enumerate(templates)
    }
    return re.sub(
        r"(NAME|TEMPLATE)\d",
        lambda match: marks[match.group()],
        MAPPING.replace("SOURCE", SOURCES[file]),
    )


def write_csv(path: Path, names: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([names, *rows])


def write_parquet(path: Path, names: list[str], rows: list[Row]) -> None:
    pl.DataFrame(
        [
            pl.Series(name, [row[place] for row in rows], dtype=pl.String)
            for place, name in enumerate(names)
        ]
    ).write_parquet(path)


def write_xlsx(path: Path, names: list[str], rows: list[Row]) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    book = openpyxl.Workbook()
    for row in (names, *rows):
        book.active.append(row)
    book.save(path)


def write_sqlite(path: Path, names: list[str], rows: list[Row]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "create table t ({})".format(", ".join(f'"{name}" text' for name in names))
        )
        connection.executemany("insert into t values (?, ?, ?, ?)", rows)
        connection.commit()


WRITERS: dict[str, Callable[[Path, list[str], list[Row]], None]] = {
    "t.csv": write_csv,
    "t.parquet": write_parquet,
    "t.xlsx": write_xlsx,
    "t.db": write_sqlite,
}


def expected(rows: list[Row]) -> set[str]:
    """The lines of the mapping above, row by row."""
    lines = set[str]()
    good = [row for row in rows if row[3] != "?"]
    for a, b, c, tag in good:
        objects = {
            "reference": f'"{b}"',
            "template": f'"{b}-{c}"',
            "language": f'"{c}"@{tag}',
            "datatype": f'"{c}"^^<http://e/{b}>',
        }
        objects["function"] = f'"{c.upper()}"'
        lines |= {
            f"<http://e/{a}> <http://e/{name}> {text} <http://e/{b}> ."
            for name, text in objects.items()
        }
    for a, b, _, _ in rows:
        lines |= {
            f"<http://e/{a}> <http://e/join> <http://e/{other[0]}> <http://e/{b}> ."
            for other in rows
            if other[2] == b
        }
        lines |= {
            f'<http://e/{b}> <http://e/field> "{other[0]}" .' for other in rows if other[2] == b
        }
    return lines


def check(folder: Path, file: str, names: list[str], rows: list[Row]) -> None:
    """Map and trace; rows without a language tag are left out, and no others."""
    WRITERS[file](folder / file, names, rows)
    (folder / "m.ttl").write_text(mapping_of(names, file), encoding="utf-8")
    plan, out, left_out = bind(read_mapping(folder / "m.ttl")), io.BytesIO(), list[HrdgraphError]()
    lines, graph = LineSink(plan, out, graphs=True), GraphSink()
    run(plan, lines, reject=left_out.append)
    lines.finish()
    run(plan, graph, reject=list[HrdgraphError]().append)
    assert set(out.getvalue().decode().splitlines()) == expected(rows)
    assert set(graph.graph().lines()) == expected(rows)
    assert [error.origin.column for error in left_out] == [
        names[3] for row in rows if row[3] == "?"
    ]
    triples = list(graph.graph().text().select("s", "p", "o").iter_rows())
    for (subject, predicate, object), traces in zip(
        triples, Tracer(plan, list[HrdgraphError]().append).trace_each(triples), strict=True
    ):
        assert isinstance(traces, tuple), (subject, predicate, object)
        assert all(isinstance(trace, Trace) and trace.rows for trace in traces)


@settings(max_examples=examples(50))
@given(NAMES, ROWS, st.sampled_from(["t.csv", "t.parquet"]))
@example(PATTERNS, [("a", "b", "A", "fr"), ("b", "A", "b", "en"), ("A", "a", "a", "?")], "t.csv")
@example(PATTERNS[::-1], [("a", "b", "A", "fr"), ("b", "A", "b", "en")] * 9, "t.parquet")
def test_a_column_is_read_by_its_name(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rows: list[Row], file: str
) -> None:
    check(tmp_path_factory.mktemp("odd"), file, names, rows)


@pytest.mark.parametrize("file", WRITERS)
def test_every_table_has_columns_of_any_name(tmp_path: Path, file: str) -> None:
    rows = [
        ("a", "b", "A", "fr"),
        ("b", "A", "b", "en"),
        ("A", "a", "a", "?"),
        ("a", "b", "A", "fr"),
    ]
    check(tmp_path, file, PATTERNS, rows)


def test_a_column_called_like_a_hidden_one_is_none(tmp_path: Path) -> None:
    """The engine puts columns of its own beside those of a source; only Parquet knows columns that could be called alike."""
    names = ["\0row", "\0kinds:b", "\0line", "b"]
    write_parquet(tmp_path / "t.parquet", names, [("a", "b", "c", "d")])
    frame = pl.concat(read(FORMAT.Parquet.value, tmp_path / "t.parquet", Dialect(), None, NOWHERE))
    assert frame.to_dict(as_series=False) == {ROW: [1], "b": ["d"]}
    (tmp_path / "m.ttl").write_text(mapping_of(names, "t.parquet"), encoding="utf-8")
    with pytest.raises(SourceError, match="no column"):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())


PATHS = """
@prefix rml: <http://w3id.org/rml/> . @prefix e: <http://e/> .
e:m rml:logicalSource [ rml:source "FILE" ; rml:referenceFormulation FORMULATION ] ; rml:subjectMap [ rml:template "http://e/{a}" ] ;
  rml:predicateObjectMap [ rml:predicate e:all ; rml:objectMap [ rml:reference "*" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:join ; rml:objectMap [ rml:parentTriplesMap e:m ;
    rml:joinCondition [ rml:child "*" ; rml:parent "*" ] ] ] .
"""


@pytest.mark.parametrize(
    ("file", "formulation", "content"),
    [
        (
            "t.json",
            'rml:JSONPath ; rml:iterator "$[*]"',
            '[{"a": "1", "b": "2"}, {"a": "3", "b": "2"}]',
        ),
        (
            "t.xml",
            'rml:XPath ; rml:iterator "/t/r"',
            "<t><r><a>1</a><b>2</b></r><r><a>3</a><b>2</b></r></t>",
        ),
    ],
)
def test_all_children_are_all_children(
    tmp_path: Path, mapped: Callable[[Path], list[str]], file: str, formulation: str, content: str
) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "m.ttl").write_text(
        PATHS.replace("FILE", file).replace("FORMULATION", formulation), encoding="utf-8"
    )
    values = {
        f'<http://e/{one}> <http://e/all> "{value}" .' for one in "13" for value in (one, "2")
    }
    assert set(mapped(tmp_path / "m.ttl")) == values | {
        f"<http://e/{one}> <http://e/join> <http://e/{other}> ." for one in "13" for other in "13"
    }


PLAIN = """
@prefix rml: <http://w3id.org/rml/> . @prefix e: <http://e/> .
e:m rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "FILE" ; rml:null "-" ] ] ;
  rml:subjectMap [ rml:template "http://e/{*}" ; rml:class e:C ] ;
  rml:predicateObjectMap [ rml:predicate e:p ; rml:objectMap [ rml:reference "^id$" ] ] ;
  rml:predicateObjectMap [ rml:predicate e:q ; rml:objectMap [ rml:reference "^.*$" ] ] .
"""


@pytest.mark.parametrize("memory", [9_000, 1 << 30])
def test_large_tables_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    monkeypatch.setattr("hrdgraph.mapping.execution.scan._LINES", 0)
    rows = [
        (f"{number // 2}", f"{number}" if number % 5 else "-", f"{number % 3}", "")
        for number in range(1000)
    ]
    write_csv(tmp_path / "t.csv", ["*", "^id$", "^.*$", "id"], rows)
    (tmp_path / "m.ttl").write_text(PLAIN.replace("FILE", "t.csv"), encoding="utf-8")
    plan, out = bind(read_mapping(tmp_path / "m.ttl")), io.BytesIO()
    lines = LineSink(plan, out, graphs=False)
    run(plan, lines, memory=memory)
    lines.finish()
    texts = {f'<http://e/{row[0]}> <http://e/p> "{row[1]}" .' for row in rows if row[1] != "-"}
    texts |= {f'<http://e/{row[0]}> <http://e/q> "{row[2]}" .' for row in rows}
    classes = {
        f"<http://e/{row[0]}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/C> ."
        for row in rows
    }
    assert sorted(out.getvalue().decode().splitlines()) == sorted(texts | classes)


def test_lists_and_structures(tmp_path: Path, mapped: Callable[[Path], list[str]]) -> None:
    """Several values of a cell, of which some mean nothing, and the fields of structures."""
    structure = {"*": "s", "^id$": 1.5, "id": "t", "^.*$": {"id": "u", "*": "v"}}
    pl.DataFrame(
        {"id": ["x"], "*": ["k"], "^id$": [["a", "-", "b"]], "^.*$": [structure]}
    ).write_parquet(tmp_path / "t.parquet")
    text = PLAIN.replace("FILE", "t.parquet").replace('reference "^.*$"', 'reference "^.*$.NAME"')
    for name, value in (
        ("*", '"s"'),
        ("^id$", '"1.5E0"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ("^.*$.*", '"v"'),
    ):
        (tmp_path / "m.ttl").write_text(text.replace("NAME", name), encoding="utf-8")
        lines = [
            line.removeprefix("<http://e/k> ")
            for line in mapped(tmp_path / "m.ttl")
            if "#type" not in line
        ]
        assert lines == ['<http://e/p> "a" .', '<http://e/p> "b" .', f"<http://e/q> {value} ."]
