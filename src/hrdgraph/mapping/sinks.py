"""What becomes of mapped quads: a graph of dictionary-encoded columns, or text lines."""

from __future__ import annotations

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, TEXT_SCHEMA


class GraphSink:
    """Gathers quads in a dictionary of its own; each column of terms is encoded once, however many rules share it."""

    def __init__(self) -> None:
        self._dictionary = pl.Categorical(pl.Categories.random())
        self._frames: list[pl.DataFrame] = []

    def encode(self, terms: pl.Series) -> pl.Series:
        return terms.cast(pl.List(self._dictionary) if terms.dtype == pl.List else self._dictionary)

    def add(self, quads: pl.DataFrame) -> None:
        self._frames.append(quads)

    def graph(self) -> ColumnGraph:
        """What has been added so far, as a set."""
        if not self._frames:
            return ColumnGraph.from_text(pl.DataFrame(schema=TEXT_SCHEMA))
        return ColumnGraph.from_categorical(pl.concat(self._frames).select(COLUMNS))
