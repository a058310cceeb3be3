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
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from unicodedata import combining, normalize

from hrdgraph.catalogue import NO_MESSAGE, Cell, Message, calendar_word
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
        return _interval(text)
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


def _interval(text: str) -> Bounds | None:
    ends = text.split("/")
    if len(ends) != 2 or {"", ".."}.issuperset(ends):
        return None
    start, stop = (_OPEN if end in ("", "..") else _end(end) for end in ends)
    to_before_year_1 = start and start.earliest and ends[1].startswith("-")
    return None if to_before_year_1 else _between(start, stop)


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
    found = _span(year, month or "XX", day or "XX")
    return _OPEN if found and sign else found


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
        return _long_year(node)
    return _read_date(node)


def _read_date(node: Any) -> Bounds | None:
    digits = node.significant_digits if hasattr(node, "significant_digits") else None
    if digits:
        return None if node.month or int(node.year) < 0 else _significant(int(node.year), 4, digits)
    return _point("-".join(part for part in (node.year, node.month, node.day) if part))


def _long_year(node: Any) -> Bounds:
    text = str(node.year).split("S")[0]
    base, _, exponent = text.partition("E")
    # Only that it is beyond year 9999 matters, and 10 ** 999999999 would never end.
    year = int(base[:20]) * 10 ** min(int(exponent or 0), 9)
    return (
        _significant(year, len(str(abs(year))), node.significant_digits)
        if 0 < year <= 9999
        else _OPEN
    )


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


_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MOIS: Final = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre",
)  # fmt: skip
_MESES: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
_UNKNOWN: Final = frozenset((  # what people type for a date that they do not know
    "", "n/a", "na", "n.a", "n/d", "nd", "n.d", "s.d", "sd", "s/d", "s.f", "sf", "s/f",
    "unknown", "undated", "no date", "inconnu", "inconnue", "sans date", "desconocido",
    "desconocida", "sin fecha",
))  # fmt: skip
FORMS = Message("date-forms")

_Choice = tuple[str, Message | None]  # a date, and how it was read


def explain(text: str) -> Message:
    """Say what is wrong with a date and how to write what was meant, in one sentence; without
    a code for a text that is EDTF."""
    if is_edtf(text):
        return NO_MESSAGE
    for reading in _READINGS:
        if hint := reading(text):
            return hint
    return FORMS


def _empty_or_spaced(text: str) -> Message | None:
    if not text.strip():
        return Message("leave-cell-empty-spaces" if text else "date-empty")
    if text != text.strip() and is_edtf(text.strip()):
        return Message("take-spaces-away", value=text.strip())
    return None


def _zeros(text: str) -> Message | None:
    match = re.fullmatch(r"([0-9]{4})-(?:00-00|00|([0-9]{2})-00)", text)
    if not match:
        return None
    known = match[1] + (f"-{match[2]}" if match[2] else "")
    return Message("zeros-no-date", known=Cell(known)) if is_edtf(known) else None


def _impossible(text: str) -> Message | None:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?[?~%]?", text)
    if not match:
        return None
    year, month, day = match.groups()
    if not 1 <= int(month) <= 12:
        if day and is_edtf(f"{year}-{day}-{month}"):
            return Message("no-month-meant", month=month, date=f"{year}-{day}-{month}")
        return Message("no-month", month=month, year=year)
    length = monthrange(int(year), int(month))[1]
    return Message(
        "month-has-days", month=calendar_word("month", int(month)), year=year, length=length,
        known=Cell(f"{year}-{month}"),
    )  # fmt: skip


def _backwards(text: str) -> Message | None:
    ends = text.split("/")
    if len(ends) == 2 and all(bounds(end) for end in ends):
        return Message("period-turned", period=f"{ends[1]}/{ends[0]}")
    return None


def _numbers(text: str) -> Message | None:
    """Day, month and year with slashes, points or dashes: the order is nowhere written."""
    match = re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})", text.strip())
    if not match:
        return None
    first, second, year = match.groups()
    readings = {
        f"{full}-{int(month):02}-{int(day):02}": order
        for full in _years(year)
        for day, month, order in (
            (first, second, Message("day-first")),
            (second, first, Message("month-first")),
        )
        if is_edtf(f"{full}-{int(month):02}-{int(day):02}")
    }
    if not readings and len(year) == 4:
        day, month = (first, second) if int(second) <= 12 else (second, first)
        return _impossible(f"{year}-{int(month):02}-{int(day):02}") if int(month) <= 12 else None
    is_same = int(first) == int(second)
    return _choices([(date, None if is_same else order) for date, order in readings.items()])


