"""A network of hubs into positions: the skeleton by forces, everything that hangs on one hub
only as a rosette around it.

Own code and not `networkx.spring_layout`, which needs SciPy from 500 nodes on, or
`forceatlas2_layout`, which took 10 s of CPU for 800 nodes and piles the laureates of one award
on one spot. Only the nodes with two neighbours or more are moved by forces, so this takes about
a second for the same network. Seeded: equal networks get equal positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

_SEED = 7
_STEPS = 400
_ASPECT = 1.6  # width to height of the page
_GOLDEN = np.pi * (3 - np.sqrt(5))  # the angle at which a sunflower sets its seeds
_PITCH = 1.0  # distance between the things of a rosette: the unit of all lengths here
Points = NDArray[np.float64]


@dataclass(frozen=True)
class NetworkLayout:
    """Where each node is, in units of the distance between two leaves. `leaves` are those that
    hang on one hub only; `reach` is how far a node and its leaves extend.
    """

    positions: dict[str, tuple[float, float]]
    leaves: frozenset[str]
    reach: dict[str, float]


def rosettes(graph: nx.Graph, radii: dict[str, float]) -> NetworkLayout:
    """Lay out a connected graph. `radii` is how much room each node itself takes."""
    if len(graph) < 3:
        return NetworkLayout(
            {node: (4.0 * number, 0.0) for number, node in enumerate(sorted(graph))},
            frozenset(),
            radii,
        )
    leaves = {node for node in graph if graph.degree[node] == 1}
    skeleton = sorted(set(graph) - leaves)
    hanging = {node: sorted(set(graph[node]) & leaves) for node in skeleton}
    room = np.array([_outer(radii[node], len(hanging[node])) for node in skeleton])
    adjacency = nx.to_numpy_array(graph, nodelist=skeleton, weight=None)
    points = _apart(_wide(_forces(adjacency, room)), room)
    positions = {}
    for node, (x, y) in zip(skeleton, points.tolist(), strict=True):
        positions[node] = (x, y)
        positions.update(_rosette(hanging[node], x, y, radii[node]))
    return NetworkLayout(
        positions, frozenset(leaves), dict(zip(skeleton, room.tolist(), strict=True))
    )


def _outer(radius: float, leaves: int) -> float:
    """The radius of a hub with its rosette."""
    return (
        radius
        if not leaves
        else _PITCH * float(np.sqrt((radius / _PITCH) ** 2 + leaves * 1.15)) + 0.6 * _PITCH
    )


def _rosette(
    leaves: Sequence[str], x: float, y: float, radius: float
) -> dict[str, tuple[float, float]]:
    """Leaves around a hub, evenly thick from its rim outwards."""
    placed = {}
    for number, leaf in enumerate(leaves, start=1):
        distance = _PITCH * np.sqrt((radius / _PITCH + 0.45) ** 2 + number * 1.15)
        angle = number * _GOLDEN
        placed[leaf] = (float(x + distance * np.cos(angle)), float(y + distance * np.sin(angle)))
    return placed


def _forces(adjacency: Points, room: Points) -> Points:
    """Fruchterman and Reingold's forces, where nodes repel one another from rim to rim, and a
    cooling step."""
    count = len(room)
    points: Points = np.random.default_rng(_SEED).normal(size=(count, 2)) * np.sqrt(count) * 3
    ideal = 4.0 * _PITCH
    weight = np.sqrt(np.add.outer(room, room))
    for step in range(_STEPS):
        between, distance = _differences(points)
        gap = np.maximum(distance - np.add.outer(room, room) * 0.8, 0.25)
        push = ideal**2 * weight / gap / distance
        pull = adjacency * gap / ideal
        move = (between * (push / distance - pull / distance)[..., None]).sum(
            axis=1
        ) - 0.012 * points * room[:, None]
        points = points + _bounded(move, 6.0 * _PITCH * (1 - step / _STEPS) + 0.05)
    return points


def _apart(points: Points, room: Points) -> Points:
    """Push apart what still overlaps."""
    wanted = np.add.outer(room, room) + 0.8 * _PITCH
    np.fill_diagonal(wanted, 0)
    for _ in range(_STEPS):
        between, distance = _differences(points)
        overlap = np.maximum(wanted - distance, 0)
        if not overlap.any():
            break
        share = (1 / room)[:, None] / np.add.outer(1 / room, 1 / room)  # the smaller one gives way
        points = points + (between / distance[..., None] * (overlap * share * 0.5)[..., None]).sum(
            axis=1
        )
    return points


def _wide(points: Points) -> Points:
    """Turn the whole so that its longer axis lies level, and stretch that to the shape of a
    page."""
    if len(points) < 3:
        return points
    points = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    turned: Points = points @ (axes * np.where(axes[:, :1] < 0, -1, 1)).T
    width, height = np.ptp(turned, axis=0)
    stretched: Points = turned * np.array([max(1.0, _ASPECT * height / max(width, 1e-9)), 1.0])
    return stretched


def _differences(points: Points) -> tuple[Points, Points]:
    """The vector from each node to each other, and its length (1 on the diagonal, where it
    divides only)."""
    between = points[:, None, :] - points[None, :, :]
    distance = np.sqrt((between**2).sum(axis=-1))
    return between, np.maximum(distance, 0.05) + np.eye(len(points))


def _bounded(move: Points, most: float) -> Points:
    length: Any = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-9)
    bounded: Points = move / length[:, None] * np.minimum(length, most)[:, None]
    return bounded
