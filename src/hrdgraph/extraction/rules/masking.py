"""Mask the names of a sentence with one sign each, so that a pattern over it is a pattern over
kinds of names; and find the names that are enumerated together with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from hrdgraph.extraction.reading.blocks import Sentence
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons, MacroWords
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    DEMONYM,
    GROUP,
    NAME,
    PERSON,
    PLACE,
    ROLE,
    TYPES,
    Mention,
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.reading.text import unify

_ROOM: Final = 0x100  # signs of each type
_FIRST: Final = 0xE000
_BASE: Final = {kind: _FIRST + number * _ROOM for number, kind in enumerate(TYPES)}
_CLASSES: Final = {
    "who": (PERSON, BODY, NAME), "person": (PERSON, NAME), "human": (PERSON,), "body": (BODY, NAME),
    "award": (AWARD,), "date": (DATE,), "country": (COUNTRY,), "place": (PLACE, COUNTRY, NAME),
    "demonym": (DEMONYM,), "role": (ROLE,), "group": (GROUP,), "org": (BODY, NAME, AWARD),
    "seat": (BODY, COUNTRY, PLACE, NAME),
}  # fmt: skip
_SLOT: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_GAPS: Final = {"..": "[^.;!?{who}]{0,70}?", "...": "[^;!?\n]{0,140}?"}
_DEPTH: Final = 4  # macros within macros
LIFE: Final = re.compile(  # where and when somebody was born and died, in brackets after the name
    r",?\s*\((?:(?:born|b\.|née?|nacid[oa]|nascid[oa]|n\.|род\.|р\.|\*|مواليد)[^()]{0,40}"
    r"|(?:18|19|20)\d\d\s?-\s?(?:(?:19|20)\d\d)?"
    r"|[^\W\d_][\w .'-]{1,30},\s(?:18\d\d|19[0-8]\d))\)"
)


@dataclass(frozen=True)
class Masked:
    """A sentence with one sign for each mention. `places[i]` is the position in the page of
    character `i`."""

    text: str
    places: tuple[int, ...]
    signs: Mapping[int, Mention]
    start: int
    end: int

    def mention(self, at: int) -> Mention | None:
        """Return the mention whose sign stands at a position of the masked text."""
        return self.signs.get(at)

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Return where characters `start` to `end` stand in the page."""
        last = self.signs.get(end - 1)
        return self.places[start], last.end if last else self.places[end - 1] + 1


def mask(level: str, start: int, end: int, mentions: list[Mention]) -> Masked:
    """Mask the mentions between two positions of a levelled page, without the years of their lives
    in brackets."""
    signs: dict[int, Mention] = {}
    text: list[str] = []
    places: list[int] = []
    counts = dict.fromkeys(TYPES, 0)
    at = start
    for mention in mentions:
        if mention.start < at or mention.end > end or counts[mention.type] >= _ROOM:
            continue
        text.append(level[at : mention.start])
        places += range(at, mention.start)
        signs[len(places)] = mention
        text.append(chr(_BASE[mention.type] + counts[mention.type]))
        places.append(mention.start)
        counts[mention.type] += 1
        life = LIFE.match(level, mention.end, end) if mention.type in (PERSON, NAME) else None
        at = life.end() if life else mention.end
    text.append(level[at:end])
    places += range(at, end)
    return Masked("".join(text).replace("\n", " "), tuple(places), signs, start, end)


def masked_sentences(page: Page, known: Lexicons) -> Iterator[tuple[Sentence, Lexicon, Masked]]:
    """Yield the sentences of a page in languages that are known, with their mentions masked."""
    for part in page.sentences():
        if lexicon := known.by_language.get(part.block.language):
            inside = page.inside(part.start, part.end)
            yield part, lexicon, mask(page.level, part.start, part.end, inside)


def sign_class(name: str) -> str:
    """Return the characters of a class of mentions, as they are written within brackets."""
    return "".join(f"{chr(_BASE[kind])}-{chr(_BASE[kind] + _ROOM - 1)}" for kind in _CLASSES[name])


@cache
def compile_pattern(pattern: str, macros: MacroWords | None = None) -> re.Pattern[str]:
    """Compile a pattern as rules write it: `{name:class}` a mention, `{word}` a list of words,
    `{..}` a short gap without names, `{...}` a gap, and `{class!}` its signs, to be written
    within brackets."""
    known = macros.words if macros else {}
    text = unify(pattern)
    for gap, meaning in sorted(_GAPS.items(), key=lambda item: -len(item[0])):
        text = text.replace("{" + gap + "}", meaning.replace("{who}", sign_class("who")))
    text = re.sub(r"\{(\w+)!\}", lambda match: sign_class(match[1]), text)
    for _ in range(_DEPTH):
        text = _SLOT.sub(lambda match: _slot(match, known), text)
    return re.compile(text, re.I)


