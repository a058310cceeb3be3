"""Positions: nothing on top of another, leaves around their hub."""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx
import numpy as np

from hrdgraph.exports.network_picture import rosettes


def _hubs() -> nx.Graph:
    graph = nx.Graph(pairwise("abcde"))
    graph.add_edge("a", "e")
    graph.add_edges_from((hub, f"{hub}{number}") for hub in "ace" for number in range(25))
    return graph


def test_nothing_overlaps() -> None:
    graph = _hubs()
    layout = rosettes(graph, dict.fromkeys(graph, 0.5))
    distances = [
        np.hypot(*np.subtract(layout.positions[u], layout.positions[v]))
        for u, v in combinations(sorted(graph), 2)
    ]
    assert min(distances) > 0.7
    for u, v in combinations("abcde", 2):
        assert (
            np.hypot(*np.subtract(layout.positions[u], layout.positions[v]))
            >= layout.reach[u] + layout.reach[v] - 0.1
        )


def test_leaves_stay_within_the_reach_of_their_hub() -> None:
    graph = _hubs()
    layout = rosettes(graph, dict.fromkeys(graph, 0.5))
    assert layout.leaves == {node for node in graph if len(node) > 1}
    for leaf in layout.leaves:
        assert (
            0.5
            < np.hypot(*np.subtract(layout.positions[leaf], layout.positions[leaf[0]]))
            < layout.reach[leaf[0]]
        )


def test_the_order_of_edges_does_not_matter() -> None:
    graph = _hubs()
    turned = nx.Graph(reversed([(v, u) for u, v in graph.edges]))
    assert rosettes(graph, dict.fromkeys(graph, 0.5)) == rosettes(
        turned, dict.fromkeys(turned, 0.5)
    )


def test_very_small_networks() -> None:
    assert rosettes(nx.Graph(), {}).positions == {}
    assert len(set(rosettes(nx.Graph([("a", "b")]), {"a": 1.0, "b": 1.0}).positions.values())) == 2
    assert (
        len(set(rosettes(nx.star_graph(3), dict.fromkeys(range(4), 1.0)).positions.values())) == 4
    )
