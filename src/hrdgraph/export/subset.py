"""A graph and the IRI of a thing into the smaller graph that says everything about that thing, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.errors import QueryError
from hrdgraph.nearest import meant
from hrdgraph.rdf import ColumnGraph
from hrdgraph.vocab import DCTERMS, FOAF, HRD, OA, ORG, RDF, RDFS, SCHEMA, SKOS

_CLAIMS = (
    HRD.Claim, HRD.AwardConferral, HRD.CeremonyEvent, HRD.Announcement, ORG.Membership, HRD.Founding, HRD.HumanRightsEvent, HRD.Act,
    HRD.SituationStatement, SCHEMA.Quotation, HRD.Testimony, HRD.AttributeClaim,
)  # fmt: skip
_ENTITIES = (
    HRD.Award, HRD.HumanRightsDefender, FOAF.Person, FOAF.Agent, ORG.Organization, ORG.FormalOrganization, ORG.OrganizationalCollaboration,
)  # fmt: skip
_PARTS = (HRD.editionOf,)  # x editionOf award: what is said of x is said of the award
_WHOLES = (HRD.act,)  # event act x: what happened to x is told by the event
_RIVALS = (HRD.alternativeTo,)  # one step only: what contradicts a rival in turn is not about the thing
_DESCRIBED = (HRD.evidence, HRD.edition, HRD.eventOf, HRD.act, OA.hasSource, OA.hasSelector)  # followed to their end, and told in full
LABELS: Final = (RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.notation, RDFS.label, DCTERMS.title)


@dataclass(frozen=True)
class Index:
    """The links of a graph by either end, as positions in its dictionary; graph names do not matter here."""

    graph: ColumnGraph
    outgoing: Mapping[int, list[tuple[int, int]]]
    incoming: Mapping[int, list[tuple[int, int]]]
    claims: frozenset[int]
    entities: tuple[int, ...]

    @classmethod
    def of(cls, graph: ColumnGraph) -> Index:
        outgoing: dict[int, list[tuple[int, int]]] = {}
        incoming: dict[int, list[tuple[int, int]]] = {}
        for s, p, o in graph.quads.select("s", "p", "o").unique().sort("s", "p", "o").iter_rows():
            outgoing.setdefault(s, []).append((p, o))
            incoming.setdefault(o, []).append((p, s))
        return cls(graph, outgoing, incoming, frozenset(_members(graph, _CLAIMS)), tuple(_members(graph, _ENTITIES)))

    def along(self, position: int, predicates: frozenset[int]) -> Iterable[int]:
        """The objects of `predicates` at a subject."""
        return (o for p, o in self.outgoing.get(position, ()) if p in predicates)

    def against(self, position: int, predicates: frozenset[int]) -> Iterable[int]:
        """The subjects that have `predicates` with this object."""
        return (s for p, s in self.incoming.get(position, ()) if p in predicates)


@dataclass(frozen=True)
class Selection:
    """What belongs to a thing: nodes described in full, and nodes of which the labels are enough."""

    full: frozenset[int]
    labelled: frozenset[int]


def subset(graph: ColumnGraph, iri: str) -> ColumnGraph:
    """The thing itself, the claims that mention it and those that contradict them, their evidence and documents, and the
    labels of what they mention. Named graphs are kept. Raises QueryError, with the nearest IRI, where nothing is said of it.
    """
    position = graph.position(f"<{iri}>")
    index = Index.of(graph)
    if position is None or (position not in index.outgoing and position not in index.incoming):
        raise QueryError(f"the graph says nothing about <{iri}>", hint=_nearest(graph, iri))
    return cut(graph, position, select(index, position))


def select(index: Index, position: int) -> Selection:
    """Choose the nodes around one thing. Cost grows with what is chosen, not with the graph."""
    graph = index.graph
    parts, wholes, described, rivals = (_positions(graph, terms) for terms in (_PARTS, _WHOLES, _DESCRIBED, _RIVALS))
    focus = [position, *index.against(position, parts)]
    claims = {s for node in focus for _, s in index.incoming.get(node, ()) if s in index.claims}
    claims |= {rival for node in (position, *claims) for rival in (*index.along(node, rivals), *index.against(node, rivals))}
    claims |= {whole for claim in claims for whole in index.against(claim, wholes)}
    full = {*focus, *claims}
    fresh = full
    while fresh := {o for node in fresh for o in index.along(node, described)} - full:
        full |= fresh
    labelled = {o for node in full for _, o in index.outgoing.get(node, ()) if o in index.outgoing} - full
    return Selection(frozenset(full), frozenset(labelled))


def cut(graph: ColumnGraph, position: int, selection: Selection) -> ColumnGraph:
    """The quads of a selection, and the other IRIs (`dcterms:isReplacedBy`) of the thing at `position`."""
    s, p = pl.col("s"), pl.col("p")
    alias = (pl.col("o") == position) & p.is_in(list(_positions(graph, (DCTERMS.isReplacedBy,))))
    labels = s.is_in(list(selection.labelled)) & p.is_in(list(_positions(graph, LABELS)))
    return ColumnGraph(graph.terms, graph.quads.filter(s.is_in(list(selection.full)) | labels | alias))


def _positions(graph: ColumnGraph, terms: Iterable[object]) -> frozenset[int]:
    found = (graph.position(term) for term in terms)  # type: ignore[arg-type]
    return frozenset(position for position in found if position is not None)


def _members(graph: ColumnGraph, classes: Iterable[object]) -> list[int]:
    """The subjects of any of `classes` or of their subclasses, as far as the graph holds the ontology; sorted."""
    wanted = _positions(graph, classes)
    narrower = graph.where(p=RDFS.subClassOf).quads
    while new := set(narrower.filter(pl.col("o").is_in(list(wanted)))["s"]) - wanted:
        wanted |= new
    typed = graph.where(p=RDF.type).quads
    return typed.filter(pl.col("o").is_in(list(wanted)))["s"].unique().sort().to_list()


def _nearest(graph: ColumnGraph, iri: str) -> str:
    subjects = graph.terms.gather(graph.quads["s"].unique().sort())
    return meant(f"<{iri}>", subjects, "give the IRI in full; queries find IRIs by label", cutoff=0.7, shown="{}")
