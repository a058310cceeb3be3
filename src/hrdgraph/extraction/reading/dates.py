"""Sentences into the dates in them: windows of words around months and years, each read by
`read_date`, the longest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.evidence.dating.lexicon import LANGUAGES, folded, lexicon
from hrdgraph.evidence.dating.reader import read_date
from hrdgraph.extraction.reading.mentions import DATE, Mention
from hrdgraph.extraction.reading.text import levelled

_WIDEST: Final = 6  # words of a date
_TOKEN: Final = re.compile(r"\w+(?:[./'-]\w+)*")
_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d")
_BEFORE: Final = 4  # words before a date that may limit it: "no later than"


def dates_of(text: str, start: int, end: int, language: str) -> list[Mention]:
    """The dates in characters `start` to `end` of a text."""
    tokens = list(_TOKEN.finditer(levelled(text), start, end))
    found: list[Mention] = []
    place = 0
    while place < len(tokens):
        mention, place = _from(text, tokens, place, language)
        found += [mention] if mention else []
    return found


def _from(
    text: str, tokens: list[re.Match[str]], place: int, language: str
) -> tuple[Mention | None, int]:
    for width in range(min(_WIDEST, len(tokens) - place), 0, -1):
        window = tokens[place : place + width]
        if not _may_be(window, language):
            continue
        start, end = window[0].start(), window[-1].end()
        edtf = _read(text[start:end], language)
        if edtf:
            before = tokens[max(0, place - _BEFORE) : place]
            start, edtf = _limited(text, before, end, language) or (start, edtf)
            return Mention(DATE, start, end, text[start:end], edtf, proposer="dates"), place + width
    return None, place + 1


def _limited(
    text: str, before: list[re.Match[str]], end: int, language: str
) -> tuple[int, str] | None:
    """The date with the words before it that make it less certain: "before 2005" is not 2005."""
    if language not in LANGUAGES:
        return None
    for token in before:
        if folded(token[0]) in lexicon(language).limiting:
            words = " ".join(text[token.start() : end].split())
            if edtf := read_date(words, language).edtf:
                return token.start(), edtf
    return None


def _may_be(window: list[re.Match[str]], language: str) -> bool:
    """Whether a window can be a date: it has a year, and begins and ends with a number or a
    month."""
    words = [item[0] for item in window]
    if not any(_YEAR.search(word) for word in words) or any(
        re.search(r"\d{5}|\d[.,]\d{3}\b", word) for word in words
    ):
        return False
    return all(word[0].isdigit() or _month(word, language) for word in (words[0], words[-1]))


def _month(word: str, language: str) -> bool:
    plain = folded(word).strip(".")
    return language in LANGUAGES and plain in lexicon(language).months


def _read(words: str, language: str) -> str:
    if re.fullmatch(r"\d+", words.strip()):
        return words.strip() if _YEAR.fullmatch(words.strip()) else ""
    plain = " ".join(words.split())
    return read_date(plain, language if language in LANGUAGES else "").edtf or ""


def years_of(edtf: str) -> Iterator[str]:
    """The years that a date names."""
    yield from (found[0] for found in _YEAR.finditer(edtf))
