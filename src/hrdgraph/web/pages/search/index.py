"""The things of a site into what they are found by: folded names, and facets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from hrdgraph.web.memo import once
from hrdgraph.web.pages.routing.links import file_name
from hrdgraph.web.pages.search.award_words import NAMED_SO, alike, has_words, small
from hrdgraph.web.pages.search.folding import LETTERS, fold, has_hidden_vowels, skeleton
from hrdgraph.web.pages.search.index_rows import FACETS, IndexRow, facet_labels, facts_of, index_row
from hrdgraph.web.pages.search.text_search import TextSearch
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.wording.labels import Labels
from hrdgraph.web.pages.wording.words import words_in

_LONGEST: Final = 400  # characters of what is looked for: no name has more
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

    @classmethod
    def of(cls, site: Site) -> SiteIndex:
        """Made once for a site."""
        speakers = [Labels(site, words_in(language)) for language in site.languages]
        facts = facts_of(site)
        rows = sorted(
            (
                index_row(site, site.things[node], speakers, facts.get(node, ()))
                for node in site.listed
            ),
            key=lambda row: (row.folded[:1], row.thing.key),
        )
        return cls(rows, site.languages, facet_labels(site, rows, speakers))

    def chosen(self, wanted: Mapping[str, str]) -> list[IndexRow]:
        """The rows that have every wanted value."""
        return [
            row
            for row in self.rows
            if all(value in row.values[facet] for facet, value in wanted.items())
        ]

    def label(self, facet: str, value: str, language: str) -> str:
        """What a value of a facet is called."""
        return self.labels[facet][value][self.languages.index(language)]

    def counts(self, rows: Iterable[IndexRow]) -> dict[str, Counter[str]]:
        """How many of some rows have each value."""
        found = {facet: Counter[str]() for facet in FACETS}
        for row in rows:
            for facet, values in row.values.items():
                found[facet].update(values)
        return found

    def search(self, text: str, most: int | None = None, *, beyond: bool = True) -> list[IndexRow]:
        """The rows whose names hold every word that was typed, or the first of them; whole names
        first, beginnings, then the rest. After them those of whom the words are said: country,
        award, occupation; where there are none of either, those with names like that. Editions
        come last, unless a year is typed: an award has a hundred. Not `beyond` names, what is
        said of somebody is left out."""
        text = text[:_LONGEST]
        words = fold(text).split()
        if not words:
            return []
        named = self._named(text, words)
        wanted = most or len(self.rows)
        if not beyond:
            return [self.rows[place] for place in named[:wanted]]
        first, last = self._parted(named, text)
        others = self._beyond(words, named) if len(first) < wanted else []
        return [self.rows[place] for place in [*first, *others, *last][:wanted]]

    def _beyond(self, words: list[str], named: list[int]) -> list[int]:
        """The places of those of whom the words are said; where there are none of either, of
        those with names like that."""
        known = frozenset(named)
        told = self._texts.beside(words, _BESIDE + len(named))
        others = [place for place in told if place not in known][:_BESIDE]
        return others if named or told else self._texts.similar(words, _SIMILAR)

    def _parted(self, named: list[int], text: str) -> tuple[list[int], list[int]]:
        """The places without those of editions, and these, where no year is typed."""
        if any(char.isdigit() for char in text):
            return named, []
        editions = {place for place in named if self.rows[place].thing.kind == "edition"}
        first = [place for place in named if place not in editions]
        return first, [place for place in named if place in editions]

    def _named(self, text: str, words: list[str]) -> list[int]:
        """The places of the rows of which a name holds every word."""
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
        """Its countries and awards in each language, and what it does."""
        named = (
            label
            for facet in ("country", "award")
            for value in row.values[facet]
            for label in self.labels[facet][value]
        )
        return " ".join(dict.fromkeys(map(fold, (*named, *row.told))))

    def document(self) -> bytes:
        """The index for browsers."""
        facet_values = {facet: sorted(self.labels[facet]) for facet in FACETS}
        places = {
            facet: {value: place for place, value in enumerate(values)}
            for facet, values in facet_values.items()
        }
        document: dict[str, Any] = {
            "languages": self.languages,
            "letters": LETTERS,
            "awards": {"kinds": NAMED_SO, "small": small(), "alike": alike()},
            "kinds": {
                kind: [words_in(tag)(f"kind_{kind}") for tag in self.languages]
                for kind in self.labels["kind"]
            },
            "facets": {
                facet: [[value, *_once(self.labels[facet][value])] for value in facet_values[facet]]
                for facet in FACETS
            },
            "things": [_entry(row, places) for row in self.rows],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _entry(row: IndexRow, places: Mapping[str, Mapping[str, int]]) -> list[Any]:
    """Key, names, folded names, the places of the values of each facet; the name of the file,
    where it is not the key."""
    values = ([places[facet][value] for value in row.values[facet]] for facet in FACETS)
    return [row.thing.key, _once(row.names), row.folded, *values, *_odd_file(row.thing.key)]


def _odd_file(key: str) -> list[str]:
    """The name of a thing's file, where it is not its key."""
    return [] if file_name(key) == unquote(key) else [file_name(key)]


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
    """How the best of the folded names of a row, or one of these, holds words: 0 to 4 as of
    `_rank`, but for consonants; None where none does."""
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
