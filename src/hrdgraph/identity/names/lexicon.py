"""The words of organisations' names in some fifty languages into concepts that do not depend on
a language."""

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
_PREFIXES: Final = {
    "arabic": ("ال", "لل", "وال", "بال", "و", "ل", "ب", "ولل"),
    "hebrew": ("ה", "ל", "ב", "ו", "מ", "של", "וה"),
}


@dataclass(frozen=True, slots=True)
class OrganisationLexicon:
    """Words and phrases with their concepts; `stems` are those that any ending may follow
    (`cyrillic:komitet*`).

    A word is its script and its plain Latin letters: French `les` is no Russian forest.
    """

    concepts: Mapping[tuple[str, ...], frozenset[str]]
    classes: Mapping[str, str]
    stems: frozenset[str]
    joined: frozenset[str] = (
        frozenset()
    )  # Latin words of bodies and themes, which some languages join

    def find(self, following: Sequence[Word]) -> tuple[int, frozenset[str]]:
        """The longest phrase that the words begin with: how many words it has, and its concepts;
        (0, none) where there is none."""
        for size in range(min(_LONGEST, len(following)), 0, -1):
            for phrase in product(*(self._spellings(word) for word in following[:size])):
                if phrase in self.concepts:
                    return size, self.concepts[phrase]
        return 0, frozenset()

    def has(self, word: Word) -> bool:
        """Whether the word alone means something: neither a stop word nor a legal form."""
        return self.class_of(self.find([word])[1]) not in ("", "stop", "legal")

    def is_stop(self, word: Word) -> bool:
        """Whether the word alone is one that names leave out."""
        return self.class_of(self.find([word])[1]) == "stop"

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
    """An Arabic or Hebrew word without the and, for or article that is written as part of it."""
    for prefix in _PREFIXES.get(word.script, ()):
        if word.text.startswith(prefix) and len(word.text) > len(prefix) + 2:
            yield to_latin(word.text[len(prefix) :], word.script)


@cache
def lexicon() -> OrganisationLexicon:
    """The words shipped with the program, and the names of countries."""
    concepts: dict[tuple[str, ...], set[str]] = {}
    classes = dict(_classes())
    for concept, phrase in _phrases():
        concepts.setdefault(phrase, set()).add(concept)
    for concept, names in _places():
        classes.setdefault(concept, "place")
        for name in names:
            phrase = tuple(name.split())
            if not any(
                classes.get(known, "place") != "place" for known in concepts.get(phrase, ())
            ):
                concepts.setdefault(phrase, set()).add(concept)
    stems = frozenset(part for phrase in concepts for part in phrase if part.endswith("*"))
    return OrganisationLexicon(
        {phrase: frozenset(found) for phrase, found in concepts.items() if phrase},
        classes,
        stems,
        _joined(concepts, classes),
    )


def _joined(
    concepts: Mapping[tuple[str, ...], set[str]], classes: Mapping[str, str]
) -> frozenset[str]:
    words = (
        phrase[0].removeprefix("latin:").removesuffix("*")
        for phrase, found in concepts.items()
        if len(phrase) == 1
        and phrase[0].startswith("latin:")
        and classes.get(min(found)) in ("body", "theme")
    )
    return frozenset(word for word in words if len(word) >= _SHORTEST_STEM)


def class_words(kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The concepts of a class of the shipped words, each with its folded phrases."""
    classes = dict(_classes())
    found: dict[str, list[str]] = {}
    for concept, phrase in _phrases():
        if classes.get(concept) == kind:
            found.setdefault(concept, []).append(" ".join(phrase))
    yield from ((concept, tuple(phrases)) for concept, phrases in found.items())


def _rows(name: str) -> Iterator[list[str]]:
    text = files("hrdgraph.identity.names").joinpath(name).read_text("utf-8")
    yield from (line.split("\t") for line in text.splitlines()[1:])


def _classes() -> Iterator[tuple[str, str]]:
    yield from ((concept, kind) for concept, kind, *_ in _rows("organisation_words.tsv"))


def _phrases() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The concepts with their folded phrases. Both files are meant to be read and added to by
    people who know a language."""
    for concept, _, *cells in _rows("organisation_words.tsv"):
        yield from ((concept, folded(phrase)) for cell in cells for phrase in cell.split("|"))
    for _, concept, cell in _rows("organisation_words_more.tsv"):
        concept = {"stop": "of"}.get(concept, concept)
        yield from ((concept, folded(phrase)) for phrase in cell.split("|"))


def _places() -> Iterator[tuple[str, list[str]]]:
    yield from ((concept, names.split("|")) for concept, names in _rows("places.tsv"))


def folded(phrase: str) -> tuple[str, ...]:
    """A phrase of a file as the lexicon keeps it; words keep their asterisks, Arabic ones lose
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
