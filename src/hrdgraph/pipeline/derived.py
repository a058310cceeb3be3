"""Derived statements: the project's CONSTRUCT queries over what is published, into a graph of their own."""

from __future__ import annotations

from hrdgraph.evidence import FUNCTIONS
from hrdgraph.queries import DERIVE, Catalogue, derive
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.store import Store


def derive_all(store: Store, catalogue: Catalogue, graph: IRI) -> ColumnGraph:
    """Run queries/derive in the order of their file names; what they make is in the store and is returned."""
    return derive(store, catalogue.topic(DERIVE), graph=graph, functions=FUNCTIONS)
