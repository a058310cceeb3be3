"""Make the lists of the API from a site: which nodes each has, how they are sorted, and by what
they can be filtered. Made once; a question walks through its list and looks at small rows."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Final, NamedTuple

from hrdgraph.errors import QueryError
from hrdgraph.exports.folding import fold
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.nearest import nearest
from hrdgraph.vocab import HRD, HRDV
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.json_api.records import Maker, Records
from hrdgraph.web.memo import once
from hrdgraph.web.pages.awards import WON
from hrdgraph.web.pages.claim_nodes import DOUBTED, STATUSES, core_of, earliest, status
from hrdgraph.web.pages.graph_view import LISTED
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.search_index import IndexRow
from hrdgraph.web.pages.site import Site

Values = Mapping[str, tuple[str, ...]]
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": ("person",), "organisations": ("organisation", "group"), "awards": ("award",),
    "editions": ("edition",), "events": ("event",), "places": ("country", "place"),
}  # fmt: skip
_OF_THINGS: Final = ("country", "award", "decade", "source", "status")
_OF_CLAIMS: Final = ("kind", "status", "source", "year", "award", "country", "outcome", "about")
_CLAIMS: Final = ("laureates", "claims")
# by their lists: what entries can be filtered and sorted by
FILTERS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(KINDS, _OF_THINGS), "events": (*_OF_THINGS, "year", "what"),
    **dict.fromkeys(_CLAIMS, _OF_CLAIMS), "sources": (),
}  # fmt: skip
SORTED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(KINDS, ("name", "key")),
    **dict.fromkeys(("events", "editions"), ("name", "date", "key")),
    **dict.fromkeys(_CLAIMS, ("date", "key")),
    "sources": ("key",),
}


class ApiEntry(NamedTuple):
    """An entry of a list: its node, what it is sorted by, what it can be filtered by, and what it
    says: two claims that say the same are one thing."""

    node: int
    key: str
    order: Mapping[str, str]
    values: Values
    says: object = None


@dataclass(frozen=True)
class ApiList:
    """A list: its name, its entries, the filters and sorts that it knows, and what makes a
    record of an entry. Of a list that is `guarded`, contested and refuted claims are left out
    unless their status is asked for."""

    name: str
    entries: Sequence[ApiEntry]
    filters: tuple[str, ...]
    sorts: tuple[str, ...]
    make: Maker
    guarded: bool = False
    _sorted: dict[str, Sequence[ApiEntry]] = field(default_factory=dict, repr=False, compare=False)

    def sort_by(self, sort: str) -> Sequence[ApiEntry]:
        """Return all rows in an order; `-` before its name turns it around."""
        rows = self._sorted.get(sort)
        if rows is None:
            rows = sorted(self.entries, key=lambda entry: place_of(entry, sort.removeprefix("-")))
            rows = rows[::-1] if sort.startswith("-") else rows
            self._sorted[sort] = rows
        return rows

    @once
    def by_key(self) -> Mapping[str, ApiEntry]:
        """Return the entries by their keys."""
        return {entry.key: entry for entry in self.entries}

    def values_of(self, name: str) -> frozenset[str]:
        """Return the values that entries have for a filter."""
        return frozenset(value for entry in self.entries for value in entry.values.get(name, ()))


def place_of(entry: ApiEntry, sort: str) -> tuple[str, str]:
    """Return what an entry is sorted by, then its key."""
    return entry.order.get(sort, entry.key), entry.key


def ways_of(site: Site, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what entries of a list can be filtered and sorted by; of a kind of the project, by
    each list of codes that it has."""
    codes = tuple(item.field for item in _coded(site.own_kinds.get(name)))
    return FILTERS.get(name, (*_OF_THINGS, *codes)), SORTED_BY.get(name, ("name", "key"))


def _coded(kind: Kind | None) -> list[Column]:
    attributes = kind.attributes if kind else ()
    return [item for item in attributes if item.predicate and item.type == "code"]


