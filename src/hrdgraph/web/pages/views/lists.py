"""Show the lists of a site: by facets, by search, all awards, all countries with their map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from hrdgraph.exports.folding import fold
from hrdgraph.vocab import HRD, SKOS
from hrdgraph.web.json_api.records import LIST_OF
from hrdgraph.web.pages.claim_nodes import earliest
from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.pictures import CountryOutline, DisputedOutline, world
from hrdgraph.web.pages.search_index import FACETS, PER_LIST, IndexRow, SiteIndex
from hrdgraph.web.pages.view import Desk, View


def table_view(
    desk: Desk, name: str, heads: list[tuple[str, bool]], rows: list[Any], **more: Any
) -> View:
    """Show a list of few things as a table, which a script sorts and narrows down, with a file of
    it. Each head says whether it stands over numbers."""
    files = list_files(desk, "places" if name == "countries" else name)
    values = {"heads": heads, "rows": rows, "downloads": files, "map": [], **more}
    return View("table.html", desk.link(f"nav_{name}", name), name, values, name)


def countries_view(desk: Desk) -> View:
    """Show the countries of which something is said, on a map and as a list."""
    words = desk.words
    heads = [
        (words("country"), False), (words("people_column"), True), (words("awards_column"), True),
    ]  # fmt: skip
    rows, drawn = country_rows(desk), shapes(desk)
    return table_view(desk, "countries", heads, rows, map=drawn)


def country_rows(desk: Desk) -> list[tuple[TextRun, int, int]]:
    """Countries with how many people and organisations they have and how many conferrals went
    there, by name."""
    site = desk.site
    countries = []
    for country in site.of_kind("country"):
        conferrals = sum(site.kinds[claim] == "conferral" for claim in site.topics.of(country))
        countries.append((desk.linker.part(country), len(site.people_of(country)), conferrals))
    return sorted(countries, key=lambda row: fold(row[0].text))


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
    """Draw the world, each country shaded by its number of people and organisations."""
    site = desk.site
    countries = site.of_kind("country")
    counts = {_country_number(desk, node): (node, len(site.people_of(node))) for node in countries}
    outlines, disputed = world()
    drawn = [_country(desk, shape, counts.get(shape.code)) for shape in outlines]
    return [
        *drawn,
        *(_hatch(desk, shape, counts.get(shape.code)) for shape in disputed),
    ]


def _hatch(desk: Desk, shape: DisputedOutline, place: tuple[int, int] | None) -> Country:
    """Draw a territory that several states claim: hatched, however many people it has; one with a
    page leads to it."""
    name = shape.names.get(desk.language, shape.names["en"])
    claimed = desk.words("map_disputed")
    text = desk.words("name_value", name=name, value=claimed)
    if place is None or not shape.code:
        return Country(shape.outline, 0, text, "", is_disputed=True)
    part = desk.linker.part(place[0])
    count = desk.words("people_and_organisations", n=place[1])
    title = desk.words("name_value", name=part.text, value=f"{claimed} ({count})")
    return Country(shape.outline, 0, title, part.href, is_disputed=True)


def _country(desk: Desk, shape: CountryOutline, place: tuple[int, int] | None) -> Country:
    if place is None or not place[1]:
        return Country(shape.outline, 0, "", "")
    part, count = desk.linker.part(place[0]), place[1]
    step = 1 if count < 3 else 2 if count < 8 else 3 if count < 20 else 4
    people = desk.words("people_and_organisations", n=count)
    title = desk.words("name_value", name=part.text, value=people)
    return Country(shape.outline, step, title, part.href)


def _country_number(desk: Desk, node: int) -> str:
    """Return the number of a country in ISO 3166-1, or ""."""
    codes = (
        value.text
        for value in desk.site.rdf.values(node, SKOS.notation)
        if value.datatype.endswith("iso3166-1-numeric")
    )
    return next(codes, "")


PER_PAGE: Final = 60
FOUND_SHOWN: Final = 100  # things on the page of a search
_VALUES_SHOWN: Final = 12


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet: what it is called, how many things have it, where choosing it leads,
    whether it is chosen."""

    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet with its values, the most frequent first; `more` are the rest."""

    name: str
    title: str
    choices: list[FacetValue]
    more: list[FacetValue]
    chosen: bool


@dataclass(frozen=True)
class ListEntry:
    """A thing in a list."""

    part: TextRun
    kind: str
    about: str
    others: list[TextRun]


def entry(desk: Desk, row: IndexRow) -> ListEntry:
    """Show a row of the index: the name, and what tells it from others of the name."""
    about = [
        desk.index.label("country", key, desk.language)
        for key in row.values["country"]
        if row.thing.kind != "country"
    ]
    label = desk.labels.of(row.thing.node)
    other_names = [
        desk.linker.name_part(other)
        for other in desk.site.own_names(row.thing)
        if other.text != label.text
    ]
    return ListEntry(
        desk.linker.part(row.thing.node), row.thing.kind, ", ".join(about), other_names[:3]
    )


def browse_view(desk: Desk, query: Mapping[str, str]) -> View:
    """Show all things, narrowed down by facets. Values that are unknown narrow down to nothing; a
    page beyond the last is the last."""
    wanted = {facet: query[facet] for facet in desk.index.labels if query.get(facet)}
    kind, order = wanted.get("kind", ""), query.get("order", "name")
    rows, orders = _ordered(desk, desk.index.filter(wanted), kind, order)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(number_of(query.get("page", "")), pages)
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    values: dict[str, Any] = {
        "facets": [
            facet_view
            for facet, counts in desk.index.counts(rows).items()
            if (facet_view := _facet(desk, facet, counts, wanted)).choices
        ],
        "chosen": [_wanted_facet(desk, facet, value, wanted) for facet, value in wanted.items()],
        "total": len(rows),
        "entries": [entry(desk, row) for row in shown],
        "lists": [
            (TextRun(desk.words(f"kinds_{kind}", n=2), desk.page(f"list/{kind}")), len(rows))
            for kind, rows in (sorted(desk.index.by_kind.items()) if desk.links.is_static else ())
        ],
        "orders": [
            (words, "" if way == order else desk.page("browse", **wanted, order=way))
            for way, words in orders.items()
        ],
        "downloads": _files_of_kind(desk, kind, wanted),
        **turning(page, pages, lambda at: desk.page("browse", **wanted, order=order, page=str(at))),
    }
    title = desk.link("nav_browse", "browse")
    indexed = not wanted and page == 1 and order == "name"
    return View("browse.html", title, "browse", values, "browse", indexed=indexed, query=wanted)


def _ordered(
    desk: Desk, rows: list[IndexRow], kind: str, order: str
) -> tuple[list[IndexRow], dict[str, str]]:
    """Things in an order, and the orders that there are; what has a date can be ordered by it."""
    orders, rdf = {"name": "A–Z", "-name": "Z–A"}, desk.site.rdf
    if kind == "edition" or kind in desk.site.topics.properties.kinds:
        orders |= {"date": f"{desk.words('date')} ↑", "-date": f"{desk.words('date')} ↓"}
    if order.endswith("date") and order in orders:
        rows = sorted(
            rows,
            key=lambda row: (
                earliest(desk.site.topics, row.thing.node)
                or rdf.text(row.thing.node, HRD.editionYear)
            ),
        )
    return rows[::-1] if order.startswith("-") and order in orders else rows, orders


def _files_of_kind(desk: Desk, kind: str, wanted: Mapping[str, str] | None = None) -> list[TextRun]:
    own = kind if kind in desk.site.own_lists else ""
    return list_files(desk, LIST_OF.get(kind, own), wanted)


def list_files(desk: Desk, listed: str, wanted: Mapping[str, str] | None = None) -> list[TextRun]:
    """Link a list of the API as files, narrowed down alike: a static site has but whole ones."""
    if not listed:
        return []
    name, ask = f"api/v1/{listed}", {k: v for k, v in (wanted or {}).items() if k != "kind"}
    if desk.links.is_static:
        return [TextRun("JSON", desk.links.file(f"{name}.json"))]
    return [
        TextRun(label, f"{desk.links.file(name + ending)}{'?' * bool(ask)}{urlencode(ask)}")
        for label, ending in (("CSV", ".csv"), ("Excel", ".xlsx"), ("JSON", ""))
    ]


def turning(page: int, pages: int, link: Callable[[int], str]) -> dict[str, Any]:
    """Return where the reader of a list in pages is, and links to the pages beside this one."""
    before, after = link(page - 1) if page > 1 else "", link(page + 1) if page < pages else ""
    return {"at": page, "pages": pages, "before": before, "after": after}


def number_of(asked: str) -> int:
    """Return the number of a page that is asked for; 1 where it is none."""
    return max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1, 1)


def list_paths(index: SiteIndex, kind: str) -> list[str]:
    """List the paths of the pages that list the things of a kind."""
    pages = -(-len(index.by_kind.get(kind, ())) // PER_LIST)
    return [f"list/{kind}" if page == 1 else f"list/{kind}/{page}" for page in range(1, pages + 1)]


def list_view(desk: Desk, asked: str) -> View | None:
    """Show all things of a kind by initial, some hundred on a page: what a static site offers
    without a script."""
    kind, _, number = asked.partition("/")
    rows, paths = desk.index.by_kind.get(kind, []), list_paths(desk.index, kind)
    if f"list/{asked}" not in paths:
        return None
    page = number_of(number)
    start, groups = (page - 1) * PER_LIST, dict[str, list[ListEntry]]()
    for row in rows[start : start + PER_LIST]:
        groups.setdefault(row.initial, []).append(entry(desk, row))
    title = TextRun(desk.words(f"kinds_{kind}", n=2))
    values = {
        "groups": list(groups.items()),
        "downloads": _files_of_kind(desk, kind),
        "total": len(rows),
        "letters": [
            (letter, f"{'' if piece == page - 1 else desk.page(paths[piece])}#letter-{letter}")
            for letter, piece in desk.index.initials[kind].items()
        ],
        **turning(page, len(paths), lambda at: desk.page(paths[at - 1])),
    }
    summary = f"{title.text} – {desk.words.number(len(rows))}"
    return View("list.html", title, paths[page - 1], values, "browse", summary=summary)


def _facet(desk: Desk, facet: str, counts: Counter[str], wanted: Mapping[str, str]) -> Facet:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if facet == "decade":
        ordered = sorted(counts.items(), reverse=True)
    other_facets = {key: value for key, value in wanted.items() if key != facet}
    choices = []
    for value, count in ordered:
        is_chosen = wanted.get(facet) == value
        link = desk.page("browse", **other_facets, **({} if is_chosen else {facet: value}))
        label = desk.index.label(facet, value, desk.language)
        choices.append(FacetValue(label, count, link, is_chosen))
    first, more = choices[:_VALUES_SHOWN], choices[_VALUES_SHOWN:]
    return Facet(facet, _title_of(desk, facet), first, more, facet in wanted)


def _title_of(desk: Desk, facet: str) -> str:
    coded = None if facet in FACETS else desk.site.facets.get(facet)
    return desk.words.label(coded) if coded else desk.words(f"facet_{facet}")


def _wanted_facet(desk: Desk, facet: str, value: str, wanted: Mapping[str, str]) -> TextRun:
    has_label = value in desk.index.labels[facet]
    label = desk.index.label(facet, value, desk.language) if has_label else value
    rest = {key: other for key, other in wanted.items() if key != facet}
    return TextRun(f"{_title_of(desk, facet)}: {label}", desk.page("browse", **rest))


def search_view(desk: Desk, query: Mapping[str, str]) -> View:
    """Show what was found under the words that were typed, or the address, be it an old one."""
    text = query.get("q", "").strip()[:200]
    rows = _find_address(desk, text) or desk.index.search(text)
    values = {
        "text": text, "entries": [entry(desk, row) for row in rows[:FOUND_SHOWN]],
        "total": len(rows), "most": FOUND_SHOWN,
    }  # fmt: skip
    return View(
        "search.html", desk.link("search", "search"), "search", values, indexed=False,
        query={"q": text} if text else {},
    )  # fmt: skip


def _find_address(desk: Desk, text: str) -> list[IndexRow]:
    """Find the thing that a whole IRI, or the path of one under the base, names or once named."""
    if "/" not in text:
        return []
    key = text.strip("<>").removeprefix(desk.site.base)
    node = desk.site.node_of(key)
    node = desk.site.aliases.get(key) if node is None else node
    return [row for row in desk.index.rows if row.thing.node == node]


def awards_view(desk: Desk) -> View:
    """Show all awards, with who confers them and how much of them the graph has."""
    rdf, rows = desk.site.rdf, []
    for award in sorted(
        desk.site.of_kind("award"), key=lambda node: fold(desk.labels.of(node).text)
    ):
        editions = rdf.subjects(HRD.editionOf, award)
        years = sorted(filter(None, (rdf.text(edition, HRD.editionYear) for edition in editions)))
        conferrals = sum(len(rdf.subjects(HRD.edition, edition)) for edition in editions)
        bodies = desk.linker.parts(rdf.objects(award, HRD.conferredBy))
        span = "–".join(dict.fromkeys((*years[:1], *years[-1:])))
        rows.append((desk.linker.part(award), bodies, span, len(editions), conferrals))
    heads = [(desk.words(name), False) for name in ("award", "conferred_by", "years")]
    counted = (desk.words(f"kinds_{kind}", n=2) for kind in ("edition", "conferral"))
    heads += [(desk.labels.capital(text), True) for text in counted]
    return table_view(desk, "awards", heads, rows)
