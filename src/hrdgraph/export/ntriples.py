"""Columns into N-Quads and N-Triples: sorted lines, the canonical form of a graph."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.export.options import ExportOptions
from hrdgraph.rdf import ColumnGraph

_ROWS_AT_ONCE = 200_000


def nquads(graph: ColumnGraph, _: ExportOptions) -> Iterator[bytes]:
    """One line a quad."""
    for start in range(0, len(graph), _ROWS_AT_ONCE):
        yield ColumnGraph(graph.terms, graph.quads.slice(start, _ROWS_AT_ONCE)).document()


def ntriples(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One line a triple; a triple of several graphs once."""
    return nquads(graph.triples(), options)
