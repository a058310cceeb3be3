"""The vendored outlines of countries into shapes by their ISO 3166-1 numeric codes."""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from hrdgraph.web.pages.routing.links import asset


class CountryOutline(NamedTuple):
    """A country on the map. `code` is empty for places without one; small countries have no
    shape at this scale."""

    code: str
    outline: str


class DisputedOutline(NamedTuple):
    """A territory that several states claim: it has no country's colour. `code` is empty where
    ISO 3166 has none for it."""

    name: str
    code: str
    outline: str


@cache
def disputed() -> tuple[DisputedOutline, ...]:
    """The disputed territories that can be seen at this scale, by their names in Natural
    Earth."""
    return tuple(
        DisputedOutline(*each) for each in json.loads(asset("vendor/world-110m.json"))["disputed"]
    )


@cache
def world() -> tuple[CountryOutline, ...]:
    """All shapes, in the order of their codes."""
    return tuple(
        CountryOutline(code, outline)
        for code, outline in json.loads(asset("vendor/world-110m.json"))["shapes"]
    )
