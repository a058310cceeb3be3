"""Words of the nine Indic scripts, which share one layout, into plain Latin letters.

The blocks of Unicode for these scripts have one letter at one place (they follow ISCII), so one
table reads all of them: ISO 15919 without its marks, and as people write names, `ch` for c and
`sh` for both hushing sounds. The vowel that is read with each consonant is not written.
"""

from __future__ import annotations

import re
from typing import Final

_FIRST, _END, _SIZE = 0x0900, 0x0D80, 0x80
_BENGALI, _TELUGU = 0x0980, "\u0c00"
_LETTER_READINGS: Final = (
    "a a i i u u ri l e e e ai o o o au k kh g gh n ch ch j jh n t th d dh n t th d dh n n "
    "p ph b bh m y r r l l zh v sh sh s h"
)
_SIGN_READINGS: Final = "a i i u u ri ri e e e ai o o o au"
_LETTERS: Final = dict(zip(range(0x05, 0x3A), _LETTER_READINGS.split(), strict=True))
_SIGNS: Final = dict(zip(range(0x3E, 0x4D), _SIGN_READINGS.split(), strict=True))
_OTHERS: Final = {
    0x01: "n", 0x02: "n", 0x03: "h", 0x4E: "t", 0x58: "k", 0x59: "kh", 0x5A: "g", 0x5B: "z",
    0x5C: "r", 0x5D: "rh", 0x5E: "f", 0x5F: "y", 0x70: "n",
    0x7A: "n", 0x7B: "n", 0x7C: "r", 0x7D: "l", 0x7E: "l", 0x7F: "k",
}  # fmt: skip
_OF_PLACE: Final = {**_LETTERS, **_SIGNS, **_OTHERS}
_NASAL, _NUKTA = (0x01, 0x02, 0x70), 0x3C
_LABIALS: Final = range(0x2A, 0x2F)
# a dot below makes another consonant of some
_DOTTED: Final = {"j": "z", "ph": "f", "d": "r", "dh": "rh"}
_WA: Final = re.compile("[ou]y(?=[ae])")  # Bengali has no letter for w
# a letter written out as it is read: M. is em, K. is ke
_LETTER_NAMES: Final = {
    **{f"{vowel}{sign}": sign for vowel in "ea" for sign in "flmnrs"},
    **{f"{sign}{vowel}": sign for vowel in "ie" for sign in "bcdgjkptv"},
    "ech": "h", "eks": "x", "ai": "i", "yu": "u", "vai": "y", "ch": "h", "si": "c",
    "e": "a", "i": "e",
}  # fmt: skip


def indic_to_latin(word: str) -> str:
    """The word in small Latin letters, without the vowel that each consonant has; signs of other
    scripts are left as they are."""
    made: list[str] = []
    for number, sign in enumerate(word):
        place = (ord(sign) - _FIRST) % _SIZE
        if not _FIRST <= ord(sign) < _END:
            made.append(sign)
        elif place == _NUKTA:
            made[-1:] = [_dotted(sign, last) for last in made[-1:]]
        elif place in _NASAL and _is_m(sign, word[number + 1 : number + 2]):
            made.append("m")
        elif place == 0x02 and _is_bengali(sign):
            made.append("ng")
        elif place == 0x2F and _is_bengali(sign):
            made.append("j")
        else:
            made.append(_OF_PLACE.get(place, ""))
    return _WA.sub("w", "".join(made))


def letter_of(latin: str) -> str:
    """The letter that a spelt initial names (`em` is m); itself where it names none."""
    return _LETTER_NAMES.get(latin, latin)


def _is_m(nasal: str, following: str) -> bool:
    """Whether the sign of a nasal is read m: before a labial, and last in Telugu and Kannada."""
    return _place(following) in _LABIALS or (not following.isalpha() and nasal >= _TELUGU)


def _place(sign: str) -> int:
    return (ord(sign) - _FIRST) % _SIZE if sign and _FIRST <= ord(sign) < _END else -1


def _is_bengali(sign: str) -> bool:
    return _BENGALI <= ord(sign) < _BENGALI + _SIZE


def _dotted(nukta: str, last: str) -> str:
    return "y" if last == "j" and _is_bengali(nukta) else _DOTTED.get(last, last)
