"""Graphs from files of different formats into a form in which equal ones are equal: as far as RDF makes no difference, nor do texts."""

from __future__ import annotations

import polars as pl
import pyoxigraph as ox

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdfio.oxi import ox_quad, quad_from_ox

CAPITALS = r'"@[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*$'


def comparable(graph: ColumnGraph) -> ColumnGraph:
    """The same graph with language tags in lower case (RDF 1.1 §3.3), and blank nodes named by what is said of them (RDFC-1.0)."""
    return _blank_named(lower_tags(graph))


def lower_tags(graph: ColumnGraph) -> ColumnGraph:
    """The same graph with language tags in lower case."""
    tagged = graph.terms.filter(graph.terms.str.contains(CAPITALS))
    return graph.rename(tagged, lowered(tagged)) if len(tagged) else graph


def lowered(terms: pl.Series) -> pl.Series:
    """N-Triples texts of terms, with the tag of those that have a language in lower case."""
    tag = terms.str.extract(r'"(@[A-Za-z0-9-]+)$').fill_null("")
    return terms.str.strip_suffix(tag) + tag.str.to_lowercase()


def _blank_named(graph: ColumnGraph) -> ColumnGraph:
    blank = graph.terms.str.starts_with("_:")
    places = blank.arg_true()
    if not len(places):
        return graph
    is_named = ~graph.quads.select(pl.any_horizontal(pl.col(name).is_in(places.implode()) for name in COLUMNS)).to_series()
    dataset = ox.Dataset(ox_quad(quad) for quad in ColumnGraph(graph.terms, graph.quads.filter(~is_named)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    named = ColumnGraph(graph.terms, graph.quads.filter(is_named))
    return ColumnGraph.union([named, ColumnGraph.from_quads(map(quad_from_ox, dataset))])
