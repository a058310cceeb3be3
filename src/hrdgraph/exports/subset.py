"""Take from a graph all about one thing, and add names in other vocabularies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.errors import QueryError
from hrdgraph.mapping.facts.layout import claim_classes
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, ColumnGraph, Term
from hrdgraph.rdf.graph import Adjacency
from hrdgraph.vocab import DCTERMS, FOAF, HRD, OA, ORG, RDF, RDFS, SCHEMA, SKOS

_PARTS = (HRD.editionOf,)  # x editionOf award: what is said of x is said of the award
_WHOLES = (HRD.act,)  # event act x: what happened to x is told by the event
# one step only: what contradicts a rival in turn is not about the thing
_RIVALS = (HRD.alternativeTo,)
# followed to their end, and told in full
_DESCRIBED = (HRD.evidence, HRD.edition, HRD.eventOf, HRD.act, OA.hasSource, OA.hasSelector)
LABELS: Final = (RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.notation, RDFS.label, DCTERMS.title)


@dataclass(frozen=True, eq=False)
class LinkIndex:
    """The links of a graph by either end, as positions in its dictionary, without graph names."""

    graph: ColumnGraph
    outgoing: Adjacency
    incoming: Adjacency

    @classmethod
    def of(cls, graph: ColumnGraph) -> LinkIndex:
        return cls(graph, *Adjacency.both(graph))

    def along(self, position: int, predicates: frozenset[int]) -> Iterable[int]:
        """Return the objects of `predicates` at a subject."""
        return (o for p in predicates for o in self.outgoing.along(position, p))

    def against(self, position: int, predicates: frozenset[int]) -> Iterable[int]:
        """Return the subjects that have `predicates` with this object."""
        return (s for p in predicates for s in self.incoming.along(position, p))

    def is_claim(self, position: int) -> bool:
        """Say whether a node is a claim."""
        return any(o in self._claims for o in self.along(position, self.positions(RDF.type)))

    @cached_property
    def _claims(self) -> frozenset[int]:
        classes = self.positions(*claim_classes(), HRD.Testimony)
        below, known, fresh = self.positions(RDFS.subClassOf), classes, classes
        while fresh := frozenset(s for kind in fresh for s in self.against(kind, below)) - known:
            known |= fresh
        return known

    def positions(self, *terms: Term) -> frozenset[int]:
        """Return the positions of those terms that the graph has."""
        return frozenset(
            place for term in terms if (place := self.graph.position(term)) is not None
        )


@dataclass(frozen=True)
class Selection:
    """What belongs to a thing: nodes described in full, and nodes with labels only."""

    full: frozenset[int]
    labelled: frozenset[int]


def subset(graph: ColumnGraph, iri: str) -> ColumnGraph:
    """Return the thing itself, the claims that mention it and those that contradict them, their
    evidence and documents, and the labels of what they mention. Named graphs are kept. Raises
    QueryError, with the nearest IRI, for an unknown thing."""
    position = graph.position(f"<{iri}>")
    index = LinkIndex.of(graph)
    if position is None or (position not in index.outgoing and position not in index.incoming):
        subjects = graph.terms.gather(graph.quads["s"].unique().sort())
        hint = hint_at(f"<{iri}>", subjects, "give-full-iri", cutoff=0.7, shown="{}")
        raise QueryError("thing-unknown", thing=iri, hint=hint)
    return extract(index, position, select(index, position))


def select(index: LinkIndex, position: int) -> Selection:
    """Choose the nodes around one thing. Cost grows with what is chosen, not with the graph."""
    parts, wholes, described, rivals = (
        index.positions(*terms) for terms in (_PARTS, _WHOLES, _DESCRIBED, _RIVALS)
    )
    focus = [position, *index.against(position, parts)]
    about = {s for node in focus for _, s in index.incoming.get(node)}
    claims = {s for s in about if index.is_claim(s)}
    for node in (position, *claims):
        claims |= {*index.along(node, rivals), *index.against(node, rivals)}
    claims |= {whole for claim in claims for whole in index.against(claim, wholes)}
    full = {*focus, *claims}
    fresh = full
    while fresh := {o for node in fresh for o in index.along(node, described)} - full:
        full |= fresh
    named = {o for node in full for _, o in index.outgoing.get(node) if o in index.outgoing}
    return Selection(frozenset(full), frozenset(named - full))


def extract(index: LinkIndex, position: int, selection: Selection) -> ColumnGraph:
    """Return the quads of a selection, and the other IRIs (`dcterms:isReplacedBy`) of the thing at
    `position`."""
    s, p = pl.col("s"), pl.col("p")
    aliases = index.against(position, index.positions(DCTERMS.isReplacedBy))
    subjects = sorted({*selection.full, *selection.labelled, *aliases})
    slices = (index.graph.rows_of(subject) for subject in subjects)
    near = index.graph.quads[[row for rows in slices for row in range(rows.start, rows.stop)]]
    alias = (pl.col("o") == position) & p.is_in(list(index.positions(DCTERMS.isReplacedBy)))
    labels = s.is_in(list(selection.labelled)) & p.is_in(list(index.positions(*LABELS)))
    return ColumnGraph(
        index.graph.terms, near.filter(s.is_in(list(selection.full)) | labels | alias)
    )


_AGENTS: Final = (
    FOAF.Person, FOAF.Agent, FOAF.Group, FOAF.Organization, HRD.HumanRightsDefender,
    ORG.Organization, ORG.FormalOrganization, ORG.OrganizationalCollaboration,
)  # fmt: skip


def with_common_names(graph: ColumnGraph) -> ColumnGraph:
    """Return the graph with each skos:prefLabel as rdfs:label and schema:name too, and that of
    persons, organisations and groups as foaf:name; each in its own named graph."""
    labels = graph.quads.filter(pl.col("p") == _place(graph, SKOS.prefLabel))
    of_kinds = pl.col("p") == _place(graph, RDF.type)
    kinds = [_place(graph, kind) for kind in _AGENTS]
    agents = graph.quads.filter(of_kinds & pl.col("o").is_in(kinds))["s"].unique()
    theirs = labels.filter(pl.col("s").is_in(agents.implode()))
    copies = ((RDFS.label, labels), (SCHEMA.name, labels), (FOAF.name, theirs))
    parts = [_as(graph, rows, term) for term, rows in copies if len(rows)]
    return ColumnGraph.union([graph, *parts])


def _place(graph: ColumnGraph, term: IRI) -> int:
    place = graph.position(term)
    return -1 if place is None else place


def _as(graph: ColumnGraph, rows: pl.DataFrame, term: IRI) -> ColumnGraph:
    """Return the rows with another predicate."""
    texts = rows.select(
        *(graph.terms.gather(rows[name]).alias(name) for name in ("s", "o", "g"))
    ).with_columns(p=pl.lit(term.n3()))
    return ColumnGraph.from_text(texts.select("s", "p", "o", "g"))
