"""Every quad is traced to rows that exist, to cells that hold what they are said to hold, and these rows alone give it again."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, MappingError, SourceError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Trace, Tracer, Untraceable
from hrdgraph.sources.json.documents import text_of
from hrdgraph.sources.json.stream import DecimalNumber, compile_path

Parts = tuple[str, str, str]


def triples(mapping: Path) -> list[Parts]:
    """Subject, predicate and object of each quad that a mapping gives, as N-Triples texts."""
    sink = GraphSink()
    run(bind(read_mapping(mapping)), sink)
    return sink.graph().text().select("s", "p", "o").rows()


def table_of(file: Path, dialect: dict[str, str]) -> dict[int, dict[str, str]]:
    """The rows of a CSV file by the numbers that a spreadsheet shows."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        header, *rows = list(csv.reader(text, **dialect))  # type: ignore[arg-type]
    return {
        number: dict(zip(header, row, strict=True)) for number, row in enumerate(rows, 2) if row
    }


def json_texts(case: Path, file: Path, item: int, path: str) -> list[str]:
    """What a path finds in an item, as text."""
    iterator = "$.years[*].people[*]" if case.name == "json-nested-iterator" else "$[*]"
    found = compile_path(path)(
        compile_path(iterator)(json.loads(file.read_text("utf-8"), parse_float=DecimalNumber))[
            item - 1
        ]
    )
    return [str(text_of(value)) for value in found]


def dialect_of(case: Path, file: Path) -> dict[str, str]:
    if file.suffix == ".tsv":
        return {"delimiter": "\t"}
    return {"delimiter": ";", "quotechar": "'"} if case.name == "dialect" else {}


def check_cells(case: Path, trace: Trace) -> None:
    """A cell is one of the trace's rows, and holds the value, or as a field of a view a part of it."""
    for cell in trace.cells:
        file = Path(cell.origin.file)
        assert cell.origin in trace.rows or any(
            row.file == cell.origin.file and row.row == cell.origin.row for row in trace.rows
        )
        assert cell.origin.row is not None
        assert cell.origin.column is not None
        if file.suffix == ".json":
            assert any(
                cell.value in text
                for text in json_texts(case, file, cell.origin.row, cell.origin.column)
            )
        else:
            assert (
                cell.value
                in table_of(file, dialect_of(case, file))[cell.origin.row][cell.origin.column]
            )


@pytest.mark.sampled(24)
def test_every_quad_has_a_trace(good: Path) -> None:
    tracer = Tracer(bind(read_mapping(good / "mapping.ttl")))
    for parts in triples(good / "mapping.ttl"):
        traces = tracer.trace(*(frozenset([part]) for part in parts))
        assert traces, parts
        for trace in traces:
            assert trace.rows, parts
            assert trace.rule.file == str(good / "mapping.ttl")
            assert all(Path(row.file).is_file() and row.row for row in trace.rows)
            check_cells(good, trace)


def keep(case: Path, folder: Path, trace: Trace) -> None:
    """Copy a case with only the rows that a trace names."""
    for file in case.iterdir():
        if file.suffix not in (".csv", ".tsv"):
            shutil.copy(file, folder)
            continue
        rows = table_of(file, dialect_of(case, file))
        wanted = {row.row for row in trace.rows if Path(row.file) == file}
        header = file.read_text("utf-8-sig").splitlines()[0]
        with (folder / file.name).open("w", encoding="utf-8", newline="") as text:
            text.write(f"{header}\n")
            writer = csv.writer(text, **dialect_of(case, file))  # type: ignore[arg-type]
            writer.writerows([*row.values()] for number, row in rows.items() if number in wanted)


@pytest.mark.heavy
def test_the_rows_of_a_trace_give_the_quad_again(unnumbered: Path, tmp_path: Path) -> None:
    tracer = Tracer(bind(read_mapping(unnumbered / "mapping.ttl")))
    for number, parts in enumerate(triples(unnumbered / "mapping.ttl")):
        for way, trace in enumerate(tracer.trace(*(frozenset([part]) for part in parts))):
            folder = tmp_path / f"{number}-{way}"
            folder.mkdir()
            keep(unnumbered, folder, trace)
            assert parts in triples(folder / "mapping.ttl")


CASES = Path(__file__).parent / "golden"


def trace_of(case: str, *parts: str) -> list[Trace]:
    return Tracer(bind(read_mapping(CASES / case / "mapping.ttl"))).trace(
        *(frozenset([part]) for part in parts)
    )


def test_a_join_names_the_rows_of_both_sides() -> None:
    (trace,) = trace_of(
        "join", "<http://e.org/2>", "<http://e.org/award>", "<http://e.org/award/Sakharov>"
    )
    assert [(Path(row.file).name, row.row) for row in trace.rows] == [
        ("won.csv", 3),
        ("award.csv", 3),
    ]
    assert [
        (Path(cell.origin.file).name, cell.origin.row, cell.origin.column, cell.value)
        for cell in trace.cells
    ] == [("award.csv", 3, "title", "Sakharov")]


PARTS = """
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://e.org/> .
ex:a rml:logicalSource [ rml:source "t.json" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$.people[*]" ] ;
  rml:subjectMap [ rml:template "http://e.org/{k}" ] ; rml:predicateObjectMap [ rml:predicate ex:of ; rml:objectMap [
    rml:parentTriplesMap ex:b ; rml:joinCondition [ rml:child "k" ; rml:parent "k" ] ] ] .
ex:b rml:logicalSource [ rml:source "t.json" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$.places[*]" ] ;
  rml:subjectMap [ rml:reference "p" ] .
"""


