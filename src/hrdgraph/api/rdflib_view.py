"""Columns into an rdflib Dataset: each term made once, nothing parsed, no literal rewritten."""

from __future__ import annotations

from typing import Any

import rdflib

from hrdgraph.rdf import IRI, XSD_STRING, BlankNode, ColumnGraph, parse_term
from hrdgraph.vocab import PREFIXES


def dataset_of(graph: ColumnGraph) -> rdflib.Dataset:
    """The quads of a graph as an rdflib Dataset; quads without a graph name are in its default graph."""
    dataset = rdflib.Dataset()
    for name, prefix in PREFIXES.items():
        dataset.bind(name, rdflib.Namespace(prefix))
    terms = [_term(text) if text else None for text in graph.terms]
    contexts: dict[int, rdflib.Graph] = {}
    for s, p, o, g in graph.quads.iter_rows():
        if g not in contexts:
            contexts[g] = dataset.graph(terms[g]) if terms[g] is not None else dataset.default_graph
        contexts[g].add((terms[s], terms[p], terms[o]))
    return dataset


def _term(text: str) -> Any:
    term = parse_term(text)
    if isinstance(term, IRI):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.label)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == XSD_STRING else rdflib.URIRef(term.datatype)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
