"""Draw rows of an answer as a small picture, where they have a shape that one helps to see: bars,
or a line over years."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from hrdgraph.rdf import Literal, Term
from hrdgraph.vocab import XSD
from hrdgraph.web.pages.claim_nodes import Claim
from hrdgraph.web.pages.labels import Linker
from hrdgraph.web.pages.links import asset
from hrdgraph.web.pages.site import Site

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


@lru_cache(maxsize=4)  # the same in each language
def neighbours_of(site: Site, node: int) -> list[Neighbour]:
    """List the people, organisations, awards and events around a thing, the most linked first."""
    claims: dict[int, list[Claim]] = {}
    for claim in site.claims_about(node):
        for other in _others(site, claim):
            if other != node and other in site.kinds:
                claims.setdefault(other, []).append(claim)
    near = [_neighbour(other, claims) for other, claims in claims.items()]
    return sorted(
        near,
        key=lambda item: (-len(claims[item.node]), item.doubted, item.years, item.node),
    )


def _others(site: Site, claim: Claim) -> dict[int, None]:
    ends = site.topics.ends(claim.node, "subject", "agent", "object")
    ends = [node for node in ends if site.kinds.get(node) != "edition"]  # its award instead
    ends += site.topics.awards(claim.node) if claim.kind == "conferral" else []
    if claim.kind == "event":
        people = ("person", "organisation")
        ends += [claim.node, *(node for node in claim.about if site.kinds.get(node) in people)]
    return dict.fromkeys(ends)


def _neighbour(node: int, claims: list[Claim]) -> Neighbour:
    years = sorted({claim.earliest[:4] for claim in claims if claim.earliest})
    span = "" if not years else years[0] if years[0] == years[-1] else f"{years[0]}–{years[-1]}"
    return Neighbour(
        node, tuple(sorted({claim.kind for claim in claims})), span,
        all(claim.doubted for claim in claims),
    )  # fmt: skip


def dots(linker: Linker, neighbours: list[Neighbour]) -> list[Dot]:
    """Spread the first neighbours evenly on an ellipse around the middle, their names outside
    it."""
    shown = neighbours[:_PICTURED]
    return [_dot(linker, item, place, len(shown)) for place, item in enumerate(shown)]


def _dot(linker: Linker, item: Neighbour, place: int, count: int) -> Dot:
    angle = math.pi * (2 * place / count - 0.5) + (math.pi / count if count % 2 == 0 else 0.0)
    x, y = math.cos(angle), math.sin(angle)
    part = linker.part(item.node)
    upright = abs(x) < 0.2
    return Dot(
        x=round(_WIDTH / 2 + _RX * 0.72 * x, 1), y=round(_HEIGHT / 2 + _RY * y * 0.9, 1),
        text_x=round(_WIDTH / 2 + _RX * 0.72 * x + (0 if upright else 14 if x > 0 else -14), 1),
        text_y=round(_HEIGHT / 2 + _RY * y * 0.9 + ((22 if y > 0 else -14) if upright else 4), 1),
        anchor="middle" if upright else "start" if x > 0 else "end",
        label=part.text if len(part.text) <= 27 else f"{part.text[:25].rstrip()}…", full=part.text,
        href=part.href, kind=linker.site.kinds[item.node], doubted=item.doubted,
    )  # fmt: skip


class CountryOutline(NamedTuple):
    """A country on the map. `code` is empty for places without one; small countries have no
    shape at this scale."""

    code: str
    outline: str


class DisputedOutline(NamedTuple):
    """A territory that several states claim: it has no country's colour. `code` is empty where
    ISO 3166 has none for it."""

    names: dict[str, str]
    code: str
    outline: str


@cache
def world() -> tuple[tuple[CountryOutline, ...], tuple[DisputedOutline, ...]]:
    """Return all shapes, in the order of their codes, and the disputed territories visible at this
    scale, with their names by language."""
    drawn = json.loads(asset("vendor/world-110m.json"))
    countries = tuple(CountryOutline(*each) for each in drawn["shapes"])
    return countries, tuple(DisputedOutline(*each) for each in drawn["disputed"])


_NUMBERS: Final = {
    XSD[name].value for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
}
_BARS: Final = 25
_CHART_WIDTH, _ROW, _LABEL, _VALUE = 720, 24, 260, 60


@dataclass(frozen=True)
class Bar:
    """One bar: where it is, how long, what it stands for."""

    y: int
    width: float
    label: str
    full: str
    value: str


@dataclass(frozen=True)
class Chart:
    """Bars, the longest first as the rows have them. `what` and `of` are the columns they are
    made of."""

    bars: list[Bar]
    height: int
    what: str
    of: str
    left_out: int


def chart_of(
    variables: Sequence[str], rows: Sequence[Sequence[Term | None]], shown: Sequence[Sequence[str]],
    titles: Sequence[str],
) -> Chart | None:  # fmt: skip
    """Draw a bar for each row, where the answer has a column of names and one of counts that are
    not all alike. `shown` are the texts of the rows, `titles` those of the columns."""
    numbers = [place for place in range(len(variables)) if _is_number(rows, place)]
    at = _names_at(variables, numbers)
    if len(rows) < 3 or not numbers or at is None:
        return None
    place = numbers[0]
    sizes = [float(cell.value) for row in rows[:_BARS] if isinstance(cell := row[place], Literal)]
    few_names = len({row[at] for row in shown}) < len(shown) * 0.8
    if len(set(sizes)) < 2 or min(sizes) < 0 or few_names:
        return None
    top = max(sizes)
    bars = [
        _bar(number, shown[number][at], shown[number][place], size / top)
        for number, size in enumerate(sizes)
    ]
    return Chart(bars, len(bars) * _ROW + 4, titles[place], titles[at], len(rows) - len(bars))


def _names_at(variables: Sequence[str], numbers: Sequence[int]) -> int | None:
    """Return the column to call bars by: one of names, or the last that has no numbers."""
    texts = [at for at in range(len(variables)) if at not in numbers]
    names = [at for at in texts if variables[at] in ("name", "label", "country")]
    return next(iter(names or texts[::-1]), None)


def _bar(number: int, label: str, value: str, share: float) -> Bar:
    short = label if len(label) <= 34 else f"{label[:33]}…"
    return Bar(
        number * _ROW + 2, round(share * (_CHART_WIDTH - _LABEL - _VALUE), 1), short, label, value
    )


def _is_number(rows: Sequence[Sequence[Term | None]], place: int) -> bool:
    cells = [row[place] for row in rows]
    return bool(cells) and all(
        isinstance(cell, Literal) and cell.datatype in _NUMBERS for cell in cells
    )
