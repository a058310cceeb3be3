"""What errors say into French and Spanish, where it is told to a person; and places and counts
as a language has them.

Errors are raised in English, as plain text: a text that knew its template would lose it wherever
it is shortened, joined to another, masked, or sent by another process. So a text is held against
the sentences of `sentences.csv` when it is told, and only then are these read. A sentence has
numbered places. What stands in `{1}` is data, and goes over as it is; `{1:told}` is a sentence
itself, and must be known; `{1:words}` is either, or several joined by "or"; `{1:row|rows}` is
the word for as many as `{1}` says. In place of what stands in quotes there may be …: then it is
not public.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from hrdgraph.translation.counts import FORMS, LocalisedCount, counted, each_way, number

__all__ = ["LANGUAGES", "PLACES", "counted", "number", "told", "translated"]
LANGUAGES: Final = ("fr", "es")
PLACES: Final = {
    "en": ("line", "row", "column"),
    "fr": ("ligne", "ligne", "colonne"),
    "es": ("línea", "fila", "columna"),
}
_OR: Final = {"fr": " ou ", "es": " o "}
_PLACE: Final = re.compile(r"\{(\d)(?::([^{}]+))?\}")
_QUOTED: Final = re.compile(r"'\{\d\}'|<\{\d\}>")
_DEEPEST: Final = 4  # sentences within sentences


class _Sentence(NamedTuple):
    """A sentence with places: the English between them, their numbers, and how it is told."""

    pieces: tuple[str, ...]
    numbers: tuple[str, ...]
    told: str

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the places of a text, the shortest that will do; None where the text is
        none of this sentence."""
        if not self.numbers:
            return {} if text == self.pieces[0] else None
        first, *middle, last = self.pieces
        if len(text) < len(first) + len(last) or not (
            text.startswith(first) and text.endswith(last)
        ):
            return None
        values, rest = [], text[len(first) : len(text) - len(last)]
        for piece in middle:
            value, found, rest = rest.partition(piece) if piece else ("", "there", rest)
            if not found:
                return None
            values.append(value)
        return dict(zip(self.numbers, [*values, rest], strict=True))


class _Catalogue(NamedTuple):
    """The sentences of a language: those without a place by their English; the others, those
    that say most of their own first."""

    language: str
    plain: dict[str, str]
    others: tuple[_Sentence, ...]

    def told(self, text: str, depth: int = 0) -> str | None:
        """A text in the language; None where it is not known."""
        if text in self.plain or not text:
            return self.plain.get(text, "")
        if depth == _DEEPEST:
            return None
        filled = (
            self._filled(sentence, values, depth)
            for sentence in self.others
            if (values := sentence.values(text)) is not None
        )
        return next((told for told in filled if told is not None), None)

    def _filled(self, sentence: _Sentence, values: dict[str, str], depth: int) -> str | None:
        """A sentence with its values; None where one that must be known is not."""
        counts = {
            place: self._count(values.get(place, "1")) for place, *_ in FORMS.findall(sentence.told)
        }
        told: dict[str, str | None] = {}
        for found in _PLACE.finditer(sentence.told):
            value = counts[found[1]] if found[1] in counts else values[found[1]]
            told[found[0]] = self._told_as(value, found[2], depth + 1)
        return (
            None
            if None in told.values()
            else _PLACE.sub(lambda found: told[found[0]] or "", sentence.told)
        )

    def _told_as(
        self, value: str | LocalisedCount | None, kind: str | None, depth: int
    ) -> str | None:
        """What stands in a place, as its kind wants it; None where it must be known and is not."""
        if isinstance(value, LocalisedCount):
            return format(value, kind or "")
        if value is None or not kind:
            return value
        return self.told(value, depth) if kind == "told" else self._words(value, depth)

    def _count(self, value: str) -> LocalisedCount | None:
        digits = value.replace(",", "")
        return LocalisedCount(int(digits), self.language) if digits.isdecimal() else None

    def _words(self, value: str, depth: int) -> str:
        whole = self.told(value, depth)
        return (
            _OR[self.language].join(self.told(word, depth) or word for word in value.split(" or "))
            if whole is None
            else whole
        )


def translated(text: str, language: str) -> str:
    """A fact or a hint in a language; as it is where it is not known there."""
    found = _catalogue(language).told(text) if language in LANGUAGES else None
    return text if found is None else found


def told(error: Any, language: str) -> str:
    """What `str()` says of an error, in a language."""
    return str(error.text(language))


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> _Catalogue:
    text = files("hrdgraph.translation").joinpath("sentences.csv").read_text("utf-8-sig")
    rows = csv.DictReader(text.splitlines(keepends=True))
    known = {english: row[language] for row in rows for english in each_way(row["en"])}
    known = {
        _QUOTED.sub("…", english): _QUOTED.sub("…", told) for english, told in known.items()
    } | known
    plain = {english: told for english, told in known.items() if not _PLACE.search(told)}
    others = [_sentence(english, told) for english, told in known.items() if english not in plain]
    return _Catalogue(
        language, plain, tuple(sorted(others, key=lambda one: -sum(map(len, one.pieces))))
    )


def _sentence(english: str, told: str) -> _Sentence:
    return _Sentence(
        tuple(_PLACE.split(english)[::3]),
        tuple(number for number, _ in _PLACE.findall(english)),
        told,
    )
