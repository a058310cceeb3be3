"""Words of East and South-East Asian scripts into the spellings that people give their names in
Latin letters.

Chinese characters are read in pinyin, and as Wade-Giles, which Taiwan and books from before 1979
write. Hangul is read by the Revised Romanization of 2000, and with the voiceless letters and short
vowels that most people choose. Thai is read by the Royal Thai General System: letters under the
mark of silence are left out, and the last letter of a word has fewer sounds than a first one.
Burmese is read by syllable, each one its initial and its rime, in the common spelling of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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


_FIRST, _LAST = 0xAC00, 0xD7A3
_HANGUL_INITIALS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_HANGUL_FINALS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
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
    initials, vowels, finals = (
        _HANGUL_INITIALS.split(),
        _VOWELS.split(),
        _HANGUL_FINALS.split(),
    )
    place, final = divmod(ord(sign) - _FIRST, len(finals))
    initial, vowel = divmod(place, len(vowels))
    return initials[initial], vowels[vowel], finals[final]


def _accustomed(vowel: str, *, closed: bool) -> str:
    """Jeong is Jung, Gyeong is Kyung; where the syllable is open, seo and su are two names."""
    if closed:
        return {"eo": "u", "yeo": "yu", "eu": "u"}.get(vowel, vowel)
    return {"yeo": "yo", "u": "oo", "i": "ee"}.get(vowel, vowel)


_THAI_READINGS: Final = (
    "k kh kh kh kh kh ng ch ch ch s ch y d t th th th n d t th th th n b p ph f ph f ph m y r "
    "l w s s s h l o h"
)
_THAI: Final = dict(
    zip("กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ", _THAI_READINGS.split(), strict=True)
)
_THAI_VOWELS: Final = {
    "ะ": "a", "ั": "a", "า": "a", "ำ": "am", "ิ": "i", "ี": "i", "ึ": "ue", "ื": "ue", "ุ": "u",
    "ู": "u", "J": "j", "เ": "e", "แ": "ae", "โ": "o", "ใ": "ai", "ไ": "ai", "ๅ": "a",
    "ฤ": "rue", "ํ": "m",
}  # fmt: skip
# after a nasal two letters are silent under the mark, else the one that bears it
_SILENT: Final = re.compile(r"(?<=[นงม])[ก-ฮ][ก-ฮ]์|[ก-ฮ][ุิ]?์")
_THAI_LAST: Final = {
    **dict.fromkeys("รลฬญณน", "น"),
    **dict.fromkeys("จชซฌดตถทธฎฏฐฑฒศษส", "ต"),
    **dict.fromkeys("ปพฟภบ", "ป"),
    **dict.fromkeys("กขคฆ", "ก"),
}
_WRITTEN_BEFORE: Final = re.compile("([เ-ไ])(.)")
_TITLES: Final = re.compile("^(?:นางสาว|นาย|นาง|ดร)(?=.{4})")
_SILENT_R: Final = re.compile("(?<=[ัาิีึืุู][กตทช])ร$")
_LAST_VOWEL: Final = re.compile("(?<=[ก-ฮ]{2})[ิุ]$")
_DOUBLED_R: Final = re.compile("รร(?![ะ-ู็])")
_SILENT_H: Final = re.compile("^ห(?=[งญนมยรลว])")


def thai_to_latin(word: str) -> tuple[str, ...]:
    """The ways a Thai word is spelt: as it is read, and with the letters that it is written
    with; ch as j, too, as many write it."""
    word = _SILENT.sub("", word)
    read = (_as_read(word), word)
    return tuple(dict.fromkeys(map(_spelt, (*read, *(form.replace("จ", "J") for form in read)))))


def without_thai_title(word: str) -> str:
    """The word without a title that is written as part of it."""
    return _TITLES.sub("", word)


def _spelt(word: str) -> str:
    word = _DOUBLED_R.sub("น", word)
    word = f"ซ{word[2:]}" if word.startswith("ทร") else _SILENT_H.sub("", word)
    word = _WRITTEN_BEFORE.sub(r"\2\1", word)
    return "".join(_THAI.get(sign, _THAI_VOWELS.get(sign, "")) for sign in word)


def _as_read(word: str) -> str:
    """The word with the consonants that end it, or a syllable in it, as they are read."""
    stem = _SILENT_R.sub("", _LAST_VOWEL.sub("", word)).replace(
        "ญ", "น" if "ญ" in word[1:] else "ญ"
    )
    last = _THAI_LAST.get(stem[-1:])
    if len(stem) < 3 or not last:
        return stem
    kept = stem[:-1]
    return (kept[:-1] if kept.endswith("ร") and len(kept) > 2 else kept) + last


_INITIAL_READINGS: Final = "k kh g g ng s s z z ny t t d d n t ht d d n p ph b b m y y l w th h l -"
_BURMESE_INITIALS: Final = dict(
    zip("ကခဂဃငစဆဇဈညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအ", _INITIAL_READINGS.split(), strict=True)
)
_VOWEL_LETTERS: Final = {
    "ဦ": "အူ", "ဦ": "အူ", "ဥ": "အု", "ဣ": "အိ", "ဤ": "အီ", "ဧ": "အေ", "ဩ": "အော", "ဪ": "အော",
    "ါ": "ာ", "ော်": "ော", "္": "်", "ဿ": "သ်သ", "ဉ": "ည",
}  # fmt: skip
_LETTER: Final = re.compile("|".join(_VOWEL_LETTERS))
_SYLLABLE: Final = re.compile(
    "(?P<initial>[က-အ])(?P<medial>[ျ-ှ]*)(?P<vowel>[ာ-ဲံ]*)(?P<last>(?:[က-အ]့?်)?)[့း]*"
)
# rimes by vowel sign and last consonant, with the spellings that people choose
_RIMES: Final = {
    "": "a", "ာ": "a|ar", "ိ": "i", "ီ": "i|ee", "ု": "u", "ူ": "u|oo", "ေ": "e|ay|ai", "ဲ": "e|eh",
    "ော": "aw", "ို": "o|oe", "ံ": "an", "ုံ": "on|one|oon", "ိံ": "ein",
    "က": "et|ek", "င": "in", "စ": "it", "ည": "i|in|e", "တ": "at", "န": "an", "ပ": "at",
    "မ": "an|am", "ယ": "e", "ုန": "on|one|oon", "ုမ": "on|one|om", "ုတ": "ok|oke", "ုပ": "ok|oke",
    "ုဏ": "on|one",
    "ိန": "ein", "ိမ": "ein", "ိတ": "eik|ait", "ိပ": "eik|ait", "ိုင": "aing|ine", "ိုက": "aik|ike",
    "ောင": "aung", "ောက": "auk|out",
}  # fmt: skip
_ROUNDED: Final = {"an": "un|oon", "at": "ut|oot", "am": "un", "a": "wa"}


def burmese_syllables(word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The syllables of a Burmese word, each with its spellings in Latin letters, the common one
    first."""
    word = _LETTER.sub(lambda found: _VOWEL_LETTERS[found[0]], word)
    for found in _SYLLABLE.finditer(word):
        initial = _initial(found["initial"], found["medial"])
        yield found[0], tuple(dict.fromkeys(f"{initial}{rime}" for rime in _rimes(found)))


def _initial(letter: str, medial: str) -> str:
    initial = _BURMESE_INITIALS[letter].replace("-", "")
    if "ျ" in medial or "ြ" in medial:
        initial = "ch" if initial == "kh" else f"{initial}y"
    if "ှ" in medial:
        initial = "sh" if initial in ("y", "ly") else f"h{initial}"
    return initial


def _rimes(found: re.Match[str]) -> Iterator[str]:
    vowel, last = found["vowel"], found["last"][:1]
    for rime in (_RIMES.get(vowel + last) or _RIMES.get(vowel, "a")).split("|"):
        rounded = _ROUNDED.get(rime, f"w{rime}") if "ွ" in found["medial"] else rime
        yield from rounded.split("|")
