"""A text into the form in which two spellings of the same words are equal, with the way back to
its characters.

Folded are: canonically equal forms (NFD), ligatures, the shapes of Arabic letters, full and half
width, quotation marks, dashes, and white space. Nothing else: superscripts, fractions and
circled digits stay what they are, since 10² is not 102, and so do the case of letters, accents,
and the joiners that tell words apart.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Final

from hrdgraph.invisible_characters import DIRECTION_MARKS, SOFT_HYPHEN, TURNING, ZERO_WIDTH

# of the tags that Unicode gives to compatibility decompositions, those that change a look and no
# meaning
_LOOKS: Final = (
    "<compat>",
    "<noBreak>",
    "<initial>",
    "<medial>",
    "<final>",
    "<isolated>",
    "<wide>",
    "<narrow>",
)
_SINGLE: Final = "‘’‚‛′‵ʼʹ`´＇"
_DOUBLE: Final = "“”„‟″‶«»＂"
_DASHES: Final = "‐‑‒–—―−﹘﹣－⁃"
# all but joiners, without which words of some scripts are others, and operators
_UNSEEN: Final = SOFT_HYPHEN + ZERO_WIDTH + DIRECTION_MARKS + TURNING
_PLAIN: Final = {
    **dict.fromkeys(_SINGLE, "'"),
    **dict.fromkeys(_DOUBLE, '"'),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_UNSEEN, ""),
    "‹": "'",
    "›": "'",
}

Sign = tuple[str, int]  # a folded character, and the position of the character that it is of


@dataclass(frozen=True, eq=False)
class FoldedText:
    """A folded text. `origin[i]` is the position, in the text as it was, of what became its
    character `i`."""

    text: str
    origin: list[int] = field(repr=False)

    def stretch(self, start: int, end: int) -> tuple[int, int] | None:
        """Where characters `start` to `end` of the folded text came from; None where they are
        part of a character only: half of a ligature, a letter without its accent."""
        text, origin = self.text, self.origin
        if (start and origin[start - 1] == origin[start]) or (
            end < len(text) and origin[end] == origin[end - 1]
        ):
            return None
        if unicodedata.combining(text[start]) or (
            end < len(text) and unicodedata.combining(text[end])
        ):
            return None
        return min(origin[start:end]), max(origin[start:end]) + 1


def folded(text: str) -> FoldedText:
    """Fold a text; every run of white space is one space."""
    signs = [(piece, place) for place, char in enumerate(text) for piece in _folded(char)]
    signs = _one_space(_ordered(signs))
    return FoldedText("".join([sign for sign, _ in signs]), [place for _, place in signs])


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if char.isspace():
        return " "
    tag, *codes = unicodedata.decomposition(char).split(" ")
    if tag in _LOOKS and codes[0] != "0020":  # a space with a mark on it is no space
        return "".join(_folded(chr(int(code, 16))) for code in codes)
    canonical = unicodedata.normalize("NFD", char)
    return char if canonical == char else "".join(map(_folded, canonical))


def _ordered(signs: list[Sign]) -> list[Sign]:
    """Combining marks in canonical order (Unicode Standard, D109)."""
    if not any(unicodedata.combining(sign) for sign in {sign for sign, _ in signs}):
        return signs
    ordered: list[Sign] = []
    for _, run in groupby(signs, key=lambda sign: unicodedata.combining(sign[0]) > 0):
        # letters have class 0: their order is kept
        ordered += sorted(run, key=lambda sign: unicodedata.combining(sign[0]))
    return ordered


def _one_space(signs: list[Sign]) -> list[Sign]:
    return [
        sign
        for number, sign in enumerate(signs)
        if sign[0] != " " or not number or signs[number - 1][0] != " "
    ]
