"""What a text names, as stretches that do not overlap: persons, bodies, awards, dates, countries,
places, roles. Find the names that the graph knows, and the dates."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from hrdgraph.evidence.dating.lexicon import LANGUAGES, fold, lexicon
from hrdgraph.evidence.dating.reader import read_date
from hrdgraph.extraction.reading.text import unify

PERSON: Final = "person"
BODY: Final = "body"
NAME: Final = "name"  # of a person or a body: the text does not tell
AWARD: Final = "award"
DATE: Final = "date"
COUNTRY: Final = "country"
DEMONYM: Final = "demonym"
ROLE: Final = "role"
PLACE: Final = "place"
GROUP: Final = "group"  # people in general: "human rights defenders"
TYPES: Final = (PERSON, BODY, NAME, AWARD, DATE, COUNTRY, DEMONYM, ROLE, PLACE, GROUP)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the page that names something. `value` is a code, a date as EDTF or a
    concept; `full` the longest name that the page gives the same thing."""

    type: str
    start: int
    end: int
    text: str
    value: str = ""
    full: str = ""
    alias: str = ""
    proposer: str = "names"


def without_overlaps(groups: Iterable[Iterable[Mention]]) -> list[Mention]:
    """List the mentions of the groups, in order of place; what overlaps one of an earlier group,
    or a longer one of its own, is left out."""
    mentions: list[Mention] = []
    starts: list[int] = []
    for group in groups:
        for mention in sorted(group, key=lambda item: (item.start - item.end, item.start)):
            at = bisect_left(starts, mention.end)
            if at == 0 or mentions[at - 1].end <= mention.start:
                starts.insert(at, mention.start)
                mentions.insert(at, mention)
    return mentions


KINDS: Final = {"person": PERSON, "organisation": BODY, "award": AWARD}
_SHORTEST: Final = 4  # characters of a name that is looked for: less is found by chance
_UNEVEN: Final = 1  # a character whose small form is longer than one would shift all positions


@dataclass(frozen=True)
class KnownNames:
    """Names of things by kind. They are found folded for case and marks, as whole words only,
    the longest first."""

    names: tuple[tuple[str, str], ...] = ()  # written name, kind
    _automaton: AhoCorasick | None = field(default=None, repr=False)

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> KnownNames:
        """Build from (name, kind) pairs; kinds are person, organisation and award."""
        distinct = {
            _plain(name): (name, KINDS[kind])
            for name, kind in names
            if kind in KINDS and len(name) >= _SHORTEST  # one word, or a short name, may be others
            if kind != "person" or " " in name.strip()
        }
        automaton = (
            AhoCorasick(list(distinct), matchkind=MatchKind.LeftmostLongest) if distinct else None
        )
        return cls(tuple(distinct.values()), automaton)

    def find(self, text: str) -> list[Mention]:
        """Return the known names that stand in a text."""
        if self._automaton is None:
            return []
        plain = _plain(text)
        places = self._automaton.find_matches_as_indexes(plain)
        return [
            Mention(self.names[number][1], start, end, text[start:end], proposer="known-names")
            for number, start, end in places
            if _is_whole(plain, start, end)
            and text[start].isupper() == self.names[number][0][0].isupper()
        ]

    def with_names(self, names: Iterable[tuple[str, str]]) -> KnownNames:
        """Add further names; a name that is known already keeps its kind."""
        kinds = {value: key for key, value in KINDS.items()}
        own = [(name, kinds[kind]) for name, kind in self.names]
        return KnownNames.of([*names, *own])

    def first_names(self) -> frozenset[str]:
        """Return the first words of the names of persons."""
        firsts = (unify(name).lower().split() for name, kind in self.names if kind == PERSON)
        return frozenset(words[0] for words in firsts if len(words) > 1 and len(words[0]) > 2)


def _plain(text: str) -> str:
    return "".join(small if len(small := char.lower()) == _UNEVEN else char for char in unify(text))


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (
        end < len(text) and text[end].isalnum()
    )


_WIDEST: Final = 6  # words of a date
_TOKEN: Final = re.compile(r"\w+(?:[./'-]\w+)*")
_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d")
_BEFORE: Final = 4  # words before a date that may limit it: "no later than"


def dates_of(text: str, start: int, end: int, language: str) -> list[Mention]:
    """Return the dates in characters `start` to `end` of a text."""
    tokens = list(_TOKEN.finditer(unify(text), start, end))
    mentions: list[Mention] = []
    place = 0
    while place < len(tokens):
        mention, place = _from(text, tokens, place, language)
        mentions += [mention] if mention else []
    return mentions


def _from(
    text: str, tokens: list[re.Match[str]], place: int, language: str
) -> tuple[Mention | None, int]:
    if not _may_begin(tokens[place][0], language):
        return None, place + 1
    for width in range(min(_WIDEST, len(tokens) - place), 0, -1):
        window = tokens[place : place + width]
        if not _may_be(window, language):
            continue
        start, end = window[0].start(), window[-1].end()
        edtf = _read(text[start:end], language)
        if edtf:
            before = tokens[max(0, place - _BEFORE) : place]
            start, edtf = _limit(text, before, end, language) or (start, edtf)
            return Mention(DATE, start, end, text[start:end], edtf, proposer="dates"), place + width
    return None, place + 1


def _limit(
    text: str, before: list[re.Match[str]], end: int, language: str
) -> tuple[int, str] | None:
    """Add words before a date that make it less certain: "before 2005" is not 2005."""
    if language not in LANGUAGES:
        return None
    for token in before:
        if fold(token[0]) in lexicon(language).limiting:
            words = " ".join(text[token.start() : end].split())
            if edtf := read_date(words, language).edtf:
                return token.start(), edtf
    return None


def _may_be(window: list[re.Match[str]], language: str) -> bool:
    """Tell whether a window that begins like a date can be one: it has a year, and ends with a
    number or a month."""
    words = [item[0] for item in window]
    if not any(_YEAR.search(word) for word in words) or any(
        re.search(r"\d{5}|\d[.,]\d{3}\b", word) for word in words
    ):
        return False
    return _may_begin(words[-1], language)


def _may_begin(word: str, language: str) -> bool:
    """Tell whether a date may begin or end with a word: a number or a month."""
    return word[0].isdigit() or _month(word, language)


def _month(word: str, language: str) -> bool:
    plain = fold(word).strip(".")
    return language in LANGUAGES and plain in lexicon(language).months


def _read(words: str, language: str) -> str:
    if re.fullmatch(r"\d+", words.strip()):
        return words.strip() if _YEAR.fullmatch(words.strip()) else ""
    plain = " ".join(words.split())
    return read_date(plain, language if language in LANGUAGES else "").edtf or ""


def years_of(edtf: str) -> Iterator[str]:
    """Return the years that a date names."""
    yield from (match[0] for match in _YEAR.finditer(edtf))
