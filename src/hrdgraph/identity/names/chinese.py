"""Chinese characters into syllables of pinyin, and of the Wade-Giles spelling that Taiwan, and
books from before 1979, write names with."""

from __future__ import annotations

import re
from typing import Final

_SYLLABLES: Final = {
    "zi": "tzu", "ci": "tzu", "si": "ssu", "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih",
    "he": "ho", "ke": "ko", "ge": "ko", "e": "o", "yan": "yen", "you": "yu", "yi": "i", "er": "erh",
}  # fmt: skip
_INITIALS: Final = {
    "zh": "ch", "ch": "ch", "sh": "sh", "z": "ts", "c": "ts", "q": "ch", "j": "ch", "x": "hs",
    "r": "j", "b": "p", "d": "t", "g": "k",
}  # fmt: skip
_INITIAL: Final = re.compile("^(?:zh|ch|sh|[zcqjxrbdg])")
_FINALS: Final = (("ian", "ien"), ("ong", "ung"), ("ie", "ieh"), ("ue", "ueh"))


def chinese_to_latin(word: str) -> tuple[str, ...]:
    """A word of characters in pinyin and in Wade-Giles."""
    from anyascii import anyascii

    read = ["".join(filter(str.isalnum, anyascii(sign).lower())) for sign in word]
    return tuple(dict.fromkeys(("".join(read), "".join(map(wade_giles, read)))))


def wade_giles(syllable: str) -> str:
    """A syllable of pinyin in Wade-Giles, without its apostrophes."""
    if syllable in _SYLLABLES:
        return _SYLLABLES[syllable]
    made = _INITIAL.sub(lambda found: _INITIALS[found[0]], syllable)
    for final, other in _FINALS:
        if made.endswith(final):
            return made[: -len(final)] + other
    return made
