"""RDF values: terms, and quads as dictionary-encoded columns (loaded when they are asked for,
with the column library)."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily
from hrdgraph.rdf.terms import IRI, XSD_STRING, BlankNode, Literal, Quad, Subject, Term, parse_term

if TYPE_CHECKING:
    from hrdgraph.rdf.graph import ColumnGraph
else:
    __getattr__ = lazily(__name__, {"ColumnGraph": "graph"})

__all__ = [
    "IRI",
    "XSD_STRING",
    "BlankNode",
    "ColumnGraph",
    "Literal",
    "Quad",
    "Subject",
    "Term",
    "parse_term",
]
