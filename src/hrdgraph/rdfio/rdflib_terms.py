"""Convert terms and graphs to and from rdflib: the one place where the two meet."""

from __future__ import annotations

from typing import Any

import rdflib

from hrdgraph.rdf import IRI, XSD_STRING, BlankNode, ColumnGraph, Literal, Term, parse_term
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.vocab import PREFIXES


def to_rdflib(term: Term) -> Any:
    """Convert a term for rdflib, with its lexical form untouched."""
    if isinstance(term, IRI):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.label)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == XSD_STRING else rdflib.URIRef(term.datatype)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def from_rdflib(term: Any) -> Term:
    """Convert a term from rdflib."""
    if isinstance(term, rdflib.URIRef):
        return IRI(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), RDF_LANG_STRING, term.language)
    return Literal(str(term), str(term.datatype or XSD_STRING))


def dataset_of(graph: ColumnGraph) -> rdflib.Dataset:
    """Return the quads of a graph as an rdflib Dataset; those without a graph name go to its
    default graph.

    Queries and patterns see the union of all graphs, as with `hrdgraph query`; `GRAPH ?g` and
    `dataset.graph(name)` reach each named graph."""
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
