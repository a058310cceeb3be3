"""Quads in columns into a place that answers SPARQL."""

from hrdgraph.store.answer import Answer, Boolean, Solutions, Triples
from hrdgraph.store.contract import NO_FUNCTIONS, NO_PARAMETERS, Functions, Parameters, Reader, Store
from hrdgraph.store.oxigraph import OxigraphStore

__all__ = [
    "NO_FUNCTIONS",
    "NO_PARAMETERS",
    "Answer",
    "Boolean",
    "Functions",
    "OxigraphStore",
    "Parameters",
    "Reader",
    "Solutions",
    "Store",
    "Triples",
]
