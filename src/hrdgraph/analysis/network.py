"""A graph in columns into a network: people, organisations, awards and events, joined by what
claims say of them.

Nodes are IRIs with `label`, `kind` (person, organisation, award, event, agent), `country`
(codes) and `names` (all of them). Edges are keyed by the claim that makes them, one a claim,
from the one who acts to what is acted on. Attributes: `kind`, `claim` (IRI), `detail`, `date`
(as the source says it) and `status`. A finalist has an edge `finalist`, never `won`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from hrdgraph.analysis.facts import PredicateIndex, code, shown
from hrdgraph.analysis.labels import TaggedLabel
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import FOAF, HRD, ORG, SCHEMA

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

KINDS: Final[dict[str, tuple[IRI, ...]]] = {
    "award": (HRD.Award,),
    "organisation": (ORG.Organization, ORG.FormalOrganization, ORG.OrganizationalCollaboration),
    "person": (FOAF.Person,),
    "event": (HRD.HumanRightsEvent,),
    "agent": (FOAF.Agent, HRD.HumanRightsDefender),
}
_OUTCOMES: Final = {
    "laureate": "won", "joint-laureate": "won", "special-prize": "won", "honorary": "won",
    "finalist": "finalist", "nominee": "nominee", "shortlist": "shortlisted", "revoked": "revoked",
}  # fmt: skip
_MEMBERS: Final = frozenset({"", "member", "honorary-member"})


class Edge(NamedTuple):
    """One statement between two things. `claim` is the node of the graph that makes it and has
    its evidence."""

    source: str
    target: str
    kind: str
    claim: str
    detail: str = ""
    date: str = ""


def network(graph: ColumnGraph, languages: Sequence[str] = ("en",)) -> nx.MultiDiGraph:
    """Build the network, nodes and edges in the order of their IRIs. Labels are chosen by
    `languages`, the first that exists."""
    import networkx as nx

    facts = PredicateIndex(graph, tuple(languages))
    names = facts.names()
    result = nx.MultiDiGraph()
    for iri, attributes in sorted(_nodes(facts, names)):
        result.add_node(iri, **attributes)
    status = facts.links(HRD.claimStatus)
    for edge in _edges(facts, names):
        if edge.source in result and edge.target in result and edge.source != edge.target:
            result.add_edge(
                edge.source, edge.target, key=f"{edge.kind} {edge.claim}", kind=edge.kind,
                claim=edge.claim, detail=edge.detail, date=edge.date,
                status=_status(status.get(edge.claim, ())),
            )  # fmt: skip
    return result


def _edges(facts: PredicateIndex, names: dict[str, tuple[TaggedLabel, ...]]) -> list[Edge]:
    """What ties things, each once, in order."""
    unnamed = (_conferrals, _foundings, _events, _sayings, _bodies)
    return sorted({*_roles(facts, names), *(edge for ties in unnamed for edge in ties(facts))})


def _nodes(
    facts: PredicateIndex, names: dict[str, tuple[TaggedLabel, ...]]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each thing once, with the first kind that fits."""
    countries = [
        facts.links(predicate) for predicate in (HRD.country, HRD.nationality, HRD.countryOfWork)
    ]
    events = _event_labels(facts, names)
    seen: set[str] = set()
    for kind, classes in KINDS.items():
        for iri in facts.of_class(classes):
            if iri in seen:
                continue
            seen.add(iri)
            found = next((links[iri] for links in countries if iri in links), [])
            label = events.get(iri) or shown(iri, names, facts.languages)
            all_names = tuple(dict.fromkeys(name.text for name in names.get(iri, ()))) or (label,)
            country = ", ".join(map(code, found))
            yield iri, {"label": label, "kind": kind, "country": country, "names": all_names}


def _event_labels(
    facts: PredicateIndex, names: dict[str, tuple[TaggedLabel, ...]]
) -> dict[str, str]:
    """What happened and when, for events that have no name of their own: `abduction, killing
    (2009)`."""
    acts, types, dates = facts.links(HRD.act), facts.links(HRD.actType), facts.links(HRD.date)
    labels = {}
    for event, parts in acts.items():
        what = dict.fromkeys(
            shown(kind, names, facts.languages) for act in parts for kind in types.get(act, ())
        )
        when = _first(dates, event)
        if event not in names and what:
            labels[event] = ", ".join(what) + (f" ({when})" if when else "")
    return labels


