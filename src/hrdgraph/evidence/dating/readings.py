"""Read what one text may mean as a date: no reading, one, or several."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from hrdgraph.catalogue import NO_MESSAGE, Message, calendar_word
from hrdgraph.evidence.dates import bounds


class DateOrder(StrEnum):
    """The order of day, month and year in dates of numbers, where a source states it."""

    DMY = "dmy"
    MDY = "mdy"


class DateCalendar(StrEnum):
    """The calendar of dates in figures, where a source states it."""

    GREGORIAN = "gregorian"
    HIJRI = "hijri"
    PERSIAN = "persian"


@dataclass(frozen=True, slots=True)
class Convention:
    """What is known of a source's dates besides their language. `pivot` is the last year that
    two digits can mean: with 2025, `09` is 2009 and `89` is 1989; `calendar` that of years from
    1300 to 1499. None where the source states nothing.
    """

    pivot: int | None = None
    order: DateOrder | None = None
    calendar: DateCalendar | None = None

    def years(self, digits: str) -> tuple[int, ...]:
        """Return the years that the digits of a year can mean: itself, that of the pivot's hundred
        years, or one of each of two centuries."""
        if len(digits) == 4:
            return (int(digits),)
        if self.pivot is None:
            return (2000 + int(digits), 1900 + int(digits))
        return (self.pivot - (self.pivot - int(digits)) % 100,)


NOTHING_STATED = Convention()


@dataclass(frozen=True, slots=True)
class DateReading:
    """One meaning. `edtf` is empty where the text lacks what a date needs (its year); `why` says
    how it was read; `lost` are words that EDTF has no way to keep, so that the date is less
    precise than the text; `calendar` is another one that it was converted from."""

    edtf: str
    why: Message = NO_MESSAGE
    lost: tuple[str, ...] = ()
    calendar: str = ""

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Message:
        """Return the date and how it was read, for a person."""
        if self.edtf and self.why:
            return Message("reading-how", date=self.edtf, how=self.why)
        return self.why or Message("library-says", reason=self.edtf)


@dataclass(frozen=True, slots=True)
class DateResult:
    """The outcome for one text: `edtf`, or None with the reason. Of several readings none is
    chosen."""

    text: str
    edtf: str | None
    readings: tuple[DateReading, ...] = ()
    reason: Message = NO_MESSAGE
    lost: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """For machines."""
        span = bounds(self.edtf) if self.edtf else None
        return {
            "text": self.text,
            "edtf": self.edtf,
            "earliest": span.earliest.isoformat() if span and span.earliest else None,
            "latest": span.latest.isoformat() if span and span.latest else None,
            "readings": [
                {"edtf": reading.edtf or None, "why": str(reading.why)} for reading in self.readings
            ],
            "reason": str(self.reason),
            "not_kept": list(self.lost),
            "calendar": next((item.calendar for item in self.readings if item.calendar), None),
        }


def distinct(readings: Iterable[DateReading]) -> tuple[DateReading, ...]:
    """Return the readings, each meaning once, the first way to it kept."""
    by_meaning: dict[str, DateReading] = {}
    for reading in readings:
        by_meaning.setdefault(reading.edtf or str(reading.why), reading)
    return tuple(by_meaning.values())


_SEPARATED = re.compile(r"(\d{1,4})\s?([/.\-])\s?(\d{1,2})(?:\s?\2\s?(\d{1,4}))?\.?")


def numbers(text: str, convention: Convention) -> tuple[DateReading, ...]:
    """Return every reading of a folded text of figures only; none for any other text."""
    return distinct(reading for reader in _READERS for reading in reader(text, convention))


def _three(text: str, convention: Convention) -> Iterator[DateReading]:
    match = _SEPARATED.fullmatch(text)
    if not match or match[4] is None:
        return
    first, second, third = match[1], match[3], match[4]
    if len(first) == 4:
        yield from (
            _days((int(first),), second, third, Message("year-first")) if len(third) <= 2 else ()
        )
    elif len(first) <= 2 and len(third) in (2, 4):
        years = convention.years(third)
        yield from (
            _days(years, second, first, Message("day-first"))
            if convention.order is not DateOrder.MDY
            else ()
        )
        yield from (
            _days(years, first, second, Message("month-first"))
            if convention.order is not DateOrder.DMY
            else ()
        )


def _days(years: tuple[int, ...], month: str, day: str, how: Message) -> Iterator[DateReading]:
    if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
        yield from (DateReading(f"{year:04}-{int(month):02}-{int(day):02}", how) for year in years)


def _two(text: str, convention: Convention) -> Iterator[DateReading]:
    match = _SEPARATED.fullmatch(text)
    if not match or match[4] is not None:
        return
    first, second = match[1], match[3]
    if len(first) == 4:
        yield from _months(int(first), second)
        # `1998/99`: the century of the end is that of the start. `2011-13` may as well be a slip
        # in a month.
        mark = match[2]
        if len(second) == 2 and int(second) > int(first[2:]):
            yield DateReading(f"{first}/{first[:2]}{second}", Message("a-period"))
            if mark == "-" and 12 < int(second) <= 31:
                yield DateReading("", Message("with-month-that-is-not", year=first, month=second))
    elif len(first) <= 2:
        yield from _lost(second, first) if convention.order is not DateOrder.MDY else ()
        yield from _lost(first, second) if convention.order is not DateOrder.DMY else ()


def _month_and_year(text: str, _: Convention) -> Iterator[DateReading]:
    match = re.fullmatch(r"(\d{1,2})\s?[/.\-\s]\s?(\d{4})", text)
    if match:
        yield from _months(int(match[2]), match[1])


def _months(year: int, month: str) -> Iterator[DateReading]:
    if 1 <= int(month) <= 12:
        yield DateReading(f"{year:04}-{int(month):02}", Message("a-month-of", year=year))


def _lost(month: str, day: str) -> Iterator[DateReading]:
    if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
        yield DateReading(
            "",
            Message(
                "day-month-without-year", day=int(day), month=calendar_word("month", int(month))
            ),
        )


_FIRST_DAYS: Final = (
    (date(1899, 12, 30), Message("spreadsheet-days", year="1900")),
    (date(1904, 1, 1), Message("spreadsheet-days", year="1904")),
)


def _read_eight(text: str, convention: Convention) -> Iterator[DateReading]:
    """Read eight figures in a row: the year first, or last."""
    if re.fullmatch(r"\d{8}", text):
        yield from (
            _days((int(text[:4]),), text[4:6], text[6:], Message("year-first"))
            if int(text[:4]) >= 1000
            else ()
        )
        if int(text[4:]) >= 1000:
            yield from (
                _days((int(text[4:]),), text[2:4], text[:2], Message("day-first"))
                if convention.order is not DateOrder.MDY
                else ()
            )
            yield from (
                _days((int(text[4:]),), text[:2], text[2:4], Message("month-first"))
                if convention.order is not DateOrder.DMY
                else ()
            )


def _serial(text: str, _: Convention) -> Iterator[DateReading]:
    """Read a day that a spreadsheet stores as a number of days: from 1900 on (its day 60 never
    was), on old Macintoshes from 1904."""
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        for first, how in _FIRST_DAYS:
            day = first + timedelta(days=int(text[:5]))
            yield DateReading(day.isoformat(), how)


_READERS: Final[tuple[Callable[[str, Convention], Iterator[DateReading]], ...]] = (
    _three, _two, _month_and_year, _read_eight, _serial,
)  # fmt: skip
