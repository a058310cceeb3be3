"""Read a text that names one moment or stretch (a day, a month, a season, a decade …)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.catalogue import NO_MESSAGE, Message, calendar_word, data_word
from hrdgraph.evidence.dates import bounds
from hrdgraph.evidence.dating.lexicon import DateLexicon, fold
from hrdgraph.evidence.dating.readings import Convention, DateOrder, DateReading, distinct, numbers

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
        gregorian = first + timedelta(days=day - 1)
        if not 1 <= day <= (self._after(year, month) - first).days:
            return None
        if not self.tolerance:
            return DateReading(gregorian.isoformat(), self._why(), calendar=self.name)
        start, end = self._widen(gregorian, gregorian)
        return DateReading(f"[{start}..{end}]", self._why(), calendar=self.name)

    def month(self, year: int, month: int) -> DateReading:
        """Return the days of a month, and those that may have been of it."""
        return self._between(self.first_day(year, month), self._after(year, month))

    def year(self, year: int) -> DateReading:
        """Return the days of a year, and those that may have been of it."""
        return self._between(self.first_day(year, 1), self._after(year, 12))

    def _after(self, year: int, month: int) -> date:
        """Return the first day of the next month."""
        return self.first_day(*((year, month + 1) if month < 12 else (year + 1, 1)))

    def _between(self, first: date, after: date) -> DateReading:
        start, end = self._widen(first, after - timedelta(days=1))
        return DateReading(f"{start}/{end}", self._why(), calendar=self.name)

    def _widen(self, first: date, last: date) -> tuple[date, date]:
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
    """Yield the readings of a folded text that names a calendar; none where it names no other."""
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
    """Return the two dates of a text for one day in two calendars (`… الموافق …`, `… (…)`)."""
    match = _pair().fullmatch(text)
    return (match["a"], match["b"] or match["c"]) if match else None


def _in(calendar: Calendar, text: str, convention: Convention) -> Iterator[DateReading]:
    if era := calendar.eras.fullmatch(text):
        yield from _parts(calendar, (era["before"] or era["after"]).strip(" ,"), convention)
    else:
        yield from _read_names(calendar, text)


def _parts(calendar: Calendar, text: str, convention: Convention) -> Iterator[DateReading]:
    """Read a year alone, figures, or a date with a month's name."""
    year = re.fullmatch(
        rf"(?:{_any(_raw()['before_year'])})?\s*(?P<y>\d{{4}})(?:\s*(?:{_any(_raw()['after_year'])}))?",
        text,
    )
    if year:
        yield from _check(calendar, int(year["y"]), 0, 0)
    elif figures := _FIGURES.fullmatch(text):
        yield from _figures(calendar, figures, convention)
    elif pair := _MONTH_OF_YEAR.fullmatch(text):
        month = int(pair["m"] or pair["m2"])
        if month:
            yield from _check(calendar, int(pair["y"] or pair["y2"]), month, 0)
    else:
        yield from _read_names(calendar, text)


def _read_names(calendar: Calendar, text: str) -> Iterator[DateReading]:
    for match in filter(None, (pattern.fullmatch(text) for pattern in calendar.dated)):
        month = calendar.months[" ".join(match["m"].split())]
        day = 1 if match["first"] else int(match["d"] or 0)
        yield from _check(calendar, int(match["y"]), month, day)


def _figures(
    calendar: Calendar, match: re.Match[str], convention: Convention
) -> Iterator[DateReading]:
    first, month, last = match[1], int(match[3]), match[4]
    if len(first) == 4:
        yield from _check(calendar, int(first), month, int(last))
    elif len(last) == 4:
        if convention.order is not DateOrder.MDY:
            yield from _check(calendar, int(last), month, int(first))
        if convention.order is not DateOrder.DMY:
            yield from _check(calendar, int(last), int(first), month)


def _check(calendar: Calendar, year: int, month: int, day: int) -> Iterator[DateReading]:
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
        name, years, first_day, tolerance, months, _date_patterns(months), _with_era(words["eras"])
    )


def _date_patterns(months: Mapping[str, int]) -> tuple[re.Pattern[str], ...]:
    """Match day, month and year in the orders in which they stand; the day may be missing."""
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
    """Match an era that Persian texts write of both calendars."""
    return re.compile(rf"(?P<rest>.*\d)\s*(?:{'|'.join(_raw()['either_era'])})")


