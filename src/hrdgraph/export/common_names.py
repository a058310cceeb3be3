"""Names in SKOS into the same names in the words of other vocabularies, for tools that look for
those."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import FOAF, HRD, ORG, RDF, RDFS, SCHEMA, SKOS

_AGENTS: Final = (
    FOAF.Person,
    FOAF.Agent,
    FOAF.Group,
    FOAF.Organization,
    HRD.HumanRightsDefender,
    ORG.Organization,
    ORG.FormalOrganization,
    ORG.OrganizationalCollaboration,
)


def with_common_names(graph: ColumnGraph) -> ColumnGraph:
    """The graph with each skos:prefLabel as rdfs:label and schema:name too, and that of persons,
    organisations and groups as foaf:name; each in the named graph that says it."""
    named = graph.quads.filter(pl.col("p") == _place(graph, SKOS.prefLabel))
    of_kinds = pl.col("p") == _place(graph, RDF.type)
    kinds = [_place(graph, kind) for kind in _AGENTS]
    agents = graph.quads.filter(of_kinds & pl.col("o").is_in(kinds))["s"].unique()
    theirs = named.filter(pl.col("s").is_in(agents.implode()))
    said = ((RDFS.label, named), (SCHEMA.name, named), (FOAF.name, theirs))
    parts = [_as(graph, rows, term) for term, rows in said if len(rows)]
    return ColumnGraph.union([graph, *parts])


def _place(graph: ColumnGraph, term: IRI) -> int:
    place = graph.position(term)
    return -1 if place is None else place


def _as(graph: ColumnGraph, rows: pl.DataFrame, term: IRI) -> ColumnGraph:
    """The rows with another predicate."""
    texts = rows.select(
        *(graph.terms.gather(rows[name]).alias(name) for name in ("s", "o", "g"))
    ).with_columns(p=pl.lit(term.n3()))
    return ColumnGraph.from_text(texts.select("s", "p", "o", "g"))
