"""Terms as dense integers: those of a graph by their places in its sorted dictionary, those that
come later behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.sparql.rewriting import rewritten

CODE = pl.UInt32
_SINGLES: Final = 10_000  # terms whose codes are remembered one by one
_PIECES: Final = 16  # of later terms, from which these are put together


class Dictionary:
    """The codes of terms. Two terms that the store takes for one have one code; a code holds
    until `forget`. `graph` must hold its terms as the store writes them."""

    def __init__(self, graph: ColumnGraph) -> None:
        self._graph = graph
        self.size = len(graph.terms)  # the first code that is not of a term of the graph
        self._late = _NOTHING.clone()
        self._kept = 0
        self._singles: dict[str, int] = {}
        self._table: pl.DataFrame | None = None

    def code(self, text: str) -> int:
        """The code of one term, which is taken up where it is new. Those of queries are asked
        for again and again."""
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
        """The codes of terms, null for null; what is new is taken up. `plain` texts are known to
        be as the store writes them."""
        distinct = texts.drop_nulls().unique()
        same = distinct if plain else rewritten(distinct)
        places = self._graph.positions(same)
        if places.null_count():
            places = self._later(same, places)
        found = pl.DataFrame({"text": distinct, "code": places.cast(CODE)})
        return matched(texts.rename("text"), found, "text")["code"]

    def texts(self, codes: pl.Series) -> pl.Series:
        """The N-Triples texts of codes, null for null."""
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
        """What `read` makes of the terms of the graph, which is kept: it is always asked with
        the same."""
        if self._table is None:
            self._table = read(self._graph.terms)
        return self._table

    def _later(self, texts: pl.Series, places: pl.Series) -> pl.Series:
        """The places, those that the graph does not have behind it."""
        new = texts.filter(places.is_null()).unique()
        if len(self._late):
            new = new.filter(~new.is_in(self._late.implode()))
        self._late.append(new)
        if self._late.n_chunks() > _PIECES:
            self._late = self._late.rechunk()
        late = self._late.to_frame("text").with_row_index("late", offset=self.size)
        found = matched(texts.rename("text"), late, "text")["late"]
        return pl.select(pl.coalesce(places, found)).to_series()


_NOTHING: Final = pl.Series("late", dtype=pl.String)


def matched(keys: pl.Series, found: pl.DataFrame, on: str) -> pl.DataFrame:
    """What was found for each distinct key, for every key in its place; nulls for null."""
    return keys.to_frame(on).join(found, on=on, how="left", maintain_order="left").drop(on)
