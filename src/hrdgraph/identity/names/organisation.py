"""A name of an organisation or award into units of meaning, legal forms and stop words left out,
and its acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hrdgraph.identity.names.lexicon import lexicon
from hrdgraph.identity.names.scripts import to_latin
from hrdgraph.identity.names.words import Word, words

_BRACKETED: Final = re.compile(r"\(([^()]+)\)|\[([^\[\]]+)\]")
_WEIGHTS: Final = {
    "body": 0.5,
    "award": 0.5,
    "light": 0.25,
    "scope": 0.4,
    "theme": 1.0,
    "place": 1.5,
    "number": 2.0,
    "proper": 2.0,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of meaning: concepts of the lexicon, or a word that is in no lexicon (`kind` is
    proper or number)."""

    kind: str
    word: Word
    concepts: frozenset[str] = frozenset()

    @property
    def weight(self) -> float:
        """How much it tells one organisation from others."""
        return _WEIGHTS[self.kind]

    @property
    def tells_apart(self) -> bool:
        """Whether two different ones mean two organisations; committee and council do not."""
        return self.kind in ("scope", "theme", "place", "number", "proper")


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """One reading of one name. `acronym` is the name where it is one, in Latin letters;
    `initials` are those it may be shortened to, `own` its words that are in no lexicon."""

    text: str
    units: tuple[Unit, ...]
    acronym: str
    initials: frozenset[str]
    own: tuple[Unit, ...]

    @property
    def is_general(self) -> bool:
        """Whether it has no word of its own: there may be such a body in every country."""
        return not any(unit.kind in ("proper", "place", "number") for unit in self.units)


@lru_cache(maxsize=100_000)
def organisation_names(text: str) -> tuple[OrganisationName, ...]:
    """The readings of a name: whole; without what stands in brackets; what stands in brackets."""
    inside = [a or b for a, b in _BRACKETED.findall(text)]
    readings = dict.fromkeys((text, _BRACKETED.sub(" ", text).strip(), *inside))
    read = (_organisation_name(reading) for reading in readings)
    return tuple(name for name in read if name.units or name.acronym)


@lru_cache(maxsize=100_000)
def _organisation_name(text: str) -> OrganisationName:
    found = words(text)
    units = tuple(_units(found))
    return OrganisationName(
        text,
        units,
        _acronym(found),
        _initials(found),
        tuple(unit for unit in units if unit.kind == "proper"),
    )


def _units(found: tuple[Word, ...]) -> Iterator[Unit]:
    known = lexicon()
    left = list(_meaningful(found))
    while left:
        size, concepts = known.find(left)
        word = left[0]
        if not size:
            yield Unit("number" if word.latin.isdigit() else "proper", word)
        elif known.class_of(concepts) not in ("stop", "legal"):
            yield Unit(known.class_of(concepts), word, concepts)
        del left[: max(size, 1)]


def _meaningful(found: tuple[Word, ...]) -> Iterator[Word]:
    """The words but stop words: phrases are looked for over them. A lone word is never one."""
    known = lexicon()
    kept = [
        word
        for word in found
        if known.class_of(known.find([word])[1]) != "stop" and not word.is_initial
    ]
    yield from kept or found


def _acronym(found: tuple[Word, ...]) -> str:
    """The name in small letters if it is one word of capitals, or letters with stops between
    them."""
    if len(found) > 1 and all(len(word.text) == 1 for word in found):
        return "".join(word.latin[:1] for word in found)
    word = found[0] if len(found) == 1 else None
    return word.latin if word and word.text.isupper() and 2 <= len(word.text) <= 8 else ""


def _initials(found: tuple[Word, ...]) -> frozenset[str]:
    """What a name may be shortened to: the first letters of all its words, or of those that mean
    something."""
    known = lexicon()
    classes = [known.class_of(known.find([word])[1]) for word in found]
    content = [word for word, kind in zip(found, classes, strict=True) if kind != "legal"]
    meaningful = [
        word for word, kind in zip(found, classes, strict=True) if kind not in ("stop", "legal")
    ]
    return frozenset(
        "".join(to_latin(word.text[:1], word.script) for word in some)
        for some in (meaningful, content)
        if len(some) > 1
    )
