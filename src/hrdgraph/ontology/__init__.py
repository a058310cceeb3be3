"""The ontology's Turtle into values: classes, properties, datatypes, concepts and schemes, each
with its labels and its file."""

from hrdgraph.ontology.load import load
from hrdgraph.ontology.model import (
    Concept,
    Datatype,
    Ontology,
    OntologyClass,
    Property,
    Scheme,
    local_name,
)

__all__ = [
    "Concept",
    "Datatype",
    "Ontology",
    "OntologyClass",
    "Property",
    "Scheme",
    "load",
    "local_name",
]
