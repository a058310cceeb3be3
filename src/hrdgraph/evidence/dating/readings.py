"""What one text may mean as a date: no reading, one, or several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from hrdgraph.catalogue import NO_MESSAGE, Message


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
        """The years that the digits of a year can mean: itself, that of the pivot's hundred
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
        """The date and how it was read, for a person."""
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
        from hrdgraph.evidence.dates import bounds

        found = bounds(self.edtf) if self.edtf else None
        return {
            "text": self.text,
            "edtf": self.edtf,
            "earliest": found.earliest.isoformat() if found and found.earliest else None,
            "latest": found.latest.isoformat() if found and found.latest else None,
            "readings": [
                {"edtf": reading.edtf or None, "why": str(reading.why)} for reading in self.readings
            ],
            "reason": str(self.reason),
            "not_kept": list(self.lost),
            "calendar": next((item.calendar for item in self.readings if item.calendar), None),
        }


def distinct(readings: Iterable[DateReading]) -> tuple[DateReading, ...]:
    """The readings, each meaning once, the first way to it kept."""
    found: dict[str, DateReading] = {}
    for reading in readings:
        found.setdefault(reading.edtf or str(reading.why), reading)
    return tuple(found.values())
