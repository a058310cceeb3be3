"""A change that no star of a query meets leaves its answer as it was, whatever the query is; and the
stars of the queries that are shipped leave most changes out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples
from tests.sparql.generated import graphs, queries

from hrdgraph.errors import QueryError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.sparql import ColumnAnswers, Untranslated
from hrdgraph.sparql.stars import Changes

ROOT = Path(__file__).parents[2]
HRD = "https://w3id.org/hrdgraph/ontology#"


def changes(before: ColumnGraph, after: ColumnGraph) -> Changes:
    one, other = ({*graph.text().iter_rows()} for graph in (before, after))
    found = Changes()
    found.add(quad[:3] for quad in one ^ other)
    found.tell(quad[:3] for quad in one | other if quad[0] in found.facts)
    return found


def answer(graph: ColumnGraph, text: str) -> object:
    try:
        return ColumnAnswers.of(graph).query(text)
    except (Untranslated, QueryError):
        return None


@settings(max_examples=examples(1500), suppress_health_check=list(HealthCheck))
@given(graphs(), st.data(), queries())
def test_what_is_not_seen_changes_nothing(
    graph: ColumnGraph, data: st.DataObject, text: str
) -> None:
    rows = graph.text().rows()
    gone = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=2))
    more = data.draw(graphs()).text().rows()[: data.draw(st.integers(0, 2))]
    left = [row for number, row in enumerate(rows) if number not in gone]
    after = ColumnGraph.from_text(pl.DataFrame([*left, *more], schema=TEXT_SCHEMA, orient="row"))
    if not changes(graph, after).are_seen_by(text):
        assert answer(graph, text) == answer(after, text)


def test_what_a_query_needs_of_a_subject_is_looked_at() -> None:
    """A membership that is refuted is none of a laureate."""
    text = (ROOT / "queries" / "derive" / "20-member-of.rq").read_text("utf-8")
    refuted = (f"<{HRD}claimStatus>", f"<{HRD[:-9]}vocabulary/claim-status/refuted>")
    found = Changes()
    found.add([("<http://e.org/a>", *refuted)])
    found.tell([("<http://e.org/a>", *refuted), ("<http://e.org/a>", f"<{HRD}recipient>", "<b:>")])
    assert not found.are_seen_by(text)
    org = "http://www.w3.org/ns/org#"
    found.tell(
        ("<http://e.org/a>", f"<{org}{name}>", "<b:>")
        for name in ("member", "organization", "role")
    )
    assert found.are_seen_by(text)