class Lists:
    """The lists of a site by their names."""

    NAMES: Final = (*KINDS, "laureates", "claims", "sources")

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._site = pages.site
        self._known: dict[str, ApiList] = {}
        self._making = RLock()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the lists: those of every site, and the project's own kinds."""
        return *self.NAMES, *self._site.own_kinds

    def kinds(self, name: str) -> tuple[str, ...]:
        """Return the kinds of things that a list holds; none, of a list of something else."""
        return KINDS.get(name) or ((name,) if name in self._site.own_kinds else ())

    def get(self, name: str) -> ApiList | None:
        """Return the list of a name, made once when it is first asked for."""
        if name not in self.names:
            return None
        with self._making:
            if name not in self._known:
                self._known[name] = self._make(name)
            return self._known[name]

    def _make(self, name: str) -> ApiList:
        entries, make = self._parts(name)
        guarded = name == "laureates"
        filters, sorts = ways_of(self._site, name)
        return ApiList(name, entries, filters, sorts, make, guarded)

    def _parts(self, name: str) -> tuple[Sequence[ApiEntry], Maker]:
        """The entries of a list, and what makes records of them."""
        if kinds := self.kinds(name):
            return self._things(kinds), Records.thing
        if name == "sources":
            return self._sources(), _source
        if name == "claims":
            return self._claims, Records.claim
        won = [entry for entry in self._claims if set(entry.values["outcome"]) & {*WON}]
        return won, Records.conferral

    def _things(self, kinds: tuple[str, ...]) -> list[ApiEntry]:
        found = [self._of_row(row) for row in self._pages.index.rows if row.thing.kind in kinds]
        return [*found, *self._places()] if "place" in kinds else found

    def _of_row(self, row: IndexRow) -> ApiEntry:
        node = row.thing.node
        values = {facet: row.values.get(facet, ()) for facet in _OF_THINGS}
        name = row.folded[0] if row.folded else row.thing.key
        order = {"name": name}
        if row.thing.kind == "edition":
            order["date"] = self._site.said.text(node, HRD.editionYear)
        if row.thing.kind == "event":
            order["date"] = earliest(self._site.told, node)
            values |= self._of_event(node, order["date"])
        for item in _coded(self._site.own_kinds.get(row.thing.kind)):
            codes = self._site.said.objects(node, *filter(None, [item.predicate]))
            values |= {item.field: tuple(self._site.said.iri(o).rpartition("/")[2] for o in codes)}
        return ApiEntry(node, row.thing.key, order, values)

    def _of_event(self, node: int, date: str) -> dict[str, tuple[str, ...]]:
        said = self._site.said
        kinds = (o for act in said.objects(node, HRD.act) for o in said.objects(act, HRD.actType))
        return {
            "country": self._keys(self._site.places_of_event(node)),
            "year": _years([date]),
            "what": tuple(dict.fromkeys(said.iri(o).rpartition("/")[2] for o in kinds)),
        }

    def _places(self) -> Iterator[ApiEntry]:
        """Places within countries, which the search index does not have."""
        site = self._site
        labels = Labels(site, site.words_in(site.languages[0]))
        for node, kind in site.kinds.items():
            if kind == "place":
                key, name = site.key_of(node), fold(labels.of(node).text)
                country = site.country_around(node)
                held = (site.key_of(country),) if country in site.kinds else ()
                yield ApiEntry(node, key, {"name": name}, {"country": held})

    def _sources(self) -> list[ApiEntry]:
        return [ApiEntry(node, name, {}, {}) for name, node in self._site.sources.items()]

    @once
    def _claims(self) -> list[ApiEntry]:
        names = {node: name for name, node in self._site.sources.items()}
        return [
            self._claim(node, names)
            for node in self._site.claims
            if self._site.kinds[node] != "act"
        ]

    def _claim(self, node: int, names: Mapping[int, str]) -> ApiEntry:
        site, said = self._site, self._site.said
        year = site.told.year(node)
        date = earliest(site.told, node)
        outcomes = said.objects(node, HRD.outcome)
        values = {
            "kind": (site.kinds[node],),
            "status": (status(said, node) or "asserted",),
            "source": tuple(names[g] for g in sorted(said.sources(node)) if g in names),
            "year": _years([year or date]),
            "award": self._keys(site.told.awards(node)),
            "country": self._keys(site.places_of_event(node) + self._recipient_countries(node)),
            "outcome": tuple(said.iri(o).rpartition("/")[2] for o in outcomes),
            "about": self._keys(site.told.about(node)),
        }
        says = core_of(site.told, node, site.kinds[node])
        return ApiEntry(node, site.key_of(node), {"date": date}, values, says)

    def _recipient_countries(self, node: int) -> list[int]:
        places = self._site.said.objects(node, HRD.recipientCountry)
        return [self._site.country_around(place) for place in places]

    def _keys(self, nodes: Iterable[int]) -> tuple[str, ...]:
        site = self._site
        return tuple(dict.fromkeys(site.key_of(node) for node in nodes if node in site.kinds))


def _years(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[:4] for text in texts if text[:4].isdigit()))


def _source(records: Records, node: int) -> dict[str, object]:
    names = {found: name for name, found in records.site.sources.items()}
    return records.source(names[node])


def is_doubted(entry: ApiEntry) -> bool:
    """Tell whether an entry is a claim that is contested or refuted."""
    return bool(set(entry.values.get("status", ())) & {*DOUBTED})


LIMIT: Final = 50
MOST: Final = 500
ROWS: Final = 5_000  # of a table, which has no next page
_LONGEST: Final = 400  # characters of a value
COMMON: Final = ("limit", "cursor", "sort", "fields", "lang", "q", "facet")


