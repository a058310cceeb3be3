"""A graph, the quads to leave out and the quads to add, into the graph without the ones and with
the others."""

from __future__ import annotations

import polars as pl

from hrdgraph.rdf import ColumnGraph


def amended(graph: ColumnGraph, kept: pl.Series, added: ColumnGraph) -> ColumnGraph:
    """The kept quads (a mark on quads), and added ones. No text that only left-out quads use stays
    in the dictionary."""
    return ColumnGraph.union([ColumnGraph(graph.terms, graph.quads.filter(kept)), added])
