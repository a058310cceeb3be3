"""A text that names two dates, or one side of an open stretch (`since 2010`, `entre 2006 et
2009`), into its readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from hrdgraph.evidence.dates import bounds
from hrdgraph.evidence.dating.lexicon import DateLexicon
from hrdgraph.evidence.dating.numbers import numbers
from hrdgraph.evidence.dating.points import bare, point
from hrdgraph.evidence.dating.readings import Convention, DateReading, distinct

_Pair = tuple[DateReading, DateReading]
_WINTER: Final = 24
_PLAIN = re.compile(r"\d{4}(-\d{2}){0,2}|\d{3}X|\d{2}XX")


def spans(text: str, words: DateLexicon, convention: Convention) -> tuple[DateReading, ...]:
    """Every reading of a folded text as a period, an open side of one, or a choice of dates."""
    if winter := _winter(text, words):
        return (winter,)
    found: list[DateReading] = []
    for kind, pattern in words.spans:
        if match := pattern.fullmatch(text):
            found += (
                _ONE[kind](match["a"], words, convention)
                if kind in _ONE
                else _TWO[kind](match["a"], match["b"], words, convention)
            )
    return distinct(found)


def _winter(text: str, words: DateLexicon) -> DateReading | None:
    """`winter 2010–2011` is one winter of two years, and EDTF has a code for those of one year
    only."""
    match = re.fullmatch(r"(?P<season>\D+?)\s*(?P<y>\d{4})\s*[–/-]\s*(?P<z>\d{4}|\d{2})", text)
    if match is None or words.seasons.get(_season_word(match["season"], words)) != _WINTER:
        return None
    year, end = match["y"], match["y"][:2] + match["z"][-2:]
    return (
        DateReading(f"{year}/{end}", "one winter", (match["season"],))
        if int(end) == int(year) + 1
        else None
    )


def _season_word(text: str, words: DateLexicon) -> str:
    return next((word for word in words.seasons if word in bare(text, words).split()), "")


def _known(text: str, words: DateLexicon, convention: Convention) -> list[DateReading]:
    found = numbers(words.without_year_word(text), convention) or point(text, words, convention)
    written = [DateReading(text)] if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text) else []
    return written or [reading for reading in found if reading.edtf]


def _since(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    yield from (
        DateReading(f"{reading.edtf}/", reading.why, reading.lost)
        for reading in _known(text, words, convention)
    )


def _until(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    yield from (
        DateReading(f"/{reading.edtf}", "a period that ends then", reading.lost)
        for reading in _known(text, words, convention)
    )


def _before(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for reading in _known(text, words, convention):
        if last := _beside(reading.edtf, -1):
            yield DateReading(f"[..{last}]", "some time before", reading.lost)


def _after(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for reading in _known(text, words, convention):
        if first := _beside(reading.edtf, 1):
            yield DateReading(f"[{first}..]", "some time after", reading.lost)


def _before_or_until(
    text: str, words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    yield from _before(text, words, convention)
    yield from _until(text, words, convention)


def _beside(edtf: str, step: int) -> str:
    """The last year, month or day before a date, or the first after it, as precise as the date
    is; a decade's neighbours are years. Empty for what has no sharp edge: seasons, and what is
    approximate."""
    found = bounds(edtf) if _PLAIN.fullmatch(edtf) else None
    edge = found and (found.earliest if step < 0 else found.latest)
    if (
        not edge
        or not date(2, 1, 1) < edge < date(9998, 12, 31)
        or re.fullmatch(r"\d{4}-(2[1-9]|[34]\d)", edtf)
    ):
        return ""
    day = edge + timedelta(days=step)
    return day.isoformat()[: 4 if "X" in edtf else len(edtf)]


def _period(a: str, b: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for first, last in _pairs(a, b, words, convention):
        lost = (*first.lost, *last.lost)
        yield DateReading(f"{first.edtf}/{last.edtf}", first.why or last.why or "a period", lost)
        if first.edtf[-1] in "~?%" and last.edtf[-1] not in "~?%":
            yield DateReading(f"{first.edtf}/{last.edtf}{first.edtf[-1]}", "both ends so", lost)
    if re.fullmatch(r"\d{4}", a) and re.fullmatch(r"\d{2}", b):
        if int(b) > int(a[2:]):
            yield DateReading(f"{a}/{a[:2]}{b}", "a period")
        if 1 <= int(b) <= 12:
            yield DateReading(f"{a}-{b}", f"a month of {a}")


def _one_of(a: str, b: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for first, last in _pairs(a, b, words, convention):
        yield DateReading(
            f"[{first.edtf},{last.edtf}]", "one of the two", (*first.lost, *last.lost)
        )


def _both(a: str, b: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for first, last in _pairs(a, b, words, convention):
        yield DateReading(f"{{{first.edtf},{last.edtf}}}", "both", (*first.lost, *last.lost))


def _pairs(a: str, b: str, words: DateLexicon, convention: Convention) -> Iterator[_Pair]:
    """Two dates; what the first lacks, its month and its year, is that of the second (`12–14 May
    2011`, `May 12–14, 2011`)."""
    a, b = bare(a, words), bare(b, words)
    tail = re.fullmatch(r"(\d{1,2})[,\s]+(\d{4})", b)
    if tail:
        for first in _known(f"{a} {tail[2]}", words, convention):
            yield from (
                [(first, DateReading(f"{first.edtf[:8]}{int(tail[1]):02}"))]
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", first.edtf)
                else []
            )
        return
    for last in _known(b, words, convention):
        firsts = _known(a, words, convention) if not re.fullmatch(r"'?\d{1,2}", a) else []
        yield from ((first, last) for first in firsts or _completed(a, last, words, convention))


def _completed(
    a: str, last: DateReading, words: DateLexicon, convention: Convention
) -> list[DateReading]:
    day = re.match(r"(\d{1,2})", a)
    if day and not re.search(r"[^\W\d_]{3}", a):
        of_day = re.fullmatch(r"(\d{4}-\d{2})-\d{2}", last.edtf)
        return [DateReading(f"{of_day[1]}-{int(day[1]):02}")] if of_day else []
    return _known(f"{a} {last.edtf[:4]}", words, convention) if last.edtf[:4].isdigit() else []


_One = Callable[[str, DateLexicon, Convention], Iterator[DateReading]]
_Two = Callable[[str, str, DateLexicon, Convention], Iterator[DateReading]]
_ONE: Final[dict[str, _One]] = {
    "since": _since,
    "until": _until,
    "before": _before,
    "after": _after,
    "before_or_until": _before_or_until,
}
_TWO: Final[dict[str, _Two]] = {"period": _period, "one-of": _one_of, "both": _both}
