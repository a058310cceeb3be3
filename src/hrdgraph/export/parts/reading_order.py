"""The quads of a graph → the rows of each named graph in the order in which they are read, cut
between subjects."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hrdgraph.export.parts.pieces import starts, used
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from hrdgraph.export.parts.pieces import Numbers

_SMALL = 1 << 16  # numbers below are sorted by their two bytes, in linear time


class QuadOrder(Enum):
    """How a document has the quads of a graph: all by their terms, or as triples of no graph, or
    graph by graph."""

    LINES = "lines"
    MERGED = "merged"
    BY_GRAPH = "by graph"


class Rows(NamedTuple):
    """Quads that belong together, sorted by subject: the positions of their terms, a column
    each."""

    s: Numbers
    p: Numbers
    o: Numbers
    g: Numbers

    @classmethod
    def of(cls, quads: pl.DataFrame) -> Rows:
        """Those of a frame."""
        return cls(*(quads[name].to_numpy() for name in cls._fields))

    def take(self, order: NDArray[np.intp] | slice) -> Rows:
        """Some of the rows, or all in another order."""
        return Rows(*(column[order] for column in self))

    def once(self) -> Rows:
        """Each triple once, of whatever graph."""
        s, p, o, _ = self
        return self.take(np.flatnonzero(starts(s) | starts(p) | starts(o)))

    def whole_subjects(self, size: int) -> Iterator[slice]:
        """Where the rows may be cut into parts of some `size` rows that end between two
        subjects."""
        firsts, begin, count = np.flatnonzero(starts(self.s)), 0, len(self.s)
        while begin < count:
            place = int(np.searchsorted(firsts, begin + size))
            end = int(firsts[place]) if place < len(firsts) else count
            yield slice(begin, end)
            begin = end


Part = tuple[str, Rows]  # the name of a graph, empty where it has none, and rows of it


def in_reading_order(graph: ColumnGraph, order: QuadOrder) -> list[Part]:
    """The quads of a graph in an order: those of each graph behind its name (an N-Triples text,
    empty for the default graph, which comes first), or all together."""
    rows = Rows.of(graph.quads)
    if not len(graph):
        return []
    if order is QuadOrder.BY_GRAPH:
        return _by_graph(graph, rows)
    return [(DEFAULT_GRAPH, rows if order is QuadOrder.LINES else rows.once())]


def _by_graph(graph: ColumnGraph, rows: Rows) -> list[Part]:
    names = used(rows.g, len(graph.terms))
    places = np.zeros(len(graph.terms), np.uint32)
    places[names] = np.arange(len(names))
    number = places[rows.g]
    if len(names) > 1:
        rows = rows.take(np.argsort(_narrow(number, len(names)), kind="stable"))
    ends = [0, *np.cumsum(np.bincount(number, minlength=len(names))).tolist()]
    parts = (rows.take(slice(*cut)) for cut in pairwise(ends))
    return list(zip(graph.terms.gather(names), parts, strict=True))


def type_first(rows: Rows, type_: int | None) -> Rows:
    """Rows in their order, but in each subject those first whose predicate is `rdf:type`."""
    if type_ is None:
        return rows
    place = np.cumsum(starts(rows.s)) * 2 + (rows.p != type_)
    return rows.take(np.argsort(_narrow(place, int(place[-1]) + 1), kind="stable"))


def _narrow(numbers: NDArray[Any], size: int) -> NDArray[Any]:
    return numbers.astype(np.uint16) if size <= _SMALL else numbers
