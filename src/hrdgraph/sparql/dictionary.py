"""Terms as dense integers: those of a graph by their places in its sorted dictionary, those that
come later behind them."""

from __future__ import annotations

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.sparql.rewriting import rewritten

CODE = pl.UInt32


class Dictionary:
    """The codes of terms. Two terms that the store takes for one have one code; a code never
    changes. `graph` must hold its terms as the store writes them."""

    def __init__(self, graph: ColumnGraph) -> None:
        self._graph = graph
        self._size = len(graph.terms)
        self._more: list[str] = []
        self._places: dict[str, int] = {}

    def find(self, text: str) -> int | None:
        """The code of a term as the store writes it, None where nothing has used it."""
        place = self._graph.position(text)
        return self._places.get(text) if place is None else place

    def code(self, text: str) -> int:
        """The code of one term, which is taken up where it is new."""
        return int(self.codes(pl.Series([text], dtype=pl.String))[0])

    def codes(self, texts: pl.Series) -> pl.Series:
        """The codes of terms, null for null; what is new is taken up."""
        distinct = texts.drop_nulls().unique()
        same = rewritten(distinct)
        places = self._graph.positions(same).to_list()
        for at, place in enumerate(places):
            if place is None:
                places[at] = self._taken(same[at])
        found = pl.DataFrame(
            {"text": distinct, "code": pl.Series(places, dtype=CODE)},
            schema={"text": pl.String, "code": CODE},
        )
        return matched(texts, found, "text")["code"]

    def texts(self, codes: pl.Series) -> pl.Series:
        """The N-Triples texts of codes, null for null."""
        if not self._more or not len(codes) or (codes.max() or 0) < self._size:  # type: ignore[operator]
            return self._graph.terms.gather(codes).rename("text")
        more = pl.Series(self._more, dtype=pl.String)
        late = codes >= self._size
        early = self._graph.terms.gather(pl.select(pl.when(~late).then(codes)).to_series())
        behind = pl.select(pl.when(late).then(codes - self._size)).to_series()
        return pl.select(
            pl.when(late).then(more.gather(behind)).otherwise(early).alias("text")
        ).to_series()

    def _taken(self, text: str) -> int:
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = self._size + len(self._more)
            self._more.append(text)
        return place


def matched(keys: pl.Series, found: pl.DataFrame, on: str) -> pl.DataFrame:
    """What was found for each distinct key, for every key in its place; nulls for null."""
    return keys.to_frame(on).join(found, on=on, how="left", maintain_order="left").drop(on)
