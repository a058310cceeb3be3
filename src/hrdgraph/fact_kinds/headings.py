"""Headings and words of tables, as people of several languages write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import filterfalse
from pathlib import Path
from typing import Final

_NO_LETTER = re.compile(r"[\W_]+")
_ENDINGS = re.compile(r"(?<=[^\W\d_])(\((e?s|e|[ao]s?|x)\)|([·./](e?s|e|[ao]s?|x)\b)+)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
WORD_LISTS: Final = Path(__file__).parent / "words" / "lists.tsv"


@cache
def _word_lists() -> Mapping[str, tuple[str, ...]]:
    """Return the lists of words by name. The file is made to be added to by people who know a
    language: a line is the name of a list and its words, with tabs between them."""
    lines = (line.split("\t") for line in WORD_LISTS.read_text("utf-8").splitlines())
    return {name: tuple(words) for name, *words in lines}


def read_words(name: str) -> tuple[str, ...]:
    """Return the words of a list, in several languages."""
    return _word_lists().get(name, ())


@cache
def words_pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of the whole words of a list, without accents as in headings; `*` stands
    for any ending, and Arabic words may have an article."""
    words = "|".join(without_marks(word).replace("*", r"\w*") for word in read_words(name))
    return re.compile(rf"\b(?:و?ال)?(?:{words})\b", re.MULTILINE)


def read_meanings(group: str) -> Mapping[str, str]:
    """Return what each word of the lists `<group><meaning>` means."""
    lists = _word_lists().items()
    return {
        word: name.removeprefix(group)
        for name, words in lists
        if name.startswith(group)
        for word in words
    }


# in the headings of what is not for the public, without case and accents
PRIVATE_WORDS: Final = frozenset(read_words("private"))


@lru_cache(maxsize=1 << 18)
def folded(text: str) -> str:
    """Return a heading without case, accents, points and spaces of more than one kind."""
    plain = text.casefold()
    if not plain.isascii():
        plain = without_marks(plain)
    return _NO_LETTER.sub(" ", plain).strip()


def without_marks(text: str) -> str:
    """Return a text without accents, and Arabic letters without hamza."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(filterfalse(unicodedata.combining, letters))


@lru_cache(maxsize=1 << 14)
def plain_heading(heading: str) -> str:
    """Return a heading in plain words: `Lauréat·e·s` without the endings for plural and feminine,
    and `fullName` as two words."""
    return folded(_CAMEL.sub(" ", _ENDINGS.sub("", heading)))
