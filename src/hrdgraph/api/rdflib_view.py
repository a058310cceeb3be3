"""Columns into an rdflib Dataset: each term made once, nothing parsed, no literal rewritten."""

from __future__ import annotations

import rdflib

from hrdgraph.rdf import ColumnGraph, parse_term
from hrdgraph.rdfio.rdflib_terms import to_rdflib
from hrdgraph.vocab import PREFIXES


def dataset_of(graph: ColumnGraph) -> rdflib.Dataset:
    """The quads of a graph as an rdflib Dataset; quads without a graph name are in its default
    graph.

    Queries and patterns see the union of all graphs, as those of `hrdgraph query` do; `GRAPH ?g`
    and `dataset.graph(name)` reach each named graph.
    """
    dataset = rdflib.Dataset(default_union=True)
    for name, prefix in PREFIXES.items():
        dataset.bind(name, rdflib.Namespace(prefix))
    terms = [to_rdflib(parse_term(text)) if text else None for text in graph.terms]
    contexts: dict[int, rdflib.Graph] = {}
    for s, p, o, g in graph.quads.iter_rows():
        if g not in contexts:
            contexts[g] = dataset.graph(terms[g]) if terms[g] is not None else dataset.default_graph
        contexts[g].add((terms[s], terms[p], terms[o]))
    return dataset
