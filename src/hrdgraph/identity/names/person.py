"""Split a name of a person into parts: without titles, with patronymics and particles recognised,
former names as readings of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from hrdgraph.identity.names.scripts import to_latin
from hrdgraph.identity.names.words import Word, words

_PATRONYMIC: Final = re.compile(
    r".{2,}(?:[oe]v[iy](?:tch|ch|c|cz|tsch)|ovna|evna|yovna|iyivna|ivna|inichna|initchna)"
)
_OF_FATHER: Final = "of father"
_FATHER_FOLLOWS: Final = (
    "bin", "binti", "ibn", "bint", "bn", "bnt", "ould", "wld", "mint",
)  # fmt: skip
_KUNYA: Final = {
    **dict.fromkeys(("abu", "abou", "abo", "abul", "abol", "aboul", "abi", "abw", "abwal"), "abu"),
    **dict.fromkeys(("umm", "oum", "oumm", "am"), "umm"),
}
_WITH_ONE_NAME: Final = frozenset(("haji", "hajah", "ibu", "bapak", "pak", "tuan", "puan"))
_KUNYA_STARTS: Final = ("abu", "umm")
_OF_WOMAN: Final = re.compile(r".*(?:ovna|evna|ivna|inichna|initchna)")
_FORMER: Final = re.compile(
    r"[\s,(]+(?:n[ée]e|born|geb\.?|geborene|urodzona|de "
    r"soltera|nascida|урожд[её]нная|урожд\.?)\s+([^(),]+)\)?",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"\(([^()]*)\)|[\"“”«»„]([^\"“”«»„]+)[\"“”«»]")
_QUOTED: Final = re.compile('["“«„]([^"“”«»„]+)["”»“]')
# titles with a stroke or a hyphen within, which are no words
_ABBREVIATED: Final = re.compile(r"\b(?:w/r[ot]|г-н|г-жа|г-жи|д-р|g-zha)\b\.?", re.IGNORECASE)
_DAUGHTER: Final = re.compile(r"\ba/[lp]\b|\banak (?:lelaki|perempuan)\b", re.IGNORECASE)
_HONORIFIC_AFTER: Final = re.compile(
    r"\s*(?:先生|女士|律师|律師|教授|博士|さん|様|氏|씨|님|선생님|선생)$"
)
# "Maria, daughter of Ivan Petrov" names Maria: the other name is another person's
_KIN: Final = re.compile(
    r"[\s,(]+(?:the\s+)?(?:(?:grand)?(?:son|daughter|child)|(?:grand)?(?:mother|father)|wife|widow"
    r"|husband|widower|brother|sister|nephew|niece|cousin)\s+of\b.*"
    r"|[\s,(]+(?:fille|fils|épouse|femme|veuve|veuf|mère|père|frère|s[œo]e?ur|petit-fils)\s+d(?:e\b|['’]).*"
    r"|[\s,(]+(?:hij[oa]|espos[oa]|viud[oa]|madre|padre|herman[oa]|niet[oa])\s+de\b.*"
    r"|[\s,(]+(?:filh[oa]|viúv[oa]|mãe|pai|irmão|irmã)\s+d[eoa]\b.*"
    r"|[\s,(]+(?:Tochter|Sohn|Frau|Ehefrau|Witwe|Mutter|Vater|Bruder|Schwester)\s+(?:von|des|der)\b.*"
    r"|[\s,(]+(?:figli[oa]|moglie|marito|vedova|fratello|sorella)\s+d(?:i|el|ella)\b.*"
    r"|\s*[,،(]\s*(?:زوجة|زوج|ابنة|ابن|شقيق|شقيقة|والدة|والد|أرملة|أم|أخت|أخو|همسر|دختر|پسر|خواهر|برادر"
    r"|مادر|پدر)\s.*"
    r"|[\s,(]+(?:дочь|сын|жена|вдова|муж|мать|отец|брат|сестра)\s.*",
    re.IGNORECASE | re.DOTALL,
)
_GENERATION: Final = re.compile(
    r"[\s,(]+(jr|jnr|junior|sr|snr|senior|fils|père|hijo|hija|padre|madre|filho|pai|neto|sobrinho|mł|st|"
    r"(?-i:II|III|IV|VI{0,3}|IX))\.?(?=$|[\s,)])",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(
    r"(?:,\s*(?:jr|sr|ph\.?\s?d|m\.?d|esq|[sm]\.\s?h|[sm]\.\s?e|m\.\s?a|ll\.\s?[mb]|m\.\s?sc|s\.\s?(?:sos|ag|pd)"
    r"|[qks]\.?c|obe|cbe|mbe|mp)\.?)+$",
    re.IGNORECASE,
)
_GOD: Final = re.compile(r"^a?ll?a?k?h$")  # الله, Аллах: as in `Abdullah`
_ABD: Final = re.compile(r"(?:abd|abed)(?:[aeou]l|[aeou][dhrsz]|[aeo])?(?P<rest>[a-z]{3,})")


@dataclass(frozen=True, slots=True)
class NamePart:
    """A word of a name; `father` marks a patronymic or what follows bin, `by_child` a kunya: Abu
    Salim, the father of Salim."""

    word: Word
    father: bool = False
    by_child: bool = False


@dataclass(frozen=True, slots=True)
class PersonName:
    """One reading of one name: its parts in the order of the text. `former` marks a reading with a
    name that was given up."""

    text: str
    parts: tuple[NamePart, ...]
    former: bool = False
    generation: str = ""

    @property
    def gender(self) -> str:
        """Return the gender that a patronymic shows, or ""."""
        is_woman = {
            bool(_OF_WOMAN.fullmatch(part.word.latin))
            for part in self.parts
            if part.father and _PATRONYMIC.fullmatch(part.word.latin)
        }
        return "" if len(is_woman) != 1 else "female" if is_woman.pop() else "male"


@cache
def _kinds() -> dict[str, str]:
    text = files("hrdgraph.identity.names").joinpath("person_words.tsv").read_text("utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:])


def kind_of(latin: str) -> str:
    """Return whether a word is a title, a particle or a word for son and daughter (`of father`);
    "" for a name."""
    return _kinds().get(latin, "")


@lru_cache(maxsize=100_000)
def person_names(text: str) -> tuple[PersonName, ...]:
    """Return the readings of a name: as written, without the text in brackets, with the former
    name in place of the present one."""
    text = _ABBREVIATED.sub(" ", _KIN.sub("", text)).strip() or text
    text = _DAUGHTER.sub("bin", _HONORIFIC_AFTER.sub("", text))
    # What distinguishes a name from that of a father or a grandson: junior, senior, iii;
    # "" for none.
    match = _GENERATION.search(text)
    word = match[1].lower() if match else ""
    former, generation = _FORMER.search(text), _SAME_GENERATION.get(word, word)
    text = _GENERATION.sub(" ", text).strip() or text
    plain = _SUFFIX.sub("", _FORMER.sub("", text)).strip()
    bare = _BRACKETED.sub(" ", plain).strip() or plain
    readings = [replace(_read(_turn_round(bare)), generation=generation)]
    if nickname := _QUOTED.search(plain):
        called = f"{nickname[1]} {plain[nickname.end() :]}"
        if plain[nickname.end() :].strip():
            readings.append(replace(_read(called), generation=generation))
    if former:
        given_name = [part.word.text for part in readings[0].parts][:1]
        readings.append(replace(_read(" ".join([*given_name, former[1]])), former=True))
    return tuple(dict.fromkeys(reading for reading in readings if reading.parts))


_SAME_GENERATION: Final = {
    **dict.fromkeys(("jr", "jnr", "junior", "fils", "hijo", "filho", "ii"), "junior"),
    **dict.fromkeys(("sr", "snr", "senior", "père", "padre", "pai"), "senior"),
}


def _turn_round(text: str) -> str:
    """Turn `Family, Given` into `Given Family`."""
    family, comma, given_name = text.partition(",")
    return (
        f"{given_name.strip()} {family.strip()}"
        if comma and given_name.strip() and "," not in given_name
        else text
    )


@lru_cache(maxsize=100_000)
def _read(text: str) -> PersonName:
    parts = words(text, of_person=True)
    while len(parts) > 1 and kind_of(parts[0].latin) == "leading title" and _may_lead(parts):
        parts = parts[1:]
    named = [
        word
        for word in parts
        if "title" not in (kind_of(word.latin), kind_of(word.text))
        or (word.is_initial and len(word.text) == 1)
    ]
    return PersonName(text, tuple(_parts(_servants(named or parts))))


def _may_lead(parts: Sequence[Word]) -> bool:
    """Say whether the first word may be a title: Pan Jan Kowalski is a Mr Kowalski, Pan Jianwei is
    not; a Haji or an Ibu may have one name."""
    return len(parts) > 2 or parts[0].latin in _WITH_ONE_NAME


def _parts(parts: Sequence[Word]) -> Iterator[NamePart]:
    """Yield the words without particles; the father's name is marked, in `bin Salman` and in
    `Petrovich`."""
    for place, word in enumerate(parts):
        before = parts[place - 1].latin if place else ""
        after = parts[place + 1].latin if place + 1 < len(parts) else ""
        # Do and De end Vietnamese names
        if (
            (kind_of(word.latin) in ("particle", _OF_FATHER))
            and after
            and len(parts) > 2
            and not word.is_initial
        ):
            continue
        if kind_of(word.latin) == _OF_FATHER and place:
            continue
        is_patronymic = bool(place and _PATRONYMIC.fullmatch(word.latin)) and len(parts) > 2
        yield NamePart(
            word,
            father=is_patronymic
            or before in _FATHER_FOLLOWS
            or after in ("oglu", "ogly", "kyzy", "qizi"),
            by_child=word.latin.startswith(_KUNYA_STARTS) and " " in word.text,
        )


def _servants(parts: Sequence[Word]) -> list[Word]:
    """Join names with Abd to one word: `Abd al-Hadi`, `Abdel Hadi`, `Abdulhadi`."""
    words_joined: list[Word] = []
    rest = list(parts)
    while rest:
        word = rest.pop(0)
        if rest and (kunya := _kunya(word, rest)):
            word = kunya
        elif word.latin in ("abd", "bd", "abdul", "abdel", "abdal", "abdol", "abed") and rest:
            if rest[0].latin in ("al", "el", "ul") and len(rest) > 1:
                rest.pop(0)
            child = rest.pop(0)
            word = _servant(replace(word, text=f"{word.text} {child.text}"), child.latin)
        elif word.script == "arabic" and word.text.startswith("عبدال") and len(word.text) > 6:
            word = _servant(word, to_latin(word.text[5:], word.script))
        elif (joined := _ABD.fullmatch(word.latin)) and word.script in ("latin", "cyrillic"):
            word = _servant(word, joined["rest"])
        elif (
            word.script == "latin"
            and word.latin.startswith("al")
            and word.text[:2] == "Al"
            and (len(word.latin) >= 7 and word.latin[2] not in "aeiouy")
        ):
            word = replace(word, forms=(*word.forms, word.latin[2:]))
        words_joined.append(word)
    return words_joined


def _kunya(word: Word, rest: list[Word]) -> Word | None:
    """Return a parent's name by a child, `Abu Salim` or `Umm Khalid`, as one word; its words are
    removed from the rest."""
    start = _KUNYA.get(word.latin)
    is_arabic = word.script == "arabic"
    if not start or (word.latin in ("am", "abi", "abo") and not is_arabic):
        return None
    if rest[0].latin in ("al", "el", "ul") and len(rest) > 1:
        rest.pop(0)
    child = rest.pop(0)
    forms = tuple(f"{start}{form}" for form in child.forms)
    return replace(word, text=f"{word.text} {child.text}", forms=forms, is_initial=False)


def _servant(word: Word, of: str) -> Word:
    return replace(word, forms=(f"abd{_GOD.sub('lah', of)}",))