def _conferrals(facts: PredicateIndex) -> Iterator[Edge]:
    edition, award, year = (
        facts.links(HRD.edition),
        facts.links(HRD.editionOf),
        facts.links(HRD.editionYear),
    )
    outcome, accepted, presented = (
        facts.links(HRD.outcome),
        facts.links(HRD.acceptedBy),
        facts.links(HRD.presentedBy),
    )
    for claim, recipients in facts.links(HRD.recipient).items():
        when, said = _first(year, _first(edition, claim)), code(_first(outcome, claim))
        prize = _first(award, _first(edition, claim))
        for recipient in recipients:
            if prize:
                yield Edge(recipient, prize, _OUTCOMES.get(said, "considered"), claim, said, when)
            yield from (
                Edge(person, recipient, "accepted-for", claim, prize, when)
                for person in accepted.get(claim, ())
            )
            yield from (
                Edge(person, recipient, "presented-to", claim, prize, when)
                for person in presented.get(claim, ())
            )


def _roles(facts: PredicateIndex, names: dict[str, tuple[TaggedLabel, ...]]) -> Iterator[Edge]:
    where, role, printed = (
        facts.links(ORG.organization),
        facts.links(ORG.role),
        facts.links(HRD.roleText),
    )
    dates, attested = facts.links(HRD.date), facts.links(HRD.attestedAt)
    for claim, members in facts.links(ORG.member).items():
        roles = role.get(claim, [])
        kind = (
            "member"
            if {code(item) for item in roles} <= _MEMBERS and (roles or claim not in printed)
            else "role"
        )
        detail = ", ".join(shown(item, names, facts.languages) for item in roles) or _first(
            printed, claim
        )
        when = _first(dates, claim) or _first(attested, claim)
        yield from (
            Edge(member, body, kind, claim, detail, when)
            for member in members
            for body in where.get(claim, ())
        )


def _foundings(facts: PredicateIndex) -> Iterator[Edge]:
    founder, after, dates = facts.links(HRD.founder), facts.links(HRD.after), facts.links(HRD.date)
    for claim, bodies in facts.links(ORG.resultingOrganization).items():
        when = _first(dates, claim)
        for body in bodies:
            yield from (
                Edge(person, body, "founded", claim, "", when) for person in founder.get(claim, ())
            )
            yield from (
                Edge(body, event, "founded-after", claim, "", when)
                for event in after.get(claim, ())
            )


def _events(facts: PredicateIndex) -> Iterator[Edge]:
    victims, kinds, dates = facts.links(HRD.victim), facts.links(HRD.actType), facts.links(HRD.date)
    for event, acts in facts.links(HRD.act).items():
        for act in acts:
            what = ", ".join(map(code, kinds.get(act, ())))
            when = _first(dates, event) or _first(dates, act)
            yield from (
                Edge(victim, event, "victim", act, what, when) for victim in victims.get(act, ())
            )


def _sayings(facts: PredicateIndex) -> Iterator[Edge]:
    about = facts.links(SCHEMA.about)
    for claim, speakers in facts.links(SCHEMA.creator).items():
        yield from (
            Edge(speaker, thing, "spoke-of", claim)
            for speaker in speakers
            for thing in about.get(claim, ())
        )


def _bodies(facts: PredicateIndex) -> Iterable[Edge]:
    return (
        Edge(award, body, "conferred-by", award)
        for award, bodies in facts.links(HRD.conferredBy).items()
        for body in bodies
    )


def _first(links: dict[str, list[str]], key: str) -> str:
    return links.get(key, [""])[0]


def _status(said: Sequence[str]) -> str:
    """Of several statuses of a claim the one that doubts most; else the first."""
    codes = [code(iri) for iri in said]
    return next(
        (doubt for doubt in ("refuted", "contested") if doubt in codes), codes[0] if codes else ""
    )
