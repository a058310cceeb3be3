"""RDF values: terms, and quads as dictionary-encoded columns."""

from hrdgraph.rdf.graph import ColumnGraph
from hrdgraph.rdf.terms import IRI, XSD_STRING, BlankNode, Literal, Quad, Subject, Term, parse_term

__all__ = ["IRI", "XSD_STRING", "BlankNode", "ColumnGraph", "Literal", "Quad", "Subject", "Term", "parse_term"]
