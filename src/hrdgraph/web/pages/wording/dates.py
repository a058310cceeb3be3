"""Dates in EDTF into words of a language, never more precise than they are."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from hrdgraph.evidence.dates import bounds
from hrdgraph.web.pages.wording.words import PageLanguage, words_in

_POINT: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([?~%]?)")
_QUALIFIED: Final = {"~": "date_about", "?": "date_perhaps", "%": "date_perhaps_about"}
_SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_RANGE: Final = re.compile(r"\[(\d{4}(?:-\d\d){0,2})\.\.(\d{4}(?:-\d\d){0,2})\]")
_DECADE: Final = re.compile(r"(\d{3})X([?~%]?)")


@lru_cache(maxsize=200_000)
def date_words(text: str, language: str) -> str:
    """A date as a person would say it; text that is no EDTF comes back as it is.

    >>> date_words("2011-04", "fr")
    'avril 2011'
    """
    words = words_in(language)
    if "/" in text:
        return _interval(text, words) or text
    return _point(text, words) or _decade(text, words) or _between(text, words) or text


def short_date(text: str) -> str:
    """The year, or the years, for a narrow column."""
    years = re.findall(r"(?<![\d-])\d{4}", text)
    if "/" not in text:
        return years[0] if years else ""
    start, _, stop = text.partition("/")
    ends = [found[0] if (found := re.findall(r"\d{4}", end)) else "" for end in (start, stop)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def _point(text: str, words: PageLanguage) -> str:
    match = _POINT.fullmatch(text.replace("-XX", ""))
    if match is None:
        return ""
    said = _calendar(match[1], match[2], match[3], words)
    return words(_QUALIFIED[match[4]], date=said) if match[4] and said else said


def _calendar(year: str, month: str | None, day: str | None, words: PageLanguage) -> str:
    from babel.dates import format_date, format_skeleton

    number = int(month or 0)
    try:
        if day:
            return format_date(date(int(year), number, int(day)), "long", locale=words.locale)
        if month and number <= 12:
            return format_skeleton("yMMMM", date(int(year), number, 1), locale=words.locale)
    except ValueError:
        return ""
    if number in _SEASONS:
        return words(f"date_{_SEASONS[number]}", year=year)
    if 33 <= number <= 36:
        return words("date_quarter", quarter=str(number - 32), year=year)
    return "" if month else str(int(year))


def _interval(text: str, words: PageLanguage) -> str:
    start, stop = text.split("/", 1)
    first, last = (_point(end, words) or _decade(end, words) for end in (start, stop))
    if first and last:
        return words("date_from_to", start=first, stop=last)
    if first and stop == "..":
        return words("date_ongoing", start=first)
    if first and stop == "":
        return words("date_since", start=first)
    return words("date_until", stop=last) if last and start in ("", "..") else ""


def _decade(text: str, words: PageLanguage) -> str:
    match = _DECADE.fullmatch(text)
    if match is None:
        return ""
    said = words("date_decade", decade=f"{match[1]}0")
    return words(_QUALIFIED[match[2]], date=said) if match[2] else said


def _between(text: str, words: PageLanguage) -> str:
    """What is less certain still: between the first and the last day, months or years that it
    may mean."""
    if match := _RANGE.fullmatch(text):
        return words("date_between", start=_point(match[1], words), stop=_point(match[2], words))
    found = bounds(text)
    if found is None or found.earliest is None or found.latest is None:
        return ""
    first, last = found.earliest, found.latest
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    ends = [
        str(day.year)
        if whole_years
        else _calendar(str(day.year), str(day.month), str(day.day), words)
        for day in (first, last)
    ]
    return ends[0] if ends[0] == ends[1] else words("date_between", start=ends[0], stop=ends[1])
