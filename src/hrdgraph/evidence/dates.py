"""Read EDTF as the first and the last day that it can mean.

Bounds are strict: `2009~` gives the year 2009 and no day more, since how far "about" reaches is
nowhere stated. Whoever wants a margin adds it in sight. A bound is None where the interval is open
(`1996/..`) or its end unknown (`1996/`), and where the day has no xsd:date that every tool reads
(before year 1, after year 9999)."""

from __future__ import annotations

import contextlib
import io
import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from hrdgraph.rdf import IRI, XSD_STRING, Literal, Term
from hrdgraph.vocab import EDTF, HRDF, XSD

_POINT = re.compile(r"(-?)([0-9X]{4})(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?[?~%]?")
_WRITABLE = re.compile(r"[0-9XYTZES?~%.,:/{}\[\]+-]{4,256}")
_OTHER_YEAR = re.compile(r"(?<![\dXYE-])1[34]\d[\dX](?![\dX])")
_EVERY_MONTH = (1, 12)
# Quarters, quadrimesters and halves have months of their own. Seasons (21-32) do not: "spring 2011"
# is March in one hemisphere and
# September in the other, so only their year is certain. Of the seasons that cross the year not even
# that: a northern winter, a southern
# summer "of 2011" may begin in December 2010, and may end in March 2012.
_PARTS = {
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 37: (1, 4), 38: (5, 8), 39: (9, 12),
    40: (1, 6), 41: (7, 12),
}  # fmt: skip
_CROSSING = (22, 24, 28, 30)  # summer and winter somewhere, northern winter, southern summer
_DATED = {EDTF.value, XSD_STRING, XSD.date.value, XSD.gYear.value, XSD.gYearMonth.value}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and last day that a date can mean, both included. `earliest` is never after
    `latest`."""

    earliest: date | None
    latest: date | None


_OPEN = Bounds(None, None)


@lru_cache(maxsize=65536)
def bounds(text: str) -> Bounds | None:
    """Read EDTF of levels 0 to 2 (https://www.loc.gov/standards/datetime/); None where the text
    is not EDTF.

    An interval that ends before it starts is not EDTF here, nor is a day that no calendar has.

    >>> bounds("2011-04")
    Bounds(earliest=datetime.date(2011, 4, 1), latest=datetime.date(2011, 4, 30))
    """
    if not _WRITABLE.fullmatch(text):
        return None
    if "/" in text:
        ends = text.split("/")
        if len(ends) != 2 or {"", ".."}.issuperset(ends):
            return None
        start, stop = (_OPEN if end in ("", "..") else _end(end) for end in ends)
        to_before_year_1 = start and start.earliest and ends[1].startswith("-")
        return None if to_before_year_1 else _between(start, stop)
    return _point(text) or _by_library(text)


def may_be_of_other_calendar(text: str) -> bool:
    """Return whether a year of the text may be one of the Persian or the Hijri calendar."""
    return _OTHER_YEAR.search(text) is not None


def is_edtf(text: str) -> bool:
    """Tell whether the text is EDTF and names days that exist."""
    return bounds(text) is not None


def earliest(term: Term) -> Literal | None:
    """Return the first day of a date literal as xsd:date; None if it has none or the term is no
    date. SPARQL: `hrdf:earliest(?date)`."""
    span = _bounds_of(term)
    return _day(span.earliest) if span else None


def latest(term: Term) -> Literal | None:
    """Return the last day of a date literal as xsd:date; None if it has none or the term is no
    date. SPARQL: `hrdf:latest(?date)`."""
    span = _bounds_of(term)
    return _day(span.latest) if span else None


FUNCTIONS: Final[Mapping[IRI, Callable[[Term], Literal | None]]] = MappingProxyType(
    {HRDF.earliest: earliest, HRDF.latest: latest}
)


def _bounds_of(term: Term) -> Bounds | None:
    return bounds(term.value) if isinstance(term, Literal) and term.datatype in _DATED else None


def _day(day: date | None) -> Literal | None:
    return Literal(day.isoformat(), XSD.date.value) if day else None


def _end(text: str) -> Bounds | None:
    """One end of an interval: a date, never a set or a time of day."""
    return None if set(text) & set("T[{") else bounds(text)


def _point(text: str) -> Bounds | None:
    """Read a year, month, part of a year or day, X for unknown digits, with or without a qualifier
    at its end."""
    match = _POINT.fullmatch(text)
    if match is None or text.startswith("-0000"):
        return None
    sign, year, month, day = match.groups()
    if month and month.isdigit() and int(month) > 20:
        return None if day else _part_of_year(sign, year, int(month))
    span = _span(year, month or "XX", day or "XX")
    return _OPEN if span and sign else span


def _part_of_year(sign: str, year: str, code: int) -> Bounds | None:
    if code > 41:
        return None
    first, last = _PARTS.get(code, _EVERY_MONTH)
    start, stop = _span(year, f"{first:02}", "XX"), _span(year, f"{last:02}", "XX")
    if code in _CROSSING and start and stop and start.earliest and stop.latest:
        return Bounds(_move(start.earliest, -1, 12, 1), _move(stop.latest, 1, 3, 31))
    if sign or start is None or stop is None:
        return _OPEN
    return Bounds(start.earliest, stop.latest)


def _move(day: date, years: int, month: int, of_month: int) -> date | None:
    return _as_date(day.year + years, month, of_month)


def _span(year: str, month: str, day: str) -> Bounds | None:
    """Return the first and last existing day whose digits fit; None if no such day exists. Year
    0000 exists but has no xsd:date."""
    first = next(_days(year, month, day, 1), None)
    last = next(_days(year, month, day, -1), None)
    return Bounds(_as_date(*first), _as_date(*last)) if first and last else None


def _days(year: str, month: str, day: str, step: int) -> Iterator[tuple[int, int, int]]:
    months, days = _fitting(month, 1, 12)[::step], _fitting(day, 1, 31)[::step]
    for y in _fitting(year, 0, 9999)[::step]:
        for m in months:
            length = monthrange(y, m)[1]
            yield from ((y, m, d) for d in days if d <= length)


def _fitting(mask: str, low: int, high: int) -> list[int]:
    """Return the numbers from `low` to `high` whose digits fit the mask, rising."""
    if "X" not in mask:
        return [int(mask)] if low <= int(mask) <= high else []
    fits = re.compile(mask.replace("X", "[0-9]")).fullmatch
    return [number for number in range(low, high + 1) if fits(f"{number:0{len(mask)}}")]


def _as_date(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= year <= 9999 else None


def _by_library(text: str) -> Bounds | None:
    """Read what is rare with the library, which takes 0.13 s to import: sets, long years, times,
    qualifiers inside a date."""
    from edtf import parse_edtf

    try:
        # The library prints what it fails on; the words of a source belong on no terminal but by
        # our own messages.
        with contextlib.redirect_stdout(io.StringIO()):
            parsed = parse_edtf(text)
    except Exception:  # besides its own error it lets TypeError, ValueError and AttributeError out
        return None
    return _walk(parsed)


def _walk(node: Any) -> Bounds | None:
    """Return the bounds of what the library parsed. Its own are not used: it gives `1996/` an end
    after ten years."""
    kind = type(node).__name__
    if kind in ("OneOfASet", "MultipleDates"):
        return _hull([_walk(member) for member in node.objects])
    if kind in ("Consecutives", "EarlierConsecutives", "LaterConsecutives"):
        return _between(_walk(node.lower), _walk(node.upper))
    if kind == "UnspecifiedIntervalSection":
        return _OPEN
    if kind in ("UncertainOrApproximate", "DateAndTime"):
        return _walk(node.date)
    if kind in ("LongYear", "ExponentialYear"):
        base, _, exponent = str(node.year).split("S")[0].partition("E")
        # Only that it is beyond year 9999 matters, and 10 ** 999999999 would never end.
        year = int(base[:20]) * 10 ** min(int(exponent or 0), 9)
        return (
            _significant(year, len(str(abs(year))), node.significant_digits)
            if 0 < year <= 9999
            else _OPEN
        )
    digits = node.significant_digits if hasattr(node, "significant_digits") else None
    if digits:
        return None if node.month or int(node.year) < 0 else _significant(int(node.year), 4, digits)
    return _point("-".join(part for part in (node.year, node.month, node.day) if part))


def _significant(year: int, length: int, digits: int | None) -> Bounds:
    """`1950S2`: a year estimated as 1950, of which only 19 is known."""
    unit = 10 ** max(length - digits, 0) if digits else 1
    return Bounds(
        _as_date(year // unit * unit, 1, 1), _as_date(year // unit * unit + unit - 1, 12, 31)
    )


def _hull(members: list[Bounds | None]) -> Bounds | None:
    known = [member for member in members if member]
    if not known or len(known) < len(members):
        return None
    firsts, lasts = [member.earliest for member in known], [member.latest for member in known]
    first = None if None in firsts else min(day for day in firsts if day)
    return Bounds(first, None if None in lasts else max(day for day in lasts if day))


def _between(start: Bounds | None, stop: Bounds | None) -> Bounds | None:
    if (
        start is None
        or stop is None
        or (start.earliest and stop.latest and stop.latest < start.earliest)
    ):
        return None
    return Bounds(start.earliest, stop.latest)
