"""Columns answer what the store answers: generated queries, shipped queries, rules and checks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.parts import examples
from tests.sparql.generated import graphs, queries

from hrdgraph.errors import HrdgraphError
from hrdgraph.evidence.dates import FUNCTIONS
from hrdgraph.queries.catalogue import find
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.sparql import ColumnAnswers, ColumnStore, Untranslated
from hrdgraph.store.contract import Answer, GraphAnswer, Solutions
from hrdgraph.store.oxigraph import OxigraphStore

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "queries" / "sample.trig"
CATALOGUE = find(ROOT / "queries")
QUERIES = sorted(
    (query for query in CATALOGUE.queries if query.path and "because" not in query.path.parts),
    key=lambda query: str(query.path),
)
# paths without an end, and names of several languages that are put in order: the store answers
LEFT = {"awards-given-in-place", "situations-in-country", "everything-about-person"}


def plain(answer: Answer) -> object:
    if isinstance(answer, Solutions):
        order = sorted(answer.variables)
        return order, Counter(answer.project(order).rows)
    return Counter(answer) if isinstance(answer, GraphAnswer) else answer.value


@settings(max_examples=examples(1000), suppress_health_check=list(HealthCheck))
@given(graph=graphs(), text=queries())
def test_generated_queries_are_answered_alike(graph: ColumnGraph, text: str) -> None:
    store = OxigraphStore.create()
    store.add(graph)
    try:
        expected = store.query(text)
        found = ColumnAnswers.of(graph).query(text)
    except (HrdgraphError, Untranslated):
        return
    assert plain(found) == plain(expected), text


@pytest.fixture(scope="module")
def sample() -> ColumnGraph:
    return ColumnGraph.from_quads(read_quads(SAMPLE))


@pytest.fixture(scope="module")
def engines(sample: ColumnGraph) -> tuple[ColumnAnswers, OxigraphStore]:
    store = OxigraphStore.create()
    store.add(sample)
    return ColumnAnswers.of(sample), store


@pytest.mark.sampled(10)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_shipped_queries_are_answered_alike(query, engines) -> None:  # type: ignore[no-untyped-def]
    columns, store = engines
    found = asked(columns, query.text)
    if isinstance(found, Untranslated):
        assert (query.name in LEFT) != (found.reason == "sparql-value-odd"), found
    else:
        assert plain(found) == plain(store.query(query.text, functions=FUNCTIONS))


def asked(columns: ColumnAnswers, text: str) -> Answer | Untranslated:
    try:
        return columns.query(text, functions=FUNCTIONS)
    except Untranslated as error:
        return error


def test_what_columns_do_not_answer_a_store_does(sample: ColumnGraph) -> None:
    made = []

    def fallback(graph: ColumnGraph) -> OxigraphStore:
        store = OxigraphStore.create()
        store.add(graph)
        made.append(store)
        return store

    answers = ColumnStore(sample, fallback)
    text = "ASK { ?s skos:broader* ?o }"
    assert answers.query("ASK { ?s a ?o }")
    assert made == []
    assert answers.query(text)
    assert answers.query(text)
    assert len(made) == 1
