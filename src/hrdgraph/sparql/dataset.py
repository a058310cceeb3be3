"""A graph in columns → the triples of one property, or of all, without a look at the others."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Self

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH, QuadChange
from hrdgraph.sparql.dictionary import Dictionary
from hrdgraph.sparql.rewriting import as_stored_graph

_ALL = list(COLUMNS)
_TRIPLE = ("s", "p", "o")


def by_predicate(graph: ColumnGraph) -> ColumnGraph:
    """The graph as a dataset holds it: terms as the store writes them, quads in the order of
    their properties."""
    graph = as_stored_graph(graph)
    return ColumnGraph(graph.terms, graph.quads.sort("p", maintain_order=True))


class ColumnDataset:
    """The quads that are asked: the default graph is the set of all triples, GRAPH goes through
    the named ones. More may be added, none is taken away: what has changed since stands in
    another dataset (`after`). `ordered` is what `by_predicate` gives."""

    def __init__(self, ordered: ColumnGraph) -> None:
        self._begin(Dictionary(ordered), ordered.quads)

    def _begin(self, dictionary: Dictionary, quads: pl.DataFrame) -> None:
        self.dictionary, self._sorted = dictionary, quads
        self._own: dict[int, pl.DataFrame] = {}  # the quads of properties that have changed
        self._added: list[pl.DataFrame] = []
        self._counts: list[dict[int, int]] = []  # how many quads of each property those are
        self._parts: list[tuple[ColumnGraph, pl.DataFrame]] = []  # the same, with what it was
        self._before: list[tuple[ColumnGraph, pl.DataFrame]] = []
        self._unnamed = dictionary.code(DEFAULT_GRAPH)
        dictionary.keep()
        self._kept: dict[tuple[int | None, bool], pl.DataFrame] = {}
        self._heights: dict[int, int] = {}  # without what was added
        self._distinct: dict[tuple[int | None, str], int] = {}

    @classmethod
    def of(cls, graph: ColumnGraph) -> Self:
        """The dataset of any graph."""
        return cls(by_predicate(graph))

    def empty(self) -> Self:
        """A dataset without quads, with the dictionary of this one."""
        made = copy(self)
        made._begin(self.dictionary, self._sorted.clear())
        return made

    def copy(self) -> Self:
        """The same quads, to which others may be added."""
        made = copy(self)
        made._added, made._counts = [*self._added], [*self._counts]
        made._parts, made._kept = [*self._parts], {**self._kept}
        made._distinct = {}
        return made

    def after(self, change: QuadChange, now: ColumnGraph) -> Self:
        """What this one was made of, without what was added, after a change that made `now` of
        it: only the properties that the change is of are read again."""
        made = copy(self)
        made._begin(self.dictionary, self._sorted)
        gone, came = self._codes_of(change, now)
        touched = {*gone["p"].unique(), *came["p"].unique()}
        own = {code: _patched(self._base(code), gone, came, code) for code in touched}
        made._own = {**self._own, **own}
        made._before = self._parts or self._before
        made._heights = {key: n for key, n in self._heights.items() if key not in touched}
        added = touched.union(*self._counts)
        kept = self._kept.items()
        made._kept = {key: rows for key, rows in kept if key[0] is not None and key[0] not in added}
        return made

    def __len__(self) -> int:
        return self.height(None)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads. What was added to the dataset that this one comes from is taken over."""
        if not len(graph):
            return
        part = self._part(graph)
        self._parts.append((graph, part))
        self._added.append(part)
        touched = dict(part["p"].value_counts().iter_rows())
        self._counts.append(touched)
        self._distinct.clear()
        for key in [key for key in self._kept if key[0] is None or key[0] in touched]:
            del self._kept[key]

    def _part(self, graph: ColumnGraph) -> pl.DataFrame:
        """The codes of quads; of a graph that is known but for a change, those of the change."""
        before = graph.change and graph.change.before and graph.change.before()
        for known, part in self._before:
            if known is graph:
                return part
            if graph.change is not None and known is before:
                gone, came = self._codes_of(graph.change, graph)
                return pl.concat([part.join(gone, on=_ALL, how="anti"), came]).unique()
        return self._codes(graph)

    def _codes(self, graph: ColumnGraph) -> pl.DataFrame:
        self.dictionary.forget()
        codes = self.dictionary.codes(graph.terms)
        self.dictionary.keep()
        return pl.DataFrame([codes.gather(graph.quads[name]).alias(name) for name in COLUMNS])

    def _codes_of(self, change: QuadChange, now: ColumnGraph) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The codes of what is gone and of what came. What is gone may be there in other words
        still: equal values are one term."""
        places = now.positions(change.gone.terms.gather(change.gone.quads["s"].unique()))
        near = now.quads.filter(pl.col("s").is_in(places.drop_nulls().implode()))
        there = self._codes(ColumnGraph(now.terms, near).trimmed())
        gone = self._codes(change.gone)
        return gone.join(there, on=_ALL, how="anti").unique(), self._codes(change.came)

    def height(self, predicate: int | None) -> int:
        """How many quads a property has, or all have."""
        if predicate is None:
            return sum(rows.height for rows in (self._all_base(), *self._added))
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
            return pl.concat([self._all_base(), *self._added])
        counted = zip(self._added, self._counts, strict=True)
        some = [part for part, count in counted if predicate in count]
        added = [part.filter(pl.col("p") == predicate) for part in some]
        return pl.concat([self._base(predicate), *added]) if added else self._base(predicate)

    def _all_base(self) -> pl.DataFrame:
        """All quads but those that were added."""
        if not self._own:
            return self._sorted
        others = self._sorted.filter(~pl.col("p").is_in([*self._own]))
        return pl.concat([others, *self._own.values()])

    def _base(self, predicate: int) -> pl.DataFrame:
        """The quads of a property, without those that were added."""
        if predicate in self._own:
            return self._own[predicate]
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


def _patched(
    rows: pl.DataFrame, gone: pl.DataFrame, came: pl.DataFrame, predicate: int
) -> pl.DataFrame:
    """The quads of a property after a change, in order."""
    more = came.filter(pl.col("p") == predicate)
    return pl.concat([rows.join(gone, on=_ALL, how="anti"), more]).unique().sort(_ALL)
