"""Classes of the ontology into the few kinds of pages: a person, an organisation, an award, a
claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, FOAF, HRD, OA, ORG, RDFS, SCHEMA, SKOS
from hrdgraph.web.pages.graph_view import GraphView

# In this order: what is a person and also an agent is a person.
THINGS: Final[Mapping[str, tuple[IRI, ...]]] = {
    "person": (FOAF.Person,),
    "organisation": (ORG.Organization, ORG.FormalOrganization, ORG.OrganizationalCollaboration),
    "group": (FOAF.Agent, FOAF.Group, HRD.HumanRightsDefender),
    "award": (HRD.Award,),
    "edition": (HRD.AwardEdition,),
    "event": (HRD.HumanRightsEvent,),
}
CLAIMS: Final[Mapping[str, tuple[IRI, ...]]] = {
    "conferral": (HRD.AwardConferral,),
    "announcement": (HRD.Announcement,),
    "ceremony": (HRD.CeremonyEvent,),
    "role": (ORG.Membership,),
    "founding": (HRD.Founding,),
    "act": (HRD.Act,),
    "quotation": (SCHEMA.Quotation, HRD.Testimony),
    "situation": (HRD.SituationStatement,),
    "involvement": (HRD.Involvement,),
    "proceeding": (HRD.Proceeding,),
    "intervention": (HRD.Intervention,),
    "fate": (HRD.FateStatement,),
    "media": (HRD.MediaObject,),
    "attribute": (HRD.AttributeClaim,),
    "claim": (HRD.Claim,),
}
LISTED: Final = ("person", "organisation", "group", "award", "edition", "event", "country")
HIDDEN: Final = (
    OA.SpecificResource,
    OA.TextPositionSelector,
    OA.TextQuoteSelector,
    HRD.SourceDocument,
)


def kinds_of(said: GraphView, base: str) -> dict[int, str]:
    """The kind of each node that has a page. The first kind that fits holds."""
    found: dict[int, str] = {}
    for kind, classes in (*THINGS.items(), *CLAIMS.items()):
        for iri in classes:
            for node in _members(said, iri):
                found.setdefault(node, kind)
    for node in said.typed(SKOS.Concept):
        if said.iri(node).startswith(base):
            found.setdefault(node, "country" if _is_country(said, node) else "place")
    return found


def aliases_of(said: GraphView, base: str) -> dict[str, int]:
    """IRIs under the base that another one has replaced."""
    first: dict[int, int] = {}
    for node, new in said.pairs(DCTERMS.isReplacedBy):
        first.setdefault(node, new)
    return {
        iri[len(base) :]: new
        for node, new in first.items()
        if (iri := said.iri(node)).startswith(base)
    }


def withdrawn_of(said: GraphView, base: str) -> frozenset[str]:
    """The keys of things that the graph spoke of once, and speaks of no longer."""
    return frozenset(
        said.iri(node)[len(base) :]
        for node in said.typed(HRD.Withdrawn)
        if said.iri(node).startswith(base)
    )


def _is_country(said: GraphView, node: int) -> bool:
    return any(
        value.datatype == HRD["iso3166-1-alpha-2"].value
        for value in said.values(node, SKOS.notation)
    )


def _members(said: GraphView, iri: IRI) -> list[int]:
    """The members of a class and of the classes directly or farther below it."""
    members, todo, seen = list(said.typed(iri)), [said.at(iri)], {-1}
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        narrower = [c for c in said.subjects(RDFS.subClassOf, node) if c not in seen]
        # what has a kind of its own keeps it: an award edition is no award
        members += [
            m for c in narrower if c not in _own(said) for m in said.typed(IRI(said.iri(c)))
        ]
        todo += [c for c in narrower if c not in _own(said)]
    return members


def _own(said: GraphView) -> frozenset[int]:
    return frozenset(
        said.at(iri) for group in (THINGS, CLAIMS) for classes in group.values() for iri in classes
    )