@dataclass(frozen=True)
class ListQuestion:
    """What is asked of a list: the values of which entries must have one, the order, where to
    begin."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "key"
    limit: int = LIMIT
    after: tuple[str, str] | None = None
    fields: tuple[str, ...] = ()
    text: str = ""
    facet: str = ""


@dataclass(frozen=True)
class ListPage:
    """One page: the entries, how many there are in all, how many contested ones were left out,
    and the cursor of the next page."""

    entries: Sequence[ApiEntry]
    count: int
    left_out: int
    cursor: str


Resolver = Callable[[str, str], tuple[str, ...]]  # a parameter and a text into values of entries


def read_question(
    given: Iterable[tuple[str, str]], of: ApiList, resolve: Resolver = lambda _, text: (text,), *,
    is_table: bool = False,
) -> ListQuestion:  # fmt: skip
    """Read what the parameters of a request ask of a list: one that is given several times means
    "or". Problem where one is wrong."""
    filters: dict[str, tuple[str, ...]] = {}
    common: dict[str, str] = {}
    for name, value in given:
        if name not in (*of.filters, *COMMON):
            raise unknown_parameter(name, (*of.filters, *COMMON))
        if len(value) > _LONGEST:
            raise Problem(400, "api-value-too-long", parameter=name)
        if name in COMMON:
            common[name] = value
        elif value:
            filters[name] = (*filters.get(name, ()), *resolve(name, value))
    sort = common.get("sort") or of.sorts[0]
    if sort.removeprefix("-") not in of.sorts:
        ways = tuple(way for name in of.sorts for way in (name, f"-{name}"))
        raise Problem(400, "api-sort-unknown", value=sort[:40], known=ways)
    return ListQuestion(
        filters, sort,
        limit_of(common.get("limit", ""), *((ROWS, ROWS) if is_table else (MOST, LIMIT))),
        position_of(common["cursor"]) if common.get("cursor") else None,
        tuple(filter(None, common.get("fields", "").split(",")))[:50], common.get("q", ""),
        _facet(common.get("facet", ""), of),
    )  # fmt: skip


_THINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "country": ("country", "place"), "award": ("award",), "about": LISTED,
}  # fmt: skip
_RANGE: Final = re.compile(r"(\d{4})?s?(-|\.\.|/)?(?:(\d{4})s?)?")
_SHOWN: Final = 20  # values that a message names


class FilterValues:
    """Reads the values of filters as people write them: names, codes, keys and addresses of things,
    years and spans of years, words of a list. What is none of these is a Problem, never an answer
    with nothing in it."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._site = pages.site

    def of(self, of: ApiList) -> Resolver:
        """Return the function that reads the values of a list."""

        def resolve(name: str, text: str) -> tuple[str, ...]:
            if name in _THINGS:
                return (self._thing(name, text.strip()),)
            known = of.values_of(name)
            if name in ("year", "decade"):
                return _span(name, text.strip(), known)
            if text not in known and text not in self._words(name):
                raise unknown_value(name, text, sorted({*known, *self._words(name)}))
            return (text,)

        return resolve

    def _words(self, name: str) -> tuple[str, ...]:
        """Return the words that a filter may have, though no entry has them."""
        if name == "outcome":
            space = f"{HRDV}outcome/"
            concepts = (iri.value for iri in self._site.ontology.concepts)
            return tuple(iri[len(space) :] for iri in concepts if iri.startswith(space))
        fixed = {
            "status": STATUSES,
            "kind": tuple(self._site.told.properties.kinds),
            "source": tuple(self._site.sources),
        }
        return fixed.get(name, ())

    def _thing(self, name: str, text: str) -> str:
        """The key of the thing that a text means."""
        kinds = _THINGS[name]
        if key := self.key_of(text, kinds, also_claims=name == "about"):
            return key
        rows = self._pages.index.search(text)
        raise unknown_value(
            name, text, [row.thing.key for row in rows if row.thing.kind in kinds][:5]
        )

    def key_of(self, text: str, kinds: Sequence[str], *, also_claims: bool = False) -> str:
        """The key of the thing of some kinds that a text means: its address, its key, that without
        its kind, a code or a name. Nothing where there is none, Problem where several have the
        name."""
        site, key = self._site, text.strip("<>").removeprefix(self._site.base)
        known = self._pages.find_successor(key) or self._pages.find(key)
        if known and (known.kind in kinds or (also_claims and known.node in site.kinds)):
            return known.key

        def accepts(iri: str) -> bool:
            return site.kinds.get(site.said.find(iri)) in kinds

        try:
            found = site.graph.things.find(text, accepts, is_near_told=False)
        except QueryError as error:
            if error.code == "name-unknown":
                return ""
            raise Problem.of_errors(400, [error]) from error
        return site.key_of(site.said.find(found))


