"""What a picture is to show, computed before anything is drawn: which part of the network, how
large, hollow or full, with which name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import networkx as nx  # type: ignore[import-untyped]
import numpy as np

from hrdgraph.analysis.labels import latin
from hrdgraph.analysis.layout import NetworkLayout, rosettes
from hrdgraph.analysis.measures import simple

LARGEST: Final = 1_200  # things in one picture; more cannot be told apart
_WON: Final = frozenset({"won", "revoked"})
_NAMED: Final = frozenset({"finalist", "nominee", "shortlisted", "considered"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in the picture. `hollow`: it was named for awards and won none. `reach`: its
    radius with the leaves around it."""

    label: str
    kind: str
    x: float
    y: float
    radius: float
    reach: float
    hollow: bool
    leaf: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One link, from mark to mark, with the strongest relation between them."""

    start: tuple[float, float]
    end: tuple[float, float]
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks with the most central first, lines, and the words below the picture."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    caption: str


def drawing(network: nx.MultiDiGraph, largest: int = LARGEST) -> Drawing:
    """Choose and lay out what is drawn: the largest component, and of it only the `largest`
    things with most neighbours."""
    graph = simple(network)
    core = _core(graph, largest)
    radii = {node: _radius(network.nodes[node]["kind"], graph.degree[node]) for node in core}
    layout = rosettes(core, radii)
    order = sorted(core, key=lambda node: (-core.degree[node], node))
    marks = tuple(_mark(network, layout, radii, node) for node in order)
    lines = tuple(
        Line(layout.positions[u], layout.positions[v], _relation(network, u, v))
        for u, v in sorted(core.edges)
        if u not in layout.leaves and v not in layout.leaves
    )
    return Drawing(marks, lines, _caption(network, graph, core))


def _core(graph: nx.Graph, largest: int) -> nx.Graph:
    if not graph:
        return graph
    members = max(sorted(map(sorted, nx.connected_components(graph))), key=len)
    most = sorted(members, key=lambda node: (-graph.degree[node], node))[:largest]
    cut = graph.subgraph(sorted(most))
    return graph.subgraph(max(sorted(map(sorted, nx.connected_components(cut))), key=len)).copy()


def _radius(kind: str, degree: int) -> float:
    """Area grows with the number of neighbours; awards are the hubs and start larger."""
    return (0.85 if kind == "award" else 0.38) + 0.13 * float(np.sqrt(max(degree - 1, 0)))


def _mark(
    network: nx.MultiDiGraph, layout: NetworkLayout, radii: dict[str, float], node: str
) -> Mark:
    data, leaf = network.nodes[node], node in layout.leaves
    x, y = layout.positions[node]
    kinds = {kind for _, _, kind in network.out_edges(node, data="kind")}
    hollow = bool(kinds & _NAMED) and not kinds & _WON
    radius = 0.36 if leaf else radii[node]
    return Mark(
        latin(data["label"], data["names"]),
        data["kind"],
        x,
        y,
        radius,
        layout.reach.get(node, radius),
        hollow,
        leaf,
    )


def _relation(network: nx.MultiDiGraph, u: str, v: str) -> str:
    """`won`, `named` (for an award, without winning it), or `other`."""
    pairs = (
        *network.get_edge_data(u, v, default={}).values(),
        *network.get_edge_data(v, u, default={}).values(),
    )
    kinds = {data["kind"] for data in pairs}
    return "won" if kinds & _WON else "named" if kinds & _NAMED else "other"


def _caption(network: nx.MultiDiGraph, graph: nx.Graph, core: nx.Graph) -> str:
    drawn, everything = len(core), len(network)
    if drawn == everything:
        return (
            f"All {everything} things and the {network.number_of_edges()} relations that "
            f"claims state between them."
        )
    component = len(max(nx.connected_components(graph), key=len)) if everything else 0
    part = (
        "the largest connected part"
        if drawn == component
        else f"the core of the largest connected part ({component} things)"
    )
    return (
        f"{drawn} of {everything} things: {part}. Smaller groups with no link to it are not drawn."
    )
