"""What a source promises is held against its rows, at the boundary and one beside it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hrdgraph.errors import Origin, SourceError
from hrdgraph.findings.model import Finding, Severity
from hrdgraph.pipeline.stages.checking import check_expectations
from hrdgraph.project import Expectation, Source
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.sources import ROW
from hrdgraph.vocab import HRD, RDF

TABLE = pl.DataFrame({"key": ["a", "b", "a", None], "year": ["2011", " ", None, "2013"]})
NOTHING = ColumnGraph.from_quads([])


def source(expectation: Expectation) -> Source:
    return Source(
        name="lists", folder=Path("lists"), title="Lists", publisher="P", address="", licence="L", language="en", visibility="public",
        mapping_file=Path("mapping.ttl"), expectations=(expectation,),
    )  # fmt: skip


def held(frame: pl.DataFrame = TABLE, **wanted: object) -> list[Finding]:
    expectation = Expectation("as promised", **{"table": "t.csv", **wanted})
    return check_expectations(
        source(expectation), {"t.csv": frame}, NOTHING, folder="data/sources/lists"
    )


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"min_rows": 4}, None),
        ({"min_rows": 5}, "t.csv: expected at least 5, found 4."),
        ({"max_rows": 4}, None),
        ({"max_rows": 3}, "t.csv: expected at most 3, found 4."),
        ({"min_rows": 0, "max_rows": 0}, "t.csv: expected at most 0, found 4."),
    ],
)
def test_the_number_of_rows(bounds: dict[str, int], message: str | None) -> None:
    told = [one.message("en").partition(". ")[0] + "." for one in held(**bounds)]
    assert told == ([message] if message else [])


def test_an_empty_table_holds_a_minimum_of_none_but_not_of_one() -> None:
    assert held(TABLE.clear(), min_rows=0, complete=("key",), distinct=("key",)) == []
    assert len(held(TABLE.clear(), min_rows=1)) == 1


def test_every_empty_cell_is_one_finding_at_its_row() -> None:
    found = held(complete=("year",))
    assert [one.origins for one in found] == [
        (Origin("data/sources/lists/t.csv", row=row, column="year"),) for row in (3, 4)
    ]
    assert found[0].focus == "data/sources/lists/t.csv#row=3"
    assert found[0].place == Origin(
        "data/sources/lists/source.toml", node='[[expect]] "as promised"'
    )
    assert {one.severity for one in found} == {Severity.VIOLATION}
    assert {tag for tag, _ in found[0].texts} == {"en", "fr", "es"}


def test_row_numbers_come_from_the_reader_where_it_gives_them() -> None:
    numbered = TABLE.with_columns(pl.Series(ROW, [2, 3, 7, 8]))
    assert [one.origins[0].row for one in held(numbered, complete=("year",))] == [3, 7]


def test_repeated_keys_name_all_their_rows_and_empty_ones_are_left_alone() -> None:
    (found,) = held(pl.concat([TABLE, TABLE[3:]]), distinct=("key",))
    assert found.value == "a"
    assert found.origins == tuple(
        Origin("data/sources/lists/t.csv", row=row, column="key") for row in (2, 4)
    )


def test_several_columns_are_distinct_together() -> None:
    assert held(distinct=("key", "year")) == []
    (found,) = held(pl.concat([TABLE, TABLE[:1]]), distinct=("key", "year"))
    assert (found.value, [origin.row for origin in found.origins]) == ("a, 2011", [2, 6])


def graph_of(count: int) -> ColumnGraph:
    things = [IRI(f"https://w3id.org/hrdgraph/id/award/{number}") for number in range(count)]
    graphs = (IRI("https://w3id.org/hrdgraph/graph/a"), IRI("https://w3id.org/hrdgraph/graph/b"))
    return ColumnGraph.from_quads(
        Quad(thing, RDF.type, HRD.Award, graph) for thing in things for graph in graphs
    )


@pytest.mark.parametrize(("count", "expected"), [(2, ["2"]), (3, []), (4, [])])
def test_things_of_a_class_are_counted_once_each(count: int, expected: list[str]) -> None:
    assert [one.value for one in _of_class("hrd:Award", graph_of(count))] == expected


def _of_class(name: str, graph: ColumnGraph) -> list[Finding]:
    return check_expectations(source(Expectation("enough", class_name=name, min_rows=3)), {}, graph)


def test_a_class_may_be_a_whole_iri_and_one_that_is_absent_counts_none() -> None:
    assert _of_class("https://w3id.org/hrdgraph/ontology#Award", graph_of(3)) == []
    (found,) = _of_class("hrd:AwardEdition", graph_of(3))
    assert (found.focus, found.value) == ("https://w3id.org/hrdgraph/ontology#AwardEdition", "0")


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        (
            {"table": "tt.csv", "min_rows": 1},
            "'tt.csv' is not known here",
            "did you mean 't.csv'?",
        ),
        ({"complete": ("yaer",)}, "'yaer' is not known here", "did you mean 'year'?"),
        ({"distinct": ("zzz",)}, "'zzz' is not known here", "there is: key, year"),
        (
            {"table": "", "class_name": "hrdd:Award"},
            "'hrdd:Award' is not known here",
            "write it like",
        ),
        ({"table": ""}, "class must be a whole IRI", "write it like"),
    ],
)
def test_an_expectation_about_nothing_is_an_error(
    wanted: dict[str, object], message: str, hint: str
) -> None:
    with pytest.raises(SourceError) as caught:
        held(**wanted)
    assert caught.value.fact == message
    assert caught.value.hint.startswith(hint)
    assert caught.value.origin.file == "data/sources/lists/source.toml"
