"""A network into figures: who is central, what hangs together, which communities there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

_EXACT_UP_TO: Final = 2_000  # nodes; betweenness costs nodes times edges
_SAMPLE: Final = 500  # things, at most: betweenness is estimated from the shortest paths from these
_FEWEST: Final = 50
_VISITS: Final = 10_000_000  # of things and edges on these paths; some 20 seconds
SEED: Final = 20131008


@dataclass(frozen=True, slots=True)
class NodeMeasure:
    """One thing. `degree` counts distinct neighbours; `betweenness` is the share of shortest
    paths through it (0 to 1); `component` and `community` are numbered from 1, the largest
    first.
    """

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
    """The figures of a network. `table` has the most central things first. `sampled` is the
    number of things that betweenness was estimated from, None where it is exact. Equal networks
    have equal figures, whatever Python's hash seed.
    """

    nodes: int
    edges: int
    kinds: Mapping[str, int]
    relations: Mapping[str, int]
    components: tuple[int, ...]
    communities: tuple[int, ...]
    sampled: int | None
    table: tuple[NodeMeasure, ...]

    def members(self, community: int) -> tuple[NodeMeasure, ...]:
        """The things of one community, the most central first."""
        return tuple(row for row in self.table if row.community == community)


def simple(network: nx.MultiDiGraph) -> nx.Graph:
    """Who is joined to whom, without direction; claims that were refuted join nobody."""
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
    """Measure a network. Betweenness is estimated, with a fixed seed, above 2,000 nodes: from
    500, or fewer of large networks."""
    import networkx as nx

    names = sorted(network)
    # Numbers instead of IRIs: sets of texts are walked in an order that changes from run to run.
    graph = nx.convert_node_labels_to_integers(simple(network), ordering="sorted")
    sampled = _sampled(graph)
    between = nx.betweenness_centrality(graph, k=sampled, seed=SEED) if names else {}
    components = _numbered(nx.connected_components(graph))
    communities = _numbered(nx.community.louvain_communities(graph, seed=SEED)) if names else {}
    table = []
    for n, iri in enumerate(names):
        node, parts = network.nodes[iri], (communities[n], components[n])
        named = (iri, node["label"], node["kind"], node["country"])
        table.append(NodeMeasure(*named, graph.degree[n], round(between[n], 9), *parts))
    return Measures(
        nodes=len(names),
        edges=network.number_of_edges(),
        kinds=_counted(data["kind"] for _, data in network.nodes(data=True)),
        relations=_counted(kind for _, _, kind in network.edges(data="kind")),
        components=_sizes(components),
        communities=_sizes(communities),
        sampled=sampled,
        table=tuple(sorted(table, key=lambda row: (-row.degree, -row.betweenness, row.iri))),
    )


def _sampled(graph: nx.Graph) -> int | None:
    """From how many things betweenness is estimated; None where it is exact."""
    size = graph.number_of_nodes() + graph.number_of_edges()
    return (
        max(_FEWEST, min(_SAMPLE, _VISITS // size))
        if graph.number_of_nodes() > _EXACT_UP_TO
        else None
    )


def _numbered(groups: object) -> dict[int, int]:
    """The number of each node's group: the largest is 1, then by the first member."""
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))  # type: ignore[attr-defined]
    return {node: number for number, group in enumerate(ordered, start=1) for node in group}


def _sizes(numbers: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(count for _, count in sorted(Counter(numbers.values()).items()))


def _counted(values: object) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))  # type: ignore[call-overload]
