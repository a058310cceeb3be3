"""Measure a network, find the shortest chain of claims between two things, and write GraphML and
GEXF. Not with networkx, whose GEXF contains the date of the day. What XML 1.0 cannot hold is
refused, never changed. Equal networks give equal bytes."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import Message, Vocabulary
from hrdgraph.errors import OutputError, QueryError
from hrdgraph.mapping.facts.layout import load_shipped_kinds

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]


_EXACT_UP_TO: Final = 2_000  # nodes; betweenness costs nodes times edges
_SAMPLE: Final = 500  # things, at most: betweenness is estimated from the shortest paths from these
_FEWEST: Final = 50
_VISITS: Final = 10_000_000  # of things and edges on these paths; some 20 seconds
SEED: Final = 20131008


@dataclass(frozen=True, slots=True)
class NodeMeasure:
    """One thing. `degree` counts distinct neighbours; `betweenness` is the share of shortest paths
    through it (0 to 1); `component` and `community` are numbered from 1, the largest first."""

    iri: str
    label: str
    kind: str
    country: str
    degree: int
    betweenness: float
    community: int
    component: int


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of a network. `table` has the most central things first. `sampled` is the number
    of things that betweenness was estimated from, None if it is exact. Equal networks have
    equal figures, whatever Python's hash seed."""

    nodes: int
    edges: int
    kinds: Mapping[str, int]
    relations: Mapping[str, int]
    components: tuple[int, ...]
    communities: tuple[int, ...]
    sampled: int | None
    table: tuple[NodeMeasure, ...]

    def members(self, community: int) -> tuple[NodeMeasure, ...]:
        """Return the things of one community, the most central first."""
        return tuple(row for row in self.table if row.community == community)


def simple(network: nx.MultiDiGraph) -> nx.Graph:
    """Return who is connected to whom, without direction; refuted claims connect nobody."""
    import networkx as nx

    result = nx.Graph()
    result.add_nodes_from(sorted(network))
    result.add_edges_from(
        sorted(
            (min(u, v), max(u, v))
            for u, v, status in network.edges(data="status")
            if status != "refuted"
        )
    )
    return result


def measures(network: nx.MultiDiGraph) -> Measures:
    """Measure a network, without what somebody denies. Betweenness is estimated, with a fixed seed,
    above 2,000 nodes: from 500, or fewer of large networks."""
    import networkx as nx

    edges = network.edges(keys=True, data="status")
    doubted = [edge for *edge, status in edges if status in ("contested", "refuted")]
    network = nx.restricted_view(network, [], doubted)
    names = sorted(network)
    # Numbers instead of IRIs: sets of texts are walked in an order that changes from run to run.
    graph = nx.convert_node_labels_to_integers(simple(network), ordering="sorted")
    size = graph.number_of_nodes() + graph.number_of_edges()
    sampled = (
        max(_FEWEST, min(_SAMPLE, _VISITS // size))
        if graph.number_of_nodes() > _EXACT_UP_TO
        else None
    )
    between = _betweenness(graph, sampled)
    components = _numbers(nx.connected_components(graph))
    communities = _numbers(nx.community.louvain_communities(graph, seed=SEED)) if names else {}
    table = []
    for n, iri in enumerate(names):
        node, parts = network.nodes[iri], (communities[n], components[n])
        named = (iri, node["label"], node["kind"], node["country"])
        table.append(NodeMeasure(*named, graph.degree[n], round(between[n], 9), *parts))
    return Measures(
        nodes=len(names), edges=network.number_of_edges(),
        kinds=_count(data["kind"] for _, data in network.nodes(data=True)),
        relations=_count(kind for _, _, kind in network.edges(data="kind")),
        components=_sizes(components), communities=_sizes(communities), sampled=sampled,
        table=tuple(sorted(table, key=lambda row: (-row.degree, -row.betweenness, row.iri))),
    )  # fmt: skip


_AT_ONCE: Final = 32  # sources of shortest paths, whose columns a processor's cache should hold


def _betweenness(graph: nx.Graph, sampled: int | None) -> list[float]:
    """Return the share of shortest paths through each node, by Brandes' algorithm over columns of
    several sources at once: the figures of networkx in a seventh of its time."""
    import numpy as np

    count = graph.number_of_nodes()
    sources = random.Random(SEED).sample(range(count), sampled) if sampled else [*range(count)]
    if count < 3 or not graph.number_of_edges():
        return [0.0] * count
    both = np.array([*graph.edges, *((v, u) for u, v in graph.edges if u != v)])
    both = both[np.lexsort((both[:, 0], both[:, 1]))]
    near, to = both.T
    starts = np.flatnonzero(np.r_[True, to[1:] != to[:-1]])

    def from_neighbours(values: np.ndarray) -> np.ndarray:
        totals = np.zeros_like(values)
        totals[to[starts]] = np.add.reduceat(values[near], starts, axis=0)
        return totals

    total = np.zeros(count)
    for first in range(0, len(sources), _AT_ONCE):
        some = sources[first : first + _AT_ONCE]
        at = (some, np.arange(len(some)))
        level, paths = np.full((count, len(some)), -1), np.zeros((count, len(some)))
        level[at], paths[at], depth = 0, 1, 0
        front = paths
        while front.any():
            front = np.where(level < 0, from_neighbours(front), 0)
            depth += 1
            level[front > 0] = depth
            paths = paths + front
        through = np.zeros_like(paths)
        for step in range(depth - 1, 0, -1):
            share = np.where(level == step, (1 + through) / np.maximum(paths, 1), 0)
            through += np.where(level == step - 1, paths * from_neighbours(share), 0)
        through[at] = 0
        total += through.sum(axis=1)
    pairs = np.full(count, len(sources))
    pairs[sources] -= 1  # a path of one's own goes through nobody
    return [*(total / np.maximum(pairs, 1) / (count - 2)).tolist()]


def _numbers(groups: object) -> dict[int, int]:
    """Return the number of each node's group: the largest is 1, then by the first member."""
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))  # type: ignore[attr-defined]
    return {node: number for number, group in enumerate(ordered, start=1) for node in group}


