"""What a CONSTRUCT query made in Oxigraph → columns."""

from __future__ import annotations

import polars as pl
import pyoxigraph as ox

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH, TEXT_SCHEMA
from hrdgraph.rdfio.ntriples import text_columns


def triples_of(
    raw: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, graph: IRI | None
) -> ColumnGraph:
    """The triples of an answer, in the default graph or in one with a name, without one Python
    object for each. QueryError for an answer of another form."""
    if not isinstance(raw, ox.QueryTriples):
        raise QueryError("derivation-not-construct")
    text = raw.serialize(format=ox.RdfFormat.N_TRIPLES)
    found = pl.concat([pl.DataFrame(schema=TEXT_SCHEMA), *text_columns([text] if text else [])])
    name = graph.n3() if graph else DEFAULT_GRAPH
    return ColumnGraph.from_text(found.with_columns(g=pl.lit(name)))
