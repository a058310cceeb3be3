"""A person or an organisation into one or two sentences made of what nobody disputes."""

from __future__ import annotations

from typing import Final

from hrdgraph.vocab import HRD, ORG
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.pages.view import Desk

_KINDS: Final = ("person", "organisation")
_NAMED: Final = 4  # of each; the rest is counted


def safe_summary(desk: Desk, thing: Thing) -> str:
    """Which awards were received, and what was founded, as far as no claim stands against it;
    nothing where that is nothing."""
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
