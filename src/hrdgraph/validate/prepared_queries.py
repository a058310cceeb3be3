"""The text of a query into a prepared query, once: an rdflib graph for engines that ask the same
of every focus node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

from hrdgraph.errors import QueryError
from hrdgraph.store.query_guards import refuse_service


class PreparedGraph(rdflib.Graph):
    """An rdflib graph that parses each query text once. pySHACL sends the text of a SPARQL
    constraint once for each focus node, and parsing takes rdflib five to ten times as long as
    answering.
    """

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, Query] = {}
        self._spaces = dict(self.namespaces())

    def query(
        self,
        query_object: str | Query,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Mapping[str, Any] | None = None,
        *rest: Any,
        **options: Any,
    ) -> Result:
        """Answer a query as rdflib does; a text asked before is not parsed again."""
        if isinstance(query_object, str):
            refuse_service(query_object)
            query_object = self._query(query_object) if not initNs else query_object
        return super().query(
            query_object, processor, result, initNs or self._spaces, *rest, **options
        )

    def _query(self, text: str) -> Query:
        if text not in self._prepared:
            query = prepareQuery(text, initNs=self._spaces)
            if query.algebra.datasetClause:  # rdflib would fetch what FROM names
                raise QueryError("shape-query-from")
            self._prepared[text] = query
        return self._prepared[text]
