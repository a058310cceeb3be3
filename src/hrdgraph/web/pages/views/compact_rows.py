"""What is told of things of some kinds beside claims: editions with their laureates, conferrals
in a country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.vocab import HRD, SKOS
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, Claim, outcome_rank, status
from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.pages.view import Desk
from hrdgraph.web.pages.wording.labels import TextRun

_ROWS_SHOWN: Final = 400


@dataclass(frozen=True)
class CompactRow:
    """A line of a compact table: an edition with its laureates, a conferral in a country."""

    year: str
    first: TextRun
    parts: list[tuple[TextRun, str, str]]


def of_kind(desk: Desk, thing: Thing) -> dict[str, Any]:
    """What only some sorts of things have."""
    said, node = desk.site.said, thing.node
    empty: dict[str, Any] = {
        "editions": [],
        "confers": [],
        "people": [],
        "bodies": [],
        "conferrals": [],
        "places": [],
        "beside": [],
    }
    if thing.kind == "award":
        return empty | {"editions": _editions(desk, node)}
    if thing.kind == "edition":
        return empty | {"beside": _beside(desk, node)}
    if thing.kind in ("country", "place"):
        return empty | _of_place(desk, node)
    return empty | {"confers": desk.linker.parts(said.subjects(HRD.conferredBy, node))}


def _editions(desk: Desk, award: int) -> list[CompactRow]:
    """The editions, the latest first, with whom each was given to or nominated."""
    said = desk.site.said
    editions = sorted(
        said.subjects(HRD.editionOf, award),
        key=lambda node: said.text(node, HRD.editionYear),
        reverse=True,
    )
    return [_edition_row(desk, edition) for edition in editions]


def _edition_row(desk: Desk, edition: int) -> CompactRow:
    """The year, and whoever was distinguished or named: once, with all outcomes of that year,
    contested ones apart."""
    said, year = desk.site.said, desk.site.said.text(edition, HRD.editionYear)
    found: dict[tuple[int, int, int], bool] = {}
    for claim in (node for node in said.subjects(HRD.edition, edition) if node in desk.site.claims):
        doubted = status(said, claim) in DOUBTED
        for recipient in said.objects(claim, HRD.recipient):
            key = (outcome_rank(said, claim), recipient, said.first(claim, HRD.outcome))
            found[key] = found.get(key, True) and doubted
    outcomes: dict[tuple[int, bool], list[int]] = {}
    for (_, who, outcome), doubted in sorted(
        found.items(), key=lambda entry: (entry[1], entry[0][0], desk.labels.of(entry[0][1]).text)
    ):
        outcomes.setdefault((who, doubted), []).append(outcome)
    parts = [
        (
            desk.linker.part(who),
            ", ".join(desk.labels.of(one).text for one in each if one >= 0),
            "contested" if doubted else "",
        )
        for (who, doubted), each in outcomes.items()
    ]
    return CompactRow(year, TextRun(year, desk.linker.part(edition).href), parts)


def _beside(desk: Desk, edition: int) -> list[tuple[str, TextRun]]:
    """The editions before and after."""
    said = desk.site.said
    award = said.first(edition, HRD.editionOf)
    editions = (
        sorted(
            said.subjects(HRD.editionOf, award), key=lambda node: said.text(node, HRD.editionYear)
        )
        if award >= 0
        else []
    )
    place = editions.index(edition) if edition in editions else 0
    found = [("edition_before", place - 1), ("edition_after", place + 1)]
    return [
        (desk.words(key), desk.linker.part(editions[at]))
        for key, at in found
        if 0 <= at < len(editions)
    ]


def _of_place(desk: Desk, node: int) -> dict[str, Any]:
    site, said = desk.site, desk.site.said
    around = sorted(
        ((desk.linker.part(n), site.kinds[n]) for n in site.people_of(node)),
        key=lambda pair: fold(pair[0].text),
    )
    conferrals = [
        site.claims[claim] for claim in site.told.of(node) if site.kinds[claim] == "conferral"
    ]
    conferrals.sort(key=lambda claim: claim.earliest, reverse=True)
    rows = [_conferral_row(desk, claim) for claim in conferrals[:_ROWS_SHOWN]]
    places = desk.linker.parts(n for n in said.subjects(SKOS.broader, node) if n in site.kinds)
    people = [part for part, kind in around if kind == "person"]
    bodies = [part for part, kind in around if kind != "person"]
    return {"people": people, "bodies": bodies, "conferrals": rows, "places": places}


def _conferral_row(desk: Desk, claim: Claim) -> CompactRow:
    said = desk.site.said
    edition, outcome = said.first(claim.node, HRD.edition), said.first(claim.node, HRD.outcome)
    recipients = [
        (part, "", claim.status if claim.doubted else "")
        for part in desk.linker.parts(said.objects(claim.node, HRD.recipient))
    ]
    outcome_part = (TextRun(desk.labels.of(outcome).text if outcome >= 0 else ""), "", "outcome")
    year = said.text(edition, HRD.editionYear) if edition >= 0 else claim.earliest[:4]
    return CompactRow(
        year,
        desk.linker.part(edition) if edition >= 0 else TextRun(""),
        [*recipients, outcome_part],
    )
