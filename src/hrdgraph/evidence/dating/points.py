"""A text that names one moment or stretch (a day, a month, a season, a decade …) into its
readings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from hrdgraph.catalogue import NO_MESSAGE, Message, data_word
from hrdgraph.evidence.dates import bounds
from hrdgraph.evidence.dating.calendars import in_other_calendar
from hrdgraph.evidence.dating.lexicon import DateLexicon
from hrdgraph.evidence.dating.readings import Convention, DateReading, distinct

_ROMAN_MONTHS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_DECADE_NOUNS: Final = ("decad", "decenn", "decen", "عقد", "десятилет")
_Reader = Callable[[re.Match[str], DateLexicon, Convention], Iterator[DateReading]]
_MARKS: Final = {"about": "~", "perhaps": "?"}
_NORTHERN, _SOUTHERN = 4, 8  # what EDTF adds to the codes of seasons
_STRETCH: Final = re.compile(r"\[?(?P<a>[\d-]+)(?:\.\.|/)(?P<b>[\d-]+)\]?")
_DOUBTED = re.compile(r"(?P<rest>.+?)\s*\(?\?\)?")


def point(text: str, words: DateLexicon, convention: Convention) -> tuple[DateReading, ...]:
    """Every reading of a folded text as one date; what no calendar has is among them, for the
    caller to refuse."""
    text, mark, lost = qualified(text, words)
    found = list(_found(text, words, convention))
    if not found and (half := words.halves.fullmatch(text)):
        lost = (*lost, half["word"])
        found = list(_found(bare(half["rest"], words), words, convention))
    return distinct(_marked(reading, mark, lost) for reading in found)


def _found(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    """The readings of a text without "about", articles and the like."""
    any_found = False
    for reading in (*in_other_calendar(text, convention), *_readings(text, words, convention)):
        any_found = True
        yield reading
    if not any_found:
        yield from _on_weekday(text, words, convention)


def _marked(reading: DateReading, mark: str, lost: tuple[str, ...]) -> DateReading:
    """The reading as approximate or uncertain; of a stretch in another calendar both ends are."""
    edtf = reading.edtf and reading.edtf + mark
    if mark and (ends := _STRETCH.fullmatch(reading.edtf)):
        edtf = f"{ends['a']}{mark}/{ends['b']}{mark}"
    return replace(reading, edtf=edtf, lost=(*lost, *reading.lost))


def bare(text: str, words: DateLexicon) -> str:
    """The text without articles before it."""
    patterns = [pattern for kind, pattern in words.leading if kind == "article"]
    while match := next(
        (match for pattern in patterns if (match := pattern.fullmatch(text))), None
    ):
        text = match["rest"]
    return text


def qualified(text: str, words: DateLexicon) -> tuple[str, str, tuple[str, ...]]:
    """The text without "about", "perhaps", "early", articles and a mark of doubt; the marks for
    EDTF; the words that it cannot keep."""
    marks = ""
    lost: list[str] = []
    while found := _qualifier(text, words):
        kind, match = found
        text = match["rest"].strip(" -")
        marks += _MARKS.get(kind, "")
        lost += [match["word"]] if kind == "part" else []
    return text, "%" if len(set(marks)) > 1 else marks[:1], tuple(lost)


def _qualifier(text: str, words: DateLexicon) -> tuple[str, re.Match[str]] | None:
    for kind, pattern in (("perhaps", _DOUBTED), *words.leading, *words.trailing):
        if (match := pattern.fullmatch(text)) and match["rest"].strip(" -"):
            return kind, match
    return None


def _readings(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for kind, pattern in words.points:
        if match := pattern.fullmatch(text):
            yield from _READERS[kind](match, words, convention)


def _on_weekday(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    """The days in a text that begins with a weekday."""
    if match := words.weekday.fullmatch(text):
        weekday, rest = words.weekdays[_spaced(match["word"])], bare(match["rest"], words)
        for reading in (*in_other_calendar(rest, convention), *_readings(rest, words, convention)):
            if not reading.edtf or re.fullmatch(r"\[.*\]|\d{4}-\d{2}-\d{2}", reading.edtf):
                yield on_weekday(weekday, reading)


def on_weekday(weekday: int, reading: DateReading) -> DateReading:
    """The reading, of several days the one that was on the weekday; what was on another weekday
    than the text says is no date any more."""
    span = bounds(reading.edtf) if reading.edtf else None
    if not span or not span.earliest or not span.latest:
        return reading
    days = (span.latest - span.earliest).days + 1
    for day in (span.earliest + timedelta(days=number) for number in range(days)):
        if day.isoweekday() == weekday:
            return replace(reading, edtf=day.isoformat())
    real = data_word(f"weekday-{span.earliest.isoweekday()}")
    return DateReading("", Message("with-wrong-weekday", date=reading.edtf, weekday=real))


def _day(match: re.Match[str], words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    groups = match.groupdict()
    month = (
        _ROMAN_MONTHS.index(groups["roman"]) + 1 if groups.get("roman") else _month(match, words)
    )
    if month:
        day = 1 if groups.get("first") else int(match["d"])
        yield from (
            DateReading(f"{year:04}-{month:02}-{day:02}", _century(match["y"], year))
            for year in convention.years(_digits(match["y"]))
        )


def _month_of(
    match: re.Match[str], words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    if month := _month(match, words):
        yield from (
            DateReading(f"{year:04}-{month:02}", Message("a-month-of", year=year))
            for year in convention.years(_digits(match["y"]))
        )


def _year(match: re.Match[str], _: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    yield from (
        DateReading(f"{year:04}", _century(match["y"], year))
        for year in convention.years(_digits(match["y"]))
    )


def _season(
    match: re.Match[str], words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    code, groups = words.seasons[_spaced(match["season"])], match.groupdict()
    code += _NORTHERN if groups.get("north") else _SOUTHERN if groups.get("south") else 0
    yield from (
        DateReading(f"{year:04}-{code}", _century(match["y"], year))
        for year in convention.years(_digits(match["y"]))
    )


def _yearless(match: re.Match[str], words: DateLexicon, _: Convention) -> Iterator[DateReading]:
    groups = match.groupdict()
    month = _month(match, words)
    if month and groups.get("first"):
        yield DateReading(
            "", Message("first-month-without-year", month=data_word(f"month-{month}"))
        )
    elif month and groups.get("d") and 1 <= int(groups["d"]) <= 31:
        yield DateReading(
            "",
            Message(
                "day-month-without-year", day=int(groups["d"]), month=data_word(f"month-{month}")
            ),
        )
    elif month and not groups.get("d"):
        yield DateReading("", Message("month-without-year", month=data_word(f"month-{month}")))


def _part_of(first: int, parts: int) -> _Reader:
    def read(
        match: re.Match[str], words: DateLexicon, convention: Convention
    ) -> Iterator[DateReading]:
        number = words.number(_spaced(match["n"]))
        number = parts if number == 0 else number
        if number and number <= parts:
            yield from (
                DateReading(f"{year:04}-{first + number - 1}")
                for year in convention.years(_digits(match["y"]))
            )

    return read


def _century_of(match: re.Match[str], words: DateLexicon, _: Convention) -> Iterator[DateReading]:
    number = words.number(_spaced(match["n"]))
    if number and 1 <= number <= 99:
        yield DateReading(f"{number - 1:02}XX", Message("a-century"))


def _decade(
    match: re.Match[str], words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    text = _spaced(match["decade"]).strip("'")
    digits = f"{words.decade_words[text]:02}" if text in words.decade_words else text
    groups = match.groupdict()
    if groups.get("n"):
        century = words.number(_spaced(groups["n"]))
        yield from (
            [DateReading(f"{(century - 1) * 10 + int(digits[-2]):03}X")]
            if century and len(digits) == 2
            else []
        )
    elif len(digits) == 4:
        yield DateReading(f"{digits[:3]}X", Message("ten-years"))
        if digits.endswith("00") and not any(noun in match[0] for noun in _DECADE_NOUNS):
            yield DateReading(f"{digits[:2]}XX", Message("a-hundred-years"))
    else:
        yield from (DateReading(f"{year // 10:03}X") for year in _decade_years(digits, convention))


def _decade_years(digits: str, convention: Convention) -> tuple[int, ...]:
    if convention.pivot is not None:
        return convention.years(digits)
    last = 20 if int(digits) < 30 else 19
    return (last * 100 + int(digits), (last - 1) * 100 + int(digits))


def _month(match: re.Match[str], words: DateLexicon) -> int | None:
    """The month; None where two names in it (`تموز/يوليو`) are of different months."""
    month = words.months[_spaced(match["m"])]
    second = match["m2"]
    return month if second is None or words.months[_spaced(second)] == month else None


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _digits(text: str) -> str:
    return text.strip("'")


def _century(written: str, year: int) -> Message:
    return (
        NO_MESSAGE if len(_digits(written)) == 4 else Message("in-the-century", century=year // 100)
    )


_READERS: Final = {
    "day": _day, "month": _month_of, "year": _year, "season": _season, "yearless": _yearless,
    "quarter": _part_of(33, 4), "third": _part_of(37, 3), "half": _part_of(40, 2),
    "century": _century_of, "decade": _decade,
}  # fmt: skip
