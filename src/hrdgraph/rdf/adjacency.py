"""A graph in columns into the links of each node in one direction, found without a walk through
the others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from hrdgraph.rdf.graph import ColumnGraph

Link = tuple[int, int]  # a predicate, and what is at the other end


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The links of every node in one direction, as columns that are sorted by node, predicate
    and other end; a link counts once, in however many graphs it stands. Nodes are positions in
    the dictionary of the graph. A look-up costs what it finds; the whole takes a few bytes a
    link, where a list for each node takes a hundred.
    """

    starts: memoryview  # where the links of each node begin; one more than there are nodes
    predicates: memoryview
    ends: memoryview

    @classmethod
    def both(cls, graph: ColumnGraph) -> tuple[Adjacency, Adjacency]:
        """The links from subjects to objects, and those from objects to subjects."""
        columns = ("s", "p", "o")
        # quads are sorted: equal triples are neighbours
        same = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in columns)
        triples = graph.quads.select(columns).filter(~same.fill_null(False))
        return cls._of(triples, len(graph.terms)), cls._of(
            triples.select("o", "p", "s").sort("o", "p", "s"), len(graph.terms)
        )

    @classmethod
    def _of(cls, links: pl.DataFrame, nodes: int) -> Adjacency:
        return cls(
            starts_of(links.to_series(0), nodes),
            *(held(links.to_series(place)) for place in (1, 2)),
        )

    def __contains__(self, node: int) -> bool:
        return self.starts[node] < self.starts[node + 1]

    def get(self, node: int, default: Sequence[Link] = ()) -> Sequence[Link]:
        """The links of a node: predicate and other end."""
        low, high = self.starts[node], self.starts[node + 1]
        return (
            list(zip(self.predicates[low:high], self.ends[low:high], strict=True))
            if low < high
            else default
        )

    def along(self, node: int, predicate: int) -> list[int]:
        """The other ends of the links of a node with a predicate, in order."""
        low, high = self._range(node, predicate)
        return self.ends[low:high].tolist() if low < high else []

    def count(self, node: int, predicate: int) -> int:
        """How many these are."""
        low, high = self._range(node, predicate)
        return high - low

    def grouped(self, node: int) -> dict[int, list[int]]:
        """The other ends of all links of a node, by predicate."""
        found: dict[int, list[int]] = {}
        for predicate, end in self.get(node):
            found.setdefault(predicate, []).append(end)
        return found

    def _range(self, node: int, predicate: int) -> tuple[int, int]:
        low, high = self.starts[node], self.starts[node + 1]
        if low >= high:  # also for -1, which stands for a node that is not there
            return 0, 0
        low = bisect_left(self.predicates, predicate, low, high)
        return low, bisect_right(self.predicates, predicate, low, high)


def starts_of(column: pl.Series, nodes: int) -> memoryview:
    """Where the rows of each node begin in a sorted column of nodes, and, last, how many rows
    there are."""
    return held(column.search_sorted(pl.int_range(nodes + 1, dtype=pl.UInt32, eager=True)))


def held(column: pl.Series) -> memoryview:
    """A column of integers as Python reads it fastest."""
    values: Any = column.rechunk().to_numpy()
    return memoryview(values)