def test_rows_of_two_parts_of_a_file_are_two_and_each_names_its_part(tmp_path: Path) -> None:
    (tmp_path / "m.ttl").write_text(PARTS, encoding="utf-8")
    (tmp_path / "t.json").write_text(
        '{"people": [{"k": "1"}], "places": [{"k": "1", "p": "http://e.org/p"}]}', encoding="utf-8"
    )
    (trace,) = Tracer(bind(read_mapping(tmp_path / "m.ttl"))).trace(frozenset(["<http://e.org/1>"]))
    assert [(row.part, row.row) for row in trace.rows] == [("$.people[*]", 1), ("$.places[*]", 1)]
    assert [(cell.origin.part, cell.origin.column) for cell in trace.cells] == [
        ("$.places[*]", "p")
    ]
    (tmp_path / "t.json").write_text(
        '{"people": [{"k": "1"}], "places": [{"k": "1", "p": "no IRI"}]}', encoding="utf-8"
    )
    with pytest.raises(MappingError, match=r"t\.json, \$\.places\[\*\], row 1, column 'p'"):
        run(bind(read_mapping(tmp_path / "m.ttl")), GraphSink())


def test_rows_that_were_left_out_are_passed_over(tmp_path: Path) -> None:
    mapping = (
        PARTS[: PARTS.index("ex:a")]
        + """
ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ; rml:termType rml:IRI ] ] .
"""
    )
    (tmp_path / "m.ttl").write_text(mapping, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id,v\n1,x\n2,a,b\n3,y\n3,no IRI\n", encoding="utf-8")
    plan, asked = bind(read_mapping(tmp_path / "m.ttl")), frozenset(["<http://e.org/3>"])
    with pytest.raises(SourceError, match="row 3: 3 cells"):
        Tracer(plan).trace(asked)
    told: list[HrdgraphError] = []
    (trace,) = Tracer(plan, told.append).trace(asked)
    assert [row.row for row in trace.rows] == [4]
    assert [error.origin.row for error in told] == [3, 5]


def test_what_one_rule_cannot_make_hides_nothing_of_the_others(tmp_path: Path) -> None:
    mapping = (
        PARTS[: PARTS.index("ex:a")]
        + """
ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference "v" ; rml:termType rml:IRI ] ] ,
    [ rml:predicate ex:q ; rml:objectMap [ rml:reference "w" ] ] .
"""
    )
    (tmp_path / "m.ttl").write_text(mapping, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id,v,w\n1,y,a\n1,no IRI,b\n", encoding="utf-8")
    plan, told = bind(read_mapping(tmp_path / "m.ttl")), list[HrdgraphError]()
    asked = [("<http://e.org/1>", f"<http://e.org/{name}>", None) for name in "pq"]
    found = Tracer(plan, told.append).trace_each(asked)
    rows = [[row.row for trace in traces for row in trace.rows] for traces in found]  # type: ignore[union-attr]
    assert rows == [[2], [2, 3]]
    assert [error.origin.row for error in told] == [3]


def test_a_field_of_a_view_names_the_cell_behind_it() -> None:
    (trace,) = trace_of("view-split-list", "<http://e.org/1/1>", "<http://e.org/item>", '"b"')
    assert [(row.row, row.column) for row in trace.rows] == [(2, None)]
    assert [(cell.origin.row, cell.origin.column, cell.value) for cell in trace.cells] == [
        (2, "list", "b")
    ]


def test_a_json_cell_is_named_by_item_and_path() -> None:
    (trace,) = trace_of("json-natural-datatypes", "<http://e.org/2>", "<http://e.org/byte>")
    assert [(cell.origin.row, cell.origin.column, cell.value) for cell in trace.cells] == [
        (2, "$.v", "1.50")
    ]
    items = json.loads((CASES / "json-natural-datatypes" / "t.json").read_text("utf-8"))
    assert compile_path("$.v")(items[1]) == [1.5]


def test_two_rows_that_say_the_same_are_both_named() -> None:
    traces = trace_of("duplicates-are-one", "<http://e.org/1>", "<http://e.org/v>", '"x"')
    assert sorted({row.row for trace in traces for row in trace.rows}) == [2, 3]


def test_what_no_rule_makes_has_no_trace() -> None:
    assert (
        trace_of(
            "join", "<http://e.org/9>", "<http://e.org/award>", "<http://e.org/award/Sakharov>"
        )
        == []
    )
    assert trace_of("join", "<http://e.org/2>", "<http://e.org/other>") == []


def test_one_subject_gives_every_way() -> None:
    traces = trace_of("classes", "<http://e.org/1>")
    assert len(traces) == 1, "two classes are said by one rule of the mapping"


@pytest.mark.heavy
def test_many_triples_at_once_are_traced_as_each_by_itself(good: Path) -> None:
    plan = bind(read_mapping(good / "mapping.ttl"))
    sink = GraphSink()
    run(plan, sink)
    triples = [*sink.graph().text().select("s", "p", "o").unique(maintain_order=True).iter_rows()]
    nowhere = ("<http://nowhere.org/s>", "<http://nowhere.org/p>", '"o"')
    *found, missing = Tracer(plan).trace_each([*triples, nowhere])
    assert isinstance(missing, Untraceable)
    assert missing.reason
    for triple, traces in zip(triples, found, strict=True):
        assert isinstance(traces, tuple), triple
        assert set(traces) == set(Tracer(plan).trace(*(frozenset([part]) for part in triple)))
