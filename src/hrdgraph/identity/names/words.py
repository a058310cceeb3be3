"""Split a name into words: each with its script, and its spellings in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.identity.names.scripts import (
    MIXED,
    is_indic,
    is_unvowelled,
    letter_of,
    plain,
    prepare,
    script_of,
    to_latin,
    unify_letters,
)
from hrdgraph.identity.names.sounds import skeleton, sounds

# letters that no decomposition takes the mark from; and signs that stand for nothing
_LETTERS: Final = {
    "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "a", "ё": "е", "ى": "ي", "ة": "ه", "ـ": "",
}  # fmt: skip
_ESCAPES: Final = r"""\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"""
_TAG: Final = r"""("@[A-Za-z0-9-]+|"\^\^<[^<>]*>)$"""
# each a query of its own, since one for each step takes as long as many names
_BARE: Final = (
    pl.first()
    .str.normalize("NFKD")
    .str.replace_all(r"[\p{M}\p{Cf}]+", "")
    .str.to_lowercase()
    .str.replace_many(_LETTERS)
)
_WORDS: Final = (
    pl.first().str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+|ʼ", " ").str.strip_chars(" ")
)
_SORTED: Final = pl.first().str.split(" ").list.sort().list.join(" ")
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def is_unspaced(word: str) -> bool:
    """Say whether a word is of a script without spaces between words."""
    return bool(_UNSPACED.search(word))


def fold_names(texts: pl.Series) -> pl.Series:
    """Return texts, or N-Triples terms, in small letters without marks, with one space between
    words."""
    texts = texts.str.replace(_TAG, "")
    special = texts.str.contains(r"[^\x00-\x7f]|[%\\]").arg_true()
    if len(special):
        some = texts.gather(special).str.replace_all(_ESCAPES, " ")
        coded = some.str.contains("%", literal=True).arg_true()
        if len(coded):
            some = some.scatter(coded, [unquote(text) for text in some.gather(coded)])
        some = some.to_frame().select(_BARE).to_series()
        mixed = some.str.contains(MIXED).arg_true()
        if len(mixed):
            some = some.scatter(mixed, [unify_letters(text) for text in some.gather(mixed)])
        texts = texts.scatter(special, some)
    return texts.to_frame().select(_WORDS).to_series()


def sort_words(texts: pl.Series) -> pl.Series:
    """Fold names and sort the words of each."""
    return fold_names(texts).to_frame().select(_SORTED).to_series()


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
    """Return a word of characters in pinyin and in Wade-Giles."""
    from anyascii import anyascii

    read = ["".join(filter(str.isalnum, anyascii(sign).lower())) for sign in word]
    return tuple(dict.fromkeys(("".join(read), "".join(map(wade_giles, read)))))


def wade_giles(syllable: str) -> str:
    """Return a syllable of pinyin in Wade-Giles, without its apostrophes."""
    if syllable in _SYLLABLES:
        return _SYLLABLES[syllable]
    spelling = _INITIAL.sub(lambda match: _INITIALS[match[0]], syllable)
    for final, other in _FINALS:
        if spelling.endswith(final):
            return spelling[: -len(final)] + other
    return spelling


_FIRST, _LAST = 0xAC00, 0xD7A3
_HANGUL_INITIALS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_HANGUL_FINALS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_VOICELESS: Final = {"g": "k", "d": "t", "b": "p", "j": "ch"}


def hangul_to_latin(word: str) -> tuple[str, ...]:
    """Return the spellings of a word in Hangul, the official one first."""
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
        vowel = _usual_vowel(vowel, closed=final != "-")
    return (initial + vowel + final).replace("-", "")


def _parts(sign: str) -> tuple[str, str, str]:
    initials, vowels, finals = (_HANGUL_INITIALS.split(), _VOWELS.split(), _HANGUL_FINALS.split())
    place, final = divmod(ord(sign) - _FIRST, len(finals))
    initial, vowel = divmod(place, len(vowels))
    return initials[initial], vowels[vowel], finals[final]


def _usual_vowel(vowel: str, *, closed: bool) -> str:
    """Return the usual spelling of a vowel: Jeong is Jung, Gyeong is Kyung; in open syllables, seo
    and su are two names."""
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
    **dict.fromkeys("รลฬญณน", "น"), **dict.fromkeys("จชซฌดตถทธฎฏฐฑฒศษส", "ต"),
    **dict.fromkeys("ปพฟภบ", "ป"), **dict.fromkeys("กขคฆ", "ก"),
}  # fmt: skip
_WRITTEN_BEFORE: Final = re.compile("([เ-ไ])(.)")
_TITLES: Final = re.compile("^(?:นางสาว|นาย|นาง|ดร)(?=.{4})")
_SILENT_R: Final = re.compile("(?<=[ัาิีึืุู][กตทช])ร$")
_LAST_VOWEL: Final = re.compile("(?<=[ก-ฮ]{2})[ิุ]$")
_DOUBLED_R: Final = re.compile("รร(?![ะ-ู็])")
_SILENT_H: Final = re.compile("^ห(?=[งญนมยรลว])")


def thai_to_latin(word: str) -> tuple[str, ...]:
    """Return the spellings of a Thai word: as it is read, and letter by letter; ch also as j, as
    many write it."""
    word = _SILENT.sub("", word)
    read = (_as_read(word), word)
    return tuple(dict.fromkeys(map(_spelt, (*read, *(form.replace("จ", "J") for form in read)))))


def _spelt(word: str) -> str:
    word = _DOUBLED_R.sub("น", word)
    word = f"ซ{word[2:]}" if word.startswith("ทร") else _SILENT_H.sub("", word)
    word = _WRITTEN_BEFORE.sub(r"\2\1", word)
    return "".join(_THAI.get(sign, _THAI_VOWELS.get(sign, "")) for sign in word)


def _as_read(word: str) -> str:
    """Return the word with the consonants at its end, or at the end of a syllable, as they are
    read."""
    stem = _SILENT_R.sub("", _LAST_VOWEL.sub("", word)).replace(
        "ญ", "น" if "ญ" in word[1:] else "ญ"
    )
    last = _THAI_LAST.get(stem[-1:])
    if len(stem) < 3 or not last:
        return stem
    head = stem[:-1]
    return (head[:-1] if head.endswith("ร") and len(head) > 2 else head) + last


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
    """Yield the syllables of a Burmese word, each with its spellings in Latin letters, the common
    one first."""
    word = _LETTER.sub(lambda match: _VOWEL_LETTERS[match[0]], word)
    for match in _SYLLABLE.finditer(word):
        letter = match["initial"]
        medial = match["medial"]
        initial = _BURMESE_INITIALS[letter].replace("-", "")
        if "ျ" in medial or "ြ" in medial:
            initial = "ch" if initial == "kh" else f"{initial}y"
        if "ှ" in medial:
            initial = "sh" if initial in ("y", "ly") else f"h{initial}"
        yield match[0], tuple(dict.fromkeys(f"{initial}{rime}" for rime in _rimes(match)))


def _rimes(match: re.Match[str]) -> Iterator[str]:
    vowel, last = match["vowel"], match["last"][:1]
    for rime in (_RIMES.get(vowel + last) or _RIMES.get(vowel, "a")).split("|"):
        rounded = _ROUNDED.get(rime, f"w{rime}") if "ွ" in match["medial"] else rime
        yield from rounded.split("|")


@cache
def _usual_forms() -> dict[str, str]:
    """Return the usual form by every other one. `given_names.tsv` can be extended by people who
    know a language."""
    text = files("hrdgraph.identity.names").joinpath("given_names.tsv").read_text("utf-8")
    forms: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        usual, also, _ = line.split("\t")
        forms |= {to_latin(form, script_of(form)): usual for form in (usual, *also.split())}
    return forms


@cache
def _of_fathers() -> frozenset[str]:
    text = files("hrdgraph.identity.names").joinpath("given_names.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return frozenset(usual for usual, _, fathers in rows if fathers)


def usual_form(latin: str) -> str:
    """Return the usual form of a given name in Latin letters; "" if it has no other."""
    return _usual_forms().get(latin, "")


def is_of_fathers(latin: str) -> bool:
    """Say whether it is a given name of people whose second name is their father's given name."""
    return usual_form(latin) in _of_fathers()


