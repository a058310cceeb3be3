"""Cut the lines of lists and cards at their marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_LONGEST: Final = 40  # words of a line
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
