"""What becomes of mapped quads: a graph of dictionary-encoded columns, or text lines."""

from __future__ import annotations

from typing import BinaryIO

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH, TEXT_SCHEMA


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


class LineSink:
    """Turns quads into N-Quads lines (or, without graph names, N-Triples) as they come, and gives each line once."""

    def __init__(self, *, graphs: bool) -> None:
        self._graphs = graphs
        self._lines: list[pl.Series] = []

    def encode(self, terms: pl.Series) -> pl.Series:
        return terms

    def add(self, quads: pl.DataFrame) -> None:
        graph = pl.when(pl.col("g") == DEFAULT_GRAPH).then(pl.lit("")).otherwise(pl.col("g") + " ") if self._graphs else pl.lit("")
        parts = (pl.col("s"), pl.lit(" "), pl.col("p"), pl.lit(" "), pl.col("o"), pl.lit(" "), graph, pl.lit("."))
        self._lines.append(quads.select(pl.concat_str(parts).alias("line"))["line"])

    def write(self, out: BinaryIO) -> None:
        """Write the distinct lines, in the order in which rules and rows first made them."""
        lines = pl.concat(self._lines) if self._lines else pl.Series("line", [], pl.String)
        lines.unique(maintain_order=True).to_frame("line").write_csv(out, include_header=False, quote_style="never")
