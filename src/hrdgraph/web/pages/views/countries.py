"""The page of countries, and the map."""

from __future__ import annotations

from dataclasses import dataclass

from hrdgraph.vocab import SKOS
from hrdgraph.web.pages.pictures.worldmap import CountryOutline, DisputedOutline, disputed, world
from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.wording.labels import TextRun


def countries_view(desk: Desk) -> View:
    """The countries of which something is said, on a map and as a list."""
    rows = country_rows(desk)
    return View(
        "countries.html",
        desk.link("nav_countries", "countries"),
        "countries",
        {"rows": rows, "map": shapes(desk)},
        "countries",
    )


def country_rows(desk: Desk) -> list[tuple[TextRun, int, int]]:
    """Countries with how many people and organisations they have and how many conferrals went
    there, by name."""
    site = desk.site
    made = []
    for country in site.of_kind("country"):
        conferrals = sum(site.kinds[claim] == "conferral" for claim in site.told.of(country))
        made.append((desk.linker.part(country), len(site.people_of(country)), conferrals))
    return sorted(made, key=lambda row: fold(row[0].text))


@dataclass(frozen=True)
class Country:
    """A country on the map: its outline, how much there is about it in five steps, and what to
    say when it is pointed at."""

    outline: str
    step: int
    title: str
    href: str
    is_disputed: bool = False


def shapes(desk: Desk) -> list[Country]:
    """The world, each country shaded by how many people and organisations of it the graph has."""
    site = desk.site
    counts = {
        _code(desk, node): (node, len(site.people_of(node))) for node in site.of_kind("country")
    }
    drawn = [_country(desk, shape, counts.get(shape.code)) for shape in world()]
    return [*drawn, *(_disputed(desk, shape, counts.get(shape.code)) for shape in disputed())]


def _disputed(desk: Desk, shape: DisputedOutline, found: tuple[int, int] | None) -> Country:
    """A territory that several states claim: hatched, however many people it has; one with a
    page leads to it."""
    told = f"{shape.name}: {desk.words('map_disputed')}"
    if found is None or not shape.code:
        return Country(shape.outline, 0, told, "", is_disputed=True)
    part = desk.linker.part(found[0])
    count = desk.words("people_and_organisations", n=found[1])
    title = f"{part.text}: {desk.words('map_disputed')} ({count})"
    return Country(shape.outline, 0, title, part.href, is_disputed=True)


def _country(desk: Desk, shape: CountryOutline, found: tuple[int, int] | None) -> Country:
    if found is None or not found[1]:
        return Country(shape.outline, 0, "", "")
    part, count = desk.linker.part(found[0]), found[1]
    step = 1 if count < 3 else 2 if count < 8 else 3 if count < 20 else 4
    return Country(
        shape.outline,
        step,
        f"{part.text}: {desk.words('people_and_organisations', n=count)}",
        part.href,
    )


def _code(desk: Desk, node: int) -> str:
    codes = (
        value.text
        for value in desk.site.said.values(node, SKOS.notation)
        if value.datatype.endswith("iso3166-1-numeric")
    )
    return next(codes, "")
