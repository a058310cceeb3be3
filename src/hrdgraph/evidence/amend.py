"""A graph, the quads to leave out and the quads to add, into the graph without the ones and with the others."""

from __future__ import annotations

import polars as pl

from hrdgraph.evidence.marks import compact
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS


def amended(graph: ColumnGraph, kept: pl.Series, added: pl.DataFrame) -> ColumnGraph:
    """The kept quads (a mark on quads), and added ones as N-Triples texts in columns s, p, o, g. No text that only left-out quads use
    stays in the dictionary. What is kept is renumbered, never written out as text and read again."""
    parts = [compact(graph, kept) if not kept.all() else graph, ColumnGraph.from_text(added)]
    terms = pl.concat([part.terms.rename("term") for part in parts]).unique().sort()
    return ColumnGraph(terms, pl.concat([_renumbered(part, terms) for part in parts]).unique().sort(COLUMNS))


def _renumbered(graph: ColumnGraph, terms: pl.Series) -> pl.DataFrame:
    places = terms.search_sorted(graph.terms).cast(pl.UInt32)
    return graph.quads.select(places.gather(graph.quads[name]).alias(name) for name in COLUMNS)
