"""Two names into the shortest chain of claims between them, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hrdgraph.analysis.measures import simple
from hrdgraph.analysis.name_lookup import find
from hrdgraph.analysis.phrases import phrase
from hrdgraph.catalogue import Message
from hrdgraph.errors import QueryError

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a path: between two IRIs, what the claims say in words, and the IRIs of those
    claims."""

    source: str
    target: str
    words: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A shortest path. `labels` has the names of the things on it, one more than there are
    `steps`."""

    labels: tuple[str, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "\n".join(step.words for step in self.steps)


def path_between(network: nx.MultiDiGraph, a: str, b: str, language: str = "en") -> Route:
    """The shortest path between two things, each given by IRI or by any of its names, without
    regard to case and diacritics. Of several shortest paths one with fewest contested links, and
    of these the first by IRI. Its words are in the language. Raises QueryError on a name that is
    unknown (with suggestions) or that several things have (with their IRIs), and where nothing
    leads from one to the other.
    """
    import networkx as nx

    start, end = find(network, a, language), find(network, b, language)
    graph = simple(network)
    if not nx.has_path(graph, start, end):
        fact = Message(
            "things-unconnected",
            start_name=network.nodes[start]["label"],
            end_name=network.nodes[end]["label"],
        )
        raise QueryError(fact, hint="different-components-analyse-shows")
    nodes = _first_shortest(network, graph, start, end)
    steps = tuple(_step(network, u, v, language) for u, v in pairwise(nodes))
    return Route(tuple(network.nodes[node]["label"] for node in nodes), steps)


def _first_shortest(network: nx.MultiDiGraph, graph: nx.Graph, start: str, end: str) -> list[str]:
    """Walk from `start`, each time to the first neighbour by IRI that is nearer to `end` by the
    length of the link to it."""
    import networkx as nx

    lengths = {(u, v): _length(network, u, v) for u, v in graph.edges}
    nx.set_edge_attributes(graph, lengths, "length")
    distance = nx.single_source_dijkstra_path_length(graph, end, weight="length")
    nodes = [start]
    while nodes[-1] != end:
        here = nodes[-1]
        nodes.append(
            min(
                node
                for node, link in graph[here].items()
                if distance[node] + link["length"] == distance[here]
            )
        )
    return nodes


def _length(network: nx.MultiDiGraph, u: str, v: str) -> int:
    """A thousand a link, and one more where all that is said is contested: this never makes a
    path longer by a step."""
    edges = (*_edges(network, u, v), *_edges(network, v, u))
    return 1000 + all(data["status"] == "contested" for _, _, data in edges)


def _step(network: nx.MultiDiGraph, u: str, v: str, language: str) -> Step:
    """All that is said between two things, each different phrase once."""
    edges = [*_edges(network, u, v), *_edges(network, v, u)]
    joint = "\N{NO-BREAK SPACE}; " if language == "fr" else "; "
    words = joint.join(dict.fromkeys(_words(network, *edge, language) for edge in edges))
    return Step(u, v, words, tuple(dict.fromkeys(data["claim"] for _, _, data in edges)))


def _edges(network: nx.MultiDiGraph, u: str, v: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found: Iterable[dict[str, Any]] = network.get_edge_data(u, v, default={}).values()
    return ((u, v, data) for data in found if data["status"] != "refuted")


def _words(network: nx.MultiDiGraph, u: str, v: str, data: dict[str, Any], language: str) -> str:
    a, b = network.nodes[u]["label"], network.nodes[v]["label"]
    contested = data["status"] == "contested"
    return phrase(
        data["kind"], a, b, data["detail"] or "", data["date"] or "", language, contested=contested
    )
