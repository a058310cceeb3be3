"""The words of a language into patterns of two dates, or of one with an open side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hrdgraph.evidence.dating.alternation import any_of

_DASH: Final = r"\s*[–-]\s*"
_Patterns = Iterator[tuple[str, re.Pattern[str]]]


def span_patterns(raw: Mapping[str, Any]) -> _Patterns:
    """Patterns of whole texts, with the kind of each; `a` and `b` are texts of dates."""
    for source in (_open_sides, _limits, _at_least, _nights, _pairs):
        yield from ((kind, re.compile(pattern)) for kind, pattern in source(raw))


def _open_sides(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word in ("before", "after", "until", "before_or_until"):
        yield word, rf"(?:{any_of(raw.get(word, []))})\s*(?P<a>.+)"
    to, onwards = any_of(raw["to"]), any_of(raw["onwards"])
    yield "since", rf"(?:{any_of(raw['since'])})\s*(?P<a>.+?)(?:[\s,]+(?:{onwards}))?"
    start = rf"(?:(?:{any_of(raw['from'])})\s*)?(?P<a>.+?)"
    yield "since", rf"{start}(?:[\s,]+(?:(?:{to})\s+)?|{_DASH})(?:{onwards})"


def _limits(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """No later than a date, or no earlier, that date included."""
    yield "no_later", rf"(?:{any_of(raw['no_later'])})\s*(?P<a>.+)"
    by = any_of([*raw["no_later"], *raw["until"], *raw.get("before_or_until", [])])
    yield "no_later", rf"(?:(?:{by})\s*)?(?P<a>.+?)[\s,]+(?:{any_of(raw['or_before'])})"
    yield "no_earlier", rf"(?:{any_of(raw['no_earlier'])})\s*(?P<a>.+)"
    yield "no_earlier", rf"(?P<a>.+?)[\s,]+(?:{any_of(raw['or_after'])})"


def _at_least(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`since at least 2008`, with the two words in any order."""
    least = any_of(raw["at_least"])
    until = any_of([*raw["until"], *raw.get("before_or_until", [])])
    for kind, word in (("since_at_least", any_of(raw["since"])), ("until_at_least", until)):
        yield kind, rf"(?:{least})[\s,]*(?:{word})\s*(?P<a>.+)"
        yield kind, rf"(?:{word})[\s,]*(?:{least})[\s,]*(?P<a>.+)"
        yield kind, rf"(?:{word})\s*(?P<a>.+?)[\s,]+(?:{least})"


def _nights(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    before = rf"(?:(?:{any_of(raw['article'])})\s*)?"
    night, between = any_of(raw["night"]), any_of(raw["between"])
    to = rf"(?:\s+(?:{any_of(raw['night_to'])})\s*|{_DASH})"
    of_two = any_of([*raw["night"], *raw.get("night_of_two", [])])
    pair = rf"(?:(?:{between})\s*)?(?P<a>.+?){to}(?P<b>.+)"
    yield "night_between", rf"{before}(?:{of_two})\s*{pair}"
    yield "night_of", rf"{before}(?:{night})\s*(?P<a>.+)"
    yield "night_before", rf"{before}(?:{any_of(raw['night_before'])})\s*(?P<a>.+)"
    yield "night_around", rf"{before}(?:{any_of(raw['night_around'])})\s*(?P<a>.+)"


def _pairs(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    to, and_, or_ = any_of(raw["to"]), any_of(raw["and"]), any_of(raw["or"])
    either, start = any_of(raw["either"]), rf"(?:(?:{any_of(raw['from'])})\s*)?"
    yield "period", rf"(?:{any_of(raw['between'])})\s*(?P<a>.+?)\s+(?:{and_})\s*(?P<b>.+)"
    yield "period", rf"{start}(?P<a>.+?)\s+(?:{to})\s*(?P<b>.+)"
    yield "period", rf"(?P<a>.+?){_DASH}(?P<b>.+)"
    # of dates that have hyphens themselves
    yield "period", r"(?P<a>.+?)(?:\s+-\s+|\s*–\s*)(?P<b>.+)"
    yield "one-of", rf"(?:(?:{either})\s+)?(?P<a>.+?)\s+(?:{or_})\s+(?P<b>.+)"
    yield "one-of", rf"(?:{either})\s+(?P<a>.+?),?\s+(?:{either})\s+(?P<b>.+)"
    yield "both", rf"(?P<a>.+?)\s+(?:{and_})\s*(?P<b>.+)"
