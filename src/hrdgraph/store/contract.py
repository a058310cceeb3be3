"""What every store promises, reading and writing apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from hrdgraph.rdf import IRI, Term
from hrdgraph.store.results import Answer

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph

Function = Callable[..., Term | None]
Functions = Mapping[IRI, Function]
Parameters = Mapping[str, Term]
NO_PARAMETERS: Final[Parameters] = MappingProxyType({})
NO_FUNCTIONS: Final[Functions] = MappingProxyType({})


class Reader(Protocol):
    """A place that answers SPARQL 1.1 queries.

    The default graph is the union of all graphs as a set: a triple that two sources state is
    there once. `GRAPH ?g` goes through the named graphs. Parameters are bound as terms: no value
    can change what a query asks.
    """

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query.

        Each parameter replaces its variable wherever the whole query sees it, so a SELECT names
        it in its projection. Functions are called with terms (not at all where an argument is
        unbound) and return a term, or None for "no value". Raises QueryError where the text does
        not parse or the query cannot be answered, HrdgraphError where the store fails.
        """
        ...


class Store(Reader, Protocol):
    """A place that also takes quads."""

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """The distinct triples that a CONSTRUCT query gives, in the default graph or in one with
        a name. QueryError for other queries too."""
        ...

    def add(self, graph: ColumnGraph) -> None:
        """Add quads; what is there already stays once. Raises HrdgraphError where they cannot be
        written."""
        ...
