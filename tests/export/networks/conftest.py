"""A small network of invented people and prizes."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from hrdgraph.exports.network import network
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads


@pytest.fixture(scope="session")
def graph() -> ColumnGraph:
    return ColumnGraph.from_quads(read_quads(Path(__file__).parent / "small.ttl"))


@pytest.fixture
def net(graph: ColumnGraph) -> nx.MultiDiGraph:
    return network(graph, ("en",))


@pytest.fixture(scope="session")
def base() -> str:
    return "https://w3id.org/hrdgraph/id/"