def _year_first(text: str) -> Message | None:
    match = re.fullmatch(
        r"([0-9]{4})[/.\- ]([0-9]{1,2})(?:[/.\- ]([0-9]{1,2}))?|([0-9]{4})([0-9]{2})([0-9]{2})",
        text.strip(),
    )
    if not match:
        return None
    year, *rest = [part for part in match.groups() if part]
    meant = "-".join([year, *(f"{int(part):02}" for part in rest)])
    return Message("meant-this", value=meant) if is_edtf(meant) else None


def _month_first(text: str) -> Message | None:
    match = re.fullmatch(r"([0-9]{1,2})[/.\- ]([0-9]{4})", text.strip())
    return _choices([(f"{match[2]}-{int(match[1]):02}", None)]) if match else None


def _unknown(text: str) -> Message | None:
    word = text.strip(" .?-–—").casefold()
    return Message("leave-cell-empty-spaces") if word in _UNKNOWN else None


def _with_time(text: str) -> Message | None:
    match = re.fullmatch(r"(\S+)(?: +|T)[0-9]{1,2}:[0-9]{2}(?::.*)?", text.strip())
    day = match[1] if match else ""
    return Message("leave-time-out", date=day) if is_edtf(day) else _numbers(day)


def _month_name(text: str) -> Message | None:
    """Month names of three languages, whole or cut, beside one or two numbers. Sheet programs
    turn `9/6` and `9/2006` into such words."""
    match = re.fullmatch(
        r"(?:([0-9]{1,2})[-. ]+)?([^\W\d_]{3,10})[-., ]+(?:([0-9]{1,2})[-., "
        r"]+)?([0-9]{4}|[0-9]{2})",
        text.strip(),
    )
    if match and (month := _month(match[2])):
        return _around_month(month, match[1] or match[3], match[4])
    match = re.fullmatch(r"([0-9]{1,4})[-. ]+([^\W\d_]{3,10})\.?", text.strip())
    if match and (month := _month(match[2])):
        return _around_month(month, None, match[1])
    return None


def _around_month(month: int, day: str | None, number: str) -> Message | None:
    if day:
        return _choices([(f"{year}-{month:02}-{int(day):02}", None) for year in _years(number)])
    if len(number) == 4:
        return _choices([(f"{number}-{month:02}", None)])
    readings: list[_Choice] = [
        (f"{year}-{month:02}", Message("a-month-of", year=year)) for year in _years(number)
    ]
    if len(number) < 4 and 1 <= int(number) <= monthrange(2000, month)[1]:
        month_name = calendar_word("month", month)
        readings.append(("", Message("day-without-year", day=int(number), month=month_name)))
    return _choices(readings)


def _month(word: str) -> int | None:
    bare = _plain(word)
    found = {
        number
        for names in (_MONTHS, _MOIS, _MESES)
        for number, name in enumerate(names, 1)
        if name.startswith(bare)
    }
    return found.pop() if len(found) == 1 else None


def _plain(word: str) -> str:
    """Return a word without capitals and accents."""
    return "".join(letter for letter in normalize("NFKD", word.casefold()) if not combining(letter))


def _about(text: str) -> Message | None:
    match = re.fullmatch(
        r"(?:c\.?|ca\.?|circa|about|around|environ|hacia|vers|около)\s*([0-9]{4}(?:-[0-9]{2}){0,2})",
        text.strip(),
        re.I,
    )
    return Message("write-about", date=match[1]) if match and is_edtf(match[1]) else None


def _period(text: str) -> Message | None:
    match = re.fullmatch(r"([0-9]{4})\s*(?:-|–|—|to|à|a)\s*([0-9]{4})", text.strip())
    return Message("period-with-slash", period=f"{match[1]}/{match[2]}") if match else None


def _serial(text: str) -> Message | None:
    """Sheet programs store a day as a number of days; day 60 of theirs never was, so the count
    starts at 1899-12-30."""
    if not re.fullmatch(r"[0-9]{5}(\.0)?", text):
        return None
    day = date(1899, 12, 30) + timedelta(days=int(text[:5]))
    return Message("number-of-days", date=day.isoformat())


def _years(number: str) -> list[str]:
    """List the years that two digits can mean: of this century and of the last."""
    if len(number) == 4:
        return [number]
    return [f"20{int(number):02}", f"19{int(number):02}"] if len(number) <= 2 else []


def _choices(readings: list[_Choice]) -> Message | None:
    possible = [_reading(date, how) for date, how in readings if not date or is_edtf(date)]
    if not possible:
        return None
    if len(possible) == 1:
        return Message("meant-this", value=possible[0])
    return Message("can-mean-several", readings=possible)


def _reading(date: str, how: Message | None) -> Message:
    if not date and how:
        return how
    return (
        Message("reading-how", date=date, how=how) if how else Message("library-says", reason=date)
    )


_READINGS: tuple[Callable[[str], Message | None], ...] = (
    _empty_or_spaced, _unknown, _zeros, _impossible, _backwards, _numbers, _year_first,
    _month_first, _with_time, _month_name, _about, _period, _serial,
)  # fmt: skip
