"""RDF values: terms, and quads as dictionary-encoded columns (loaded when they are asked for,
with the column library)."""

from typing import TYPE_CHECKING

from hrdgraph.lazy import lazily
from hrdgraph.rdf.terms import IRI as IRI
from hrdgraph.rdf.terms import XSD_STRING as XSD_STRING
from hrdgraph.rdf.terms import BlankNode as BlankNode
from hrdgraph.rdf.terms import Literal as Literal
from hrdgraph.rdf.terms import Quad as Quad
from hrdgraph.rdf.terms import Subject as Subject
from hrdgraph.rdf.terms import Term as Term
from hrdgraph.rdf.terms import parse_term as parse_term

if TYPE_CHECKING:
    from hrdgraph.rdf.graph import ColumnGraph as ColumnGraph
else:
    __getattr__ = lazily(
        __name__,
        {
            "graph": "ColumnGraph",
        },
    )
