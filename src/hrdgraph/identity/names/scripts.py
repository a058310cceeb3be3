"""Write Cyrillic, Arabic and marked Latin letters in plain Latin ones, where the usual
transliteration loses what names need."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from hrdgraph.invisible_characters import INVISIBLE

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
    """Return the word in small Latin letters, without the inherent vowel of consonants; signs of
    other scripts stay."""
    letters: list[str] = []
    for number, sign in enumerate(word):
        place = (ord(sign) - _FIRST) % _SIZE
        if not _FIRST <= ord(sign) < _END:
            letters.append(sign)
        elif place == _NUKTA:
            letters[-1:] = [_add_dot(sign, last) for last in letters[-1:]]
        elif place in _NASAL and _is_m(sign, word[number + 1 : number + 2]):
            letters.append("m")
        elif place == 0x02 and _is_bengali(sign):
            letters.append("ng")
        elif place == 0x2F and _is_bengali(sign):
            letters.append("j")
        else:
            letters.append(_OF_PLACE.get(place, ""))
    return _WA.sub("w", "".join(letters))


def letter_of(latin: str) -> str:
    """Return the letter that a spelt initial names (`em` is m); itself if it names none."""
    return _LETTER_NAMES.get(latin, latin)


def _is_m(nasal: str, following: str) -> bool:
    """Say whether the sign of a nasal is read m: before a labial, and last in Telugu and
    Kannada."""
    return _place(following) in _LABIALS or (not following.isalpha() and nasal >= _TELUGU)


def _place(sign: str) -> int:
    return (ord(sign) - _FIRST) % _SIZE if sign and _FIRST <= ord(sign) < _END else -1


def _is_bengali(sign: str) -> bool:
    return _BENGALI <= ord(sign) < _BENGALI + _SIZE


def _add_dot(nukta: str, last: str) -> str:
    return "y" if last == "j" and _is_bengali(nukta) else _DOTTED.get(last, last)


_CYRILLIC: Final = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "tch", "ш": "sh",
    "щ": "shtch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi",
    "є": "ye", "ґ": "g", "ў": "w", "ј": "y", "љ": "ly", "њ": "ny", "ћ": "tch", "ђ": "dj", "џ": "dj",
    "ѓ": "dj", "ќ": "ky", "ѕ": "dz", "ә": "a", "ғ": "gh", "қ": "q", "ң": "ng", "ө": "o", "ұ": "u",
    "ү": "u", "һ": "h", "ӣ": "i", "ӯ": "u", "ҳ": "h", "ҷ": "dj", "ҹ": "j", "ҝ": "g",
})  # fmt: skip
_ARABIC: Final = str.maketrans({
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j",
    "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s",
    "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l",
    "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "w", "ؤ": "w", "ي": "y", "ى": "a", "ئ": "y",
    "ء": "", "پ": "p", "چ": "tch", "ژ": "zh", "گ": "g", "ک": "k", "ی": "y", "ۀ": "a", "ھ": "h",
    "ہ": "h", "ے": "y", "ں": "n", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ۆ": "o", "ێ": "e", "ڕ": "r",
    "ڵ": "l", "ڤ": "v",
})  # fmt: skip
_LATIN: Final = str.maketrans({
    "š": "sh", "ş": "sh", "ș": "sh", "ž": "zh", "č": "tch", "ć": "tch", "đ": "dj", "ð": "d",
    "þ": "th", "ğ": "g", "ı": "i", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ñ": "ny",
    "ə": "a", "ŋ": "ng",
})  # fmt: skip
_HEBREW: Final = str.maketrans(
    dict(
        zip(
            "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
            "-,b,g,d,h,w,z,kh,t,y,k,kh,l,m,m,n,n,s,-,p,f,ts,ts,k,r,sh,t".replace("-", "").split(
                ","
            ),
            strict=True,
        )
    )
)
_GREEK: Final = {
    "αυ": "av", "ευ": "ev", "ου": "ou", "μπ": "b", "ντ": "d", "γκ": "g", "γγ": "ng",
    **{f"γ{vowel}": f"y{latin}" for vowel, latin in (("ι", "i"), ("ε", "e"), ("υ", "i"))},
    "ει": "i", "οι": "i", "αι": "e", "ω": "o", "η": "i", "υ": "y", "χ": "ch", "ξ": "x",
}  # fmt: skip
_GREEK_PAIR: Final = re.compile("|".join(_GREEK))
_NOT_LETTERS: Final = dict.fromkeys(map(ord, "ـ" + INVISIBLE))
# vowels that Thai and Lao write before the consonant that they are read after
_BEFORE: Final = re.compile("([\u0e40-\u0e44\u0ec0-\u0ec4])(.)")
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘ʼʻʿʾ`´ʹʺ״׳"))
_ABJADS: Final = ("arabic", "hebrew", "syriac")
# a consonant is read with a vowel that is not written, and Latin spellings differ in it
_ABUGIDAS: Final = (
    "devanagari", "bengali", "gurmukhi", "gujarati", "oriya", "tamil", "telugu", "kannada",
    "malayalam", "sinhala", "thai", "lao", "khmer", "ethiopic",
)  # fmt: skip
_INDIC: Final = frozenset(_ABUGIDAS[:9])
_KANA: Final = ("hiragana", "katakana")  # vowels are written that other languages have not
_SYLLABIC: Final = ("tibetan", "myanmar")
_BLOCKS: Final = (
    "latin", "cyrillic", "arabic", "hebrew", "cjk", "hangul", "georgian", "armenian", "greek",
    *_KANA, *_SYLLABIC, *_ABUGIDAS,
)  # fmt: skip


def prepare(text: str) -> str:
    """Compose the text, and drop bidirectional marks, joiners, Arabic vowel signs and
    apostrophes."""
    text = unicodedata.normalize("NFKC", text).translate(_NOT_LETTERS).translate(_APOSTROPHES)
    return "".join(sign for sign in text if not _is_vowel_sign(sign))


def _is_vowel_sign(sign: str) -> bool:
    return "\u0591" <= sign <= "\u0670" and unicodedata.category(sign) == "Mn"


def script_of(word: str) -> str:
    """Return the script of the first letter: latin, cyrillic, arabic, hebrew, cjk, hangul, …; ""
    for none."""
    first = next((sign for sign in word if sign.isalpha()), "")
    if not first or first < "\u0180":
        return "latin" if first else ""
    name = unicodedata.name(first, "").lower()
    return next((block for block in _BLOCKS if name.startswith(block)), "other")


def is_unvowelled(script: str) -> bool:
    """Say whether the script writes consonants and leaves vowels, or one of them, to the reader."""
    return script in _ABJADS or script in _ABUGIDAS or script in _KANA


def is_indic(script: str) -> bool:
    """Say whether the script is one of the nine that write every vowel but the inherent one."""
    return script in _INDIC


def to_latin(word: str, script: str) -> str:
    """Return a word in small Latin letters a–z and digits."""
    if word.isascii():
        return "".join(sign for sign in word.lower() if sign.isalnum())
    if script in _INDIC:
        return plain(indic_to_latin(word))
    if script in ("thai", "lao"):
        word = _BEFORE.sub(r"\2\1", word)
    tables = {"cyrillic": _CYRILLIC, "arabic": _ARABIC, "latin": _LATIN, "hebrew": _HEBREW}
    lower = word.lower()
    if script == "greek":
        lower = _GREEK_PAIR.sub(
            lambda pair: _GREEK[pair[0]], unicodedata.normalize("NFD", lower).replace("\u0301", "")
        )
    return plain(lower.translate(tables[script]) if script in tables else lower)


def plain(word: str) -> str:
    """Return a word without the marks of its letters, as typed on a plain keyboard."""
    from anyascii import anyascii

    return "".join(sign for sign in anyascii(word).lower() if sign.isalnum())


# letters of other alphabets, and the Latin ones that they, or their capitals, look like
_LOOK_ALIKES: Final = {
    "[\u0400-\u04ff]": str.maketrans("авекмнорстухіјѕ", "abekmhopctyxijs"),
    "[\u0370-\u03ff]": str.maketrans("αβεζηικμνορτυχ", "abezhikmnoptyx"),
}
MIXED: Final = r"\p{Latin}[\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}]\p{Latin}"
_OTHER: Final = r"[^\W\d_\u0370-\u04ff]"  # a letter of a third alphabet
_BESIDE: Final = re.compile(rf"[\u0370-\u04ff](?:(?={_OTHER})|(?<={_OTHER}.))")
_WORD: Final = re.compile(rf"(?<![^\W\d_]){_OTHER}*(?=[^\W\d_])[\u0370-\u04ff][^\W\d_]*")


def unify_letters(text: str) -> str:
    """Return small letters with each word in one alphabet: `Реtrоv`, with letters that only look
    Latin, Cyrillic or Greek, is the Petrov or Петров that a reader sees."""

    def unify(word: re.Match[str]) -> str:
        letters = word[0]
        for signs, table in _LOOK_ALIKES.items() if re.search("[a-z]", letters) else ():
            if re.search(signs, letters):
                latin = letters.translate(table)
                back = {letter: sign for sign, letter in table.items()}
                letters = letters.translate(back) if re.search(signs, latin) else latin
        return letters

    return _WORD.sub(unify, text) if _BESIDE.search(text) else text
