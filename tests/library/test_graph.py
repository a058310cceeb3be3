"""The Python face: what its examples show is so, and what it hands over is the graph as built."""

from __future__ import annotations

from pathlib import Path

import pytest

import hrdgraph
import hrdgraph.library
import hrdgraph.library.graph
from hrdgraph import Graph
from hrdgraph.errors import ProjectError, QueryError
from hrdgraph.rdf import Literal


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return hrdgraph.open(built)


@pytest.mark.heavy
def test_rdflib_gets_every_literal_as_built(graph: Graph) -> None:
    dataset = graph.to_rdflib()
    ours = {
        (term.value, term.language)
        for quad in graph.columns
        if isinstance(term := quad.object, Literal)
    }
    theirs = {
        (str(o), (o.language or "")) for _, _, o, _ in dataset.quads() if hasattr(o, "language")
    }
    assert theirs == ours


def test_networkx_knows_people_and_awards(graph: Graph) -> None:
    network = graph.to_networkx()
    assert {"person", "award"} <= {data["kind"] for _, data in network.nodes(data=True)}


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("predicate", "value"), [("hrd:independentPublishers", "2"), ("hrd:date", "2011-04")]
)
def test_a_value_will_do_for_the_object_of_a_triple(
    predicate: str, value: str, graph: Graph
) -> None:
    claim = "conferral/kalyapin-page/06-front-line-2011-group"
    (fact,) = graph.explain(claim, predicate, value).facts
    assert [getattr(statement.quad.object, "value", "") for statement in fact.statements] == [value]


def test_what_is_asked_wrongly(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        graph.explain('"words"', "hrd:date", '"2011"')
    with pytest.raises(QueryError, match="does not hold this triple"):
        graph.explain("award/martin-ennals-award", "hrd:scope", '"nonsense"')
    with pytest.raises(ProjectError, match="missing"):
        hrdgraph.open(tmp_path)
