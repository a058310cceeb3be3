"""Columns into N-Quads and N-Triples: sorted lines, the canonical form of a graph."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.export.graph_texts import GraphTexts, Pieces, QuadOrder, Rows, used
from hrdgraph.export.options import ExportOptions
from hrdgraph.rdf import ColumnGraph


def nquads(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One line a quad."""
    return write_nquads(GraphTexts(graph, options))


def ntriples(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One line a triple; a triple of several graphs once."""
    return nquads(graph.triples(), options)


def write_nquads(texts: GraphTexts) -> Iterator[bytes]:
    """Write the lines of all quads."""
    write = NQuadsRows(texts.graph, texts.options.rows_at_once)
    for _, rows in texts.parts(QuadOrder.LINES):
        yield from write.chunks(rows)


class NQuadsRows:
    """Puts rows into lines, so many at once."""

    def __init__(self, graph: ColumnGraph, rows_at_once: int) -> None:
        self._pieces, size = Pieces(), len(graph.terms)
        self._size = rows_at_once
        self._pieces.add(graph.terms + " ")
        names = used(graph.quads["g"].to_numpy(), size)
        ends = [f"{name} .\n" if name else ".\n" for name in graph.terms.gather(names)]
        self._end = self._pieces.add_for(names, ends, size)

    def chunks(self, rows: Rows) -> Iterator[bytes]:
        """The text of all rows."""
        for part in rows.whole_subjects(self._size):
            s, p, o, g = rows.take(part)
            yield self._pieces.joined(s, p, o, self._end[g])
