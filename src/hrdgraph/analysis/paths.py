"""Two names into the shortest chain of claims between them, in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx  # type: ignore[import-untyped]

from hrdgraph.analysis.labels import folded
from hrdgraph.analysis.measures import simple
from hrdgraph.errors import QueryError

_PHRASES: Final = {
    "won": "{a} won {b}",
    "finalist": "{a} was a finalist for {b}",
    "nominee": "{a} was a nominee for {b}",
    "shortlisted": "{a} was on the shortlist for {b}",
    "revoked": "{b} was taken back from {a}",
    "considered": "{a} is named among those considered for {b}",
    "accepted-for": "{a} accepted a prize for {b}",
    "presented-to": "{a} handed a prize to {b}",
    "role": "{a} is or was {detail} of {b}",
    "member": "{a} is or was a member of {b}",
    "founded": "{a} founded {b}",
    "founded-after": "{a} was founded after {b}",
    "victim": "{a} was a victim of {b}",
    "spoke-of": "{a} spoke of {b}",
    "conferred-by": "{a} is conferred by {b}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a path: between two IRIs, what the claims say in words, and the IRIs of those claims."""

    source: str
    target: str
    words: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A shortest path. `labels` has the names of the things on it, one more than there are `steps`."""

    labels: tuple[str, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "\n".join(step.words for step in self.steps)


def path_between(network: nx.MultiDiGraph, a: str, b: str) -> Path:
    """The shortest path between two things, each given by IRI or by any of its names, without regard to case and diacritics.
    Of several shortest paths the first by IRI. Raises QueryError on a name that is unknown (with suggestions) or that
    several things have (with their IRIs), and where nothing leads from one to the other.
    """
    start, end = find(network, a), find(network, b)
    graph = simple(network)
    if not nx.has_path(graph, start, end):
        fact = f"nothing leads from '{network.nodes[start]['label']}' to '{network.nodes[end]['label']}'"
        raise QueryError(fact, hint="they are in different components; 'analyse' shows which")
    nodes = _first_shortest(graph, start, end)
    steps = tuple(_step(network, u, v) for u, v in zip(nodes, nodes[1:], strict=False))
    return Path(tuple(network.nodes[node]["label"] for node in nodes), steps)


def find(network: nx.MultiDiGraph, text: str) -> str:
    """The IRI of the one thing that `text` names; QueryError otherwise."""
    iri = text.strip().removeprefix("<").removesuffix(">")
    if iri in network:
        return iri
    wanted = folded(text)
    names = {node: {folded(name) for name in (data["label"], *data["names"])} for node, data in network.nodes(data=True)}
    found = sorted(node for node, known in names.items() if wanted in known)
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(f"{network.nodes[node]['label']} ({network.nodes[node]['kind']}) <{node}>" for node in found)
        raise QueryError(f"'{text}' is the name of {len(found)} things", hint=f"say which by its IRI: {choices}")
    near = _near(network, wanted, names)
    raise QueryError(f"nothing is called '{text}'", hint=f"did you mean {' or '.join(repr(name) for name in near)}?" if near else "")


def _near(network: nx.MultiDiGraph, wanted: str, names: dict[str, set[str]]) -> list[str]:
    """Up to three labels: of things that have every word of the name, then of those that are spelled much like it."""
    words = set(wanted.split())
    by_name = {name: node for node in sorted(names, reverse=True) for name in sorted(names[node])}
    whole = sorted(name for name in by_name if words and words <= set(name.split()))
    alike = difflib.get_close_matches(wanted, sorted(by_name), n=3, cutoff=0.7)
    return list(dict.fromkeys(network.nodes[by_name[name]]["label"] for name in (*whole, *alike)))[:3]


def _first_shortest(graph: nx.Graph, start: str, end: str) -> list[str]:
    """Walk from `start`, each time to the first neighbour by IRI that is one step nearer to `end`."""
    distance = nx.single_source_shortest_path_length(graph, end)
    nodes = [start]
    while nodes[-1] != end:
        nodes.append(min(node for node in graph[nodes[-1]] if distance[node] == distance[nodes[-1]] - 1))
    return nodes


def _step(network: nx.MultiDiGraph, u: str, v: str) -> Step:
    """All that is said between two things, each different phrase once."""
    edges = [*_edges(network, u, v), *_edges(network, v, u)]
    words = "; ".join(dict.fromkeys(_words(network, *edge) for edge in edges))
    return Step(u, v, words, tuple(dict.fromkeys(data["claim"] for _, _, data in edges)))


def _edges(network: nx.MultiDiGraph, u: str, v: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found: Iterable[dict[str, Any]] = network.get_edge_data(u, v, default={}).values()
    return ((u, v, data) for data in found if data["status"] != "refuted")


def _words(network: nx.MultiDiGraph, u: str, v: str, data: dict[str, Any]) -> str:
    a, b = network.nodes[u]["label"], network.nodes[v]["label"]
    text = _PHRASES[data["kind"]].format(a=a, b=b, detail=data["detail"] or "in office")
    when = f" ({data['date']})" if data["date"] and data["kind"] != "victim" else ""
    return text + when + (" [contested]" if data["status"] == "contested" else "")
