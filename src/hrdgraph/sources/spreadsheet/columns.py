"""What the cells of a column of a spreadsheet are, told from all of them: a date-time at
midnight looks like a date by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.sources.grid import Row
from hrdgraph.sources.spreadsheet.durations import Span, span_of
from hrdgraph.sources.value_kinds import DOUBLE, DURATION
from hrdgraph.sources.values import UnsupportedValue, canonical_decimal, natural

Ways = dict[type, Callable[[Any], Any]]  # what becomes of cells of a type
WHOLE: Final = 1 << 53  # up to here, each whole number is one that a spreadsheet can hold
_NO_DATE: Final = Message("zero-is-no-date")


def settle(rows: list[Row], *, counted: bool) -> None:
    """Date cells of a column that has date-times become date-times. Where the file only counts
    days (`counted`: all but ODS), a time in a column of dates is refused; where it does not,
    times in a column of spans beyond a day are spans too."""
    changes = [
        (place, ways)
        for place, column in enumerate(zip_longest(*(row for _, row in rows)))
        if (ways := _ways(column, counted))
    ]
    for _, row in rows if changes else ():
        for place, ways in changes:
            if place < len(row) and (way := ways.get(type(row[place]))) is not None:
                row[place] = way(row[place])


def _ways(column: tuple[Any, ...], counted: bool) -> Ways:
    return dict(_changes(set(map(type, column)), counted))


def _changes(types: set[type], counted: bool) -> Iterator[tuple[type, Callable[[Any], Any]]]:
    if {dt.date, dt.datetime} <= types:
        yield dt.date, lambda day: dt.datetime.combine(day, dt.time())
    if counted and dt.time in types and types & {dt.date, dt.datetime}:
        yield dt.time, _no_date
    if not counted and {dt.time, Span} <= types:
        yield dt.time, span_of


def _no_date(time: dt.time) -> UnsupportedValue:
    return UnsupportedValue(Message("time-among-dates", value=time.isoformat()), _NO_DATE)


def value_of(cell: Any) -> Any:
    """A cell as the value that a person sees: an empty one as none, a whole number without a
    point, midnight as a date."""
    if cell == "":
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) <= WHOLE else cell
    return span_of(cell) if isinstance(cell, dt.timedelta) else cell


def as_seen(cell: Any) -> tuple[str | None, int | None]:
    """Numbers keep the digits that a person sees, so that templates of IRIs have no exponents."""
    if isinstance(cell, Span):
        return cell.text, DURATION
    return (
        (canonical_decimal(Decimal(repr(cell))), DOUBLE)
        if isinstance(cell, float)
        else natural(cell)
    )
