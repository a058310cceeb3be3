"""A name of a person into its parts: titles taken off, patronymics and particles known as such,
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
    r".{2,}(?:[oe]v[iy](?:tch|ch|c|cz|tsch)|ovna|evna|yovna|iyivna|ivna|inichna|initchna)",
)
_OF_FATHER: Final = "of father"
_OF_WOMAN: Final = re.compile(r".*(?:ovna|evna|ivna|inichna|initchna)")
_FORMER: Final = re.compile(
    r"[\s,(]+(?:n[ée]e|born|geb\.?|geborene|urodzona|de "
    r"soltera|nascida|урожд[её]нная|урожд\.?)\s+([^(),]+)\)?",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"\(([^()]*)\)|[\"“”«»„]([^\"“”«»„]+)[\"“”«»]")
# "Maria, daughter of Ivan Petrov" names Maria: the other name is another person's
_KIN: Final = re.compile(
    r"[\s,(]+(?:the\s+)?(?:(?:grand)?(?:son|daughter|child)|(?:grand)?(?:mother|father)|wife|widow"
    r"|husband|widower|brother|sister|nephew|niece|cousin)\s+of\b.*"
    r"|[\s,(]+(?:fille|fils|épouse|femme|veuve|veuf|mère|père|frère|s[œo]e?ur|petit-fils)\s+d(?:e\b|['’]).*"
    r"|[\s,(]+(?:hij[oa]|espos[oa]|viud[oa]|madre|padre|herman[oa]|niet[oa])\s+de\b.*"
    r"|[\s,(]+(?:filh[oa]|viúv[oa]|mãe|pai|irmão|irmã)\s+d[eoa]\b.*"
    r"|[\s,(]+(?:дочь|сын|жена|вдова|муж|мать|отец|брат|сестра)\s.*",
    re.IGNORECASE | re.DOTALL,
)
_GENERATION: Final = re.compile(
    r"[\s,]+(jr|jnr|junior|sr|snr|senior|fils|père|hijo|filho|neto|"
    r"(?-i:II|III|IV|VI{0,3}|IX))\.?(?=$|[\s,)])",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(r",\s*(?:jr|sr|ph\.?d|m\.?d|esq)\.?$", re.IGNORECASE)
_ABD: Final = re.compile(r"(?:abd|abed)(?:[aeou]l|[aeou][dhrsz]|[aeo])?(?P<rest>[a-z]{3,})")


@dataclass(frozen=True, slots=True)
class NamePart:
    """A word of a name; `father` marks a patronymic or what follows bin."""

    word: Word
    father: bool = False


@dataclass(frozen=True, slots=True)
class PersonName:
    """One reading of one name: its parts in the order of the text. `former` marks a reading with
    a name that was given up."""

    text: str
    parts: tuple[NamePart, ...]
    former: bool = False
    generation: str = ""

    @property
    def gender(self) -> str:
        """The gender that a patronymic tells, or ""."""
        told = {
            bool(_OF_WOMAN.fullmatch(part.word.latin))
            for part in self.parts
            if part.father and _PATRONYMIC.fullmatch(part.word.latin)
        }
        return "" if len(told) != 1 else "female" if told.pop() else "male"


@cache
def _kinds() -> dict[str, str]:
    text = files("hrdgraph.identity.names").joinpath("person_words.tsv").read_text("utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:])


def kind_of(latin: str) -> str:
    """Whether a word is a title, a particle or a word for son and daughter (`of father`); "" for
    a name."""
    return _kinds().get(latin, "")


@lru_cache(maxsize=100_000)
def person_names(text: str) -> tuple[PersonName, ...]:
    """The readings of a name: as it stands, without what is in brackets, with the former name in
    place of the present one."""
    text = _KIN.sub("", text) or text
    former, generation = _FORMER.search(text), _generation(text)
    text = _GENERATION.sub(" ", text).strip() or text
    plain = _SUFFIX.sub("", _FORMER.sub("", text)).strip()
    bare = _BRACKETED.sub(" ", plain).strip() or plain
    readings = [replace(_read(_turned(bare)), generation=generation)]
    if former:
        given = [part.word.text for part in readings[0].parts][:1]
        readings.append(replace(_read(" ".join([*given, former[1]])), former=True))
    return tuple(dict.fromkeys(reading for reading in readings if reading.parts))


_SAME_GENERATION: Final = {
    **dict.fromkeys(("jr", "jnr", "junior", "fils", "hijo", "filho", "ii"), "junior"),
    **dict.fromkeys(("sr", "snr", "senior", "père"), "senior"),
}


def _generation(text: str) -> str:
    """What tells a name from that of a father or a grandson: junior, senior, iii; "" for none."""
    found = _GENERATION.search(text)
    word = found[1].lower() if found else ""
    return _SAME_GENERATION.get(word, word)


def _turned(text: str) -> str:
    """`Family, Given` turned into `Given Family`."""
    family, comma, given = text.partition(",")
    return (
        f"{given.strip()} {family.strip()}"
        if comma and given.strip() and "," not in given
        else text
    )


@lru_cache(maxsize=100_000)
def _read(text: str) -> PersonName:
    found = words(text, of_person=True)
    named = [
        word
        for word in found
        if kind_of(word.latin) != "title" or (word.is_initial and len(word.text) == 1)
    ]
    return PersonName(text, tuple(_parts(_servants(named or found))))


def _parts(found: Sequence[Word]) -> Iterator[NamePart]:
    """The words but particles; what tells the father is marked, in `bin Salman` and in
    `Petrovich`."""
    for place, word in enumerate(found):
        before = found[place - 1].latin if place else ""
        after = found[place + 1].latin if place + 1 < len(found) else ""
        # Do and De end Vietnamese names
        if kind_of(word.latin) and after and len(found) > 2 and not word.is_initial:
            continue
        if kind_of(word.latin) == _OF_FATHER and place:
            continue
        is_patronymic = bool(place and _PATRONYMIC.fullmatch(word.latin)) and len(found) > 2
        yield NamePart(
            word,
            father=is_patronymic
            or before in ("bin", "ibn", "bint", "bn", "bnt")
            or after in ("oglu", "ogly", "kyzy", "qizi"),
        )


def _servants(found: Sequence[Word]) -> list[Word]:
    """Names with Abd, joined or apart, as one word: `Abd al-Hadi`, `Abdel Hadi`, `Abdulhadi`."""
    made: list[Word] = []
    rest = list(found)
    while rest:
        word = rest.pop(0)
        if word.latin in ("abd", "bd", "abdul", "abdel", "abdal", "abdol", "abed") and rest:
            if rest[0].latin in ("al", "el", "ul") and len(rest) > 1:
                rest.pop(0)
            word = _servant(word, rest.pop(0).latin)
        elif word.script == "arabic" and word.text.startswith("عبدال") and len(word.text) > 6:
            word = _servant(word, to_latin(word.text[5:], word.script))
        elif (joined := _ABD.fullmatch(word.latin)) and word.script in ("latin", "cyrillic"):
            word = _servant(word, joined["rest"])
        elif (
            word.script == "latin"
            and word.latin.startswith("al")
            and word.text[:2] == "Al"
            and _is_joined_article(word)
        ):
            word = replace(word, forms=(*word.forms, word.latin[2:]))
        made.append(word)
    return made


def _servant(word: Word, of: str) -> Word:
    return replace(word, forms=(f"abd{of}",))


def _is_joined_article(word: Word) -> bool:
    """Whether Al- may be the article: Alkhawaja, Alhathloul; not Alan or Alina."""
    return len(word.latin) >= 7 and word.latin[2] not in "aeiouy"