# the marks of scripts that write vowels as marks of consonants (Indic scripts, Thai, Lao, Burmese,
# Khmer, Tibetan), of Arabic and of Hebrew: Python counts them to no word
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    "\u0f35\u0f37\u0f39\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u1dc0-\u1dff"
)
_PART: Final = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*\.?", re.UNICODE)
# an article or preposition that is written as part of the next word: French and Italian
_ELIDED: Final = re.compile(
    r"\b(?:l|d|j|qu|c|s|n|m|un|dell|dall|nell|sull|all|coll|quell|degl|negl)['’ʼ´`‘](?=\w)",
    re.IGNORECASE,
)
# Letters that some languages read in another way than most of their script, each with one that most
# read so.
_READ_OTHERWISE: Final = (
    # Polish; others write them so, or leave the mark out
    ("latin", "ę", "en"), ("latin", "ą", "on"),
    ("latin", "ç", "č"),  # Turkish
    ("cyrillic", "г", "һ"),  # Ukrainian and Belarusian; Russian writes a foreign h with it
    ("cyrillic", "ё", "е"),
    ("arabic", "ج", "گ"),  # Egypt; a foreign g
)  # fmt: skip
_HARD_C: Final = re.compile(r"c(?=[aoulmnrv]|$)")
_AZERBAIJANI: Final = str.maketrans({"c": "j", "q": "g", "x": "kh"})
_WITHOUT_MARKS: Final = re.compile(r"[aeiou][a-z]+[nvdlj]ic$")
_COMPOUND_FAMILY_NAMES: Final = (
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "尉迟", "慕容", "남궁", "제갈",
    "황보", "선우",
)  # fmt: skip
# Family names whose reading differs from that of the character elsewhere, and the spellings that
# people chose for theirs.
_FAMILY_READINGS: Final = {
    "曾": ("zeng", "tsang"), "单": ("shan",), "單": ("shan",), "解": ("xie",), "仇": ("qiu",),
    "区": ("ou",), "區": ("ou",), "查": ("zha",), "盖": ("ge",), "尉迟": ("yuchi",),
    "翟": ("zhai",), "陈": ("chen", "chan"), "陳": ("chen", "chan"), "黄": ("huang", "wong"),
    "黃": ("huang", "wong"), "李": ("li", "lee"), "刘": ("liu", "lau"), "劉": ("liu", "lau"),
    "김": ("kim", "gim"), "이": ("lee", "yi", "rhee", "ri"), "리": ("ri", "lee"),
    "박": ("park", "bak", "pak"), "최": ("choi", "choe"), "정": ("jung", "jeong", "chung"),
    "조": ("cho", "jo"), "강": ("kang", "gang"), "윤": ("yoon", "yun"), "임": ("lim", "im", "rim"),
    "노": ("roh", "no", "noh"), "류": ("ryu", "yoo"), "유": ("yoo", "yu"), "권": ("kwon", "gwon"),
    "백": ("baek", "paik"), "심": ("shim", "sim"), "신": ("shin", "sin"), "오": ("oh", "o"),
    "우": ("woo", "u"), "문": ("moon", "mun"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name. `forms` are its spellings in Latin letters, the usual one first;
    `is_initial` is a letter for a name."""

    text: str
    script: str
    forms: tuple[str, ...]
    is_initial: bool = False

    @property
    def latin(self) -> str:
        return self.forms[0]

    @property
    def is_unvowelled(self) -> bool:
        return is_unvowelled(self.script)

    def skeletons(self, *, fine: bool = False) -> frozenset[str]:
        """Return the consonant skeletons of all spellings. Fine ones of Arabic words are given
        with p for b, too."""
        forms = self.forms
        if fine and self.script == "arabic" and "b" in self.latin:
            forms = (*forms, self.latin.replace("b", "p"))
        return skeletons_of(forms, fine=fine)


@lru_cache(maxsize=200_000)
def skeletons_of(forms: tuple[str, ...], *, fine: bool = False) -> frozenset[str]:
    """Return the consonant skeletons of spellings: what they have in common across scripts."""
    return frozenset(part for form in forms for part in skeleton(sounds(form), fine=fine))


def words(text: str, *, of_person: bool = False) -> tuple[Word, ...]:
    """Return the words of a text in order. Those of East Asian persons are split into family name
    and given name."""
    return _words(text, of_person)


@lru_cache(maxsize=100_000)
def _words(text: str, of_person: bool) -> tuple[Word, ...]:
    whole = text if of_person else _ELIDED.sub(" ", text)
    return tuple(word for part in _PART.findall(prepare(whole)) for word in _read(part, of_person))


@lru_cache(maxsize=200_000)
def _read(part: str, of_person: bool) -> tuple[Word, ...]:
    return tuple(_words_of(part, of_person))


def _words_of(part: str, of_person: bool) -> Iterator[Word]:
    script, plain = script_of(part), part.rstrip(".")
    if of_person and script in ("cjk", "hangul") and 2 <= len(plain) <= 4:
        yield from _east_asian(plain, script)
        return
    if script == "myanmar":
        yield from (Word(text, script, forms) for text, forms in burmese_syllables(plain))
        return
    if of_person and script == "thai":
        plain = _TITLES.sub("", plain)
    if script == "arabic" and plain.startswith("ال") and len(plain) > 4:
        yield Word("ال", script, ("al",))
        plain = plain[2:]
    latin = to_latin(plain, script)
    if latin:
        dotted = part.endswith(".") and len(plain) <= 2
        is_initial = (
            (len(plain) == 1 or dotted) and script not in ("cjk", "hangul") and plain[:1].isalpha()
        )
        forms = _forms(plain.lower(), script, latin)
        if of_person:
            forms = _of_person(forms, script, is_initial)
        yield Word(plain, script, forms, is_initial)


def _of_person(forms: tuple[str, ...], script: str, is_initial: bool) -> tuple[str, ...]:
    """Return the spellings of a word of a person's name: the letter for a spelt initial, and the
    usual form beside a given name that languages spell in their own ways."""
    if is_initial:
        return tuple(map(letter_of, forms)) if is_indic(script) else forms
    return tuple(dict.fromkeys((*forms, *dict.fromkeys(filter(None, map(usual_form, forms))))))


def _forms(lower: str, script: str, latin: str) -> tuple[str, ...]:
    forms = [
        to_latin(lower.replace(sign, other), script)
        for at, sign, other in _READ_OTHERWISE
        if at == script and sign in lower
    ]
    if script == "latin" and not lower.isascii():
        # c is ts in Czech, Slovak, Polish and the South Slavic languages
        forms += [plain(lower), _HARD_C.sub("ts", latin)]
    forms += _other_readings(lower, script, latin)
    return tuple(dict.fromkeys((latin, *forms)))


def _other_readings(lower: str, script: str, latin: str) -> Iterator[str]:
    """Yield other readings of a script, or of a language recognised by a letter of the word."""
    if script in _BY_SCRIPT:
        yield from _BY_SCRIPT[script](lower, latin)
    elif script in _BY_LETTER and _BY_LETTER[script][0] in lower:
        yield to_latin(lower.replace(*_BY_LETTER[script]), script)
    elif script == "latin" and "ə" in lower:  # Azerbaijani
        yield latin.translate(_AZERBAIJANI)
    elif script == "latin" and _WITHOUT_MARKS.search(latin):  # Kovacevic for Kovačević
        yield f"{latin}h"


def _soft(latin: str) -> Iterator[str]:
    """Yield readings of a Hebrew word with b, p and k as v, f and ch, as after a vowel, which is
    not written."""
    for hard, soft in (("b", "v"), ("p", "f"), ("k", "kh"), ("sh", "s")):
        if hard in latin[1:] or hard == "sh":
            yield latin[:1] + latin[1:].replace(hard, soft)
    yield latin.replace("b", "v")


_BY_SCRIPT: Final[dict[str, Callable[[str, str], Iterable[str]]]] = {
    "thai": lambda lower, _: thai_to_latin(lower),
    "hangul": lambda lower, _: hangul_to_latin(lower),
    "hebrew": lambda _, latin: _soft(latin),
    # r stands for l, b for v
    "hiragana": lambda _, latin: (latin.replace("r", "l"), latin.replace("b", "v")),
    "katakana": lambda _, latin: (latin.replace("r", "l"), latin.replace("b", "v")),
    "bengali": lambda _, latin: [latin.replace("j", "z")] if "j" in latin else [],
    "telugu": lambda _, latin: [f"{latin[:-2]}o"] if latin.endswith("vu") else [],
}
# a letter that is read as another; in Cyrillic, of Bulgarian
_BY_LETTER: Final = {"greek": ("γ", "g"), "cyrillic": ("ъ", "а")}


def _east_asian(plain: str, script: str) -> Iterator[Word]:
    size = 2 if plain.startswith(_COMPOUND_FAMILY_NAMES) and len(plain) > 2 else 1
    family, given = plain[:size], plain[size:]
    read = chinese_to_latin if script == "cjk" else hangul_to_latin
    forms = dict.fromkeys((*_FAMILY_READINGS.get(family, ()), *read(family)))
    yield Word(family, script, tuple(forms))
    yield Word(given, script, read(given))
