"""A text that names another calendar (`15 رجب 1432 هـ`, `25 Khordad 1388`) into days of ours.

Nothing is converted unless the text names the calendar, by its era or by a month of it. A day of
the lunar calendar begins at sunset and its month with a moon that is seen, so that it may be a
day more or less than the table of Umm al-Qura says: it is read as one of three days. Iran and
Afghanistan fix their solar calendar by law, and its days are read as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.catalogue import Message, data_word
from hrdgraph.evidence.dating.normalization import folded
from hrdgraph.evidence.dating.readings import Convention, DateOrder, DateReading

_ARABIC: Final = str.maketrans({"ی": "ي", "ک": "ك"})
_FIGURES: Final = re.compile(r"(\d{1,4})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{1,4})")
_MONTH_OF_YEAR: Final = re.compile(
    r"(?P<y>\d{4})\s?[/.-]\s?(?P<m>\d{1,2})|(?P<m2>\d{1,2})\s?[/.-]\s?(?P<y2>\d{4})"
)
_FirstDay = Callable[[int, int], date]


@dataclass(frozen=True)
class Calendar:
    """A calendar: its years that can be converted, the first day of a month, and how many days
    sooner or later it may have begun."""

    name: str
    years: range
    first_day: _FirstDay
    tolerance: int
    months: Mapping[str, int]
    dated: tuple[re.Pattern[str], ...]
    eras: re.Pattern[str]

    def day(self, year: int, month: int, day: int) -> DateReading | None:
        """One day, or the days that it may be; None for a day that the month has not."""
        first = self.first_day(year, month)
        found = first + timedelta(days=day - 1)
        if not 1 <= day <= (self._after(year, month) - first).days:
            return None
        if not self.tolerance:
            return DateReading(found.isoformat(), self._why(), calendar=self.name)
        start, end = self._widened(found, found)
        return DateReading(f"[{start}..{end}]", self._why(), calendar=self.name)

    def month(self, year: int, month: int) -> DateReading:
        """The days of a month, and those that may have been of it."""
        return self._between(self.first_day(year, month), self._after(year, month))

    def year(self, year: int) -> DateReading:
        """The days of a year, and those that may have been of it."""
        return self._between(self.first_day(year, 1), self._after(year, 12))

    def _after(self, year: int, month: int) -> date:
        """The first day of the next month."""
        return self.first_day(*((year, month + 1) if month < 12 else (year + 1, 1)))

    def _between(self, first: date, after: date) -> DateReading:
        start, end = self._widened(first, after - timedelta(days=1))
        return DateReading(f"{start}/{end}", self._why(), calendar=self.name)

    def _widened(self, first: date, last: date) -> tuple[date, date]:
        return first - timedelta(days=self.tolerance), last + timedelta(days=self.tolerance)

    def _why(self) -> Message:
        if self.tolerance:
            return Message(
                "of-calendar-about",
                calendar=data_word(f"calendar-{self.name.lower()}"),
                tolerance=self.tolerance,
            )
        return Message("of-calendar", calendar=data_word(f"calendar-{self.name.lower()}"))


def in_other_calendar(text: str, convention: Convention) -> Iterator[DateReading]:
    """The readings of a folded text that names a calendar; none where it names no other."""
    for calendar in _calendars():
        yield from _in(calendar, text.translate(_ARABIC), convention)
    if either := _either().fullmatch(text):
        for calendar in _calendars():
            yield from _parts(calendar, either["rest"].translate(_ARABIC), convention)
    for calendar in _calendars():
        if convention.calendar == calendar.name.lower():
            yield from _parts(calendar, text.translate(_ARABIC), convention)


def read_in_each_calendar(text: str, convention: Convention) -> Iterator[DateReading]:
    """Yield the readings of figures that name no calendar, as figures of each."""
    for calendar in _calendars():
        yield from _parts(calendar, text.translate(_ARABIC), convention)


def same_day(text: str) -> tuple[str, str] | None:
    """The two dates of a text that says one day in two calendars (`… الموافق …`, `… (…)`)."""
    found = _pair().fullmatch(text)
    return (found["a"], found["b"] or found["c"]) if found else None


def _in(calendar: Calendar, text: str, convention: Convention) -> Iterator[DateReading]:
    if era := calendar.eras.fullmatch(text):
        yield from _parts(calendar, (era["before"] or era["after"]).strip(" ,"), convention)
    else:
        yield from _named(calendar, text)


def _parts(calendar: Calendar, text: str, convention: Convention) -> Iterator[DateReading]:
    """A year alone, figures, or a date with a month's name."""
    year = re.fullmatch(
        rf"(?:{_any(_raw()['before_year'])})?\s*(?P<y>\d{{4}})(?:\s*(?:{_any(_raw()['after_year'])}))?",
        text,
    )
    if year:
        yield from _checked(calendar, int(year["y"]), 0, 0)
    elif figures := _FIGURES.fullmatch(text):
        yield from _figures(calendar, figures, convention)
    elif pair := _MONTH_OF_YEAR.fullmatch(text):
        month = int(pair["m"] or pair["m2"])
        if month:
            yield from _checked(calendar, int(pair["y"] or pair["y2"]), month, 0)
    else:
        yield from _named(calendar, text)


