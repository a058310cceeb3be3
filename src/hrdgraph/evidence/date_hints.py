"""A text that is no EDTF into what its writer may have meant.

Nothing here corrects a date: where two readings are possible both are given, and the person who
has the source before them chooses.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final
from unicodedata import combining, normalize

from hrdgraph.catalogue import NO_MESSAGE, Cell, Message, data_word
from hrdgraph.evidence.dates import bounds, is_edtf

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
        "month-has-days",
        month=data_word(f"month-{int(month)}"),
        year=year,
        length=length,
        known=Cell(f"{year}-{month}"),
    )


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
    return Message("leave-cell-empty") if word in _UNKNOWN else None


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
        month_name = data_word(f"month-{month}")
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
    """A word without capitals and accents."""
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
    """The years that two digits can mean: of this century and of the last."""
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
    _empty_or_spaced,
    _unknown,
    _zeros,
    _impossible,
    _backwards,
    _numbers,
    _year_first,
    _month_first,
    _with_time,
    _month_name,
    _about,
    _period,
    _serial,
)
