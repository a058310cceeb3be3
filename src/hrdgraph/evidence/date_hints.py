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

from hrdgraph.evidence.dates import bounds, is_edtf

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MOIS: Final = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
_MESES: Final = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
_UNKNOWN: Final = frozenset(  # what people type for a date that they do not know
    (
        "",
        "n/a",
        "na",
        "n.a",
        "n/d",
        "nd",
        "n.d",
        "s.d",
        "sd",
        "s/d",
        "s.f",
        "sf",
        "s/f",
        "unknown",
        "undated",
        "no date",
        "inconnu",
        "inconnue",
        "sans date",
        "desconocido",
        "desconocida",
        "sin fecha",
    )
)
FORMS = (
    "write a day as 2011-04-15, a month as 2011-04, a year as 2011, about 2009 as 2009~, a "
    "period as 1996/2001, or 1996/.."
)


def explain(text: str) -> str:
    """Say what is wrong with a date and how to write what was meant, in one sentence; empty for
    a text that is EDTF."""
    if is_edtf(text):
        return ""
    for reading in _READINGS:
        if hint := reading(text):
            return hint
    return FORMS


def _empty_or_spaced(text: str) -> str | None:
    if not text.strip():
        return (
            "leave the cell empty, without spaces, where the source gives no date"
            if text
            else "the date is empty"
        )
    if text != text.strip() and is_edtf(text.strip()):
        return f"take the spaces away: {text.strip()}"
    return None


def _zeros(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]{4})-(?:00-00|00|([0-9]{2})-00)", text)
    if not match:
        return None
    known = match[1] + (f"-{match[2]}" if match[2] else "")
    return (
        f"zeros are not a date; if only this much is known, write {known}"
        if is_edtf(known)
        else None
    )


def _impossible(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?[?~%]?", text)
    if not match:
        return None
    year, month, day = match.groups()
    if not 1 <= int(month) <= 12:
        if day and is_edtf(f"{year}-{day}-{month}"):
            return f"there is no month {month}; did you mean {year}-{day}-{month}?"
        return f"there is no month {month}; write {year} if the month is not known"
    length = monthrange(int(year), int(month))[1]
    return (
        f"{_MONTHS[int(month) - 1].capitalize()} {year} has {length} days; write "
        f"{year}-{month} if the day is not known"
    )


def _backwards(text: str) -> str | None:
    ends = text.split("/")
    if len(ends) == 2 and all(bounds(end) for end in ends):
        return f"the period ends before it starts; did you mean {ends[1]}/{ends[0]}?"
    return None


def _numbers(text: str) -> str | None:
    """Day, month and year with slashes, points or dashes: the order is nowhere written."""
    match = re.fullmatch(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})", text.strip())
    if not match:
        return None
    first, second, year = match.groups()
    readings = {
        f"{full}-{int(month):02}-{int(day):02}": order
        for full in _years(year)
        for day, month, order in ((first, second, "day first"), (second, first, "month first"))
        if is_edtf(f"{full}-{int(month):02}-{int(day):02}")
    }
    if not readings and len(year) == 4:
        day, month = (first, second) if int(second) <= 12 else (second, first)
        return _impossible(f"{year}-{int(month):02}-{int(day):02}") if int(month) <= 12 else None
    return _choices(
        [
            f"{reading} ({order})" if int(first) != int(second) else reading
            for reading, order in readings.items()
        ]
    )


def _year_first(text: str) -> str | None:
    match = re.fullmatch(
        r"([0-9]{4})[/.\- ]([0-9]{1,2})(?:[/.\- ]([0-9]{1,2}))?|([0-9]{4})([0-9]{2})([0-9]{2})",
        text.strip(),
    )
    if not match:
        return None
    year, *rest = [part for part in match.groups() if part]
    meant = "-".join([year, *(f"{int(part):02}" for part in rest)])
    return f"did you mean {meant}?" if is_edtf(meant) else None


def _month_first(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]{1,2})[/.\- ]([0-9]{4})", text.strip())
    return _choices([f"{match[2]}-{int(match[1]):02}"]) if match else None


def _unknown(text: str) -> str | None:
    word = text.strip(" .?-–—").casefold()
    return "leave the cell empty where the source gives no date" if word in _UNKNOWN else None


def _with_time(text: str) -> str | None:
    match = re.fullmatch(r"(\S+)(?: +|T)[0-9]{1,2}:[0-9]{2}(?::.*)?", text.strip())
    day = match[1] if match else ""
    return f"leave the time of day out: {day}" if is_edtf(day) else _numbers(day)


def _month_name(text: str) -> str | None:
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


def _around_month(month: int, day: str | None, number: str) -> str | None:
    if day:
        return _choices([f"{year}-{month:02}-{int(day):02}" for year in _years(number)])
    if len(number) == 4:
        return _choices([f"{number}-{month:02}"])
    readings = [f"{year}-{month:02} (a month of {year})" for year in _years(number)]
    if len(number) < 4 and 1 <= int(number) <= monthrange(2000, month)[1]:
        readings.append(
            f"day {int(number)} of {_MONTHS[month - 1].capitalize()} with its year lost"
        )
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


def _about(text: str) -> str | None:
    match = re.fullmatch(
        r"(?:c\.?|ca\.?|circa|about|around|environ|hacia|vers|около)\s*([0-9]{4}(?:-[0-9]{2}){0,2})",
        text.strip(),
        re.I,
    )
    return f"write {match[1]}~ for about {match[1]}" if match and is_edtf(match[1]) else None


def _period(text: str) -> str | None:
    match = re.fullmatch(r"([0-9]{4})\s*(?:-|–|—|to|à|a)\s*([0-9]{4})", text.strip())
    return f"a period is written with a slash: {match[1]}/{match[2]}" if match else None


def _serial(text: str) -> str | None:
    """Sheet programs store a day as a number of days; day 60 of theirs never was, so the count
    starts at 1899-12-30."""
    if not re.fullmatch(r"[0-9]{5}(\.0)?", text):
        return None
    day = date(1899, 12, 30) + timedelta(days=int(text[:5]))
    return (
        f"this is a number of days such as spreadsheets store; it would be {day.isoformat()}: "
        f"look at the source, then write the date"
    )


def _years(number: str) -> list[str]:
    """The years that two digits can mean: of this century and of the last."""
    if len(number) == 4:
        return [number]
    return [f"20{int(number):02}", f"19{int(number):02}"] if len(number) <= 2 else []


def _choices(readings: list[str]) -> str | None:
    possible = [
        reading
        for reading in readings
        if not re.match(r"[0-9]", reading) or is_edtf(reading.split(" ")[0])
    ]
    if not possible:
        return None
    if len(possible) == 1:
        return f"did you mean {possible[0]}?"
    return f"this can mean {' or '.join(possible)}; write the one that the source means"


_READINGS: tuple[Callable[[str], str | None], ...] = (
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
