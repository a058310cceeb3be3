"""Make the lists of the API from a site: which nodes each has, how they are sorted, and by what
they can be filtered. Made once; a question walks through its list and looks at small rows."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from re import fullmatch
from threading import RLock
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Message, kind_word, too_many, write_like
from hrdgraph.errors import QueryError
from hrdgraph.exports.folding import fold
from hrdgraph.nearest import nearest
from hrdgraph.vocab import DCTERMS, HRD, HRDV
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.json_api.records import KINDS, Maker, Records, fields_of
from hrdgraph.web.memo import once
from hrdgraph.web.pages.awards import WON
from hrdgraph.web.pages.claim_nodes import (
    DOUBTED,
    core_of,
    earliest,
    is_year_disputed,
    status,
)
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.naming import names_of
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.search_index import IndexRow, join_values
from hrdgraph.web.pages.site import Site

Values = Mapping[str, tuple[str, ...]]
_OF_THINGS: Final = ("country", "award", "year", "decade", "source", "status")
_OF_CLAIMS: Final = (
    "kind", "status", "source", "year", "decade", "award", "country", "outcome", "about",
)  # fmt: skip
# the kinds of the things that filters name
THINGS: Final = {"country": ("country", "place"), "award": ("award",)}
_CLAIMS: Final = ("laureates", "claims")
# by their lists: what entries can be filtered and sorted by
FILTERS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("people", "organisations"), _OF_THINGS),
    **dict.fromkeys(("awards", "editions"), _OF_THINGS[1:]),
    "events": ("country", *_OF_THINGS[2:], "what"), "places": ("country", "source", "status"),
    **dict.fromkeys(_CLAIMS, _OF_CLAIMS), "sources": ("publisher",),
}  # fmt: skip
SORTED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "places": ("name", "key"), "sources": ("key", "name"),
    **dict.fromkeys(_CLAIMS, ("date", "key")),
}  # fmt: skip


class ApiEntry(NamedTuple):
    """An entry of a list: its node, what it is sorted by, what it can be filtered by, and what it
    says: two claims that say the same are one thing. About some of its values sources disagree."""

    node: int
    key: str
    order: Mapping[str, str]
    values: Values
    says: object = None
    disputed: Collection[str] = ()


@dataclass(frozen=True)
class ApiList:
    """A list: its name, its entries, the filters and sorts that it knows, what makes a record of
    an entry, and the fields of records. Of a list that is `guarded`, contested and refuted claims
    are left out unless their status is asked for."""

    name: str
    entries: Sequence[ApiEntry]
    filters: tuple[str, ...]
    sorts: tuple[str, ...]
    make: Maker
    guarded: bool = False
    fields: Collection[str] = ()
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

    @once
    def values(self) -> Mapping[str, frozenset[str]]:
        """Return the values that entries have, by filters."""
        return {
            name: frozenset(v for entry in self.entries for v in entry.values.get(name, ()))
            for name in self.filters
        }


def place_of(entry: ApiEntry, sort: str) -> tuple[str, str]:
    """Return what an entry is sorted by, then its key."""
    return entry.order.get(sort, entry.key), entry.key


def ways_of(site: Site, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what entries of a list can be filtered and sorted by; each by the codes that its kinds
    have."""
    filters = dict.fromkeys((*FILTERS.get(name, _OF_THINGS), *_schemes(site, name)))
    return (*filters,), SORTED_BY.get(name, ("name", "date", "key"))


def _schemes(site: Site, name: str) -> dict[str, str]:
    """Return what the IRIs of the codes of a list begin with, by their filters."""
    kinds = site.topics.properties.kinds if name == "claims" else KINDS.get(name, (name,))
    return {a.field: site.space_of(a) for kind in kinds for a in site.coded(kind)}


def choices_of(site: Site, name: str, filter: str) -> tuple[str, ...]:
    """Return the words that a filter of a list may have, or the keys of the things that it may
    name; nothing where it takes others."""
    if filter in ("country", "award"):
        return tuple(map(site.key_of, site.of_kind(*THINGS[filter])))
    if space := space_of(site, name, filter):
        concepts = (iri.value for iri in site.graph.ontology.concepts)
        return tuple(sorted(iri[len(space) :] for iri in concepts if iri.startswith(space)))
    if filter == "publisher":
        return tuple(sorted({site.rdf.text(n, DCTERMS.publisher) for n in site.sources.values()}))
    kinds = tuple(site.topics.properties.kinds)
    return {"kind": kinds, "source": tuple(site.sources)}.get(filter, ())


