"""Columns into N-Quads and N-Triples: sorted lines, the canonical form of a graph."""

from __future__ import annotations

from collections.abc import Iterator

from hrdgraph.export.document import Chunk, Document, Section
from hrdgraph.export.graph_texts import GraphTexts
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.pieces import Pieces, used
from hrdgraph.export.reading_order import quad_columns
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH


def nquads(graph: ColumnGraph, _: ExportOptions) -> Iterator[bytes]:
    """One line a quad."""
    return _document(graph).stream()


def ntriples(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One line a triple; a triple of several graphs once."""
    return nquads(graph.triples(), options)


def nquads_document(texts: GraphTexts) -> Document:
    """The lines of all quads, which belong to no graph more than to another."""
    return _document(texts.graph)


def _document(graph: ColumnGraph) -> Document:
    return Document(b"", [Section(DEFAULT_GRAPH, b"", b"", _chunks(graph))] if len(graph) else [])


def _chunks(graph: ColumnGraph) -> Iterator[Chunk]:
    g, rows = quad_columns(graph)
    pieces, size = Pieces(), len(graph.terms)
    pieces.add(graph.terms + " ")
    names = used(g, size)
    ends = [f"{name} .\n" if name else ".\n" for name in graph.terms.gather(names)]
    end = pieces.add_for(names, ends, size)
    for part in rows.whole_subjects():
        s, p, o = rows.take(part)
        yield Chunk(graph.terms[int(s[0])], pieces.joined(s, p, o, end[g[part]]))