def _named(calendar: Calendar, text: str) -> Iterator[DateReading]:
    for found in filter(None, (pattern.fullmatch(text) for pattern in calendar.dated)):
        month = calendar.months[" ".join(found["m"].split())]
        day = 1 if found["first"] else int(found["d"] or 0)
        yield from _checked(calendar, int(found["y"]), month, day)


def _figures(
    calendar: Calendar, found: re.Match[str], convention: Convention
) -> Iterator[DateReading]:
    first, month, last = found[1], int(found[3]), found[4]
    if len(first) == 4:
        yield from _checked(calendar, int(first), month, int(last))
    elif len(last) == 4:
        if convention.order is not DateOrder.MDY:
            yield from _checked(calendar, int(last), month, int(first))
        if convention.order is not DateOrder.DMY:
            yield from _checked(calendar, int(last), int(first), month)


def _checked(calendar: Calendar, year: int, month: int, day: int) -> Iterator[DateReading]:
    if year not in calendar.years or month > 12:
        return
    if not month:
        yield calendar.year(year)
    elif not day:
        yield calendar.month(year, month)
    elif reading := calendar.day(year, month, day):
        yield reading


@cache
def _raw() -> dict[str, Any]:
    path = files("hrdgraph.evidence.dating") / "words" / "calendars.toml"
    return tomllib.loads(path.read_text("utf-8"))


@cache
def _calendars() -> tuple[Calendar, ...]:
    return (
        _calendar("hijri", range(1343, 1500), _first_of_hijri, 1),
        _calendar("persian", range(1277, 1498), _first_of_persian, 0),
    )


def _calendar(key: str, years: range, first_day: _FirstDay, tolerance: int) -> Calendar:
    words = _raw()[key]
    months = {
        _plain(word): number for number, names in enumerate(words["months"], 1) for word in names
    }
    name = {"hijri": "Hijri", "persian": "Persian"}[key]
    return Calendar(
        name, years, first_day, tolerance, months, _dated(months), _with_era(words["eras"])
    )


def _dated(months: Mapping[str, int]) -> tuple[re.Pattern[str], ...]:
    """Day, month and year in the orders in which they stand; the day may be missing."""
    raw = _raw()
    link = rf"[\s,./-]*(?:(?:{_any(raw['link'])})[\s,]*)?"
    month = rf"(?:(?:{_any(raw['before_month'])})\s*)?(?P<m>{_any(months)})"
    after = r"(?:st|nd|rd|th|er|-?го)?"
    year = rf"(?P<y>\d{{4}})(?:\s*(?:{_any(raw['after_year'])}))?"
    day = rf"(?:(?P<d>\d{{1,2}}){after}|(?P<first>{_any(raw['first_day'])}))"
    return (
        re.compile(rf"(?:{day}{link})?{month}{link}{year}"),
        re.compile(rf"(?P<first>){month}\s*(?P<d>\d{{1,2}}){after}[\s,]+{year}"),
    )


def _with_era(eras: list[str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<before>.*\d.*?)[\s,]*\(?(?:{_any(eras)})\)?\.?|(?:{_any(eras)})\s*(?P<after>.*\d.*)"
    )


@cache
def _either() -> re.Pattern[str]:
    """An era that Persian texts write of both calendars."""
    return re.compile(rf"(?P<rest>.*\d)\s*(?:{'|'.join(_raw()['either_era'])})")


@cache
def _pair() -> re.Pattern[str]:
    words = "|".join(
        sorted((re.escape(folded(word)) for word in _raw()["same_day"]), key=len, reverse=True)
    )
    return re.compile(
        rf"(?P<a>.+?)\s*(?:\(\s*(?:(?:{words})\s+)?(?P<b>[^()]+)\)"
        rf"|,?\s*(?:\s/\s|=|(?<!\w)(?:{words})\s+)\s*(?P<c>.+))"
    )


def _plain(word: str) -> str:
    return folded(word).translate(_ARABIC)


def _any(words: Any) -> str:
    parts = sorted({_plain(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(part).replace(r"\ ", r"\s+") + (r"(?![^\W\d_])" if part[-1].isalpha() else "")
        for part in parts
    )


def _first_of_hijri(year: int, month: int) -> date:
    from hijridate import Hijri

    found = Hijri(year, month, 1).to_gregorian()
    return date(found.year, found.month, found.day)


def _first_of_persian(year: int, month: int) -> date:
    from persiantools.jdatetime import JalaliDate

    found = JalaliDate(year, month, 1).to_gregorian()  # type: ignore[no-untyped-call]
    return date(found.year, found.month, found.day)
