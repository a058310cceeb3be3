"""A date as a person wrote it, and its language, into EDTF, or into the reason why it is not
read."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from hrdgraph.catalogue import NO_MESSAGE, Message
from hrdgraph.evidence.date_hints import explain
from hrdgraph.evidence.dates import bounds, is_edtf, may_be_of_other_calendar
from hrdgraph.evidence.dating.calendars import (
    in_other_calendar,
    read_in_each_calendar,
    same_day,
)
from hrdgraph.evidence.dating.lexicon import LANGUAGES, DateLexicon, lexicon
from hrdgraph.evidence.dating.normalization import folded
from hrdgraph.evidence.dating.numbers import numbers
from hrdgraph.evidence.dating.points import bare, point
from hrdgraph.evidence.dating.readings import (
    NOTHING_STATED,
    Convention,
    DateCalendar,
    DateReading,
    DateResult,
    distinct,
)
from hrdgraph.evidence.dating.spans import spans

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
    r"#+|#n/a|#value!|#ref!|#name\?|nan|null|none|n/a|unknown|inconnue?|desconocid[oa]|неизвестно"
)


def read_date(
    text: str, language: str = "", *, convention: Convention = NOTHING_STATED
) -> DateResult:
    """Read a date. What is EDTF already stays as it is. Without a language every one of
    `LANGUAGES` is tried, and where they differ nothing is read. The result is never more precise
    than the text. ValueError for a language that is not known.
    """
    return _read(text, language.lower().partition("-")[0], convention)


@lru_cache(maxsize=65536)
def _read(text: str, language: str, convention: Convention) -> DateResult:
    chosen = (lexicon(language),) if language else tuple(map(lexicon, LANGUAGES))
    plain = text.strip()
    is_ours = convention.calendar is DateCalendar.GREGORIAN
    written = plain if plain and is_edtf(plain) else ""
    if written and (is_ours or not may_be_of_other_calendar(plain)):
        return DateResult(text, plain)
    simple = _ENCLOSED.sub(r"\1", folded(text).rstrip(".,;"))
    if refusal := _hopeless(simple):
        return DateResult(text, None, reason=refusal)
    found = _in_two_calendars(simple, chosen, convention) or _found(simple, chosen, convention)
    if not found and _OTHER_CALENDARS.search(simple):
        return DateResult(text, None, reason=_BY_HAND)
    found = found or ((DateReading(written),) if written else ())
    if not is_ours and (of_each := _read_in_each_calendar(simple, found, chosen, convention)):
        shown = [reading.message for reading in of_each]
        return DateResult(text, None, of_each, reason=Message("calendar-unclear", readings=shown))
    return _decided(text, found, language)


def _read_in_each_calendar(
    simple: str,
    found: tuple[DateReading, ...],
    chosen: tuple[DateLexicon, ...],
    convention: Convention,
) -> tuple[DateReading, ...]:
    """Return a date in figures of the years 1300 to 1499 in each calendar that it may be of, and
    nothing for another date."""
    ours = [item for item in found if not item.calendar and may_be_of_other_calendar(item.edtf)]
    months = {name for words in chosen for month in words.months for name in month.split()}
    if not ours or any(word in months for word in re.findall(r"[^\W\d_]+", simple)):
        return ()
    really = [replace(item, why=Message("of-our-calendar"), lost=()) for item in ours]
    others = read_in_each_calendar(simple, replace(convention, calendar=None))
    return distinct([*others, *really])


def _in_two_calendars(
    simple: str, chosen: tuple[DateLexicon, ...], convention: Convention
) -> tuple[DateReading, ...]:
    """The reading in our calendar of a day that a text gives in two, which must agree."""
    pair = same_day(simple)
    for one, other in (pair, pair[::-1]) if pair else ():
        bared = {bare(one, words) for words in chosen}
        foreign = tuple(item for text in bared for item in in_other_calendar(text, convention))
        ours = _found(other, chosen, convention) if foreign else ()
        if foreign and ours and not tuple(in_other_calendar(other, convention)):
            agreed = [item for item in ours if _overlaps(item.edtf, foreign)]
            return tuple(agreed) or (_disagreeing(foreign[0], other),)
    return ()


def _disagreeing(foreign: DateReading, ours: str) -> DateReading:
    return DateReading("", Message("calendars-disagree", first=foreign.edtf, second=ours))


def _overlaps(edtf: str, readings: tuple[DateReading, ...]) -> bool:
    here = bounds(edtf)
    return any(
        here
        and there
        and (not here.earliest or not there.latest or here.earliest <= there.latest)
        and (not here.latest or not there.earliest or there.earliest <= here.latest)
        for there in (bounds(reading.edtf) for reading in readings)
    )


def _found(
    simple: str, chosen: tuple[DateLexicon, ...], convention: Convention
) -> tuple[DateReading, ...]:
    """The readings in a calendar that the source states; else as figures; only where there are
    none as one date, and only then as two."""
    if convention.calendar and (stated := distinct(in_other_calendar(simple, convention))):
        return stated
    for read in (_as_figures, point, spans):
        found = distinct(reading for words in chosen for reading in read(simple, words, convention))
        if found:
            return found
    return ()


def _as_figures(simple: str, words: DateLexicon, convention: Convention) -> tuple[DateReading, ...]:
    return numbers(words.without_year_word(simple), convention)


def _hopeless(simple: str) -> Message:
    if not simple:
        return Message("no-date-there")
    if len(simple) > _LONGEST:
        return Message("too-long-for-date")
    if _BROKEN.fullmatch(simple):
        return Message("stands-for-missing")
    return NO_MESSAGE


def _decided(text: str, found: tuple[DateReading, ...], language: str) -> DateResult:
    possible = tuple(reading for reading in found if not reading.edtf or is_edtf(reading.edtf))
    if len(possible) == 1 and possible[0].edtf and not _is_guess(possible[0]):
        lost = tuple(_as_written(words, text) for words in possible[0].lost)
        return DateResult(text, possible[0].edtf, possible, lost=lost)
    if possible:
        readings = tuple(replace(reading, lost=()) for reading in possible)
        return DateResult(text, None, readings, reason=_choice(possible))
    if found:
        is_month = _MONTH.fullmatch(text.strip())
        return DateResult(text, None, reason=explain(text.strip() if is_month else found[0].edtf))
    hint = explain(text)
    if language:
        reason = Message("no-date-in-language", language=language, way=hint)
    else:
        reason = Message("no-date-in-any", languages=list(LANGUAGES), way=hint)
    return DateResult(text, None, reason=reason)


def _as_written(words: str, text: str) -> str:
    """Folded words as the text has them."""
    typed, count = text.split(), len(words.split())
    found = (" ".join(typed[start : start + count]) for start in range(len(typed)))
    return next((part.strip(",.;") for part in found if folded(part).strip(",.;") == words), words)


def _is_guess(reading: DateReading) -> bool:
    """A number of days is a date to a spreadsheet only: even one reading of it is none of the
    source's."""
    return reading.why.code.startswith("spreadsheet-days")


def _choice(possible: tuple[DateReading, ...]) -> Message:
    shown = [reading.message for reading in possible[:_SHOWN]]
    if len(possible) == 1:
        return Message("write-whole-date", reading=shown[0])
    if len(possible) > _SHOWN:
        shown.append(Message("others-counted", count=len(possible) - _SHOWN))
    return Message("can-be-several", readings=shown)
