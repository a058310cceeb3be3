"""Columns into N-Quads and N-Triples: sorted lines, the canonical form of a graph."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hrdgraph.export.columns import merged
from hrdgraph.export.options import Options
from hrdgraph.rdf import ColumnGraph

_ROWS_AT_ONCE = 200_000


def nquads(graph: ColumnGraph, _: Options) -> Iterator[bytes]:
    """One line a quad."""
    for start in range(0, len(graph), _ROWS_AT_ONCE):
        yield _block(ColumnGraph(graph.terms, graph.quads.slice(start, _ROWS_AT_ONCE)).lines())


def ntriples(graph: ColumnGraph, options: Options) -> Iterator[bytes]:
    """One line a triple; a triple of several graphs once."""
    terms = pl.concat([graph.terms, pl.Series([""])]).rename("term")
    return nquads(ColumnGraph(terms, merged(graph).with_columns(g=pl.lit(len(graph.terms), pl.UInt32))), options)


def _block(lines: pl.Series) -> bytes:
    return ("\n".join(lines) + "\n").encode()
