"""Measure a network, find the shortest chain of claims between two things, and write GraphML and
GEXF. What XML 1.0 cannot hold is refused, never changed. Equal networks give equal bytes."""

from __future__ import annotations

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


_EXACT_UP_TO: Final = 1_000  # nodes; betweenness costs nodes times edges
_SAMPLE: Final = 500  # things, at most: betweenness is estimated from the shortest paths from these
_FEWEST: Final = 50
_VISITS: Final = 5_000_000  # of things and edges on these paths; some 20 seconds
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
    above 1,000 nodes: from 500, or fewer of large networks."""
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
    between = nx.betweenness_centrality(graph, k=sampled, seed=SEED)
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
        named = [
            each.label(language) for each in load_shipped_kinds().values() if each.thing == kind
        ]
        code, detail = "fact", detail or next(iter(named), kind)
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
    always the same. Its words are in the language. Raises QueryError if nothing connects
    the two."""
    import networkx as nx

    graph = simple(network)
    if not (a in graph and b in graph and nx.has_path(graph, a, b)):
        start, end = (network.nodes[end]["label"] if end in graph else end for end in (a, b))
        fact = Message("things-unconnected", start_name=start, end_name=end)
        raise QueryError(fact)
    nodes = nx.dijkstra_path(graph, a, b, weight=lambda u, v, _: _length(network, u, v))
    steps = tuple(_step(network, u, v, language) for u, v in pairwise(nodes))
    return Route(tuple(network.nodes[node]["label"] for node in nodes), steps)


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


def format_graphml(network: nx.MultiDiGraph) -> bytes:
    """Return GraphML: node ids are IRIs, attributes are typed. OutputError on what XML cannot
    hold."""
    from networkx.readwrite.graphml import GraphMLWriter  # type: ignore[import-untyped]

    return _text(GraphMLWriter(_prepare(network)).xml)


def format_gexf(network: nx.MultiDiGraph) -> bytes:
    """Return GEXF 1.2: the same nodes, edges and attributes; edges carry their kind as label.
    OutputError on what XML cannot hold."""
    from networkx.readwrite.gexf import GEXFWriter  # type: ignore[import-untyped]

    prepared = _prepare(network)
    for _, _, data in prepared.edges(data=True):
        data["label"] = data["kind"]
    root = GEXFWriter(prepared).xml
    root.find("meta").clear()  # the day, and the version of networkx
    return _text(root)


def _prepare(network: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Return the network in the order of its IRIs, with what XML can hold, and nothing empty."""
    import networkx as nx

    result, degree = nx.MultiDiGraph(), simple(network).degree
    for iri, data in sorted(network.nodes(data=True)):
        names = " | ".join(data["names"])
        result.add_node(_clean(iri), **_drop_empty({**data, "names": names}), degree=degree[iri])
    edges = sorted(network.edges(keys=True, data=True), key=lambda edge: edge[:3])
    for number, (u, v, _, data) in enumerate(edges):
        result.add_edge(_clean(u), _clean(v), key=f"e{number}", **_drop_empty(data))
    return result


def _drop_empty(data: Mapping[str, str]) -> dict[str, str]:
    return {name: _clean(value) for name, value in data.items() if value}


def _clean(text: str) -> str:
    if _FORBIDDEN.search(text):
        raise OutputError("format-cannot-hold", format="GraphML, GEXF", text=repr(text[:60]))
    return text


def _text(root: ET.Element) -> bytes:
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body.replace(b"\r", b"&#13;") + b"\n"  # readers turn a bare one into a line feed
