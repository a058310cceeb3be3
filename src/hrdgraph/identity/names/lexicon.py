"""The words of organisations' names in seven languages into concepts that do not depend on a
language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Final

from hrdgraph.identity.names.scripts import to_latin
from hrdgraph.identity.names.words import Word, words

LANGUAGES: Final = ("en", "fr", "es", "ru", "ar", "de", "pt", "it", "fa")
_LONGEST: Final = 3  # words of a phrase
_SHORTEST_STEM: Final = 3
_ARABIC_PREFIXES: Final = ("ال", "لل", "وال", "بال", "و", "ل", "ب", "ولل")


@dataclass(frozen=True, slots=True)
class OrganisationLexicon:
    """Words and phrases with their concepts; `stems` are those that any ending may follow
    (`cyrillic:komitet*`).

    A word is its script and its plain Latin letters: French `les` is no Russian forest.
    """

    concepts: Mapping[tuple[str, ...], frozenset[str]]
    classes: Mapping[str, str]
    stems: frozenset[str]

    def find(self, following: Sequence[Word]) -> tuple[int, frozenset[str]]:
        """The longest phrase that the words begin with: how many words it has, and its concepts;
        (0, none) where there is none."""
        for size in range(min(_LONGEST, len(following)), 0, -1):
            for phrase in product(*(self._spellings(word) for word in following[:size])):
                if phrase in self.concepts:
                    return size, self.concepts[phrase]
        return 0, frozenset()

    def class_of(self, concepts: frozenset[str]) -> str:
        """The class of the first of the concepts: body, award, scope, theme, place, light, stop,
        legal; "" for none."""
        return self.classes[min(concepts)] if concepts else ""

    def _spellings(self, word: Word) -> tuple[str, ...]:
        return _spellings(self.stems, word)


@lru_cache(maxsize=50_000)
def _spellings(stems: frozenset[str], word: Word) -> tuple[str, ...]:
    found = list(dict.fromkeys((*word.forms[:1], *_without_prefixes(word), *word.forms[1:])))
    starts = (
        f"{word.script}:{form[:size]}*"
        for form in found
        for size in range(len(form), _SHORTEST_STEM - 1, -1)
    )
    return (
        *(f"{word.script}:{form}" for form in found),
        *(f"{word.script}:{form}" for form in _numbers(word)),
        *(start for start in starts if start in stems),
    )


def _numbers(word: Word) -> Iterator[str]:
    """A Latin word in the other number, as English and the Romance languages write it."""
    form = word.latin
    if word.script != "latin" or len(form) < 5:
        return
    yield f"{form}s"
    if form.endswith("s"):
        yield form[:-1]
    if form.endswith("es"):
        yield form[:-2]


def _without_prefixes(word: Word) -> Iterator[str]:
    """An Arabic word without the and, for or article that is written as part of it."""
    if word.script != "arabic":
        return
    for prefix in _ARABIC_PREFIXES:
        if word.text.startswith(prefix) and len(word.text) > len(prefix) + 2:
            yield to_latin(word.text[len(prefix) :], word.script)


@cache
def lexicon() -> OrganisationLexicon:
    """The words shipped with the program; `organisation_words.tsv` is meant to be read and added
    to by people who know a language."""
    text = files("hrdgraph.identity.names").joinpath("organisation_words.tsv").read_text("utf-8")
    concepts: dict[tuple[str, ...], set[str]] = {}
    classes: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        concept, kind, *cells = line.split("\t")
        classes[concept] = kind
        for phrase in (phrase for cell in cells for phrase in cell.split("|") if phrase):
            concepts.setdefault(_folded(phrase), set()).add(concept)
    stems = frozenset(part for phrase in concepts for part in phrase if part.endswith("*"))
    return OrganisationLexicon(
        {phrase: frozenset(found) for phrase, found in concepts.items() if phrase}, classes, stems
    )


def _folded(phrase: str) -> tuple[str, ...]:
    """A phrase of the file as the lexicon keeps it; words keep their asterisks, Arabic ones lose
    their article."""
    read = (
        (part, [word for word in words(part) if word.latin != "al" or part == "ال"])
        for part in phrase.split()
    )
    return tuple(
        f"{word.script}:{word.latin}" + ("*" if part.endswith("*") and word is found[-1] else "")
        for part, found in read
        for word in found
    )