@cache
def _pair() -> re.Pattern[str]:
    words = "|".join(
        sorted((re.escape(fold(word)) for word in _raw()["same_day"]), key=len, reverse=True)
    )
    return re.compile(
        rf"(?P<a>.+?)\s*(?:\(\s*(?:(?:{words})\s+)?(?P<b>[^()]+)\)"
        rf"|,?\s*(?:\s/\s|=|(?<!\w)(?:{words})\s+)\s*(?P<c>.+))"
    )


def _plain(word: str) -> str:
    return fold(word).translate(_ARABIC)


def _any(words: Any) -> str:
    parts = sorted({_plain(word) for word in words}, key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(part).replace(r"\ ", r"\s+") + (r"(?![^\W\d_])" if part[-1].isalpha() else "")
        for part in parts
    )


def _first_of_hijri(year: int, month: int) -> date:
    from hijridate import Hijri

    day = Hijri(year, month, 1).to_gregorian()
    return date(day.year, day.month, day.day)


def _first_of_persian(year: int, month: int) -> date:
    from persiantools.jdatetime import JalaliDate

    day = JalaliDate(year, month, 1).to_gregorian()  # type: ignore[no-untyped-call]
    return date(day.year, day.month, day.day)


_ROMAN_MONTHS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_DECADE_NOUNS: Final = ("decad", "decenn", "decen", "عقد", "десятилет")
_Reader = Callable[[re.Match[str], DateLexicon, Convention], Iterator[DateReading]]
_MARKS: Final = {"about": "~", "perhaps": "?"}
_NORTHERN, _SOUTHERN = 4, 8  # what EDTF adds to the codes of seasons
_STRETCH: Final = re.compile(r"\[?(?P<a>[\d-]+)(?:\.\.|/)(?P<b>[\d-]+)\]?")
_DOUBTED = re.compile(r"(?P<rest>.+?)\s*\(?\?\)?")


def point(text: str, words: DateLexicon, convention: Convention) -> tuple[DateReading, ...]:
    """Return every reading of a folded text as one date; what no calendar has is among them, for
    the caller to refuse."""
    text, mark, lost = take_qualifiers(text, words)
    readings = list(_read_plain(text, words, convention))
    if not readings and mark:
        readings = [*numbers(text, convention)]
    if not readings and (half := words.halves.fullmatch(text)):
        lost = (*lost, half["word"])
        readings = list(_read_plain(bare(half["rest"], words), words, convention))
    return distinct(_mark(reading, mark, lost) for reading in readings)


