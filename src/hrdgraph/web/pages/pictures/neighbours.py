"""Claims about a thing into the things that it is linked with, and into a small picture of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, ORG, SCHEMA
from hrdgraph.web.pages.claims.claim_nodes import Claim
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.wording.labels import Linker

_ENDS: Final[dict[str, tuple[IRI, ...]]] = {
    "conferral": (HRD.recipient, HRD.acceptedBy, HRD.presentedBy),
    "role": (ORG.member, ORG.organization),
    "founding": (HRD.founder, ORG.resultingOrganization, HRD.after),
    "quotation": (SCHEMA.creator, SCHEMA.about),
    "involvement": (HRD.perpetrator, HRD.allegedBy),
    "proceeding": (HRD.accused, HRD.complainant),
    "intervention": (HRD.intervener, HRD.onBehalfOf),
}
_PICTURED: Final = 14
_WIDTH, _HEIGHT, _RX, _RY = 720, 380, 220, 140


@dataclass(frozen=True)
class Neighbour:
    """A thing that some claims link with another: by what sort of claims, since when, and
    whether only in doubt."""

    node: int
    relations: tuple[str, ...]
    years: str
    doubted: bool


@dataclass(frozen=True)
class Dot:
    """A neighbour in the picture, with the end of its line and of its name."""

    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str
    label: str
    full: str
    href: str
    kind: str
    doubted: bool


def neighbours_of(site: Site, node: int) -> list[Neighbour]:
    """The people, organisations, awards and events around a thing, the most linked first."""
    found: dict[int, list[Claim]] = {}
    for claim in site.claims_about(node):
        for other in _others(site, claim):
            if other != node and other in site.kinds:
                found.setdefault(other, []).append(claim)
    made = [_neighbour(other, claims) for other, claims in found.items()]
    return sorted(
        made, key=lambda item: (-len(found[item.node]), item.doubted, item.years, item.node)
    )


def _others(site: Site, claim: Claim) -> dict[int, None]:
    ends = list(site.said.objects(claim.node, *_ENDS.get(claim.kind, ())))
    if claim.kind == "conferral":
        ends += [
            award
            for edition in site.said.objects(claim.node, HRD.edition)
            for award in site.said.objects(edition, HRD.editionOf)
        ]
    if claim.kind == "event":
        people = ("person", "organisation")
        ends += [claim.node, *(node for node in claim.about if site.kinds.get(node) in people)]
    return dict.fromkeys(ends)


def _neighbour(node: int, claims: list[Claim]) -> Neighbour:
    years = sorted({claim.earliest[:4] for claim in claims if claim.earliest})
    span = "" if not years else years[0] if years[0] == years[-1] else f"{years[0]}–{years[-1]}"
    return Neighbour(
        node,
        tuple(sorted({claim.kind for claim in claims})),
        span,
        all(claim.doubted for claim in claims),
    )


def dots(linker: Linker, neighbours: list[Neighbour]) -> list[Dot]:
    """The first neighbours, spread evenly on an ellipse around the middle, their names outside
    it."""
    shown = neighbours[:_PICTURED]
    return [_dot(linker, item, place, len(shown)) for place, item in enumerate(shown)]


def _dot(linker: Linker, item: Neighbour, place: int, count: int) -> Dot:
    angle = math.pi * (2 * place / count - 0.5) + (math.pi / count if count % 2 == 0 else 0.0)
    x, y = math.cos(angle), math.sin(angle)
    part = linker.part(item.node)
    upright = abs(x) < 0.2
    return Dot(
        x=round(_WIDTH / 2 + _RX * 0.72 * x, 1),
        y=round(_HEIGHT / 2 + _RY * y * 0.9, 1),
        text_x=round(_WIDTH / 2 + _RX * 0.72 * x + (0 if upright else 14 if x > 0 else -14), 1),
        text_y=round(_HEIGHT / 2 + _RY * y * 0.9 + ((22 if y > 0 else -14) if upright else 4), 1),
        anchor="middle" if upright else "start" if x > 0 else "end",
        label=part.text if len(part.text) <= 27 else f"{part.text[:25].rstrip()}…",
        full=part.text,
        href=part.href,
        kind=linker.site.kinds[item.node],
        doubted=item.doubted,
    )
