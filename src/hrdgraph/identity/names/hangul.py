"""Syllables of Hangul into Latin letters: the Revised Romanization of 2000, and beside it the
voiceless letters and the short vowels that most people spell their names with."""

from __future__ import annotations

from typing import Final

_FIRST, _LAST = 0xAC00, 0xD7A3
_INITIALS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_FINALS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_VOICELESS: Final = {"g": "k", "d": "t", "b": "p", "j": "ch"}


def hangul_to_latin(word: str) -> tuple[str, ...]:
    """The spellings of a word in Hangul, the official one first."""
    return tuple(
        dict.fromkeys(
            "".join(_syllable(sign, accustomed, voiceless) for sign in word)
            for accustomed in (False, True)
            for voiceless in (False, True)
        )
    )


def _syllable(sign: str, accustomed: bool, voiceless: bool) -> str:
    if not _FIRST <= ord(sign) <= _LAST:
        return ""
    initial, vowel, final = _parts(sign)
    if voiceless:
        initial = _VOICELESS.get(initial, initial)
    if accustomed:
        vowel = _accustomed(vowel, closed=final != "-")
    return (initial + vowel + final).replace("-", "")


def _parts(sign: str) -> tuple[str, str, str]:
    initials, vowels, finals = _INITIALS.split(), _VOWELS.split(), _FINALS.split()
    place, final = divmod(ord(sign) - _FIRST, len(finals))
    initial, vowel = divmod(place, len(vowels))
    return initials[initial], vowels[vowel], finals[final]


def _accustomed(vowel: str, *, closed: bool) -> str:
    """Jeong is Jung, Gyeong is Kyung; where the syllable is open, seo and su are two names."""
    if closed:
        return {"eo": "u", "yeo": "yu", "eu": "u"}.get(vowel, vowel)
    return {"yeo": "yo", "u": "oo", "i": "ee"}.get(vowel, vowel)