def _slot(slot: re.Match[str], known: Mapping[str, str]) -> str:
    name, kind = slot.groups()
    if kind in ("any", "someone"):
        described = known.get("definite", "(?!)").replace("{role}", f"[{sign_class('role')}]")
        bodies = known.get("generic_body", "(?!)")
        unnamed = rf"(?![\s,]*[{sign_class('human')}])"
        names, pronouns = sign_class("who" if kind == "any" else "human"), known["pronoun"]
        described = rf"(?<!\w)(?:{bodies}|{described})(?!\w){unnamed}"
        return rf"(?P<{name}>[{names}]|(?<!\w)(?:{pronouns})(?!\w)|{described})"
    if kind:
        return rf"(?P<{name}>[{sign_class(kind)}])"
    if name in known:
        return rf"(?<!\w)(?:{known[name]})(?:(?<!\w)|(?!\w))"
    return f"[{sign_class(name)}]" if name in _CLASSES else slot[0]


_WIDEST: Final = 90  # characters between two names of an enumeration
_LOOSE: Final = 3  # words between two items that nothing is known of: "the Chilean collective"


def find_enumerated(hidden: Masked, place: int, lexicon: Lexicon) -> Iterator[int]:
    """Yield where the names stand that are enumerated together with the one at a place of the
    masked text. The body that an item belongs to is passed over."""
    places = [match.start() for match in re.finditer(f"[{sign_class('who')}]", hidden.text)]
    at = places.index(place) if place in places else -1
    known = _Between(hidden, lexicon)
    for step in (1, -1):
        number, before = at, at
        while 0 <= number + step < len(places) and at >= 0:
            first, second = sorted((places[before], places[number + step]))
            number += step
            if known.is_described(second if step > 0 else places[number]):
                continue
            if not known.is_joint(first, second):
                break
            before = number
            yield places[number]


class _Between:
    """Judges what stands between two names of a masked sentence."""

    def __init__(self, hidden: Masked, lexicon: Lexicon) -> None:
        self.hidden = hidden
        macros = lexicon.macro_words
        self._known = compile_pattern(
            "{and}|{from}|{article}|{role}|{demonym}|{country}|{date}|{honorific}|{to}|{in}|{of}"
            '|{founder_noun}|{member_of}|{activist}|(?:{small})|[{seat!}]|[\\s,;()"]+',
            macros,
        )
        self._joint = compile_pattern("[,;]|{and}", macros)
        self._of = compile_pattern(
            "(?:{role}|{founder_noun}|{member_of}|{led})\\s*(?:{demonym}\\s*)?(?:{of}|{in})?"
            '\\s*(?:{article})?\\s*(?:\\w+\\s){0,1}"?$',
            macros,
        )
        self._owner = compile_pattern('(?:{of_only}|{in})\\s*(?:{article}\\s*)?"?$', macros)
        self._again = compile_pattern(
            '(?:[,;]|{and})\\s*(?:{of_only}|{in})\\s*(?:{article}\\s*)?"?$', macros
        )
        self._apart = compile_pattern('[,;]\\s*(?:{of_only})\\s*(?:{article}\\s*)?"?$', macros)
        self._stop = compile_pattern("{be}|{say}|{receive}|{found}|{lead}|{pronoun}", macros)

    def is_joint(self, first: int, second: int) -> bool:
        between = self.hidden.text[first + 1 : second]
        if len(between) > _WIDEST or not self._joint.search(between):
            return False
        rest = self._known.sub(" ", between).split()
        is_plain = all((word[0].isalpha() and word.islower()) or word == "-" for word in rest)
        return len(rest) <= _LOOSE and is_plain and not self._stop.search(" ".join(rest))

    def is_described(self, place: int) -> bool:
        """Tell whether the name at a place is the body of the item before it: "director of …"."""
        mention = self.hidden.mention(place)
        before = self.hidden.text[max(0, place - 60) : place]
        if mention is None or mention.type not in (BODY, NAME):
            return False
        if self._of.search(before):
            return True
        is_its = mention.type == BODY and self._apart.search(before) is not None
        return bool(self._owner.search(before)) and (is_its or not self._again.search(before))