def space_of(site: Site, name: str, filter: str) -> str:
    """Return what the IRIs of the values of a filter begin with, where they are concepts."""
    coded = {"what": "act-type", "outcome": "outcome", "status": "claim-status"}
    shipped = {name: f"{HRDV}{scheme}/" for name, scheme in coded.items()}
    return (shipped | _schemes(site, name)).get(filter, "")


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
        return *self.NAMES, *self._site.own_lists

    def kinds(self, name: str) -> tuple[str, ...]:
        """Return the kinds of things that a list holds; none, of a list of something else."""
        return KINDS.get(name) or ((name,) if name in self._site.own_lists else ())

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
        are_claims = any(kind in self._site.topics.properties.kinds for kind in self.kinds(name))
        filters, sorts = ways_of(self._site, name)
        fields = fields_of(self._site, name)
        guarded = are_claims or name == "laureates"
        return ApiList(name, entries, filters, sorts, make, guarded, fields)

    def _parts(self, name: str) -> tuple[Sequence[ApiEntry], Maker]:
        """The entries of a list, and what makes records of them."""
        if kinds := self.kinds(name):
            return self._things(kinds), Records.thing
        if name == "sources":
            return self._sources(), _source
        if name == "claims":
            return self._claims, Records.claim
        won = [entry for entry in self._claims if set(entry.values.get("outcome", ())) & {*WON}]
        return won, Records.conferral

    def _things(self, kinds: tuple[str, ...]) -> list[ApiEntry]:
        entries = [self._of_row(row) for row in self._pages.index.rows if row.thing.kind in kinds]
        return [*entries, *self._places()] if "place" in kinds else entries

    def _of_row(self, row: IndexRow) -> ApiEntry:
        node = row.thing.node
        rdf, values, disputed = self._site.rdf, dict(row.values), set[str]()
        order = {"name": row.folded[0] if row.folded else row.thing.key}
        order["date"] = row.values["year"][0] if row.values["year"] else ""
        if self._site.topics.is_claim(node):  # its own, not those of the claims about it
            values["status"] = (status(rdf, node) or "asserted",)
            order["date"] = earliest(self._site.topics, node)
            values |= _dated(order["date"], *(value.text for value in rdf.values(node, HRD.date)))
            disputed = self._disputed(node)
        if row.thing.kind == "event":
            topics, acts = self._site.topics, rdf.objects(node, HRD.act)
            kinds = (code for act in acts for code in topics.ends(act, "kind"))
            values["what"] = self._site.codes(kinds)
        return ApiEntry(node, row.thing.key, order, values, disputed=disputed)

    def _places(self) -> Iterator[ApiEntry]:
        """List the places within countries, which the search index lacks."""
        site = self._site
        labels = Labels(site, site.words_in(site.languages[0]))
        for node, kind in site.kinds.items():
            if kind == "place":
                key, name = site.key_of(node), fold(labels.of(node).text)
                country = self._keys([site.country_around(node)])
                yield ApiEntry(node, key, {"name": name}, {"country": country})

    def _sources(self) -> list[ApiEntry]:
        site = self._site
        labels = Labels(site, site.words_in(site.languages[0]))
        return [
            ApiEntry(
                node,
                name,
                {"name": fold(labels.of(node).text)},
                {"publisher": (site.rdf.text(node, DCTERMS.publisher),)},
            )
            for name, node in site.sources.items()
        ]

    @once
    def _claims(self) -> list[ApiEntry]:
        names = {node: name for name, node in self._site.sources.items()}
        return [self._claim(node, names) for node in self._site.claims]

    def _claim(self, node: int, names: Mapping[int, str]) -> ApiEntry:
        site, rdf = self._site, self._site.rdf
        year = site.topics.year(node)
        date = earliest(site.topics, node)
        dates = [year] if year else [date, *(v.text for v in rdf.values(node, HRD.date))]
        values = {
            "kind": (site.kinds[node],),
            "status": (status(rdf, node) or "asserted",),
            "source": tuple(names[g] for g in sorted(rdf.sources(node)) if g in names),
            **_dated(*dates),
            "award": self._keys(site.topics.awards(node)),
            "country": self._keys(site.countries_told(node)),
            "about": self._keys(site.topics.about(node)),
            **site.codes_of(node),
        }
        says = core_of(site.topics, node, site.kinds[node])
        return ApiEntry(node, site.key_of(node), {"date": date}, values, says, self._disputed(node))

    def _disputed(self, node: int) -> set[str]:
        """Return the filters about whose values the sources disagree."""
        site = self._site
        disputed = set(map(site.rdf.iri, site.rdf.objects(node, HRD.disputed)))
        coded = ((item.field, item.predicate) for item in site.coded(site.kinds[node]))
        names = {name for name, way in coded if way and way.value in disputed}
        return names | ({"year", "decade"} if is_year_disputed(site.topics, node) else set())

    def _keys(self, nodes: Iterable[int]) -> tuple[str, ...]:
        site = self._site
        return tuple(dict.fromkeys(site.key_of(node) for node in nodes if node in site.kinds))


