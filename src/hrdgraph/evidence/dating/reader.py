"""Read a date as a person wrote it, in its language, as EDTF, or say why it is not read."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Final

from hrdgraph.catalogue import NO_MESSAGE, Cell, Message, calendar_word
from hrdgraph.evidence.dates import bounds, is_edtf, may_be_of_other_calendar
from hrdgraph.evidence.dating.lexicon import LANGUAGES, DateLexicon, fold, is_read, lexicon
from hrdgraph.evidence.dating.points import (
    bare,
    in_other_calendar,
    on_weekday,
    point,
    read_in_each_calendar,
    same_day,
    take_qualifiers,
)
from hrdgraph.evidence.dating.readings import (
    NOTHING_STATED,
    Convention,
    DateCalendar,
    DateReading,
    DateResult,
    distinct,
    numbers,
)

_Pair = tuple[DateReading, DateReading]
_SEASON = re.compile(r"\d{4}-(2[1-9]|[34]\d)")
_PLAIN = re.compile(r"\d{4}(-\d{2}){0,2}|\d{3}X|\d{2}XX")


def spans(text: str, words: DateLexicon, convention: Convention) -> tuple[DateReading, ...]:
    """Return every reading of a folded text as a period, an open side, or a choice of dates."""
    if winter := _winter(text, words):
        return (winter,)
    readings: list[DateReading] = []
    for kind, pattern in words.spans:
        if match := pattern.fullmatch(text):
            readings += (
                _ONE[kind](match["a"], words, convention)
                if kind in _ONE
                else _TWO[kind](match["a"], match["b"], words, convention)
            )
    return distinct(readings)


def _winter(text: str, words: DateLexicon) -> DateReading | None:
    """`winter 2010–2011` is one winter of two years, and EDTF has a code for those of one year
    only."""
    text, mark, lost = take_qualifiers(words.without_year_word(text), words)
    match = words.winter.fullmatch(text)
    if match is None:
        return None
    year, end = match["y"], match["y"][:2] + match["z"][-2:]
    return (
        DateReading(f"{year}{mark}/{end}{mark}", Message("a-period"), (*lost, match["word"]))
        if int(end) == int(year) + 1
        else None
    )


def _read_known(text: str, words: DateLexicon, convention: Convention) -> list[DateReading]:
    readings = numbers(words.without_year_word(text), convention) or point(text, words, convention)
    if convention.calendar and (stated := list(in_other_calendar(text, convention))):
        return stated
    written = [DateReading(text)] if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text) else []
    return written or [reading for reading in readings if reading.edtf]


def _since(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for reading in _read_known(text, words, convention):
        if start := _as_end(reading.edtf):
            yield DateReading(f"{start}/", reading.why, reading.lost)


def _until(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for reading in _read_known(text, words, convention):
        if end := _as_end(reading.edtf):
            yield DateReading(f"/{end}", Message("period-ending-then"), reading.lost)


def _since_at_least(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    """It was so then, and began then or before: the start is uncertain."""
    for reading in _since(text, words, convention):
        yield DateReading(f"{_uncertain(reading.edtf[:-1])}/", reading.why, reading.lost)


def _until_at_least(text: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for reading in _until(text, words, convention):
        yield DateReading(f"/{_uncertain(reading.edtf[1:])}", reading.why, reading.lost)


def _uncertain(edtf: str) -> str:
    return edtf if edtf[-1] in "?%" else edtf[:-1] + "%" if edtf[-1] == "~" else edtf + "?"


def _as_end(edtf: str) -> str:
    """Return a date that may stand at one end of a period: of a set or a period what all its days
    have in common, the month or the year; "" where they have nothing."""
    if not set(edtf) & set("[{/"):
        return edtf
    span = bounds(edtf)
    if not span or not span.earliest or not span.latest:
        return ""
    first, last = span.earliest.isoformat(), span.latest.isoformat()
    same = next((first[:size] for size in (10, 7, 4) if first[:size] == last[:size]), "")
    return same and same + next((mark for mark in "%~?" if mark in edtf), "")


def _open_side(
    text: str, words: DateLexicon, convention: Convention, *, step: int, is_within: bool
) -> Iterator[DateReading]:
    """Read what lies before a date (`step` -1) or after it (1), with it if `is_within`."""
    for reading in _read_known(text, words, convention):
        limit = _limit(reading.edtf, step) if is_within else _outside(reading, step)
        if limit and step < 0:
            yield DateReading(f"[..{limit}]", Message("then-or-before"), reading.lost)
        elif limit:
            yield DateReading(f"[{limit}..]", Message("then-or-after"), reading.lost)


def _limit(edtf: str, step: int) -> str:
    """Return the date itself as a limit; of what is no plain date its last day, or its first. ""
    for what is approximate, and for a season that may begin or end in another year."""
    if _PLAIN.fullmatch(edtf) and not _SEASON.fullmatch(edtf) and "X" not in edtf:
        return edtf
    span = bounds(edtf) if not set(edtf) & set("~?%") else None
    day = span and (span.latest if step < 0 else span.earliest)
    return day.isoformat() if day else ""


def _before_or_until(
    text: str, words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    yield from _open_side(text, words, convention, step=-1, is_within=False)
    yield from _until(text, words, convention)


def _outside(reading: DateReading, step: int) -> str:
    """Return the limit of what lies before or after a date. "Before the end of 2011" may be in
    2011, as may be what lies before a day that is one of several."""
    is_part = reading.lost or set(reading.edtf) & set("[{/")
    return (_limit if is_part else _beside)(reading.edtf, step)


def _beside(edtf: str, step: int) -> str:
    """Return the last year, month or day before a date, or the first after it, as precise as the
    date is; a decade's neighbours are years. "" for what has no sharp edge: seasons, and what
    is approximate."""
    span = bounds(edtf) if _PLAIN.fullmatch(edtf) else None
    edge = span and (span.earliest if step < 0 else span.latest)
    if not edge or not date(2, 1, 1) < edge < date(9998, 12, 31) or _SEASON.fullmatch(edtf):
        return ""
    day = edge + timedelta(days=step)
    return day.isoformat()[: 4 if "X" in edtf else len(edtf)]


def _nights(
    text: str, words: DateLexicon, convention: Convention, *, reach: tuple[int, int]
) -> Iterator[DateReading]:
    """Read a night, of which one day is given: it reaches into the next, or came from the one
    before."""
    for reading in _read_known(text, words, convention):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", reading.edtf) and is_edtf(reading.edtf):
            day = date.fromisoformat(reading.edtf)
            first, last = (day + timedelta(days=step) for step in reach)
            yield DateReading(f"{first}/{last}", Message("a-period"), reading.lost)


def _night_between(
    a: str, b: str, words: DateLexicon, convention: Convention
) -> Iterator[DateReading]:
    for first, last in _pairs(a, b, words, convention):
        if len(first.edtf) == len(last.edtf) == len("2011-05-03"):
            yield DateReading(f"{first.edtf}/{last.edtf}", Message("a-period"))


def _period(a: str, b: str, words: DateLexicon, convention: Convention) -> Iterator[DateReading]:
    for first, last in _pairs(a, b, words, convention):
        lost = (*first.lost, *last.lost)
        yield DateReading(
            f"{first.edtf}/{last.edtf}", first.why or last.why or Message("a-period"), lost
        )
        if first.edtf[-1] in "~?%" and last.edtf[-1] not in "~?%":
            yield DateReading(
                f"{first.edtf}/{last.edtf}{first.edtf[-1]}", Message("both-ends-so"), lost
            )
    if re.fullmatch(r"\d{4}", a) and re.fullmatch(r"\d{2}", b):
        if int(b) > int(a[2:]):
            yield DateReading(f"{a}/{a[:2]}{b}", Message("a-period"))
        if 1 <= int(b) <= 12:
            yield DateReading(f"{a}-{b}", Message("a-month-of", year=a))


def _set(
    a: str, b: str, words: DateLexicon, convention: Convention, *, form: str, code: str
) -> Iterator[DateReading]:
    for first, last in _pairs(a, b, words, convention):
        edtf = form.format(first.edtf, last.edtf)
        yield DateReading(edtf, Message(code), (*first.lost, *last.lost))


def _pairs(a: str, b: str, words: DateLexicon, convention: Convention) -> Iterator[_Pair]:
    """Two dates; what the first lacks, its month and its year, is that of the second (`12–14 May
    2011`, `May 12–14, 2011`)."""
    a, b = bare(a, words), bare(b, words)
    tail = re.fullmatch(r"(\d{1,2})[,\s]+(\d{4})", b)
    if tail:
        for first in _read_known(f"{a} {tail[2]}", words, convention):
            yield from (
                [(first, DateReading(f"{first.edtf[:8]}{int(tail[1]):02}"))]
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", first.edtf)
                else []
            )
        return
    for last in _read_known(b, words, convention):
        firsts = _read_known(a, words, convention) if not re.fullmatch(r"'?\d{1,2}", a) else []
        yield from ((first, last) for first in firsts or _complete(a, last, words, convention))


def _complete(
    a: str, last: DateReading, words: DateLexicon, convention: Convention
) -> list[DateReading]:
    if weekday := words.weekday.fullmatch(a):
        number = words.weekdays[" ".join(weekday["word"].split())]
        rest = _complete(bare(weekday["rest"], words), last, words, convention)
        return [reading for reading in (on_weekday(number, day) for day in rest) if reading.edtf]
    day = re.match(r"(\d{1,2})", a)
    if day and not re.search(r"[^\W\d_]{3}", a):
        of_day = re.fullmatch(r"(\d{4}-\d{2})-\d{2}", last.edtf)
        return [DateReading(f"{of_day[1]}-{int(day[1]):02}")] if of_day else []
    return _read_known(f"{a} {last.edtf[:4]}", words, convention) if last.edtf[:4].isdigit() else []


_One = Callable[[str, DateLexicon, Convention], Iterator[DateReading]]
_Two = Callable[[str, str, DateLexicon, Convention], Iterator[DateReading]]
_ONE: Final[dict[str, _One]] = {
    "since": _since, "until": _until, "since_at_least": _since_at_least,
    "until_at_least": _until_at_least,
    "no_later": partial(_open_side, step=-1, is_within=True),
    "no_earlier": partial(_open_side, step=1, is_within=True),
    "before": partial(_open_side, step=-1, is_within=False),
    "after": partial(_open_side, step=1, is_within=False),
    "before_or_until": _before_or_until, "night_of": partial(_nights, reach=(0, 1)),
    "night_before": partial(_nights, reach=(-1, 0)),
    "night_around": partial(_nights, reach=(-1, 1)),
}  # fmt: skip
_TWO: Final[dict[str, _Two]] = {
    "period": _period, "one-of": partial(_set, form="[{},{}]", code="one-of-two"),
    "both": partial(_set, form="{{{},{}}}", code="both-dates"), "night_between": _night_between,
}  # fmt: skip


FORMS: Final = Message("date-forms")
_LONGEST: Final = 120
_SHOWN: Final = 4
_OTHER_CALENDARS: Final = re.compile(
    r"\d\s*(?:هـ|ه(?![^\W\d_])|ah\b)|هجري|محرم|صفر|ربيع الاول|ربيع "
    r"الثاني|جمادي|رجب|شعبان|رمضان|شوال|ذو القعده|ذو الحجه"
    r"|\b(?:muharram|safar|rajab|shaaban|ramadan|shawwal|vendemiaire|brumaire|thermidor)\b"
    r"|(?:ст\.|старому|старого)\s*(?:ст\.|стилю|стиля)|old style|\d\s*b\.?e\.?$|พ\.?ศ"
)
# rather a month than a period, where it is neither
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_BY_HAND: Final = Message("other-calendar")
_ENCLOSED: Final = re.compile(r"^\(([^()]+)\)$")
_BROKEN: Final = re.compile(
    r"#+|#n/a|#value!|#ref!|#name\?|nan|null|none|n[/.]?[ad]|s[/.]?[df]|unknown|undated|no date"
    r"|inconnue?|sans date|desconocid[oa]|sin fecha|неизвестно|[?-]+"
)


def read_date(
    text: str, language: str = "", *, convention: Convention = NOTHING_STATED
) -> DateResult:
    """Read a date. What is EDTF already stays as it is, but for a time of day. Without one of the
    `LANGUAGES` every one of them is tried, and where they differ nothing is read. The result is
    never more precise than the text. ValueError for a language that is not known.
    """
    return _read(text, language.lower().partition("-")[0], convention)


# what programs write behind a day: a time of day, and zeros or question marks for what is not
# known, which people also write before a month; a time within a day (`Sun Jan 31 00:00:00 CET
# 1937`), a year as a fraction; and a day of another calendar beside it, which without its year says
# no more
_BESIDE: Final = re.compile(
    r"(?<=\d)(T|\s+)\d{1,2}:\d\d(:\d\d([.,]\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?$"
    r"|(?<=^\d{4})-(00-00|\?\?(-\?\?)?)$|(?<=^\d{4}-\d\d)-(00|\?\?)$|(?<=^\d{4})\.0+$"
    r"|^(\?\?|[xX]{2})[./-](?=(\d\d?[./-])?\d{4}$)"
    r"|(?<=\d) \d\d:\d\d:\d\d( [A-Z]{2,5}| GMT[+-]\d\d:\d\d)?(?= \d{4}$)"
)
_ASIDE: Final = re.compile(r"\s*\((?=\D*\d{1,2}?\D*\)$)[^()]*\)$")


@lru_cache(maxsize=65536)
def _read(text: str, language: str, convention: Convention) -> DateResult:
    plain = text.strip()
    is_ours = convention.calendar is DateCalendar.GREGORIAN
    written = plain if plain and "T" not in plain and is_edtf(plain) else ""
    if not written and (without := _BESIDE.sub("", plain)) != plain:
        return replace(_read(without, language, convention), text=text)
    is_known = not language or is_read(language)
    if written and is_known and (is_ours or not may_be_of_other_calendar(plain)):
        return DateResult(text, plain)
    other_languages = () if language in LANGUAGES else LANGUAGES
    chosen = tuple(map(lexicon, (*filter(None, [language]), *other_languages)))
    simple = _ENCLOSED.sub(r"\1", fold(text).rstrip(".,;"))
    if refusal := _hopeless(simple):
        return DateResult(text, None, reason=refusal)
    readings = _in_two_calendars(simple, chosen, convention) or _read_first(
        simple, chosen, convention
    )
    if not readings and _OTHER_CALENDARS.search(simple):
        if (without := _ASIDE.sub("", plain)) != plain:
            return replace(_read(without, language, convention), text=text)
        return DateResult(text, None, reason=_BY_HAND)
    readings = readings or ((DateReading(written),) if written else ())
    if not is_ours and (of_each := _read_in_each_calendar(simple, readings, chosen, convention)):
        shown = [reading.message for reading in of_each]
        return DateResult(text, None, of_each, reason=Message("calendar-unclear", readings=shown))
    return _decide(text, readings, language)


def _read_in_each_calendar(
    simple: str, readings: tuple[DateReading, ...], chosen: tuple[DateLexicon, ...],
    convention: Convention,
) -> tuple[DateReading, ...]:  # fmt: skip
    """Return a date in figures of the years 1300 to 1499 in each calendar that it may be of, and
    nothing for another date."""
    ours = [item for item in readings if not item.calendar and may_be_of_other_calendar(item.edtf)]
    months = {name for words in chosen for month in words.months for name in month.split()}
    if not ours or any(word in months for word in re.findall(r"[^\W\d_]+", simple)):
        return ()
    really = [replace(item, why=Message("of-our-calendar"), lost=()) for item in ours]
    return distinct([*read_in_each_calendar(simple, replace(convention, calendar=None)), *really])


def _in_two_calendars(
    simple: str, chosen: tuple[DateLexicon, ...], convention: Convention
) -> tuple[DateReading, ...]:
    """Return the reading in our calendar of a day that a text gives in two, which must agree."""
    pair = same_day(simple)
    for one, other in (pair, pair[::-1]) if pair else ():
        bared = {bare(one, words) for words in chosen}
        foreign = tuple(item for text in bared for item in in_other_calendar(text, convention))
        ours = _read_first(other, chosen, convention) if foreign else ()
        if foreign and ours and not tuple(in_other_calendar(other, convention)):
            agreed = [item for item in ours if _overlaps(item.edtf, foreign)]
            unclear = Message("calendars-disagree", first=foreign[0].edtf, second=other)
            return tuple(agreed) or (DateReading("", unclear),)
    return ()


def _overlaps(edtf: str, readings: tuple[DateReading, ...]) -> bool:
    here = bounds(edtf)
    return any(
        here
        and there
        and (not here.earliest or not there.latest or here.earliest <= there.latest)
        and (not here.latest or not there.earliest or there.earliest <= here.latest)
        for there in (bounds(reading.edtf) for reading in readings)
    )


def _read_first(
    simple: str, chosen: tuple[DateLexicon, ...], convention: Convention
) -> tuple[DateReading, ...]:
    """Return the readings in a calendar that the source states; else as figures; only where there
    are none as one date, and only then as two."""
    if convention.calendar and (stated := distinct(in_other_calendar(simple, convention))):
        return stated
    for read in (
        lambda text, words, convention: numbers(words.without_year_word(text), convention),
        point, spans,
    ):  # fmt: skip
        readings = distinct(
            reading for words in chosen for reading in read(simple, words, convention)
        )
        if readings:
            return readings
    return ()


def _hopeless(simple: str) -> Message:
    if not simple:
        return Message("leave-cell-empty-spaces")
    if len(simple) > _LONGEST:
        return Message("too-long-for-date")
    if _BROKEN.fullmatch(simple):
        return Message("stands-for-missing")
    return NO_MESSAGE


def _decide(text: str, found: tuple[DateReading, ...], language: str) -> DateResult:
    possible = tuple(reading for reading in found if not reading.edtf or is_edtf(reading.edtf))
    # only a number of days is a date to a spreadsheet, none of the source's
    is_guess = possible and possible[0].why.code.startswith("spreadsheet-days")
    if len(possible) == 1 and possible[0].edtf and not is_guess:
        lost = tuple(_as_written(words, text) for words in possible[0].lost)
        return DateResult(text, possible[0].edtf, possible, lost=lost)
    if possible:
        readings = tuple(replace(reading, lost=()) for reading in possible)
        return DateResult(text, None, readings, reason=_choice(possible))
    if found:
        is_month = _MONTH.fullmatch(text.strip())
        return DateResult(text, None, reason=_fault(text.strip() if is_month else found[0].edtf))
    languages = language or list(LANGUAGES)
    reason = Message("no-date-in-any", languages=languages, way=_fault(text))
    return DateResult(text, None, reason=reason)


def explain(text: str) -> Message:
    """Say what is wrong with a text that is no EDTF, and how to write what was meant."""
    result = read_date(text)
    if result.edtf:
        return Message("did-you-mean-one", names=result.edtf)
    return _fault(text) if result.reason.code == "no-date-in-any" else result.reason


def _fault(text: str) -> Message:
    """Say why a date in figures is none, or else how dates are written."""
    ends = text.split("/")
    if len(ends) == 2 and all(bounds(end) for end in ends):
        return Message("period-turned", period=f"{ends[1]}/{ends[0]}")
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?[?~%]?", text)
    if not match:
        return FORMS
    year, month, day = match.groups()
    if not 1 <= int(month) <= 12:
        if day and is_edtf(f"{year}-{day}-{month}"):
            return Message("did-you-mean-one", names=f"{year}-{day}-{month}")
        return Message("no-month", month=month, year=year)
    return Message(
        "month-has-days", month=calendar_word("month", int(month)), year=year,
        length=monthrange(int(year), int(month))[1], known=Cell(f"{year}-{month}"),
    )  # fmt: skip


def _as_written(words: str, text: str) -> str:
    """Folded words as the text has them."""
    typed, count = text.split(), len(words.split())
    texts = (" ".join(typed[start : start + count]) for start in range(len(typed)))
    return next((part.strip(",.;") for part in texts if fold(part).strip(",.;") == words), words)


def _choice(possible: tuple[DateReading, ...]) -> Message:
    shown = [reading.message for reading in possible[:_SHOWN]]
    if len(possible) == 1:
        return Message("can-be-several", readings=shown[0])
    if len(possible) > _SHOWN:
        shown.append(Message("others-counted", count=len(possible) - _SHOWN))
    return Message("can-be-several", readings=shown)