def _sizes(numbers: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(count for _, count in sorted(Counter(numbers.values()).items()))


def _count(values: object) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))  # type: ignore[call-overload]


def phrase(
    kind: str, a: str, b: str, detail: str, date: str, language: str, *, contested: bool
) -> str:
    """Say one claim between two things in words, with its date, and whether it is contested."""
    words = Vocabulary("network", language)
    code = "office" if kind == "role" and not detail else kind
    if code not in words:  # a tie for which no sentence is written: of what kind of fact it is
        named = [one.label(language) for one in load_shipped_kinds().values() if one.thing == kind]
        code, detail = "fact", next(iter(named), kind)
    when = f" ({date})" if date and kind != "victim" else ""
    text = words(code, a=a, b=b, detail=detail) + when
    return f"{text} [{words('page-status-contested')}]" if contested else text


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
    """Find the shortest path between two IRIs. Of several, take one with fewest contested links,
    then the first by IRI. Its words are in the language. Raises QueryError if nothing connects
    the two."""
    import networkx as nx

    graph = simple(network)
    if not (a in graph and b in graph and nx.has_path(graph, a, b)):
        start, end = (network.nodes[one]["label"] if one in graph else one for one in (a, b))
        fact = Message("things-unconnected", start_name=start, end_name=end)
        raise QueryError(fact, hint="different-components-analyse-shows")
    nodes = _first_shortest(network, graph, a, b)
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
    """Return a thousand for a link, and one more if all its claims are contested: this never makes
    a path longer by a step."""
    edges = (*_edges(network, u, v), *_edges(network, v, u))
    return 1000 + all(data["status"] == "contested" for _, _, data in edges)


def _step(network: nx.MultiDiGraph, u: str, v: str, language: str) -> Step:
    """Return all that is said between two things, each different phrase once."""
    edges = [*_edges(network, u, v), *_edges(network, v, u)]
    joint = "\N{NO-BREAK SPACE}; " if language == "fr" else "; "
    words = joint.join(dict.fromkeys(_words(network, *edge, language) for edge in edges))
    return Step(u, v, words, tuple(dict.fromkeys(data["claim"] for _, _, data in edges)))


