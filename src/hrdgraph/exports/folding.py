"""Fold names in any script into the plain letters that they are searched by. `static/site.js`
folds what is typed in the same way.

It is not shown to anybody: it only lets what a person types find what is written. Scripts
without letters for sounds stay as they are."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_NAME: Final = 100  # characters
_LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ħ": "h", "ŋ": "n", "ə": "e", "ŧ": "t", "ɨ": "i", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k",
    "ʼ": "", "ʻ": "", "’": "", "'": "", "‘": "", "ʹ": "", "ʾ": "", "ʿ": "",
}  # fmt: skip


def _pairs(letters: str, sounds: str) -> dict[str, str]:
    return dict(zip(letters, sounds.split(), strict=True))


_GREEK = _pairs("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o")
_CYRILLIC = _pairs(
    "абвгдежзиклмнопрстуфхцчшщыэюяєіґћђљњџјѕ",
    "a b v g d e zh z i k l m n o p r s t u f kh ts ch sh shch y e yu ya ye i g c dj lj nj dz j dz",
) | {"ъ": "", "ь": ""}
_ARABIC = _pairs(
    "بتثجحخدذرزسشصضطظغفقكلمنهويیاةىپچگکژڤ",
    "b t th j h kh d dh r z s sh s d t z gh f q k l m n h w y y a a a p ch g k zh v",
) | {"ع": "", "ء": "", "ـ": "", "ٱ": "a"}
_HEBREW = _pairs(
    "אבגדהוזחטיכךלמםנןסעפףצץקרשת", "a b g d h v z kh t y k k l m m n n s a p f ts ts k r sh t"
)
LETTERS: Final = _LATIN | _GREEK | _CYRILLIC | _ARABIC | _HEBREW
# most names, at a tenth of the cost
_ASCII: Final = {
    code: LETTERS.get(chr(code), " ") for code in range(128) if not chr(code).isalnum()
}
_MERGED: Final = str.maketrans({
    "p": "b",
    "v": "f",
    "j": "g",
    "q": "k",
    "c": "k",
    "x": "k",
    "z": "s",
    **dict.fromkeys("aeiouwyh", None),
})  # fmt: skip


def fold(text: str) -> str:
    """Lower case, no accents, Latin letters, one space between words. What is no longer than a
    name is kept for the next time.

    >>> fold("Łukasz Ødegård, Каляпин")
    'lukasz odegard kalyapin'
    """
    return _fold_cached(text) if len(text) <= _NAME else _fold(text)


@lru_cache(maxsize=100_000)
def _fold_cached(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII).split())
    # \N{CYRILLIC SMALL LETTER SHORT I} and its like decompose into a letter and a mark, so that
    # they need no entry
    # in this order: ㎀ is taken apart into letters of both cases
    plain = unicodedata.normalize("NFKD", text).lower()
    return " ".join("".join(map(_letter, plain)).split())


def _letter(char: str) -> str:
    if unicodedata.category(char).startswith("M"):
        return ""
    letters = LETTERS.get(char)
    return letters if letters is not None else char if char.isalnum() else " "


def has_hidden_vowels(text: str) -> bool:
    """Tell whether a text is in a script that leaves most vowels out: Arabic or Hebrew."""
    return any("\u0590" <= char <= "\u06ff" for char in text)


def skeleton(folded: str) -> tuple[str, ...]:
    """Return the consonants of each folded word, like ones merged: what Arabic and Latin spellings
    of a name share."""
    bones = (_bone(word.removeprefix("al") if len(word) > 4 else word) for word in folded.split())
    return tuple(bone for bone in bones if bone)


def _bone(word: str) -> str:
    letters = word.translate(_MERGED)
    return "".join(
        letter for place, letter in enumerate(letters) if place == 0 or letter != letters[place - 1]
    )