def _dated(*texts: str) -> dict[str, tuple[str, ...]]:
    """Return the years and the decades of dates, as values of filters."""
    years = sorted({text[:4] for text in texts if text[:4].isdigit()})
    return {"year": (*years,), "decade": tuple(dict.fromkeys(f"{year[:3]}0" for year in years))}


def _source(records: Records, node: int) -> dict[str, object]:
    names = {number: name for name, number in records.site.sources.items()}
    return records.source(names[node])


LIMIT: Final = 50
MOST: Final = 500
ROWS: Final = 5_000  # of a table, which has no next page
LONGEST: Final = 400  # characters of a value
TOO_LONG: Final = too_many(LONGEST, "character")
COMMON: Final = ("limit", "cursor", "sort", "fields", "lang", "q", "facet")


@dataclass(frozen=True)
class ListQuestion:
    """What is asked of a list. An entry must have one of the values of each filter; `after` is
    the last entry of the page before."""

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
        if len(value) > LONGEST:
            raise Problem(400, "place-and-fact", file=name, fact=TOO_LONG)
        if name in common:
            raise Problem(400, "there-twice", name=name, hint="keep-one")
        if name == "q" and not value.strip():  # what was to be looked for got lost
            raise Problem(400, "missing", option="`q`")
        if name in COMMON:
            common[name] = value
        else:
            filters[name] = (*filters.get(name, ()), *resolve(name, value.strip()))
    sort = common.get("sort", of.sorts[0])
    if sort.removeprefix("-") not in of.sorts:
        ways = tuple(way for name in of.sorts for way in (name, f"-{name}"))
        raise Problem(400, "not-known-here", hint="there-is", name=sort[:40], known=ways)
    facet = common.get("facet", "")
    if facet and facet not in of.filters:
        raise unknown_value(facet, of.filters)
    return ListQuestion(
        filters, sort,
        limit_of(common.get("limit", ""), *((ROWS, ROWS) if is_table else (MOST, LIMIT))),
        position_of(common["cursor"]) if common.get("cursor") else None,
        read_fields(common.get("fields", ""), of.fields), common.get("q", ""),
        facet,
    )  # fmt: skip


_TO: Final = r"(?:-|\.\.|/)"
YEARS: Final = rf"(?:([0-9]{{4}})s?(?:({_TO})(?:([0-9]{{4}})s?)?)?|{_TO}([0-9]{{4}})s?)"  # a span
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
            if name in THINGS or name == "about":
                return (self._thing(name, text),)
            if name in ("year", "decade"):
                return _span(name, text, of.values[name])
            known = {*of.values[name], *choices_of(self._site, of.name, name)}
            space = space_of(self._site, of.name, name)
            code = text.strip("<>").removeprefix(space)
            if code not in known:
                rdf, own = self._site.rdf, sorted(known) if space else ()
                every = ((key, sum(names_of(rdf, rdf.find(f"{space}{key}")), ())) for key in own)
                fits = [key for key, names in every if fold(text) in {fold(n.text) for n in names}]
                if len(fits) != 1:
                    raise unknown_value(text, fits or sorted(known))
                code = fits[0]
            return (code,)

        return resolve

    def _thing(self, name: str, text: str) -> str:
        """The key of the thing that a text means. Problem where there is none: what claims are
        about has an address, where it would not be found either."""
        kinds = THINGS.get(name, self._site.listed_kinds)
        if key := text and self.key_of(text, kinds, also_claims=name == "about"):
            return key
        rows = [row for row in self._pages.index.search(text) if row.thing.kind in kinds]
        whole, start = [r for r in rows if r.thing.kind not in ("edition", "event")], fold(text)
        begun = [r for r in whole if any(f"{name} ".startswith(f"{start} ") for name in r.folded)]
        if len(begun) == 1 and " " in start:
            return begun[0].thing.key
        near = [row.thing.key for row in rows]
        raise unknown_value(text, near[:5], 404 if name == "about" else 400)

    def key_of(self, text: str, kinds: Sequence[str], *, also_claims: bool = False) -> str:
        """The key of the thing of some kinds that a text means: its address, its key, that without
        its kind, a code or a name. Nothing where there is none, Problem where several have the
        name."""
        site, key = self._site, text.strip("<>").removeprefix(self._site.base)
        known = self._pages.find_successor(key) or self._pages.find(key)
        if known and (known.kind in kinds or (also_claims and known.node in site.kinds)):
            return known.key

        def accepts(iri: str) -> bool:
            return site.kinds.get(site.rdf.find(iri)) in kinds

        try:
            thing = site.graph.things.find(text, accepts, is_near_told=False)
        except QueryError as error:
            if error.code == "name-unknown":
                return ""
            raise Problem.of_errors(400, [error]) from error
        return site.key_of(site.rdf.find(thing))