def _edges(network: nx.MultiDiGraph, u: str, v: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    edges: Iterable[dict[str, Any]] = network.get_edge_data(u, v, default={}).values()
    return ((u, v, data) for data in edges if data["status"] != "refuted")


def _words(network: nx.MultiDiGraph, u: str, v: str, data: dict[str, Any], language: str) -> str:
    a, b = network.nodes[u]["label"], network.nodes[v]["label"]
    contested = data["status"] == "contested"
    return phrase(
        data["kind"], a, b, data["detail"] or "", data["date"] or "", language, contested=contested
    )


_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE: Final = {
    "label": "string", "kind": "string", "country": "string", "names": "string", "degree": "long",
}  # fmt: skip
_EDGE: Final = {
    "kind": "string", "claim": "string", "detail": "string", "date": "string", "status": "string",
}  # fmt: skip
_GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
_GEXF: Final = "http://gexf.net/1.3"


def format_graphml(network: nx.MultiDiGraph) -> bytes:
    """Return GraphML: node ids are IRIs, attributes are typed. OutputError on what XML cannot
    hold."""
    root = ET.Element("graphml", {"xmlns": _GRAPHML})
    for scope, schema in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in schema.items():
            ET.SubElement(
                root,
                "key",
                {"id": f"{scope}_{name}", "for": scope, "attr.name": name, "attr.type": kind},
            )
    graph = ET.SubElement(root, "graph", {"edgedefault": "directed"})
    for iri, values in _nodes(network):
        _data(ET.SubElement(graph, "node", {"id": iri}), "node", values)
    for number, source, target, values in _list_edges(network):
        _data(
            ET.SubElement(graph, "edge", {"id": f"e{number}", "source": source, "target": target}),
            "edge",
            values,
        )
    return _text(root)


def format_gexf(network: nx.MultiDiGraph) -> bytes:
    """Return GEXF 1.3: the same nodes, edges and attributes; edges carry their kind as label.
    OutputError on what XML cannot hold."""
    root = ET.Element("gexf", {"xmlns": _GEXF, "version": "1.3"})
    ET.SubElement(ET.SubElement(root, "meta"), "creator").text = "hrdgraph"
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "directed", "mode": "static"})
    for scope, schema in (("node", _NODE), ("edge", _EDGE)):
        attributes = ET.SubElement(graph, "attributes", {"class": scope, "mode": "static"})
        for name, kind in schema.items():
            about = {"id": f"{scope}_{name}", "title": name, "type": kind}
            ET.SubElement(attributes, "attribute", about)
    nodes, edges = ET.SubElement(graph, "nodes"), ET.SubElement(graph, "edges")
    for iri, values in _nodes(network):
        about = {"id": iri, "label": _clean(values["label"])}
        _attvalues(ET.SubElement(nodes, "node", about), "node", values)
    for number, source, target, values in _list_edges(network):
        about = {"id": str(number), "source": source, "target": target}
        about["label"] = _clean(values["kind"])
        _attvalues(ET.SubElement(edges, "edge", about), "edge", values)
    return _text(root)


def _nodes(network: nx.MultiDiGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    degree = simple(network).degree
    for iri, data in sorted(network.nodes(data=True)):
        yield _clean(iri), {**data, "names": " | ".join(data["names"]), "degree": degree[iri]}


def _list_edges(network: nx.MultiDiGraph) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    edges = sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3])
    return ((number, _clean(u), _clean(v), data) for number, (u, v, _, data) in enumerate(edges))


def _data(element: ET.Element, scope: str, values: Mapping[str, Any]) -> None:
    for name in _NODE if scope == "node" else _EDGE:
        if values[name] != "":
            ET.SubElement(element, "data", {"key": f"{scope}_{name}"}).text = _clean(values[name])


def _attvalues(element: ET.Element, scope: str, values: Mapping[str, Any]) -> None:
    holder = ET.SubElement(element, "attvalues")
    for name in _NODE if scope == "node" else _EDGE:
        if values[name] != "":
            ET.SubElement(
                holder, "attvalue", {"for": f"{scope}_{name}", "value": _clean(values[name])}
            )


def _clean(value: object) -> str:
    text = str(value)
    if _FORBIDDEN.search(text):
        hint = "take-out-cell-comes-n"
        raise OutputError(
            "format-cannot-hold", format="GraphML, GEXF", text=repr(text[:60]), hint=hint
        )
    return text


def _text(root: ET.Element) -> bytes:
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body.replace(b"\r", b"&#13;") + b"\n"  # readers turn a bare one into a line feed
