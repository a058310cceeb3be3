"""The quads of a graph → the rows of each named graph in the order in which they are read, cut
between subjects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hrdgraph.export.pieces import starts, used
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hrdgraph.export.pieces import Numbers

ROWS_AT_ONCE = 8_000  # whose texts the cache of a processor holds
_SMALL = 1 << 16  # numbers below are sorted by their two bytes, in linear time


class Rows(NamedTuple):
    """Triples of one graph, sorted by subject: the positions of their terms, a column each."""

    s: Numbers
    p: Numbers
    o: Numbers

    def take(self, order: NDArray[np.intp] | slice) -> Rows:
        """Some of the rows, or all in another order."""
        return Rows(self.s[order], self.p[order], self.o[order])

    def whole_subjects(self, size: int = ROWS_AT_ONCE) -> Iterator[slice]:
        """Where the rows may be cut into parts of some `size` rows that end between two
        subjects."""
        firsts, begin, count = np.flatnonzero(starts(self.s)), 0, len(self.s)
        while begin < count:
            place = int(np.searchsorted(firsts, begin + size))
            end = int(firsts[place]) if place < len(firsts) else count
            yield slice(begin, end)
            begin = end


def quad_columns(graph: ColumnGraph) -> tuple[Numbers, Rows]:
    """The positions of the names of graphs, and of the terms of each quad."""
    g, s, p, o = (graph.quads[name].to_numpy() for name in ("g", "s", "p", "o"))
    return g, Rows(s, p, o)


def by_graph(graph: ColumnGraph) -> list[tuple[str, Rows]]:
    """The triples of each graph with its name (an N-Triples text, empty for the default graph,
    which comes first), by name."""
    g, rows = quad_columns(graph)
    names = used(g, len(graph.terms))
    places = np.zeros(len(graph.terms), np.uint32)
    places[names] = np.arange(len(names))
    number = places[g]
    if len(names) > 1:
        rows = rows.take(np.argsort(_narrow(number, len(names)), kind="stable"))
    ends = [0, *np.cumsum(np.bincount(number, minlength=len(names))).tolist()]
    parts = (rows.take(slice(*cut)) for cut in pairwise(ends))
    return list(zip(graph.terms.gather(names), parts, strict=True))


def merged_rows(graph: ColumnGraph) -> list[tuple[str, Rows]]:
    """The triples of all graphs, each once, as those of the default graph."""
    _, rows = quad_columns(graph)
    once = rows.take(np.flatnonzero(starts(rows.s) | starts(rows.p) | starts(rows.o)))
    return [(DEFAULT_GRAPH, once)] if len(once.s) else []


def type_first(rows: Rows, type_: int | None) -> Rows:
    """Rows in their order, but in each subject those first whose predicate is `rdf:type`."""
    if type_ is None:
        return rows
    place = np.cumsum(starts(rows.s)) * 2 + (rows.p != type_)
    return rows.take(np.argsort(_narrow(place, int(place[-1]) + 1), kind="stable"))


def _narrow(numbers: NDArray[Any], size: int) -> NDArray[Any]:
    return numbers.astype(np.uint16) if size <= _SMALL else numbers