def unknown_value(text: str, known: Sequence[str], status: int = 400) -> Problem:
    """There is no such value of a filter; the nearest, and some that there are."""
    near = nearest(text[:40], known) or ""
    hint = "did-you-mean" if near else "there-is" if known else "api-thing-forms"
    return Problem(
        status, "not-known-here", hint=hint, name=text[:40],
        nearest=near, known=tuple(known[:_SHOWN]),
    )  # fmt: skip


def _span(name: str, text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the years or decades of a span that entries have; if none has, the text itself."""
    match = fullmatch(YEARS, text)
    if match is None:
        hint = write_like("2013, 2013-2015, 2013-, -2015")
        raise Problem(400, "value-not-as-expected", value=text[:40], hint=hint)
    start, to, end, only_end = match.groups()
    ends = start or "0000", end or only_end or ("9999" if to else start)
    if name == "decade":
        ends = f"{ends[0][:3]}0", f"{ends[1][:3]}9"
    first, last = sorted(ends)
    return tuple(value for value in known if first <= value <= last) or (text,)


def page_of(of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None = None) -> ListPage:
    """One page of a list. `among` are the nodes that a search has found."""
    shown, left_out = _select(of, asked, among)
    name, turned = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    places = [place_of(entry, name) for entry in shown]
    piece, cursor = piece_of(places, asked.limit, asked.after, turned=turned)
    return ListPage(shown[piece], len(shown), left_out, cursor)


class FacetCount(NamedTuple):
    """A value of a filter, how many things have it, and of how many of these it is disputed."""

    value: str
    things: int
    disputed: int


def counts_of(
    of: ApiList, asked: ListQuestion, among: Mapping[int, int] | None = None
) -> tuple[list[FacetCount], ListPage]:
    """How many things of a list have each value of a facet, the most frequent first: a page of
    them. Claims that say the same count once."""
    shown, left_out = _select(of, asked, among)
    each: dict[tuple[str, object], bool] = {}
    for entry in shown:
        for value in join_values(entry.values, asked.filters).get(asked.facet, ()):
            says = value, entry.says or entry.node
            each[says] = each.get(says, True) and asked.facet in entry.disputed
    numbers = Counter(value for value, _ in each)
    disputed = Counter(value for (value, _), is_disputed in each.items() if is_disputed)
    counts = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    places = [(f"{len(shown) - count:09}", value) for value, count in counts]
    piece, cursor = piece_of(places, asked.limit, asked.after)
    page = ListPage((), len(counts), left_out, cursor)
    return [FacetCount(value, count, disputed[value]) for value, count in counts[piece]], page


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
    doubted = {*DOUBTED} if guarded else set[str]()
    shown = [entry for entry in fitting if doubted.isdisjoint(entry.values.get("status", ()))]
    return shown, len(fitting) - len(shown)


def _fits(entry: ApiEntry, filters: Mapping[str, tuple[str, ...]]) -> bool:
    held = join_values(entry.values, filters)
    return all(any(v in held.get(name, ()) for v in values) for name, values in filters.items())


def position_of(cursor: str) -> tuple[str, str]:
    """The place that a cursor names. Problem where there is no such page."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        order, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if isinstance(order, str) and isinstance(key, str):
            return order, key
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise Problem(404, "not-known-here", name="cursor")


def limit_of(text: str, most: int, usual: int) -> int:
    """How many are wanted. Problem where that is no number, or too many."""
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= most):
        kind = Message("range-from-to", kind=kind_word("whole-number"), least=1, most=most)
        raise Problem(400, "takes-not", option="`limit`", kind=kind, value=text[:40])
    return int(text)


def unknown_parameter(name: str, known: Sequence[str]) -> Problem:
    """There is no parameter of this name; the nearest, and those that there are."""
    near = nearest(name[:40], known) or ""
    return Problem(
        400, "not-known-here", hint="did-you-mean" if near else "there-is",
        name=name[:40], nearest=near, known=tuple(known),
    )  # fmt: skip


def read_fields(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the wanted fields of a record, its address always; none where all are wanted.
    Problem where no record has one of that name."""
    names = tuple(filter(None, map(str.strip, text.split(","))))[:50]
    for name in names:
        if name not in known:
            raise unknown_value(name, tuple(known))
    return tuple(dict.fromkeys(("id", *names))) if names else ()


def select_fields(record: Mapping[str, Any], fields: Sequence[str]) -> Mapping[str, Any]:
    """Return the wanted fields of a record, all where none is named."""
    return {name: record[name] for name in fields} if fields else record
