"""Figures of small networks that one can count by hand, and the same figures in every run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from hrdgraph.exports.network_measures import measures

SCRIPT = """
from pathlib import Path
from hrdgraph.exports.network_measures import measures
from hrdgraph.exports.network import network
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads
print(measures(network(ColumnGraph.from_quads(read_quads(Path({path!r}))))))
"""


def _net(*edges: tuple[str, str], alone: str = "") -> nx.MultiDiGraph:
    net = nx.MultiDiGraph()
    for node in sorted({node for edge in edges for node in edge} | set(alone)):
        net.add_node(node, label=node.upper(), kind="person", country="", names=(node,))
    for u, v in edges:
        net.add_edge(u, v, kind="role", claim="c", detail="", date="", status="asserted")
    return net


def test_a_star() -> None:
    found = measures(_net(("a", "b"), ("a", "c"), ("d", "a"), ("a", "b"), alone="z"))
    assert (found.nodes, found.edges, found.components) == (5, 4, (4, 1))
    first = found.table[0]
    assert (first.label, first.degree, first.component) == ("A", 3, 1)
    assert abs(first.betweenness - 3 / 6) < 1e-6, "three of the six pairs of others pass through it"
    assert [row.iri for row in found.table] == ["a", "b", "c", "d", "z"]


def test_communities_are_numbered_by_size() -> None:
    left, right = "abcd", "xyz"
    edges = [(u, v) for side in (left, right) for u in side for v in side if u < v]
    found = measures(_net(*edges, ("d", "x")))
    assert found.communities == (4, 3)
    assert {row.iri for row in found.members(1)} == set(left)
    assert {row.iri for row in found.members(2)} == set(right)


def test_what_is_refuted_or_contested_joins_nobody(net: nx.MultiDiGraph, base: str) -> None:
    found = {row.iri: row for row in measures(net).table}
    assert found[base + "award/torch"].degree == 1
    assert measures(net).relations["won"] == 2


def test_nothing() -> None:
    assert measures(nx.MultiDiGraph()).table == ()


@pytest.mark.heavy
def test_hash_seeds_change_nothing() -> None:
    script = SCRIPT.format(path=str(Path(__file__).parent / "small.ttl"))
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "12"
    ]
    assert runs[0] == runs[1]
    assert b"Lamp Prize" in runs[0]


def test_of_a_larger_network_betweenness_is_estimated_from_fewer_things(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = sys.modules["hrdgraph.exports.network_measures"]
    for name, number in (("_EXACT_UP_TO", 10), ("_SAMPLE", 4), ("_FEWEST", 2), ("_VISITS", 60)):
        monkeypatch.setattr(module, name, number)
    rings = [
        _net(*((str(n), str((n + 1) % size)) for n in range(size))) for size in (10, 11, 14, 100)
    ]
    assert [measures(ring).sampled for ring in rings] == [None, 2, 2, 2]
    monkeypatch.setattr(module, "_VISITS", 100)
    assert [measures(ring).sampled for ring in rings] == [None, 4, 3, 2]
