"""Our terms ↔ those of rdflib: the one place where the two meet."""

from __future__ import annotations

from typing import Any

import rdflib

from hrdgraph.rdf import IRI, XSD_STRING, BlankNode, Literal, Term
from hrdgraph.rdf.terms import RDF_LANG_STRING


def to_rdflib(term: Term) -> Any:
    """The same term for rdflib, its lexical form untouched."""
    if isinstance(term, IRI):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.label)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == XSD_STRING else rdflib.URIRef(term.datatype)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def from_rdflib(term: Any) -> Term:
    """The same term as ours."""
    if isinstance(term, rdflib.URIRef):
        return IRI(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), RDF_LANG_STRING, term.language)
    return Literal(str(term), str(term.datatype or XSD_STRING))
