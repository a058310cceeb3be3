"""Every row of the Kalyapin table (model.md) can be shown by a query, and explained down to its row and its words."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph import Graph
from hrdgraph.mapping.tracing import Trace, Tracer, Triple, Untraceable

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "data" / "sources" / "kalyapin-page"
KINDS = {
    "conferrals.csv": "conferral", "roles.csv": "role", "foundings.csv": "founding", "events.csv": "event", "acts.csv": "act",
    "award_events.csv": "award-event", "media.csv": "media", "quotations.csv": "quotation", "situations.csv": "situation", "attributes.csv": "attribute", "defenders.csv": "attribute",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return hrdgraph.open(built, languages=["en"])


def expected_words() -> Iterator[tuple[str, str, int, str]]:
    with (ROOT / "tests" / "data" / "kalyapin_expected_words.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["words"] and not row["table"].startswith(
                ("people", "organisations", "awards", "editions", "more", "documents")
            ):
                yield row["table"], row["row"], int(row["passage_start"]), row["words"]


def node(graph: Graph, table: str, row: str) -> str:
    return f"{graph.project.base}{KINDS[table]}/kalyapin-page/{row}"


@pytest.mark.heavy
def test_each_fact_is_explained_down_to_its_passages(graph: Graph) -> None:
    for table, row, start, _ in expected_words():
        starts = [
            passage.start for passage in graph.explain(node(graph, table, row)).facts[0].passages
        ]
        assert start in starts, (table, row)


@pytest.mark.parametrize(
    ("table", "row", "start", "words"), list(expected_words()), ids=lambda value: str(value)[:40]
)
def test_each_fact_is_explained_down_to_its_words(
    graph: Graph, table: str, row: str, start: int, words: str, shared: Callable[[str], Path]
) -> None:
    assert shared("sources/kalyapin-fr.txt")
    fact = graph.explain(node(graph, table, row)).facts[0]
    passages = [passage for passage in fact.passages if passage.start == start]
    assert passages, [passage.start for passage in fact.passages]
    assert words in (passages[0].words or "")


def rows_of(table: str) -> list[str]:
    with (TABLES / table).open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("table", KINDS)
def test_each_statement_of_a_fact_leads_to_its_row(graph: Graph, table: str) -> None:
    for number, row in enumerate(rows_of(table), 2):
        fact = graph.explain(node(graph, table, row)).facts[0]
        for statement in fact.statements:
            if statement.source == "derived":
                assert statement.derived_by, statement
                continue
            places = {
                (Path(origin.file).name, origin.row)
                for trace in statement.traces
                for origin in trace.rows
            }
            assert places, statement.quad
            said_elsewhere = all(
                file != table for file, _ in places
            )  # the acts of an event, and plain attributes, have tables of their own
            assert (table, number) in places or (said_elsewhere and table == "events.csv"), (
                row,
                statement.quad,
                places,
            )


def values(rows: Iterable[Mapping[str, object]], column: str) -> set[str]:
    return {str(row[column]) for row in rows}


CLAIMS = """SELECT ?claim WHERE { GRAPH <https://w3id.org/hrdgraph/graph/kalyapin-page> { ?claim a hrd:Claim } }"""


def test_every_claim_of_the_page_is_there_and_nothing_else(graph: Graph) -> None:
    found = {iri.rpartition("/")[2] for iri in values(graph.query(CLAIMS), "claim")}
    assert found == {row for table in KINDS for row in rows_of(table)}


def test_the_award_goes_to_the_group_and_the_header_is_contested(graph: Graph) -> None:
    rows = list(
        graph.query("laureates-in-year", award="front-line-defenders-award", year="2011", lang="en")
    )
    assert "Joint Mobile Group" in values(
        rows, rows and next(c for c in rows[0] if "name" in c or "label" in c)
    )
    won = graph.query(
        "SELECT ?who WHERE { ?who hrd:hasWon <https://w3id.org/hrdgraph/id/award/front-line-defenders-award> FILTER(CONTAINS(STR(?who), 'Kalyapin')) }"
    )
    assert list(won) == []
    contested = graph.query("contested-claims")
    assert any(
        "07-front-line-2011-header" in iri for row in contested for iri in map(str, row.values())
    )


def test_the_order_of_murder_and_founding_is_derived(graph: Graph) -> None:
    rows = graph.query(
        "SELECT ?g WHERE { GRAPH ?g { ?event hrd:precedes ?founding } FILTER(CONTAINS(STR(?event), 'kalyapin')) }"
    )
    assert values(rows, "g") == {"https://w3id.org/hrdgraph/graph/derived"}


def test_dates_stay_as_precise_as_the_page(graph: Graph) -> None:
    rows = graph.query(
        "SELECT ?date WHERE { GRAPH <https://w3id.org/hrdgraph/graph/kalyapin-page> { ?claim hrd:date ?date } }"
    )
    assert values(rows, "date") == {"2009", "2009-11", "2011-04", "2013"}


def test_a_triple_is_explained_by_itself(graph: Graph) -> None:
    claim = node(graph, "conferrals.csv", "06-front-line-2011-group")
    fact = graph.explain(claim, "hrd:date", '"2011-04"^^<http://id.loc.gov/datatypes/edtf>').facts[
        0
    ]
    cells = {
        (cell.origin.column, cell.value)
        for trace in fact.statements[0].traces
        for cell in trace.cells
    }
    assert cells == {("date", "2011-04")}
    assert fact.statements[0].traces[0].rule.file == "ontology/tables/conferral.yml"
    assert fact.statements[0].traces[0].rule.line


def test_the_rows_of_all_facts_about_a_thing_are_looked_up_at_once(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes, trace_each = list[int](), Tracer.trace_each

    def counted(
        tracer: Tracer, triples: Sequence[Triple], most: int | None = None
    ) -> list[tuple[Trace, ...] | Untraceable]:
        passes.append(len(triples))
        return trace_each(tracer, triples, most)

    monkeypatch.setattr(Tracer, "trace_each", counted)
    monkeypatch.setattr(Tracer, "trace", None)
    facts = graph.explain("Front Line Defenders").facts
    assert len(facts) > 5
    assert len(passes) <= len(graph.project.sources)
    assert sum(passes) > len(facts) * 3
