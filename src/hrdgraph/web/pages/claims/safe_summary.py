"""A person, an organisation or an award into one or two sentences made of what nobody
disputes."""

from __future__ import annotations

from typing import Final

from hrdgraph.vocab import HRD, ORG
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.pages.view import Desk

_KINDS: Final = ("person", "organisation")
_NAMED: Final = 4  # of each; the rest is counted


def safe_summary(desk: Desk, thing: Thing) -> str:
    """Which awards were received, and what was founded, or who received an award, as far as no
    claim stands against it; nothing where that is nothing."""
    if thing.kind == "award":
        return _given(desk, thing.node)
    if thing.kind not in _KINDS:
        return ""
    said = desk.site.said
    won = sorted(
        said.subjects(HRD.undisputedLaureate, thing.node),
        key=lambda edition: said.text(edition, HRD.editionYear),
    )
    parts = [("summary_awards", won), ("summary_founded", _founded(desk, thing.node))]
    return " ".join(
        desk.words(key, what=_listed(desk, list(dict.fromkeys(nodes))))
        for key, nodes in parts
        if nodes
    )


def _given(desk: Desk, award: int) -> str:
    """How many laureates of an award nobody disputes, of which years, and who they were last."""
    said = desk.site.said
    editions = {
        edition: said.text(edition, HRD.editionYear)
        for edition in said.subjects(HRD.editionOf, award)
    }
    won = {edition: said.objects(edition, HRD.undisputedLaureate) for edition in editions}
    years = sorted(editions[edition] for edition, who in won.items() if who)
    if not years:
        return ""
    latest = [who for edition in won if editions[edition] == years[-1] for who in won[edition]]
    return desk.words(
        "summary_given",
        n=len({who for each in won.values() for who in each}),
        first=years[0],
        last=years[-1],
        what=_listed(desk, list(dict.fromkeys(latest))),
    )


def _founded(desk: Desk, node: int) -> list[int]:
    said = desk.site.said
    foundings = [
        claim for claim in said.subjects(HRD.founder, node) if status(said, claim) not in DOUBTED
    ]
    return [o for claim in foundings for o in said.objects(claim, ORG.resultingOrganization)]


def _listed(desk: Desk, nodes: list[int]) -> str:
    names = [desk.labels.of(node).text for node in nodes[:_NAMED]]
    more = len(nodes) - _NAMED
    return desk.words.listed([*names, *([desk.words("summary_more", n=more)] if more > 0 else [])])
