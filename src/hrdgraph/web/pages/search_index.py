"""Index the things of a site by what they are found by: folded names, and facets."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from hrdgraph.exports.folding import LETTERS, fold, has_hidden_vowels, skeleton
from hrdgraph.vocab import HRD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.claim_nodes import (
    DOUBTED,
    ClaimTopics,
    earliest,
    is_year_disputed,
    status,
)
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links, file_name
from hrdgraph.web.pages.naming import PageLanguage
from hrdgraph.web.pages.site import Site, Thing

NAMED_SO: Final = ("award", "edition")  # the kinds of things whose names have such words


@cache
def read_award_words() -> tuple[tuple[str, ...], ...]:
    """Read the table of folded words: in its first line those that say nothing in a name, articles
    and the like, in each other line those that mean the same in names of awards."""
    table = files("hrdgraph.web.pages").joinpath("award_words.tsv").read_text("utf-8")
    return tuple(tuple(line.split()) for line in table.splitlines())


@cache
def _groups() -> dict[str, tuple[tuple[str, ...], ...]]:
    groups: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group in read_award_words()[1:]:
        for word in group:
            groups[word] = (*groups.get(word, ()), group)
    return groups


def words_for(folded: Iterable[str]) -> frozenset[str]:
    """Return the words of folded names, and those that mean the same."""
    own = {word for name in folded for word in name.split()}
    return frozenset(own.union(*(group for word in own for group in _groups().get(word, ()))))


def has_words(known: frozenset[str], words: Sequence[str]) -> bool:
    """Tell whether each word but small ones begins one of the `known`; not where all are small."""
    if not known:
        return False
    wanted = [word for word in words if word not in read_award_words()[0]]
    return bool(wanted) and all(any(each.startswith(word) for each in known) for word in wanted)


FACETS: Final = ("kind", "country", "award", "decade", "source", "status")  # of every site


_TOLD: Final = (HRD.occupation, HRD.organisationKind, HRD.activity)


@dataclass(frozen=True)
class IndexRow:
    """A thing as it is searched: its names in each language of the site, its folded names, its
    values for each facet, its years, what it `won` when, and what people call it if an award."""

    thing: Thing
    names: tuple[str, ...]
    folded: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    descriptions: tuple[str, ...] = ()
    award_words: frozenset[str] = frozenset()

    @property
    def initial(self) -> str:
        """Return the letter below which lists have it."""
        return self.folded[0][:1].upper() if self.folded else "?"


@dataclass(frozen=True)
class _Fact:
    """What a claim adds to the facets of the things that it is about. Few are different, so each
    stands for thousands of claims."""

    year: str
    status: str
    sources: frozenset[int]


def facts_of(site: Site) -> dict[int, set[_Fact]]:
    """Collect what claims say of each thing for its facets, in one walk through the claims."""
    facts: dict[int, set[_Fact]] = {}
    for node in site.claims:
        if site.kinds[node] != "act":
            fact = _fact(site.topics, node)
            for other in (node, *site.topics.about(node)):
                facts.setdefault(other, set()).add(fact)
    return facts


def _fact(topics: ClaimTopics, node: int) -> _Fact:
    rdf = topics.rdf
    year, held = earliest(topics, node)[:4], status(rdf, node)
    is_safe = held not in DOUBTED and not is_year_disputed(topics, node)
    return _Fact(year if year.isdigit() and is_safe else "", held, rdf.sources(node))


def index_row(
    site: Site, thing: Thing, speakers: Sequence[Labels], facts: Iterable[_Fact]
) -> IndexRow:
    """Return a thing as it is searched, named by each of the speakers, with the facts about it."""
    names = tuple(labels.of(thing.node).text for labels in speakers)
    every = dict.fromkeys([*names, *(each.text for each in (*thing.names, *thing.others))])
    values = {
        "kind": (thing.kind,), "country": _keys(site, _countries(site, thing)),
        "award": _keys(site, _awards(site, thing)), **site.codes_of(thing.node),
        **_of_facts(facts, site, thing),
    }  # fmt: skip
    folded = tuple(dict.fromkeys(filter(None, map(fold, every))))
    descriptions = tuple(value.text for value in site.rdf.values(thing.node, *_TOLD))
    award_words = words_for(folded) if thing.kind in NAMED_SO else frozenset[str]()
    return IndexRow(thing, names, folded, values, descriptions, award_words)


def join_values(
    values: Mapping[str, tuple[str, ...]], asked: Mapping[str, Collection[str]]
) -> Mapping[str, tuple[str, ...]]:
    """Return the values of a row for what is asked: award and year are of one conferral."""
    if not values.get("won") or asked.keys().isdisjoint(("award", "year", "decade")):
        return values
    won = [{"award": w[5:], "year": w[:4], "decade": f"{w[:3]}0"} for w in values["won"]]
    fit = [p for p in won if all(p[name] in asked.get(name, (p[name],)) for name in p)]
    joined = ["award"] if asked.keys() & {"year", "decade"} else []
    joined += ["year", "decade"] if "award" in asked else []
    joined_values = {
        name: (*sorted({p[name] for p in fit if p[name][0] != " "}),) for name in joined
    }
    return {**values, **joined_values}


def _keys(site: Site, nodes: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted({site.key_of(node) for node in nodes if node in site.kinds}))


def _countries(site: Site, thing: Thing) -> Iterable[int]:
    if site.topics.is_claim(thing.node):
        return site.countries_told(thing.node)
    return [thing.node] if thing.kind == "country" else site.countries_of(thing.node)


def _awards(site: Site, thing: Thing) -> Iterable[int]:
    if thing.kind in ("award", "edition"):
        return (
            [thing.node] if thing.kind == "award" else site.rdf.objects(thing.node, HRD.editionOf)
        )
    return site.rdf.objects(thing.node, HRD.hasWon)  # not what is only claimed and denied


def _of_facts(facts: Iterable[_Fact], site: Site, thing: Thing) -> dict[str, tuple[str, ...]]:
    rdf = site.rdf
    won = [
        f"{rdf.text(edition, HRD.editionYear):4} {key}"
        for edition in rdf.subjects(HRD.undisputedLaureate, thing.node)
        for key in _keys(site, rdf.objects(edition, HRD.editionOf))
    ]
    names = {node: name for name, node in site.sources.items()}
    graphs = {graph for fact in facts for graph in fact.sources} | site.rdf.sources(thing.node)
    years = {fact.year for fact in facts if fact.year and thing.kind != "country"}
    years |= {each[:4] for each in won if each[0] != " "}
    if thing.kind == "edition":
        years |= {site.rdf.text(thing.node, HRD.editionYear)} - {""}
    return {
        "won": tuple(won),
        "year": tuple(sorted(years)),
        "decade": tuple(sorted({f"{year[:3]}0" for year in years})),
        "source": tuple(sorted(names[graph] for graph in graphs if graph in names)),
        "status": tuple(sorted({fact.status for fact in facts if fact.status})),
    }


def facet_labels(
    site: Site, rows: Sequence[IndexRow], speakers: Sequence[Labels]
) -> dict[str, dict[str, list[str]]]:
    """Return the labels of the values of each facet, by each of the speakers."""
    labels_of: dict[str, dict[str, list[str]]] = {facet: {} for facet in FACETS}
    every = dict.fromkeys(
        (facet, value) for row in rows for facet in row.values for value in row.values[facet]
    )
    for facet, value in every:
        if facet in FACETS or facet in site.facets:
            labels_of.setdefault(facet, {})[value] = [
                _facet_label(site, facet, value, labels) for labels in speakers
            ]
    return labels_of


def _facet_label(site: Site, facet: str, value: str, labels: Labels) -> str:
    if facet in ("country", "award"):
        return labels.of(node).text if (node := site.node_of(value)) is not None else value
    if facet == "decade":
        return labels.words("date_decade", decade=value)
    if facet in ("kind", "status"):
        return labels.words(f"{'kinds' if facet == 'kind' else facet}_{value}", n=2)
    coded = None if facet in FACETS else site.facets.get(facet)
    concept = site.rdf.find(f"{site.space_of(coded)}{value}") if coded else -1
    return labels.of(concept).text if concept >= 0 else value


PER_LIST: Final = 300  # things on one page of a plain list
_WORDS: Final = 8  # of what is looked for
_LONGEST: Final = 24  # characters of a word that may have mistakes
_CANDIDATES: Final = 120  # names that are compared letter by letter
_SHORTEST: Final = 4  # a shorter word has another meaning with another letter
_STEM: Final = 0.7  # of a word, that another one begins with: its endings are grammar


class TextSearch:
    """An index of names, and of what is said beside them, in memory. Safe to share between
    threads; where SQLite has no FTS5, nothing is found."""

    def __init__(self, names: Iterable[Sequence[str]], beside: Iterable[str]) -> None:
        self._lock = Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._names = [tuple(each) for each in names]
        self._is_there = self._fill(list(beside))

    def _fill(self, beside: Sequence[str]) -> bool:
        try:
            self._base.executescript(
                "CREATE VIRTUAL TABLE words USING fts5(text, detail='none');"
                "CREATE VIRTUAL TABLE grams USING fts5(text, tokenize='trigram', detail='full');"
            )
        except sqlite3.OperationalError:
            return False
        texts = [(at, " ".join(names)) for at, names in enumerate(self._names)]
        longer = [(at, f"{text} {more}") for (at, text), more in zip(texts, beside, strict=True)]
        self._base.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", longer)
        self._base.executemany("INSERT INTO grams (rowid, text) VALUES (?, ?)", texts)
        return True

    def beside(self, words: Sequence[str], most: int) -> list[int]:
        """Find the places of those that have every word in their name or beside it."""
        query = " ".join(f"{_quote(word)}*" for word in words[:_WORDS])
        return self._select("words", query, most) if words else []

    def similar(self, words: Sequence[str], most: int) -> list[int]:
        """Find the places of those that have a word like each of these in one of their names."""
        wanted = [word[:_LONGEST] for word in words[:_WORDS]]
        grams = {word[at : at + 3] for word in wanted for at in range(len(word) - 2)}
        places = self._select("grams", " OR ".join(map(_quote, sorted(grams))), _CANDIDATES)
        fits = ((self._distance(place, wanted), order) for order, place in enumerate(places))
        ranked = sorted((distance, order) for distance, order in fits if distance >= 0)
        return [places[order] for _, order in ranked[:most]]

    def _distance(self, place: int, wanted: Sequence[str]) -> int:
        """Count the letters that differ in the name that is most like what is wanted; -1 where
        none is."""
        distances = [_unlike(name.split(), wanted) for name in self._names[place]]
        return min((distance for distance in distances if distance >= 0), default=-1)

    def _select(self, table: str, query: str, most: int) -> list[int]:
        if not query or not self._is_there:
            return []
        text = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT ?"
        try:
            with self._lock:
                return [int(row[0]) for row in self._base.execute(text, (query, most))]
        except sqlite3.OperationalError:  # a word that is no word to the index
            return []


def _quote(word: str) -> str:
    return '"' + word.replace('"', '""').replace("\0", "") + '"'


def _unlike(name: Sequence[str], wanted: Sequence[str]) -> int:
    """In how many letters the words of a name differ from the wanted ones; -1 where one of them
    is like none."""
    whole = 0
    for word in wanted:
        near = [between(word, other[:_LONGEST]) for other in name[:_WORDS]]
        fits = [distance for distance in near if distance >= 0]
        if not fits:
            return -1
        whole += min(fits)
    return whole


def between(word: str, other: str) -> int:
    """Return how unlike two words are: the letters to change, add, leave out or swap, one in a
    word of four letters and two in one of eight; 3 where the ends of a long word differ; -1
    beyond that."""
    most = 2 if len(word) >= 8 else 1 if len(word) >= _SHORTEST else 0
    distance = _edits(word, other, most)
    if distance >= 0:
        return distance
    stem = max(5, round(len(word) * _STEM))
    return 3 if len(word) >= 6 and word[:stem] == other[:stem] else -1


def _edits(word: str, other: str, most: int) -> int:
    """Return the distance of Damerau and Levenshtein where it is at most so much, else -1."""
    if abs(len(word) - len(other)) > most:
        return -1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, mark in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != mark))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == mark:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return -1
    return row[-1] if row[-1] <= most else -1


_LONGEST_SEARCH: Final = 400  # characters of what is looked for: no name has more
_BESIDE: Final = 500  # rows of whom the words are said
_SIMILAR: Final = 20  # rows with names like that
_NOWHERE: Final = 10**6
_FAINT: Final = 4  # the rank of what fits less than a part of its name


@dataclass(frozen=True)
class SiteIndex:
    """All rows, sorted by their folded name in the first language; and what the values of facets
    are called."""

    rows: Sequence[IndexRow]
    languages: tuple[str, ...]
    labels: Mapping[str, Mapping[str, Sequence[str]]]
    words: tuple[PageLanguage, ...]

    @classmethod
    def of(cls, site: Site) -> SiteIndex:
        """Made once for a site."""
        speakers = [Labels(site, site.words_in(language)) for language in site.languages]
        facts = facts_of(site)
        rows = sorted(
            (
                index_row(site, site.things[node], speakers, facts.get(node, ()))
                for node in site.all_listed
            ),
            key=lambda row: (row.folded[:1], row.thing.key),
        )
        words = tuple(speaker.words for speaker in speakers)
        return cls(rows, site.languages, facet_labels(site, rows, speakers), words)

    @once
    def by_kind(self) -> Mapping[str, list[IndexRow]]:
        """Return the rows of each kind."""
        rows: dict[str, list[IndexRow]] = {}
        for row in self.rows:
            rows.setdefault(row.thing.kind, []).append(row)
        return rows

    @once
    def initials(self) -> Mapping[str, Mapping[str, int]]:
        """Return the initials of each kind, each with the page of the list that it begins on."""
        initials: dict[str, dict[str, int]] = {}
        for kind, rows in self.by_kind.items():
            for place, row in enumerate(rows):
                initials.setdefault(kind, {}).setdefault(row.initial, place // PER_LIST)
        return initials

    def filter(self, wanted: Mapping[str, str]) -> list[IndexRow]:
        """List the rows that have every wanted value, with the values that go with those."""
        if not wanted:
            return list(self.rows)
        asked = {facet: (value,) for facet, value in wanted.items()}
        rows = (replace(row, values=join_values(row.values, asked)) for row in self.rows)
        return [row for row in rows if all(v in row.values.get(f, ()) for f, v in wanted.items())]

    def label(self, facet: str, value: str, language: str) -> str:
        """Name a value of a facet."""
        return self.labels[facet][value][self.languages.index(language)]

    def counts(self, rows: Iterable[IndexRow]) -> dict[str, Counter[str]]:
        """Count the rows of each value."""
        counters = {facet: Counter[str]() for facet in self.labels}
        for row in rows:
            for facet, counter in counters.items():
                counter.update(row.values.get(facet, ()))
        return counters

    def search(self, text: str, most: int | None = None, *, beyond: bool = True) -> list[IndexRow]:
        """Find the rows whose names hold every word that was typed, or the first of them; whole
        names first, beginnings, then the rest. After them those of whom the words are said:
        country, award, occupation; where there are none of either, those with names like that.
        Editions come last, unless a year is typed: an award has a hundred. Not `beyond` names,
        what is said of somebody is left out."""
        text = text[:_LONGEST_SEARCH]
        words = fold(text).split()
        if not words:
            return []
        named = self._find_named(text, words)
        wanted = most or len(self.rows)
        if not beyond:
            return [self.rows[place] for place in named[:wanted]]
        first, last = self._part_editions(named, text)
        more = self._beyond(words, named) if len(first) < wanted else []
        return [self.rows[place] for place in [*first, *more, *last][:wanted]]

    def _beyond(self, words: list[str], named: list[int]) -> list[int]:
        """Find the places of those of whom the words are said; where there are none of either, of
        those with names like that."""
        known = frozenset(named)
        described = self._texts.beside(words, _BESIDE + len(named))
        more = [place for place in described if place not in known][:_BESIDE]
        return more if named or described else self._texts.similar(words, _SIMILAR)

    def _part_editions(self, named: list[int], text: str) -> tuple[list[int], list[int]]:
        """Return the places without those of editions, and these, where no year is typed."""
        if any(char.isdigit() for char in text):
            return named, []
        editions = {place for place in named if self.rows[place].thing.kind == "edition"}
        first = [place for place in named if place not in editions]
        return first, [place for place in named if place in editions]

    def _find_named(self, text: str, words: list[str]) -> list[int]:
        """Find the places of the rows of which a name holds every word."""
        bones = skeleton(fold(text)) if has_hidden_vowels(text) else ()
        ranked = [
            (rank, place)
            for place, row in enumerate(self.rows)
            if (rank := _rank(row, words, bones)) < _NOWHERE
        ]
        return [place for _, place in sorted(ranked)]

    @once
    def _texts(self) -> TextSearch:
        """Names and what is said beside them."""
        return TextSearch((row.folded for row in self.rows), map(self._beside, self.rows))

    def _beside(self, row: IndexRow) -> str:
        """Return its countries and awards in each language, and what it does."""
        named = (
            label
            for facet in ("country", "award")
            for value in row.values[facet]
            for label in self.labels[facet][value]
        )
        return " ".join(dict.fromkeys(map(fold, (*named, *row.descriptions))))

    def document(self, homes: Mapping[str, str] | None = None) -> bytes:
        """Write the index for browsers. `homes` are where things without a page of their own are
        told in a site of files."""
        near = Links("", ".html", homes=homes or {})
        small, *alike = read_award_words()
        facet_values = {facet: sorted(labels) for facet, labels in self.labels.items()}
        places = {
            facet: {value: place for place, value in enumerate(values)}
            for facet, values in facet_values.items()
        }
        document: dict[str, Any] = {
            "languages": self.languages,
            "letters": LETTERS,
            "awards": {"kinds": NAMED_SO, "small": small, "alike": alike},
            "kinds": {
                kind: [words(f"kind_{kind}") for words in self.words]
                for kind in self.labels["kind"]
            },
            "facets": {
                facet: [[value, *_once(self.labels[facet][value])] for value in facet_values[facet]]
                for facet in self.labels
            },
            "things": [_entry(row, places, near) for row in self.rows],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(row: IndexRow, places: Mapping[str, Mapping[str, int]], near: Links) -> list[Any]:
    """Key, names, folded names, the places of the values of each facet; and where it is told in a
    site of files, where that is not the file of its key."""
    values = ([held[value] for value in row.values.get(name, ())] for name, held in places.items())
    key, path = row.thing.key, f"id/{row.thing.key}"
    is_odd = path in near.homes or file_name(key) != unquote(key)
    odd = [near.page("", path)[1:]] if is_odd else []
    return [key, _once(row.names), row.folded, *values, *odd]


def _once(names: Sequence[str]) -> list[str]:
    """Names in each language; one where they are all the same."""
    return [names[0]] if len(set(names)) == 1 else list(names)


def _rank(row: IndexRow, words: list[str], bones: tuple[str, ...]) -> int:
    """Whole name 0, beginning of a name 1, beginnings of words 2, anywhere 3, consonants alike,
    or an award with the word for it in another language 4; awards and people first."""
    best = _fit_of_names(row, words, row.folded)
    if (
        best == _NOWHERE
        and bones
        and any(set(bones) <= set(skeleton(folded)) for folded in row.folded)
    ):
        best = _FAINT
    minor = row.thing.kind in ("edition", "event")
    return best * 2 + minor if best < _NOWHERE else _NOWHERE


def fit_of(row: IndexRow, words: list[str], folded: tuple[str, ...] = ()) -> int | None:
    """Return how well the words fit the best of some folded names (default: those of the row):
    0 for the whole name, up to 4; None if they fit none."""
    best = _fit_of_names(row, words, folded or row.folded)
    return best if best < _NOWHERE else None


def _fit_of_names(row: IndexRow, words: list[str], names: tuple[str, ...]) -> int:
    best = min((_fit(name, words) for name in names), default=_NOWHERE)
    return _FAINT if best == _NOWHERE and has_words(row.award_words, words) else best


def _fit(folded: str, words: list[str]) -> int:
    if not all(word in folded for word in words):
        return _NOWHERE
    text = " ".join(words)
    if folded.startswith(text):
        return 0 if folded == text else 1
    starts = folded.split()
    if all(any(start.startswith(word) for start in starts) for word in words):
        return 2
    return 3 if len(text) > 2 else _NOWHERE
