"""A graph with everything in it into the graph that may be published. The one place that decides this.

A statement is withheld when
 property   its predicate is not public (hrd:defaultVisibility), or is a sub-property, equivalent or inverse of one that is not;
 source     its named graph is not public;
 claim      it is about a withheld node: one whose hrd:visibility is not public, or one that means nothing without such a node:
            a claim that names a withheld person or thing, a reified statement with a withheld part, a claim without evidence or
            an event without acts left, evidence without its document;
 mention    it points at a withheld node, or is the plain statement beside a withheld reified one;
 orphan     it is about or points at a node that only withheld statements speak of;
 derived    it was derived while anything was withheld: no rule can tell what a count or a shortcut was made from, so derive from
            what is published, never before.
Whatever is not plainly public is withheld: an unknown or misspelt visibility too, and of two the stricter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.evidence.kinds import claims
from hrdgraph.evidence.marks import Columns, compact, find
from hrdgraph.evidence.withheld import orphans, with_their_claims
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import HRD, HRDV, OWL, RDF, RDFS

PUBLIC: Final = HRDV["visibility/public"]
REASONS: Final = ("property", "source", "claim", "mention", "orphan", "derived")
_NOTHING: Final[Mapping[IRI, IRI | str]] = MappingProxyType({})
_PARTS: Final = (("s", RDF.subject), ("p", RDF.predicate), ("o", RDF.object))


@dataclass(frozen=True, eq=False)
class Published:
    """What may be published, and how many quads were withheld for which reason. No term is in the dictionary of `graph` that a
    published quad does not use. The counts are for whoever builds: published, they would say that there is more.
    """

    graph: ColumnGraph
    withheld: Mapping[str, int]


def published(
    graph: ColumnGraph,
    default_visibility: Mapping[IRI, IRI | str] = _NOTHING,
    graph_visibility: Mapping[IRI, IRI | str] = _NOTHING,
) -> Published:
    """Take out all that is not public.

    Visibilities are concepts (`hrdv:visibility/…`) or their codes, for properties and for named graphs; what the graph itself
    says of its properties counts as well. Derived statements are those of a graph whose IRI ends in `/derived`.
    """
    reasons = _reasons(graph, default_visibility, graph_visibility)
    withheld, counts = pl.repeat(False, len(graph), dtype=pl.Boolean, eager=True), {}
    for name in REASONS:
        counts[name] = int((reasons[name] & ~withheld).sum())
        withheld = withheld | reasons[name]
    return Published(compact(graph, ~withheld), MappingProxyType({name: count for name, count in counts.items() if count}))


@dataclass(frozen=True, eq=False)
class _Hidden:
    """What is withheld before orphans are looked for: marks on quads and on terms."""

    quads: pl.Series
    by_property: pl.Series
    nodes: pl.Series
    private: pl.Series


def _reasons(graph: ColumnGraph, properties: Mapping[IRI, IRI | str], sources: Mapping[IRI, IRI | str]) -> dict[str, pl.Series]:
    """A mark on quads for each reason."""
    columns = Columns.of(graph)
    closed_properties, closed_sources = _properties(graph, columns, properties), find(graph, _not_public(sources))
    by_property, by_source = columns.having("p", closed_properties), columns.having("g", closed_sources)
    derived = columns.having("g", graph.terms.str.ends_with("/derived>"))
    marked = _marked(graph, columns) | closed_sources
    attributes = _reified(graph, columns, closed_properties)
    told = ~(by_source | derived)
    nodes = with_their_claims(graph, columns.only(told & ~by_property), marked | attributes, claims(graph, columns))
    by_claim = reduce(or_, (columns.having(name, nodes) for name in ("s", "p", "g")))
    by_mention = columns.having("o", nodes) | _beside(graph, columns, nodes)
    hidden = _Hidden(by_property | by_claim | by_mention, by_property, nodes, attributes & ~marked)
    orphaned = _orphans(graph, columns, told, hidden)
    by_orphan = columns.having("s", orphaned) | columns.having("o", orphaned)
    by_derivation = derived if (hidden.quads | by_source | by_orphan).any() else derived & False
    return dict(zip(REASONS, (by_property, by_source, by_claim, by_mention, by_orphan, by_derivation), strict=True))


def _properties(graph: ColumnGraph, columns: Columns, given: Mapping[IRI, IRI | str]) -> pl.Series:
    """The properties that are not public, with their sub-properties, equivalents and inverses."""
    said = columns.having("p", find(graph, (HRD.defaultVisibility,))) & ~columns.having("o", find(graph, (PUBLIC,)))
    narrower = columns.only(columns.having("p", find(graph, (RDFS.subPropertyOf,))))
    twins = columns.only(columns.having("p", find(graph, (OWL.equivalentProperty, OWL.inverseOf))))
    tied = replace(columns, s=pl.concat([narrower.o, twins.s, twins.o]), o=pl.concat([narrower.s, twins.o, twins.s]))
    return tied.reach(find(graph, _not_public(given)) | columns.subjects(said))


def _marked(graph: ColumnGraph, columns: Columns) -> pl.Series:
    """The nodes that say of themselves that they are not public; it does not matter in which graph."""
    return columns.subjects(columns.having("p", find(graph, (HRD.visibility,))) & ~columns.having("o", find(graph, (PUBLIC,))))


def _reified(graph: ColumnGraph, columns: Columns, properties: pl.Series) -> pl.Series:
    """Reified statements of a withheld property."""
    return columns.subjects(columns.having("p", find(graph, (RDF.predicate,))) & columns.having("o", properties))


def _beside(graph: ColumnGraph, columns: Columns, nodes: pl.Series) -> pl.Series:
    """The plain statements that withheld reified statements state, unless a public one states them too."""
    subjects, predicates, objects = (columns.only(columns.having("p", find(graph, (term,)))) for _, term in _PARTS)
    stated = pl.DataFrame({"claim": subjects.s, "s": subjects.o})
    for name, part in (("p", predicates), ("o", objects)):
        stated = stated.join(pl.DataFrame({"claim": part.s, name: part.o}), on="claim")
    secret = nodes.gather(stated["claim"])
    only_secret = stated.filter(secret).join(stated.filter(~secret), on=["s", "p", "o"], how="anti")
    quads = graph.quads.with_row_index("quad").join(only_secret, on=["s", "p", "o"], how="semi")["quad"]
    mark = pl.repeat(False, len(graph), dtype=pl.Boolean, eager=True)
    return mark.scatter(quads, True) if len(quads) else mark


def _orphans(graph: ColumnGraph, columns: Columns, told: pl.Series, hidden: _Hidden) -> pl.Series:
    """The nodes that only withheld statements speak of, the unsaid values of withheld properties among them. A withheld attribute
    does not make an orphan of the thing that it is of."""
    attribute_of = columns.having("s", hidden.private) & columns.having("p", find(graph, (RDF.subject,)))
    evidence = columns.having("p", find(graph, (HRD.evidence,))) & told
    lost = columns.having("o", hidden.nodes)
    unproved = columns.subjects(evidence & lost) & ~columns.subjects(evidence & ~lost)
    seeds = hidden.nodes | columns.objects(hidden.by_property & told) | unproved
    return orphans(graph, columns.only(told), hidden.quads.filter(told), seeds, attribute_of.filter(told))


def _not_public(visibility: Mapping[IRI, IRI | str]) -> list[IRI]:
    return [name for name, value in visibility.items() if value not in (PUBLIC, "public", PUBLIC.value)]
