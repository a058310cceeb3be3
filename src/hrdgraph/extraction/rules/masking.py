"""A sentence whose names are each one sign of a private area, so that a pattern over it is a
pattern over kinds of names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from hrdgraph.extraction.reading.lexicon import MacroWords
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
from hrdgraph.extraction.reading.text import levelled

_ROOM: Final = 0x100  # signs of each type
_FIRST: Final = 0xE000
_BASE: Final = {kind: _FIRST + number * _ROOM for number, kind in enumerate(TYPES)}
_CLASSES: Final = {
    "who": (PERSON, BODY, NAME), "person": (PERSON, NAME), "human": (PERSON,), "body": (BODY, NAME),
    "award": (AWARD,), "date": (DATE,), "country": (COUNTRY,), "place": (PLACE, COUNTRY, NAME),
    "demonym": (DEMONYM,), "role": (ROLE,), "group": (GROUP,), "org": (BODY, NAME, AWARD),
    "seat": (BODY, COUNTRY, PLACE, NAME),
}  # fmt: skip
_SLOT: Final = re.compile(r"\{(\w+)(?::(\w+))?(\?)?\}")
_GAPS: Final = {"..": "[^.;!?{who}]{0,70}?", "...": "[^;!?\n]{0,140}?"}
_DEPTH: Final = 4  # macros within macros
_LIFE: Final = re.compile(  # where and when somebody was born and died, in brackets after the name
    r"\s*\((?:(?:born|b\.|née?|nacid[oa]|nascid[oa]|n\.|род\.|р\.|\*|مواليد)[^()]{0,40}"
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
        """The mention whose sign stands at a position of the masked text."""
        return self.signs.get(at)

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` stand in the page."""
        last = self.signs.get(end - 1)
        return self.places[start], last.end if last else self.places[end - 1] + 1


def masked(level: str, start: int, end: int, mentions: list[Mention]) -> Masked:
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
        life = _LIFE.match(level, mention.end, end) if mention.type in (PERSON, NAME) else None
        at = life.end() if life else mention.end
    text.append(level[at:end])
    places += range(at, end)
    return Masked("".join(text).replace("\n", " "), tuple(places), signs, start, end)


def sign_class(name: str) -> str:
    """The characters that stand for a class of mentions, as they are written within brackets."""
    return "".join(f"{chr(_BASE[kind])}-{chr(_BASE[kind] + _ROOM - 1)}" for kind in _CLASSES[name])


@cache
def compiled(pattern: str, macros: MacroWords | None = None) -> re.Pattern[str]:
    """A pattern as rules write it: `{name:class}` a mention, `{word}` a list of words, `{..}` a
    short gap without names, `{...}` a gap, and `{class!}` its signs, to be written within
    brackets."""
    known = macros.words if macros else {}
    text = levelled(pattern)
    for gap, meaning in sorted(_GAPS.items(), key=lambda item: -len(item[0])):
        text = text.replace("{" + gap + "}", meaning.replace("{who}", sign_class("who")))
    text = re.sub(r"\{(\w+)!\}", lambda found: sign_class(found[1]), text)
    for _ in range(_DEPTH):
        text = _SLOT.sub(lambda found: _slot(found, known), text)
    return re.compile(text, re.I)


def _slot(found: re.Match[str], known: Mapping[str, str]) -> str:
    name, kind, _ = found.groups()
    if kind == "pro":
        return rf"(?P<{name}>\b(?:{known['pronoun']})\b)"
    if kind in ("any", "someone"):
        described = known.get("definite", "(?!)").replace("{role}", f"[{sign_class('role')}]")
        bodies = known.get("generic_body", "(?!)")
        unnamed = rf"(?![\s,]*[{sign_class('human')}])"
        names, pronouns = sign_class("who" if kind == "any" else "person"), known["pronoun"]
        described = rf"(?<!\w)(?:{bodies}|{described})(?!\w){unnamed}"
        return rf"(?P<{name}>[{names}]|(?<!\w)(?:{pronouns})(?!\w)|{described})"
    if kind:
        return rf"(?P<{name}>[{sign_class(kind)}])"
    if name in known:
        return rf"(?<!\w)(?:{known[name]})(?:(?<!\w)|(?!\w))"
    return f"[{sign_class(name)}]" if name in _CLASSES else found[0]
