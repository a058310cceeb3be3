"""An answer that is renewed after a change is that of the whole query, whatever the query is and
whatever changed; and shipped rules and checks are renewed, not asked again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples
from tests.sparql.generated import graphs, groups, patterns, queries, variables

from hrdgraph.errors import QueryError
from hrdgraph.evidence import FUNCTIONS
from hrdgraph.queries import CHECKS, DERIVE, Query, find
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.change import difference
from hrdgraph.rdf.graph import TEXT_SCHEMA, QuadChange
from hrdgraph.rdfio import read_quads
from hrdgraph.sparql import ColumnAnswers, Untranslated
from hrdgraph.sparql.dataset import ColumnDataset
from hrdgraph.sparql.renewal import Renewal
from hrdgraph.sparql.touched import Unbounded
from hrdgraph.store import Boolean, Solutions

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "queries" / "sample.trig"
CATALOGUE = find(ROOT / "queries")
ASKED = (*CATALOGUE.topic(DERIVE), *CATALOGUE.topic(CHECKS))
Rows = Sequence[tuple[str, ...]]


def of_rows(rows: Rows) -> ColumnGraph:
    return ColumnGraph.from_text(pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"))


def whole(graph: ColumnGraph, text: str) -> object:
    answers = ColumnAnswers.of(graph)
    if text.lstrip().startswith("CONSTRUCT") or "\nCONSTRUCT" in text:
        return answers.construct(text, functions=FUNCTIONS)
    return answers.query(text, functions=FUNCTIONS)


def renewed(last: object, text: str, now: ColumnDataset, changes: list[QuadChange]) -> object:
    renewal = Renewal(now, changes)
    if isinstance(last, ColumnGraph):
        return renewal.triples(text, last, functions=FUNCTIONS)
    assert isinstance(last, Solutions)
    return renewal.rows(text, last, FUNCTIONS)


def plain(answer: object) -> object:
    if isinstance(answer, Solutions):
        return answer.variables, Counter(answer.rows)
    assert isinstance(answer, ColumnGraph)
    return answer.document()


def bounded(text: str) -> str:
    """A query whose answer may be renewed: it says in which order its rows come, or makes all of
    its triples of one thing."""
    if text.startswith("SELECT ?a") and "ORDER" not in text:
        return f"{text} ORDER BY ?a"
    return text.replace("?b <http://x/was> ?c }", "?a <http://x/was> ?c }")


def taking_away() -> st.SearchStrategy[str]:
    """Queries whose solutions depend on what is not there."""
    tested = st.builds("{} FILTER({} != {})".format, patterns(), variables, variables)
    form = st.sampled_from(("FILTER EXISTS", "FILTER NOT EXISTS", "MINUS", "OPTIONAL"))
    text = "SELECT ?a ?b WHERE {{ {} {} {{ {} }} }} ORDER BY ?a"
    return st.builds(text.format, groups(), form, st.one_of(patterns(), tested))


def edited(data: st.DataObject, graph: ColumnGraph) -> ColumnGraph:
    rows = graph.text().rows()
    gone = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=3)) if rows else set()
    more = data.draw(graphs()).text().rows()[: data.draw(st.integers(0, 3))]
    return of_rows([*(row for n, row in enumerate(rows) if n not in gone), *more])


@settings(max_examples=examples(1000), suppress_health_check=list(HealthCheck))
@given(graphs(), graphs(), st.data(), st.one_of(queries().map(bounded), taking_away()))
def test_generated_queries_are_renewed(
    graph: ColumnGraph, more: ColumnGraph, data: st.DataObject, text: str
) -> None:
    """Of quads that changed, of a graph that is added to them and changed too, and once more of
    what that led to."""
    try:
        last = whole(ColumnGraph.union([graph, more]), text)
    except (Untranslated, QueryError):
        return
    if isinstance(last, Boolean):
        return
    dataset = ColumnDataset.of(graph)
    dataset.add(more)
    for _ in range(2):
        after, added = edited(data, graph), edited(data, more)
        changes = [difference(graph, after), difference(more, added)]
        dataset = dataset.after(changes[0], after)
        dataset.add(added)
        graph, more = after, added
        try:
            expected = whole(ColumnGraph.union([graph, more]), text)
            last = renewed(last, text, dataset, changes)
        except (Untranslated, QueryError, Unbounded):
            return
        assert plain(last) == plain(expected), text


@pytest.fixture(scope="module")
def sample() -> Rows:
    graph = ColumnGraph.from_quads(read_quads(SAMPLE))
    derived = [
        found.text()
        for query in CATALOGUE.topic(DERIVE)
        if isinstance(found := whole(graph, query.text), ColumnGraph)
    ]
    return pl.concat([graph.text(), *derived]).unique(maintain_order=True).rows()


@pytest.mark.sampled(10)
@pytest.mark.parametrize("query", ASKED, ids=lambda query: query.name)
@settings(max_examples=examples(30), suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_shipped_rules_and_checks_are_renewed(
    query: Query, sample: Rows, data: st.DataObject
) -> None:
    """Statements are taken away, and get the object of another with the same property."""
    named = [place for place, row in enumerate(sample) if row[1] in query.text or ":" in row[1]]
    places = data.draw(st.lists(st.sampled_from(named), min_size=1, max_size=6, unique=True))
    rows = dict(enumerate(sample))
    for place in places:
        s, p, _, g = rows.pop(place)
        others = [row[2] for row in sample if row[1] == p]
        if data.draw(st.booleans()):
            rows[place] = (s, p, data.draw(st.sampled_from(others)), g)
    graph, after = of_rows(sample), of_rows([*rows.values()])
    change = difference(graph, after)
    now = ColumnDataset.of(graph).after(change, after)
    last = whole(graph, query.text)
    assert plain(renewed(last, query.text, now, [change])) == plain(whole(after, query.text))
