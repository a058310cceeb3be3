"""What a build with a memory derives and finds is what one without does, whatever changed between
them; and where nothing did, it is the same object."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.ontology import Ontology, load
from hrdgraph.pipeline.memory import BuildMemory, NoMemory
from hrdgraph.pipeline.stages.derivation import DerivationResult, derive_all
from hrdgraph.pipeline.stages.disagreements import find_disagreements
from hrdgraph.pipeline.stages.rule_store import RuleStore
from hrdgraph.queries import CHECKS, Catalogue, find
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import difference, patched
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.rdfio import read_quads
from hrdgraph.validate import Finding
from hrdgraph.validate.checks import run_checks

ROOT = Path(__file__).parents[2]
DERIVED = IRI("https://w3id.org/hrdgraph/graph/derived")
Rows = Sequence[tuple[str, ...]]


@cache
def known() -> tuple[Rows, Catalogue, Ontology]:
    graph = ColumnGraph.from_quads(read_quads(ROOT / "tests" / "queries" / "sample.trig"))
    return graph.text().rows(), find(ROOT / "queries"), load(ROOT / "ontology")


def built(graph: ColumnGraph, memory: BuildMemory) -> tuple[DerivationResult, list[Finding]]:
    _, catalogue, ontology = known()
    memory.begin()
    store = RuleStore(graph, Path("never"), memory, many=1 << 40 if memory.keeps else 0)
    derived = derive_all(store.answers, catalogue, ontology, graph, DERIVED, memory=memory)
    found = find_disagreements(derived, ontology, "http://e.org/")
    found += run_checks(catalogue.topic(CHECKS), store.answers)
    store.remember()
    store.close()
    memory.end()
    return derived, found


def edited(rows: Rows, data: st.DataObject) -> Rows:
    """Some statements are gone, some have the object of another with the same property, and some
    subjects say what another does."""
    changed = dict(enumerate(rows))
    places = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=6, unique=True))
    for place in places:
        s, p, _, g = changed.pop(place)
        others = [row for row in rows if row[1] == p]
        other = data.draw(st.sampled_from(others))
        match data.draw(st.sampled_from(("gone", "object", "subject"))):
            case "object":
                changed[place] = (s, p, other[2], g)
            case "subject":
                changed[place] = (other[0], p, rows[place][2], g)
    return [*changed.values()]


def graph_of(rows: Rows, last: ColumnGraph | None) -> ColumnGraph:
    graph = ColumnGraph.from_text(pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"))
    if last is None:
        return graph
    change = difference(last, graph)
    return patched(last, change.gone, change.came)


@pytest.mark.heavy
@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_builds_after_changes_give_what_whole_builds_give(data: st.DataObject) -> None:
    rows, memory, graph = known()[0], BuildMemory(), None
    for _ in range(4):
        graph = graph_of(rows, graph)
        (derived, found), (whole, expected) = built(graph, memory), built(graph, NoMemory())
        assert derived.graph.document() == whole.graph.document()
        assert derived.rules.document() == whole.rules.document()
        assert derived.whole.document() == whole.whole.document()
        assert found == expected
        rows = edited(rows, data)


def test_where_nothing_changed_all_is_the_same() -> None:
    memory, graph = BuildMemory(), graph_of(known()[0], None)
    (first, found), (again, found_again) = built(graph, memory), built(graph, memory)
    assert again.graph is first.graph
    assert again.rules is first.rules
    assert again.whole is first.whole
    assert found == found_again
    assert len(first.graph) > 10