def unknown_value(name: str, text: str, known: Sequence[str]) -> Problem:
    """There is no such value of a filter; the nearest, and some that there are."""
    near = nearest(text[:40], known) or ""
    hint = "did-you-mean-among" if near else "there-is" if known else "api-thing-forms"
    return Problem(
        400, "api-value-unknown", hint=hint, parameter=name, value=text[:40],
        nearest=near, known=tuple(known[:_SHOWN]),
    )  # fmt: skip


def _span(name: str, text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the years or decades of a span, as far as entries have them."""
    match = _RANGE.fullmatch(text)
    if match is None or not (match[1] or match[3]):
        raise Problem(400, "api-years-malformed", value=text[:40])
    first, last = match[1] or "0000", match[3] or ("9999" if match[2] else match[1])
    if name == "decade":
        first, last = f"{first[:3]}0", f"{last[:3]}9"
    if first > last:
        raise Problem(400, "api-years-malformed", value=text[:40])
    return tuple(value for value in known if first <= value <= last) or (text,)


def page_of(of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None = None) -> ListPage:
    """One page of a list. `among` are the nodes that a search has found."""
    shown, left_out = _select(of, asked, among)
    name, turned = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    places = [place_of(entry, name) for entry in shown]
    piece, cursor = piece_of(places, asked.limit, asked.after, turned=turned)
    return ListPage(shown[piece], len(shown), left_out, cursor)


def counts_of(
    of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None = None
) -> tuple[list[tuple[str, int]], int, str]:
    """How many things of a list have each value of a facet, the most frequent first: a page of
    them, how many values there are, and the cursor of the next page. Claims that say the same
    count once."""
    shown, _ = _select(of, asked, among)
    each = {(value, e.says or e.node) for e in shown for value in e.values.get(asked.facet, ())}
    found = Counter(value for value, _ in each)
    counts = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    places = [(f"{len(shown) - count:09}", value) for value, count in counts]
    piece, cursor = piece_of(places, asked.limit, asked.after)
    return counts[piece], len(counts), cursor


def piece_of(
    places: Sequence[tuple[str, str]], limit: int, after: tuple[str, str] | None, *,
    turned: bool = False,
) -> tuple[slice, str]:  # fmt: skip
    """The part of a sorted list that comes after a place, which need not be there any more; and
    the cursor of what comes next."""
    start = 0
    if after is not None:
        beyond = (n for n, each in enumerate(places) if (each < after if turned else each > after))
        start = next(beyond, len(places))
    stop = start + limit
    text = json.dumps(places[stop - 1], separators=(",", ":")) if stop < len(places) else ""
    return slice(start, stop), base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _select(
    of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None
) -> tuple[list[ApiEntry], int]:
    """Select the entries that fit, and count the contested or refuted ones left out."""
    fitting = [
        entry
        for entry in of.sort_by(asked.sort)
        if (among is None or entry.node in among) and _fits(entry, asked.filters)
    ]
    guarded = of.guarded and "status" not in asked.filters
    shown = [entry for entry in fitting if not (guarded and is_doubted(entry))]
    return shown, len(fitting) - len(shown)


def _fits(entry: ApiEntry, filters: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        any(value in entry.values.get(name, ()) for value in values)
        for name, values in filters.items()
    )


def position_of(cursor: str) -> tuple[str, str]:
    """The place that a cursor names. Problem where it is none."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        order, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if isinstance(order, str) and isinstance(key, str):
            return order, key
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise Problem(400, "api-cursor-malformed")


def _facet(name: str, of: ApiList) -> str:
    if name and name not in of.filters:
        raise Problem(400, "api-facet-unknown", value=name[:40], known=tuple(of.filters))
    return name


def limit_of(text: str, most: int, usual: int) -> int:
    """How many are wanted. Problem where that is no number, or too many."""
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= most):
        raise Problem(400, "api-limit-malformed", limit=most)
    return int(text)


def unknown_parameter(name: str, known: Sequence[str]) -> Problem:
    """There is no parameter of this name; the nearest, and those that there are."""
    near = nearest(name[:40], known) or ""
    return Problem(
        400, "api-parameter-unknown", hint="did-you-mean-among" if near else "there-is",
        parameter=name[:40], nearest=near, known=tuple(known),
    )  # fmt: skip


def select_fields(record: Mapping[str, Any], fields: Sequence[str]) -> Mapping[str, Any]:
    """Return the wanted fields of a record, all where none is named. Problem where it has none of
    that name."""
    if not fields:
        return record
    if unknown := [name for name in fields if name not in record]:
        raise unknown_parameter(unknown[0], tuple(record))
    return {name: record[name] for name in dict.fromkeys(("id", *fields))}
