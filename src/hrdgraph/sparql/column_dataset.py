"""Hold the terms of a graph as dense integers and find the triples of one property without reading
the others. Terms are written as the store writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Self

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH
from hrdgraph.store.oxigraph import as_stored
from hrdgraph.vocab import XSD

# typed literals that are written as they are: plain days, years, numbers and truth values
_SAME: Final = "|".join(
    rf'^"(?:{pattern})"\^\^<{XSD.prefix}(?:{types})>$'
    for pattern, types in (
        (r"0|-?[1-9][0-9]{0,17}", "integer"),
        (r"[0-9]{4}", "gYear"),
        (r"[0-9]{4}-[0-9]{2}", "gYearMonth"),
        (r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])", "date"),
        (r"true|false", "boolean"),
        (r"[^\"]*", "anyURI"),
    )
)
_TYPED: Final = rf'"\^\^<{XSD.prefix}[A-Za-z]+>$'
_TAGGED: Final = r'"@[a-z0-9-]*[A-Z][A-Za-z0-9-]*$'


def normalize_texts(texts: pl.Series) -> pl.Series:
    """Return N-Triples texts of terms as the store would write them."""
    doubtful = _doubtful(texts)
    if not len(doubtful):
        return texts
    changed = as_stored(texts.gather(doubtful).to_list())
    return texts.clone().scatter(doubtful, pl.Series(changed, dtype=pl.String))


def as_stored_graph(graph: ColumnGraph) -> ColumnGraph:
    """Return the graph with its terms as the store would write them."""
    graph = graph.trim()
    doubtful = _doubtful(graph.terms)
    old = graph.terms.gather(doubtful)
    new = pl.Series(as_stored(old.to_list()), dtype=pl.String) if len(doubtful) else old
    changed = old != new
    return graph.rename(old.filter(changed), new.filter(changed)) if changed.any() else graph


def _doubtful(texts: pl.Series) -> pl.Series:
    literal = texts.str.starts_with('"')
    typed = texts.str.contains(_TYPED) & ~texts.str.contains(_SAME)
    return (literal & (typed | texts.str.contains(_TAGGED))).fill_null(value=False).arg_true()


CODE = pl.UInt32
_SINGLES: Final = 10_000  # terms whose codes are remembered one by one
_PIECES: Final = 16  # of later terms, from which these are put together


class Dictionary:
    """The codes of terms. Two terms that the store takes for one share a code; a code is valid
    until `forget`. The terms of `graph` must be written as the store writes them."""

    def __init__(self, graph: ColumnGraph) -> None:
        self._graph = graph
        self.size = len(graph.terms)  # the first code that is not of a term of the graph
        self._late = _NOTHING.clone()
        self._kept = 0
        self._singles: dict[str, int] = {}
        self._table: pl.DataFrame | None = None

    def code(self, text: str) -> int:
        """Return the code of one term, adding a new one. Terms of queries are cached."""
        place = self._singles.get(text)
        if place is None:
            # an IRI stands in the store as it is written
            place = self._graph.position(text) if text.startswith("<") else None
            if place is None:
                place = int(self.codes(pl.Series([text], dtype=pl.String))[0])
            if len(self._singles) < _SINGLES:
                self._singles[text] = place
        return place

    def codes(self, texts: pl.Series, *, plain: bool = False) -> pl.Series:
        """Return the codes of terms, null for null; new terms are added. `plain` texts are known
        to be as the store writes them."""
        distinct = texts.drop_nulls().unique()
        same = distinct if plain else normalize_texts(distinct)
        places = self._graph.positions(same)
        if places.null_count():
            new = same.filter(places.is_null()).unique()
            if len(self._late):
                new = new.filter(~new.is_in(self._late.implode()))
            self._late.append(new)
            if self._late.n_chunks() > _PIECES:
                self._late = self._late.rechunk()
            late = self._late.to_frame("text").with_row_index("late", offset=self.size)
            late_places = look_up(same.rename("text"), late, "text")["late"]
            places = pl.select(pl.coalesce(places, late_places)).to_series()
        table = pl.DataFrame({"text": distinct, "code": places.cast(CODE)})
        return look_up(texts.rename("text"), table, "text")["code"]

    def texts(self, codes: pl.Series) -> pl.Series:
        """Return the N-Triples texts of codes, null for null."""
        if not len(self._late) or not len(codes) or (codes.max() or 0) < self.size:  # type: ignore[operator]
            return self._graph.terms.gather(codes).rename("text")
        late = codes >= self.size
        early = self._graph.terms.gather(pl.select(pl.when(~late).then(codes)).to_series())
        behind = pl.select(pl.when(late).then(codes - self.size)).to_series()
        return pl.select(
            pl.when(late).then(self._late.gather(behind)).otherwise(early).alias("text")
        ).to_series()

    def keep(self) -> None:
        """Keep what was taken up until now for good."""
        self._kept = len(self._late)

    def forget(self) -> None:
        """Let go of what was taken up and not kept: a query that is answered needs it no more."""
        if len(self._late) > self._kept:
            self._late = self._late.head(self._kept).clone()
            bound = self.size + self._kept
            self._singles = {text: code for text, code in self._singles.items() if code < bound}

    def table(self, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
        """Return the result of `read` on the graph's terms; it is computed once, so `read` must
        always be the same."""
        if self._table is None:
            self._table = read(self._graph.terms)
        return self._table


_NOTHING: Final = pl.Series("late", dtype=pl.String)


def look_up(keys: pl.Series, table: pl.DataFrame, on: str) -> pl.DataFrame:
    """Return the row of `table` for each key, in the order of the keys; null for null."""
    return keys.to_frame(on).join(table, on=on, how="left", maintain_order="left").drop(on)


_TRIPLE = ("s", "p", "o")


def by_predicate(graph: ColumnGraph) -> ColumnGraph:
    """Return the graph as a dataset holds it: terms as the store writes them, quads sorted by
    property."""
    graph = as_stored_graph(graph)
    return ColumnGraph(graph.terms, graph.quads.sort("p", maintain_order=True))


class ColumnDataset:
    """The quads of a query: the default graph is the set of all triples, GRAPH goes through the
    named ones. Quads may be added, never removed. `ordered` is a result of `by_predicate`."""

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
        """Return the dataset of any graph."""
        return cls(by_predicate(graph))

    def __len__(self) -> int:
        return self.height(None)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        if not len(graph):
            return
        self.dictionary.forget()
        codes = self.dictionary.codes(graph.terms)
        self.dictionary.keep()
        part = pl.DataFrame([codes.gather(graph.quads[name]).alias(name) for name in COLUMNS])
        self._added.append(part)
        touched = dict(part["p"].value_counts().iter_rows())
        self._counts.append(touched)
        self._distinct.clear()
        for key in [key for key in self._kept if key[0] is None or key[0] in touched]:
            del self._kept[key]

    def height(self, predicate: int | None) -> int:
        """Count the quads of a property, or all."""
        if predicate is None:
            return sum(rows.height for rows in (self._sorted, *self._added))
        if predicate not in self._heights:
            self._heights[predicate] = self._base(predicate).height
        return self._heights[predicate] + sum(count.get(predicate, 0) for count in self._counts)

    def count(self, s: int | None, p: int | None, o: int | None) -> int:
        """Count the quads with these terms; None is any."""
        if s is None and o is None:
            return self.height(p)
        rows = self._rows(p)
        tests = [pl.col(name) == code for name, code in (("s", s), ("o", o)) if code is not None]
        return int(rows.select(pl.all_horizontal(tests).sum()).item())

    def distinct(self, predicate: int | None, place: str) -> int:
        """Count the distinct subjects (`s`) or objects (`o`) of a property, or of all."""
        key = (predicate, place)
        if key not in self._distinct:
            self._distinct[key] = self._rows(predicate)[place].n_unique()
        return self._distinct[key]

    def triples(self, predicate: int | None) -> pl.DataFrame:
        """Return the distinct triples of a property, or all, from any graph: columns s, p, o."""
        return self._cache_rows((predicate, False), lambda rows: self._once(rows.select(_TRIPLE)))

    def quads(self, predicate: int | None) -> pl.DataFrame:
        """Return the distinct quads in named graphs, of a property or all: columns s, p, o, g."""
        return self._cache_rows(
            (predicate, True), lambda rows: self._once(rows.filter(pl.col("g") != self._unnamed))
        )

    def _cache_rows(
        self, key: tuple[int | None, bool], make: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> pl.DataFrame:
        if key not in self._kept:
            self._kept[key] = make(self._rows(key[0]))
        return self._kept[key]

    def _rows(self, predicate: int | None) -> pl.DataFrame:
        if predicate is None:
            return pl.concat([self._sorted, *self._added])
        counted = zip(self._added, self._counts, strict=True)
        some = [part for part, count in counted if predicate in count]
        added = [part.filter(pl.col("p") == predicate) for part in some]
        return pl.concat([self._base(predicate), *added]) if added else self._base(predicate)

    def _base(self, predicate: int) -> pl.DataFrame:
        """Return the quads of a property, without the added ones."""
        column = self._sorted["p"]
        start, end = (int(column.search_sorted(predicate, side)) for side in ("left", "right"))
        return self._sorted.slice(start, end - start)

    def _once(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Drop rows equal to the one before; all equal ones if quads were added, since only then
        rows are out of order."""
        if self._added:
            return rows.unique(maintain_order=True)
        if not rows.height:
            return rows
        return rows.filter(pl.any_horizontal(pl.all() != pl.all().shift()).fill_null(value=True))
