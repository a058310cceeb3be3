"""Show the editions of an award, who was distinguished in each, and the conferrals of a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.exports.folding import fold
from hrdgraph.vocab import HRD, SKOS
from hrdgraph.web.pages.awards import outcome_rank
from hrdgraph.web.pages.claim_nodes import DOUBTED, Claim, status
from hrdgraph.web.pages.claim_view import anchor_of
from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.pages.view import Desk

_ROWS_SHOWN: Final = 400
NAMED: Final = 4  # of each; the rest is counted


@dataclass(frozen=True)
class CompactRow:
    """A line of a compact table: an edition with its laureates, a conferral in a country."""

    year: str
    first: TextRun
    parts: list[tuple[TextRun, str, str]]
    anchor: str = ""


def of_kind(desk: Desk, thing: Thing) -> dict[str, Any]:
    """Return what only some sorts of things have."""
    rdf, node = desk.site.rdf, thing.node
    empty: dict[str, Any] = {
        "editions": [], "confers": [], "people": [], "bodies": [], "conferrals": [], "places": [],
        "beside": [],
    }  # fmt: skip
    if thing.kind == "award":
        return empty | {"editions": _editions(desk, node)}
    if thing.kind == "edition":
        return empty | {"beside": _beside(desk, node)}
    if thing.kind in ("country", "place"):
        return empty | _of_place(desk, node)
    return empty | {"confers": desk.linker.parts(rdf.subjects(HRD.conferredBy, node))}


def _editions(desk: Desk, award: int) -> list[CompactRow]:
    """List the editions, the latest first, with whom each was given to or nominated."""
    rdf = desk.site.rdf
    editions = sorted(
        rdf.subjects(HRD.editionOf, award),
        key=lambda node: rdf.text(node, HRD.editionYear),
        reverse=True,
    )
    return [_edition_row(desk, edition) for edition in editions]


def _edition_row(desk: Desk, edition: int) -> CompactRow:
    """Return the year, and whoever was distinguished or named: once, with all outcomes of that
    year, contested ones apart."""
    rdf, year = desk.site.rdf, desk.site.rdf.text(edition, HRD.editionYear)
    by_recipient: dict[tuple[int, int, int], bool] = {}
    topics = desk.site.topics
    for claim in (node for node in topics.of(edition) if topics.kinds[node] == "conferral"):
        doubted = status(rdf, claim) in DOUBTED
        outcome = next(iter(topics.ends(claim, "kind")), -1)
        for recipient in topics.ends(claim, "subject"):
            key = (outcome_rank(topics, claim), recipient, outcome)
            by_recipient[key] = by_recipient.get(key, True) and doubted
    outcomes: dict[tuple[int, bool], list[int]] = {}
    for (_, who, outcome), doubted in sorted(
        by_recipient.items(),
        key=lambda entry: (entry[1], entry[0][0], desk.labels.of(entry[0][1]).text),
    ):
        outcomes.setdefault((who, doubted), []).append(outcome)
    parts = [
        (
            desk.linker.part(who),
            ", ".join(desk.labels.of(outcome).text for outcome in each if outcome >= 0),
            "contested" if doubted else "",
        )
        for (who, doubted), each in outcomes.items()
    ]
    anchor = anchor_of(desk.site.key_of(edition))
    return CompactRow(year, TextRun(year, desk.linker.part(edition).href), parts, anchor)


def _beside(desk: Desk, edition: int) -> list[tuple[str, TextRun]]:
    """Return the editions before and after."""
    rdf = desk.site.rdf
    award = rdf.first(edition, HRD.editionOf)
    editions = (
        sorted(rdf.subjects(HRD.editionOf, award), key=lambda node: rdf.text(node, HRD.editionYear))
        if award >= 0
        else []
    )
    place = editions.index(edition) if edition in editions else 0
    neighbours = [("edition_before", place - 1), ("edition_after", place + 1)]
    return [
        (desk.words(key), desk.linker.part(editions[at]))
        for key, at in neighbours
        if 0 <= at < len(editions)
    ]


def _of_place(desk: Desk, node: int) -> dict[str, Any]:
    site, rdf = desk.site, desk.site.rdf
    around = sorted(
        ((desk.linker.part(n), site.kinds[n]) for n in site.people_of(node)),
        key=lambda pair: fold(pair[0].text),
    )
    conferrals = [
        site.claims[claim] for claim in site.topics.of(node) if site.kinds[claim] == "conferral"
    ]
    conferrals.sort(key=lambda claim: claim.earliest, reverse=True)
    rows = [_conferral_row(desk, claim) for claim in conferrals[:_ROWS_SHOWN]]
    places = desk.linker.parts(n for n in rdf.subjects(SKOS.broader, node) if n in site.kinds)
    people = [part for part, kind in around if kind == "person"]
    bodies = [part for part, kind in around if kind != "person"]
    return {"people": people, "bodies": bodies, "conferrals": rows, "places": places}


def _conferral_row(desk: Desk, claim: Claim) -> CompactRow:
    topics = desk.site.topics
    recipients = [
        (part, "", claim.status if claim.doubted else "")
        for part in desk.linker.parts(topics.ends(claim.node, "subject"))
    ]
    outcome = "".join(desk.labels.of(node).text for node in topics.ends(claim.node, "kind")[:1])
    edition = desk.linker.parts(topics.editions(claim.node)[:1])
    return CompactRow(
        topics.year(claim.node) or claim.earliest[:4],
        edition[0] if edition else TextRun(""),
        [*recipients, (TextRun(outcome), "", "outcome")],
    )


def tell_given(desk: Desk, award: int) -> str:
    """Tell how many undisputed laureates an award has, of which years, and who they were last."""
    rdf = desk.site.rdf
    editions = {
        edition: rdf.text(edition, HRD.editionYear)
        for edition in rdf.subjects(HRD.editionOf, award)
    }
    won = {edition: rdf.objects(edition, HRD.undisputedLaureate) for edition in editions}
    years = sorted(editions[edition] for edition, who in won.items() if who)
    if not years:
        return ""
    latest = [who for edition in won if editions[edition] == years[-1] for who in won[edition]]
    return desk.words(
        "summary_given", n=len({who for each in won.values() for who in each}), first=years[0],
        last=years[-1], what=join_names(desk, list(dict.fromkeys(latest))),
    )  # fmt: skip


def join_names(desk: Desk, nodes: list[int]) -> str:
    """Write the names of things, the first of them where there are many."""
    names = [desk.labels.of(node).text for node in nodes[:NAMED]]
    more = len(nodes) - NAMED
    return desk.words.join_list([*names, *([desk.words("and_more", n=more)] if more > 0 else [])])
