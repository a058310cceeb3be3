"""Claim nodes into frozen claims: what sort, about what, when, how sure, on whose word, and what speaks against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, HRDV, ORG, RDF, SCHEMA
from hrdgraph.web.pages.citations import Citation, Document, citations_of
from hrdgraph.web.pages.naming import Name, name
from hrdgraph.web.pages.said import Said

STATUSES: Final = ("refuted", "contested", "verified", "asserted")  # the first that holds is the one to show
_OUTCOMES: Final = ("laureate", "joint-laureate", "special-prize", "honorary")

# What must agree for two claims to say the same; the rest (date, motive, note) may be told more or less fully.
_CORE: Final[Mapping[str, tuple[IRI, ...]]] = {
    "conferral": (HRD.edition, HRD.recipient, HRD.outcome),
    "announcement": (HRD.eventOf, HRD.announced, HRD.date),
    "role": (ORG.member, ORG.organization, ORG.role),
    "founding": (ORG.resultingOrganization, HRD.founder),
    "attribute": (RDF.subject, RDF.predicate, RDF.object),
}
# Whom or what a claim is about: it is told on the page of each of these.
_ABOUT: Final[Mapping[str, tuple[IRI, ...]]] = {
    "conferral": (HRD.recipient, HRD.acceptedBy, HRD.presentedBy, HRD.edition, HRD.recipientCountry),
    "announcement": (HRD.eventOf, HRD.city, HRD.country),
    "ceremony": (HRD.eventOf, HRD.city, HRD.country),
    "role": (ORG.member, ORG.organization, HRD.subdivision),
    "founding": (ORG.resultingOrganization, HRD.founder, HRD.after),
    "event": (HRD.country, HRD.subdivision, HRD.victim, HRD.precedes),
    "act": (HRD.victim,),
    "quotation": (SCHEMA.creator, SCHEMA.about),
    "situation": (HRD.situationIn,),
    "attribute": (RDF.subject,),
    "claim": (HRD.edition, SCHEMA.about),
}


@dataclass(frozen=True)
class Claim:
    """A claim. `core` is equal in claims that say the same; `status` is one of STATUSES; `sources` are named graphs,
    `preferred` the reasons (concepts) why it is shown before its rivals, if it is."""

    node: int
    kind: str
    core: tuple[object, ...]
    about: frozenset[int]
    date: str
    attested: str
    earliest: str
    status: str
    publishers: int
    notes: tuple[Name, ...]
    citations: tuple[Citation, ...]
    rivals: tuple[int, ...]
    sources: tuple[int, ...]
    preferred: tuple[int, ...] = ()

    @property
    def doubted(self) -> bool:
        """Whether it is contested or refuted."""
        return self.status in ("refuted", "contested")

    @property
    def precision(self) -> int:
        """How much is said about when: a day more than a month, a month more than a year."""
        return len(self.date)


def claims_of(said: Said, kinds: Mapping[int, str], documents: dict[int, Document], hidden: frozenset[int]) -> dict[int, Claim]:
    """Every claim of the graph, by node. `hidden` are the graphs that are no source: what is derived."""
    wanted = (node for node, kind in kinds.items() if kind in _ABOUT)
    return {node: _claim(said, node, kinds[node], documents, hidden) for node in wanted}


def _claim(said: Said, node: int, kind: str, documents: dict[int, Document], hidden: frozenset[int]) -> Claim:
    publishers = said.text(node, HRD.independentPublishers)
    ways = (HRD.alternativeTo, HRD.preferredTo)
    rivals = {*said.objects(node, *ways), *(s for way in ways for s in said.subjects(way, node))} - {node}
    return Claim(
        node=node,
        kind=kind,
        core=_core(said, node, kind),
        about=frozenset(_about(said, node, kind)),
        date=said.text(node, HRD.date),
        attested=said.text(node, HRD.attestedAt),
        earliest=_earliest(said, node),
        status=_status(said, node),
        publishers=int(publishers) if publishers.isdigit() else 0,
        notes=_notes(said, node),
        citations=citations_of(said, node, documents),
        rivals=tuple(sorted(rivals)),
        sources=tuple(sorted(said.sources.get(node, frozenset()) - hidden)),
        preferred=tuple(said.objects(node, HRD.preferredBecause)) if said.objects(node, HRD.preferredTo) else (),
    )


def _core(said: Said, node: int, kind: str) -> tuple[object, ...]:
    parts = tuple(tuple(said.objects(node, predicate)) for predicate in _CORE.get(kind, ()))
    # a founding without a founder says less than one with, so it is not the same
    return (kind, *parts) if parts and all(parts) else (kind, node)


def _about(said: Said, node: int, kind: str) -> Iterable[int]:
    yield from said.objects(node, *_ABOUT[kind])
    for act in said.objects(node, HRD.act):
        yield from said.objects(act, HRD.victim)
    for edition in said.objects(node, HRD.edition, HRD.eventOf):
        yield from said.objects(edition, HRD.editionOf)


def _notes(said: Said, node: int) -> tuple[Name, ...]:
    """What is remarked of a claim, and of the acts of an event, which are told in its line."""
    values = [value for each in (node, *said.objects(node, HRD.act)) for value in said.values(each, HRD.note)]
    return tuple(name(value.text, value.language) for value in dict.fromkeys(values))


def _earliest(said: Said, node: int) -> str:
    """What to sort by: the first day that the date may mean; of an award without one, the year of its edition."""
    dated = said.text(node, HRD.earliest) or said.text(node, HRD.date)
    years = [said.text(edition, HRD.editionYear) for edition in said.objects(node, HRD.edition, HRD.eventOf)]
    return dated or "".join(years[:1]) or said.text(node, HRD.attestedEarliest)


def _status(said: Said, node: int) -> str:
    space = f"{HRDV}claim-status/"
    found = {said.iri(status).removeprefix(space) for status in said.objects(node, HRD.claimStatus)}
    return next((status for status in STATUSES if status in found), "")


def outcome_rank(said: Said, conferral: int) -> int:
    """Where the outcome of a conferral stands among others: laureates before finalists and nominees."""
    outcome = said.first(conferral, HRD.outcome)
    key = said.iri(outcome).rpartition("/")[2] if outcome >= 0 else ""
    return _OUTCOMES.index(key) if key in _OUTCOMES else len(_OUTCOMES)


def rivals_at_odds(claim: Claim, claims: Mapping[int, Claim]) -> list[Claim]:
    """The claims that cannot be true together with this one."""
    return [claims[node] for node in claim.rivals if node in claims]


def together(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims that say the same, each group with the one first that is surest and most precise; groups in order of time.

    Claims that are alternatives to each other stay apart, though their core agrees.
    """
    groups: dict[tuple[object, ...], list[list[Claim]]] = {}
    for claim in claims:
        fitting = groups.setdefault(claim.core, [])
        for group in fitting:
            if not any(other.node in claim.rivals for other in group) and group[0].doubted == claim.doubted:
                group.append(claim)
                break
        else:
            fitting.append([claim])
    ordered = [sorted(group, key=_surest) for found in groups.values() for group in found]
    return sorted(ordered, key=lambda group: (group[0].earliest or "9999", group[0].doubted, group[0].node))


def _surest(claim: Claim) -> tuple[bool, int, int, int]:
    order = {"verified": 0, "asserted": 1, "": 1, "contested": 2, "refuted": 3}
    return not claim.preferred, order[claim.status], -claim.precision, claim.node
