"""Read the lines of lists and cards: cut them at their marks, and take the parts that stand where
names stand for names, whatever their words are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from hrdgraph.extraction.reading.blocks import NOISE, PARAGRAPH, Block
from hrdgraph.extraction.reading.lexicon import Lexicons
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    DEMONYM,
    NAME,
    PERSON,
    PLACE,
    ROLE,
    Mention,
)
from hrdgraph.extraction.reading.text import is_acronym, is_capital

_LONGEST: Final = 40  # words of a line
_NAME: Final = 12  # words of a name
_AROUND: Final = 4  # lines before and after one among which its like are looked for
_PREFIX: Final = re.compile(
    r"[^\w¡¿«\"'(]*(?:\(?(?:1[89]|20)\d\d(?:[-/]\d\d(?:\d\d)?)?\)?[^\w¡¿(]+|(?:\d{1,3}|[IVXLC]+)"
    r"[ºª°]?\W{0,2}[.:)|-]\s*)?[^\w¡¿«\"'(]*"
)
_MARK: Final = re.compile(r"\s+[-|]+\s*|[:;,]\s+|[:;,]$|\s*\|\s*|\s*[()]\s*")
_QUOTES: Final = " \"'.*"


class Part(NamedTuple):
    """A part of a line between two marks, with these."""

    start: int
    end: int
    before: str
    after: str


class Line(NamedTuple):
    """A line, what stands before its first part, and its parts."""

    opening: str
    parts: tuple[Part, ...]

    @property
    def shape(self) -> tuple[str, str]:
        """Return what lines of one list have in common."""
        return self.opening, self.parts[0].after if self.parts else ""


@lru_cache(1 << 12)
def line_of(level: str, start: int, end: int) -> Line | None:
    """Return a stretch of a page cut at its marks; None where it is too long for a line."""
    words = level[start:end]
    if len(words.split()) > _LONGEST or len(re.findall(r"[^\W\d_]{2}[.!?]\s", words)) > 1:
        return None
    prefix = _PREFIX.match(words)
    at = prefix.end() if prefix else 0
    opening = "year" if re.search(r"\d{4}", words[:at]) else "bullet" if words[:at].strip() else ""
    parts, before = [], ""
    marks = [(item.start(), item.end(), item[0].strip()[:1]) for item in _MARK.finditer(words, at)]
    for first, last, mark in [*marks, (len(words), len(words), "")]:
        inside = words[at:first]
        left = len(inside) - len(inside.lstrip(_QUOTES))
        right = len(inside.rstrip(_QUOTES))
        if right > left:
            parts.append(Part(start + at + left, start + at + right, before, mark))
        at, before = last, mark
    return Line(opening, tuple(parts))


def with_line_names(
    level: str, text: str, blocks: Sequence[Block], found: list[Mention], lexicons: Lexicons
) -> list[Mention]:
    """Return what is named, in lists with each part of a line that may be a name as one name."""
    read = [block for block in blocks if block.kind != NOISE]
    lines = [line_of(level, block.start, block.end) for block in read]
    made: list[Mention] = []
    for number, (block, line) in enumerate(zip(read, lines, strict=True)):
        if line is None or block.language not in lexicons.by_language:
            continue
        is_introduced = number > 0 and level[read[number - 1].end - 1] == ":"
        near = lines[max(0, number - _AROUND) : number + _AROUND + 1]
        is_alike = sum(other is not None and other.shape == line.shape for other in near) > 1
        is_marked = line.opening != "" or line.shape[1] in ("(", "-")
        is_cut = line.shape[1] != "" and block.kind != PARAGRAPH
        is_listed = is_introduced or (is_alike and (is_marked or is_cut))
        if block.kind == PARAGRAPH and not is_listed and not line.opening:
            continue
        names = _LineNames(level, text, block, line, lexicons, is_listed)
        inside = [item for item in found if block.start <= item.start and item.end <= block.end]
        made += names.mentions(inside)
    taken = sorted((item.start, item.end) for item in made)
    kept = [item for item in found if not _is_within(item, taken)]
    return sorted((*kept, *made), key=lambda item: item.start)


def _is_within(item: Mention, taken: list[tuple[int, int]]) -> bool:
    return any(start < item.end and item.start < end for start, end in taken)


class _LineNames(NamedTuple):
    level: str
    text: str
    block: Block
    line: Line
    lexicons: Lexicons
    is_listed: bool

    def mentions(self, inside: list[Mention]) -> list[Mention]:
        """Return the names of parts that are read otherwise so far."""
        made = []
        for number, part in enumerate(self.line.parts):
            here = [item for item in inside if item.start < part.end and part.start < item.end]
            if name := self._name(part, here, number):
                made.append(name)
        return made

    def _name(self, part: Part, here: list[Mention], number: int) -> Mention | None:
        start, end = self._bare(part)
        words = self.level[start:end].split()
        own = [item for item in here if item.end > start]
        kinds = {item.type for item in own}
        if not words or len(words) > _NAME or kinds & {AWARD, DATE, ROLE}:
            return None
        whole = [item for item in own if item.start <= start and end <= item.end]
        if whole or (len(own) == 1 and kinds & {COUNTRY, DEMONYM, PLACE}):
            return None
        if own and own[0].type == PERSON and own[0].start == start and not self.is_listed:
            return None
        if sum(item.type == PERSON for item in own) > 1 and self._joins(own):
            return None
        is_first = number == 0 and self.is_listed
        if not (is_capital(words[0]) or not words[0][0].islower()) or not self._is_name(
            words, own, is_first
        ):
            return None
        people = sum(item.end - item.start for item in own if item.type == PERSON)
        bodies = any(item.type == BODY for item in own) or any(
            word.lower().strip(",'") in self.lexicons.body_words for word in words
        )
        kind = BODY if bodies else PERSON if people * 2 > end - start else NAME
        return Mention(kind, start, end, self.text[start:end])

    def _bare(self, part: Part) -> tuple[int, int]:
        """Return a part without the titles and small words before the name."""
        words, start = self.lexicons.of(self.block.language).words, part.start
        leading = words("honorifics") | words("function_words")
        while found := re.match(r"(\w+'?)\.?\s*", self.level[start : part.end]):
            rest = self.level[start + found.end() : part.end]
            if found[1].lower() not in leading or not is_capital(rest):
                break
            start += found.end()
        return start, part.end

    def _joins(self, own: list[Mention]) -> bool:
        """Tell whether a word for "and" stands between two names."""
        joining = self.lexicons.of(self.block.language).joining
        return any(
            re.fullmatch(rf"\s*{joining}\s*", self.level[one.end : other.start], re.I)
            for one, other in pairwise(own)
        )

    def _is_name(self, words: list[str], own: list[Mention], is_first: bool) -> bool:
        """Tell whether words may be one name: with no small words but those of names; or the first
        of the line of a list."""
        known = self.lexicons.by_language.values()
        small = frozenset[str]().union(
            *(
                of.words(name)
                for of in known
                for name in ("tail_connectors", "body_connectors", "particles")
            )
        )
        plain = [word.lower().strip(",.'\"") for word in words if word[:1].islower()]
        is_plain = all(word in small or "'" in word or "’" in word for word in plain)
        capitals = len(words) - len(plain)
        if is_first:
            return is_plain or (len(words) <= 9 and bool(own))
        return bool(own) and is_plain and capitals > 1 and not is_acronym(words[0])