def _read_plain(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    """Yield the readings of a text without "about", articles and the like."""
    any_found = False
    for reading in (*in_other_calendar(text, convention), *_readings(text, words, convention)):
        any_found = True
        yield reading
    if not any_found:
        yield from _on_weekday(text, words, convention)


def _mark(reading: DateReading, mark: str, lost: tuple[str, ...]) -> DateReading:
    """Mark the reading as approximate or uncertain; of a stretch in another calendar both ends."""
    edtf = reading.edtf and reading.edtf + mark
    if mark and (ends := _STRETCH.fullmatch(reading.edtf)):
        edtf = f"{ends['a']}{mark}/{ends['b']}{mark}"
    return replace(reading, edtf=edtf, lost=(*lost, *reading.lost))


def bare(text: str, words: DateLexicon) -> str:
    """Return the text without articles before it."""
    patterns = [pattern for kind, pattern in words.leading if kind == "article"]
    while match := next(
        (match for pattern in patterns if (match := pattern.fullmatch(text))), None
    ):
        text = match["rest"]
    return text


def take_qualifiers(text: str, words: DateLexicon) -> tuple[str, str, tuple[str, ...]]:
    """Return the text without "about", "perhaps", "early", articles and a mark of doubt; the marks
    for EDTF; the words that it cannot keep."""
    marks = ""
    lost: list[str] = []
    while qualifier := _qualifier(text, words):
        kind, match = qualifier
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
    """Yield the days in a text that begins with a weekday."""
    if match := words.weekday.fullmatch(text):
        weekday, rest = words.weekdays[_single_spaces(match["word"])], bare(match["rest"], words)
        for reading in (*in_other_calendar(rest, convention), *_readings(rest, words, convention)):
            if not reading.edtf or re.fullmatch(r"\[.*\]|\d{4}-\d{2}-\d{2}", reading.edtf):
                yield on_weekday(weekday, reading)


def on_weekday(weekday: int, reading: DateReading) -> DateReading:
    """Keep of several days the one that was on the weekday; what was on another weekday than the
    text says is no date any more."""
    span = bounds(reading.edtf) if reading.edtf else None
    if not span or not span.earliest or not span.latest:
        return reading
    days = (span.latest - span.earliest).days + 1
    for day in (span.earliest + timedelta(days=number) for number in range(days)):
        if day.isoweekday() == weekday:
            return replace(reading, edtf=day.isoformat())
    real = calendar_word("weekday", span.earliest.isoweekday())
    return DateReading("", Message("with-wrong-weekday", date=reading.edtf, weekday=real))


def _day(match: re.Match[str], words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    groups = match.groupdict()
    month = (
        _ROMAN_MONTHS.index(groups["roman"]) + 1 if groups.get("roman") else _month(match, words)
    )
    if month:
        day = 1 if groups.get("first") else int(match["d"])
        yield from (
            DateReading(f"{year:04}-{month:02}-{day:02}", _century_remark(match["y"], year))
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
        DateReading(f"{year:04}", _century_remark(match["y"], year))
        for year in convention.years(_digits(match["y"]))
    )


def _season(
    match: re.Match[str], words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    code, groups = words.seasons[_single_spaces(match["season"])], match.groupdict()
    code += _NORTHERN if groups.get("north") else _SOUTHERN if groups.get("south") else 0
    yield from (
        DateReading(f"{year:04}-{code}", _century_remark(match["y"], year))
        for year in convention.years(_digits(match["y"]))
    )


def _yearless(match: re.Match[str], words: DateLexicon, _: Convention) -> Iterator[DateReading]:
    groups = match.groupdict()
    month = _month(match, words)
    if month and groups.get("first"):
        yield DateReading(
            "", Message("day-month-without-year", day=1, month=calendar_word("month", month))
        )
    elif month and groups.get("d") and 1 <= int(groups["d"]) <= 31:
        yield DateReading(
            "",
            Message(
                "day-month-without-year", day=int(groups["d"]), month=calendar_word("month", month)
            ),
        )
    elif month and not groups.get("d"):
        yield DateReading("", Message("month-without-year", month=calendar_word("month", month)))


def _part_of(first: int, parts: int) -> _Reader:
    def read(
        match: re.Match[str], words: DateLexicon, convention: Convention
    ) -> Iterator[DateReading]:
        number = words.number(_single_spaces(match["n"]))
        number = parts if number == 0 else number
        if number and number <= parts:
            yield from (
                DateReading(f"{year:04}-{first + number - 1}")
                for year in convention.years(_digits(match["y"]))
            )

    return read


def _century_of(match: re.Match[str], words: DateLexicon, _: Convention) -> Iterator[DateReading]:
    number = words.number(_single_spaces(match["n"]))
    if number and 1 <= number <= 99:
        yield DateReading(f"{number - 1:02}XX", Message("a-century"))


def _decade(
    match: re.Match[str], words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    text = _single_spaces(match["decade"]).strip("'")
    digits = f"{words.decade_words[text]:02}" if text in words.decade_words else text
    groups = match.groupdict()
    if groups.get("n"):
        century = words.number(_single_spaces(groups["n"]))
        yield from (
            [DateReading(f"{(century - 1) * 10 + int(digits[-2]):03}X")]
            if century and len(digits) == 2
            else []
        )
    elif len(digits) == 4:
        yield DateReading(f"{digits[:3]}X", Message("a-period"))
        if digits.endswith("00") and not any(noun in match[0] for noun in _DECADE_NOUNS):
            yield DateReading(f"{digits[:2]}XX", Message("a-century"))
    else:
        yield from (DateReading(f"{year // 10:03}X") for year in _decade_years(digits, convention))


def _decade_years(digits: str, convention: Convention) -> tuple[int, ...]:
    if convention.pivot is not None:
        return convention.years(digits)
    last = 20 if int(digits) < 30 else 19
    return (last * 100 + int(digits), (last - 1) * 100 + int(digits))


def _month(match: re.Match[str], words: DateLexicon) -> int | None:
    """Return the month; None where two names in it (`تموز/يوليو`) are of different months."""
    month = words.months[_single_spaces(match["m"])]
    second = match["m2"]
    return month if second is None or words.months[_single_spaces(second)] == month else None


def _single_spaces(text: str) -> str:
    return " ".join(text.split())


def _digits(text: str) -> str:
    return text.strip("'")


def _century_remark(written: str, year: int) -> Message:
    """Return the remark that names the century of a year that is written without four digits."""
    is_whole = len(_digits(written)) == 4
    return NO_MESSAGE if is_whole else Message("in-the-century", century=year // 100)


_READERS: Final = {
    "day": _day, "month": _month_of, "year": _year, "season": _season, "yearless": _yearless,
    "quarter": _part_of(33, 4), "third": _part_of(37, 3), "half": _part_of(40, 2),
    "century": _century_of, "decade": _decade,
}  # fmt: skip
