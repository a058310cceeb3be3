"""A graph in columns → the triples of one property, or of all, without a look at the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH
from hrdgraph.sparql.dictionary import Dictionary
from hrdgraph.sparql.rewriting import as_stored_graph

_TRIPLE = ("s", "p", "o")


def by_predicate(graph: ColumnGraph) -> ColumnGraph:
    """The graph as a dataset holds it: terms as the store writes them, quads in the order of
    their properties."""
    graph = as_stored_graph(graph)
    return ColumnGraph(graph.terms, graph.quads.sort("p", maintain_order=True))


class ColumnDataset:
    """The quads that are asked: the default graph is the set of all triples, GRAPH goes through
    the named ones. More may be added, none is taken away. `ordered` is what `by_predicate`
    gives."""

    def __init__(self, ordered: ColumnGraph) -> None:
        self.dictionary, self._sorted = Dictionary(ordered), ordered.quads
        self._added: list[pl.DataFrame] = []
        self._counts: list[dict[int, int]] = []  # how many quads of each property those are
        self._unnamed = self.dictionary.code(DEFAULT_GRAPH)
        self.dictionary.keep()
        self._kept: dict[tuple[int | None, bool], pl.DataFrame] = {}
        self._heights: dict[int, int] = {}  # without what was added
        self._distinct: dict[tuple[int | None, str], int] = {}

    @classmethod
    def of(cls, graph: ColumnGraph) -> Self:
        """The dataset of any graph."""
        return cls(by_predicate(graph))

    def __len__(self) -> int:
        return self.height(None)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        if not len(graph):
            return
        part = self._codes(graph)
        self._added.append(part)
        touched = dict(part["p"].value_counts().iter_rows())
        self._counts.append(touched)
        self._distinct.clear()
        for key in [key for key in self._kept if key[0] is None or key[0] in touched]:
            del self._kept[key]

    def _codes(self, graph: ColumnGraph) -> pl.DataFrame:
        self.dictionary.forget()
        codes = self.dictionary.codes(graph.terms)
        self.dictionary.keep()
        return pl.DataFrame([codes.gather(graph.quads[name]).alias(name) for name in COLUMNS])

    def height(self, predicate: int | None) -> int:
        """How many quads a property has, or all have."""
        if predicate is None:
            return sum(rows.height for rows in (self._sorted, *self._added))
        if predicate not in self._heights:
            self._heights[predicate] = self._base(predicate).height
        return self._heights[predicate] + sum(count.get(predicate, 0) for count in self._counts)

    def count(self, s: int | None, p: int | None, o: int | None) -> int:
        """How many quads have these terms; None is any."""
        if s is None and o is None:
            return self.height(p)
        rows = self._rows(p)
        wanted = [pl.col(name) == code for name, code in (("s", s), ("o", o)) if code is not None]
        return int(rows.select(pl.all_horizontal(wanted).sum()).item())

    def distinct(self, predicate: int | None, place: str) -> int:
        """How many subjects (`s`) or objects (`o`) a property has, or all have."""
        key = (predicate, place)
        if key not in self._distinct:
            self._distinct[key] = self._rows(predicate)[place].n_unique()
        return self._distinct[key]

    def triples(self, predicate: int | None) -> pl.DataFrame:
        """The distinct triples of a property, or all, whatever graphs they stand in: columns s,
        p, o."""
        return self._found((predicate, False), lambda rows: self._once(rows.select(_TRIPLE)))

    def quads(self, predicate: int | None) -> pl.DataFrame:
        """The same in named graphs, with the column g."""
        return self._found(
            (predicate, True), lambda rows: self._once(rows.filter(pl.col("g") != self._unnamed))
        )

    def _found(
        self, key: tuple[int | None, bool], made: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> pl.DataFrame:
        if key not in self._kept:
            self._kept[key] = made(self._rows(key[0]))
        return self._kept[key]

    def _rows(self, predicate: int | None) -> pl.DataFrame:
        if predicate is None:
            return pl.concat([self._sorted, *self._added])
        counted = zip(self._added, self._counts, strict=True)
        some = [part for part, count in counted if predicate in count]
        added = [part.filter(pl.col("p") == predicate) for part in some]
        return pl.concat([self._base(predicate), *added]) if added else self._base(predicate)

    def _base(self, predicate: int) -> pl.DataFrame:
        """The quads of a property, without those that were added."""
        column = self._sorted["p"]
        start, end = (int(column.search_sorted(predicate, side)) for side in ("left", "right"))
        return self._sorted.slice(start, end - start)

    def _once(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows without those that stand beside an equal one, which is all of them where nothing
        was added: they are in order."""
        if self._added:
            return rows.unique(maintain_order=True)
        if not rows.height:
            return rows
        return rows.filter(pl.any_horizontal(pl.all() != pl.all().shift()).fill_null(value=True))
