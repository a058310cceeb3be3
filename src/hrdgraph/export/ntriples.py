"""Columns into N-Quads and N-Triples: sorted lines, the canonical form of a graph."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.export.options import ExportOptions
from hrdgraph.export.parts.document import Chunk, Document, Section
from hrdgraph.export.parts.graph_texts import GraphTexts
from hrdgraph.export.parts.pieces import Pieces, used
from hrdgraph.export.parts.reading_order import QuadOrder, Rows
from hrdgraph.rdf import ColumnGraph


def nquads(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One line a quad."""
    return nquads_document(GraphTexts(graph, options)).stream()


def ntriples(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One line a triple; a triple of several graphs once."""
    return nquads(graph.triples(), options)


def nquads_document(texts: GraphTexts) -> Document:
    """The lines of all quads, in parts."""
    write = NQuadsRows(texts.graph, texts.options.rows_at_once)
    parts = texts.parts(QuadOrder.LINES)
    return Document(b"", (Section(name, b"", b"", write.chunks(rows)) for name, rows in parts))


class NQuadsRows:
    """Puts rows into lines, so many at once."""

    def __init__(self, graph: ColumnGraph, rows_at_once: int) -> None:
        self._terms, self._pieces, size = graph.terms, Pieces(), len(graph.terms)
        self._size = rows_at_once
        self._pieces.add(graph.terms + " ")
        names = used(graph.quads["g"].to_numpy(), size)
        ends = [f"{name} .\n" if name else ".\n" for name in graph.terms.gather(names)]
        self._end = self._pieces.add_for(names, ends, size)

    def chunks(self, rows: Rows) -> Iterator[Chunk]:
        """The text of all rows."""
        for part in rows.whole_subjects(self._size):
            s, p, o, g = rows.take(part)
            yield Chunk(self._terms[int(s[0])], self._pieces.joined(s, p, o, self._end[g]))
