"""Turn the words of a language (words/<tag>.toml) into the patterns that read its dates."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.catalogue import Message

_SAME: Final = str.maketrans({
    "º": "", "ª": "", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "،": ",", "ـ": "", "‐": "-", "‑": "-",
    "\N{FIGURE DASH}": "–", "—": "–", "―": "–", "−": "–", "ى": "ي", "ة": "ه",
})  # fmt: skip


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text in lower case, without accents, vowel marks and invisible characters; digits
    of any script as 0 to 9, runs of white space as one space. A hyphen stays a hyphen, and
    every other dash becomes an en dash.

    >>> fold("  1er  Août ٢٠١١ ")
    '1er aout 2011'"""
    parts = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKC", text.translate(_SAME)).casefold()
    )
    return " ".join("".join(map(_fold_character, parts.translate(_SAME))).split())


def _fold_character(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Mn", "Cf"):
        return ""
    return str(unicodedata.digit(char)) if category == "Nd" else char


_JOINED: Final = frozenset("و")  # words that are written with the next as one


def any_of(words: Iterable[str]) -> str:
    """Return an alternation, longest word first; a word of letters ends where they end."""
    parts = sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))
    return (
        "|".join(
            re.escape(part).replace(r"\ ", r"\s+")
            + (r"(?![^\W\d_])" if part[-1].isalpha() and part not in _JOINED else "")
            for part in parts
        )
        or r"(?!)"
    )


_DASH: Final = r"\s*[–-]\s*"
_Patterns = Iterator[tuple[str, re.Pattern[str]]]


def span_patterns(raw: Mapping[str, Any]) -> _Patterns:
    """Patterns of whole texts, with the kind of each; `a` and `b` are texts of dates."""
    for source in (_open_sides, _limits, _at_least, _nights, _pairs):
        yield from ((kind, re.compile(pattern)) for kind, pattern in source(raw))


def _open_sides(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each side on which a period can be open, with the pattern of its words."""
    for word in ("before", "after", "until", "before_or_until"):
        yield word, rf"(?:{any_of(raw.get(word, []))})\s*(?P<a>.+)"
    to, onwards = any_of(raw["to"]), any_of(raw["onwards"])
    yield "since", rf"(?:{any_of(raw['since'])})\s*(?P<a>.+?)(?:[\s,]+(?:{onwards}))?"
    start = rf"(?:(?:{any_of(raw['from'])})\s*)?(?P<a>.+?)"
    yield "since", rf"{start}(?:[\s,]+(?:(?:{to})\s+)?|{_DASH})(?:{onwards})"


def _limits(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """No later than a date, or no earlier, that date included."""
    yield "no_later", rf"(?:{any_of(raw['no_later'])})\s*(?P<a>.+)"
    by = any_of([*raw["no_later"], *raw["until"], *raw.get("before_or_until", [])])
    yield "no_later", rf"(?:(?:{by})\s*)?(?P<a>.+?)[\s,]+(?:{any_of(raw['or_before'])})"
    yield "no_earlier", rf"(?:{any_of(raw['no_earlier'])})\s*(?P<a>.+)"
    yield "no_earlier", rf"(?P<a>.+?)[\s,]+(?:{any_of(raw['or_after'])})"


def _at_least(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`since at least 2008`, with the two words in any order."""
    least = any_of(raw["at_least"])
    until = any_of([*raw["until"], *raw.get("before_or_until", [])])
    for kind, word in (("since_at_least", any_of(raw["since"])), ("until_at_least", until)):
        yield kind, rf"(?:{least})[\s,]*(?:{word})\s*(?P<a>.+)"
        yield kind, rf"(?:{word})[\s,]*(?:{least})[\s,]*(?P<a>.+)"
        yield kind, rf"(?:{word})\s*(?P<a>.+?)[\s,]+(?:{least})"


def _nights(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    before = rf"(?:(?:{any_of(raw['article'])})\s*)?"
    night, between = any_of(raw["night"]), any_of(raw["between"])
    to = rf"(?:\s+(?:{any_of(raw['night_to'])})\s*|{_DASH})"
    of_two = any_of([*raw["night"], *raw.get("night_of_two", [])])
    pair = rf"(?:(?:{between})\s*)?(?P<a>.+?){to}(?P<b>.+)"
    yield "night_between", rf"{before}(?:{of_two})\s*{pair}"
    yield "night_of", rf"{before}(?:{night})\s*(?P<a>.+)"
    yield "night_before", rf"{before}(?:{any_of(raw['night_before'])})\s*(?P<a>.+)"
    yield "night_around", rf"{before}(?:{any_of(raw['night_around'])})\s*(?P<a>.+)"


def _pairs(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    to, and_, or_ = any_of(raw["to"]), any_of(raw["and"]), any_of(raw["or"])
    either, start = any_of(raw["either"]), rf"(?:(?:{any_of(raw['from'])})\s*)?"
    yield "period", rf"(?:{any_of(raw['between'])})\s*(?P<a>.+?)\s+(?:{and_})\s*(?P<b>.+)"
    yield "period", rf"{start}(?P<a>.+?)\s+(?:{to})\s*(?P<b>.+)"
    yield "period", rf"(?P<a>.+?){_DASH}(?P<b>.+)"
    # of dates that have hyphens themselves
    yield "period", r"(?P<a>.+?)(?:\s+-\s+|\s*–\s*)(?P<b>.+)"
    yield "one-of", rf"(?:(?:{either})\s+)?(?P<a>.+?)\s+(?:{or_})\s+(?P<b>.+)"
    yield "one-of", rf"(?:{either})\s+(?P<a>.+?),?\s+(?:{either})\s+(?P<b>.+)"
    yield "both", rf"(?P<a>.+?)\s+(?:{and_})\s*(?P<b>.+)"


LANGUAGES: Final = ("ar", "en", "es", "fr", "pt", "ru")
_ROMAN: Final = (
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
    "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx", "xxi",
)  # fmt: skip
# Cyrillic letters that stand in Roman numbers of Russian texts
_LIKE_LATIN = str.maketrans("хіv", "xiv")
_YEAR: Final = r"(?<!\d)(?P<y>\d{4}|'?\d{2})(?!\d)"
_DECADE: Final = r"(?P<decade>\d{3}0|'?\d0|word)"
_LIMITS: Final = (
    "before", "after", "until", "before_or_until", "no_later", "no_earlier", "at_least",
    "about", "perhaps", "night", "night_before", "night_around",
)  # fmt: skip
_GAP: Final = r"[\s,./-]*"


@dataclass(frozen=True)
class DateLexicon:
    """The words of one language, folded, and its patterns for whole texts. `points` are (kind,
    pattern) of a single date; `limiting` the first words of what makes a date less than certain."""

    language: str
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: Mapping[str, int]
    ordinals: Mapping[str, int]
    decade_words: Mapping[str, int]
    points: tuple[tuple[str, re.Pattern[str]], ...]
    spans: tuple[tuple[str, re.Pattern[str]], ...]
    leading: tuple[tuple[str, re.Pattern[str]], ...]
    trailing: tuple[tuple[str, re.Pattern[str]], ...]
    halves: re.Pattern[str]
    weekday: re.Pattern[str]
    winter: re.Pattern[str]
    year_word: re.Pattern[str]
    limiting: frozenset[str]

    def without_year_word(self, text: str) -> str:
        """`15.04.2011` of `15.04.2011 г.`"""
        return self.year_word.sub("", text)

    def number(self, text: str) -> int | None:
        """Read an ordinal in figures, Roman figures or words; 0 for "last", None for none."""
        text = text.strip(" .-")
        figures = re.match(r"\d{1,2}", text)
        if figures:
            return int(figures[0])
        roman = re.sub(r"(?:eme|er|e)$", "", text.translate(_LIKE_LATIN))
        if text in self.ordinals:
            return self.ordinals[text]
        return next(
            (
                _ROMAN.index(part) + 1
                for part in (text.translate(_LIKE_LATIN), roman)
                if part in _ROMAN
            ),
            None,
        )


@cache
def list_languages() -> tuple[str, ...]:
    """List the languages whose dates can be read: `LANGUAGES`, and what countries of Europe speak
    officially. Of the latter only the names of months and days are known."""
    from babel import localedata
    from babel.core import get_global

    zones = get_global("territory_zones").items()
    europe = [place for place, names in zones if any(zone.startswith("Europe/") for zone in names)]
    spoken = get_global("territory_languages")
    more = {
        tag for place in europe for tag, status in spoken.get(place, {}).items()
        if status["official_status"] in ("official", "de_facto_official")
        if localedata.exists(tag) and "_" not in tag
    }  # fmt: skip
    return (*LANGUAGES, *sorted(more.difference(LANGUAGES)))


def is_read(language: str) -> bool:
    """Tell whether dates of a language can be read."""
    return language in LANGUAGES or language in list_languages()


def _read_words(language: str) -> dict[str, Any]:
    """Read the words of a language: from its file, or months and days as Babel knows them."""
    is_own = language in LANGUAGES
    file = files("hrdgraph.evidence.dating") / "words" / f"{language if is_own else 'en'}.toml"
    raw = tomllib.loads(file.read_text("utf-8"))
    if is_own:
        return raw
    from babel import Locale

    locale = Locale.parse(language)
    names = {
        key: [
            [part[width][number] for part in given.values() for width in ("wide", "abbreviated")]
            for number in numbers
        ]
        for key, given, numbers in (
            ("months", locale.months, range(1, 13)), ("weekdays", locale.days, range(7)),
        )
    }  # fmt: skip
    words = re.findall(r"'([^']+)'", locale.date_formats["long"].pattern)
    blank = {key: type(value)() for key, value in raw.items()}
    return {**blank, **names, "seasons": [[]], "link": words, "after_year": words}


@cache
def lexicon(language: str) -> DateLexicon:
    """Read the lexicon of a language; ValueError for one that there is none of."""
    if not is_read(language):
        known = ", ".join(list_languages())
        raise ValueError(Message("must-be-one-of", term="lang", known=known))
    raw = _read_words(language)
    weekday = any_of(word for words in raw["weekdays"] for word in words)
    before = ("part", "about", "perhaps", "article")
    return DateLexicon(
        language, _number(raw["months"]), _number(raw["weekdays"]),
        _number(raw["seasons"], 21),
        {fold(word): number for word, number in raw["ordinals"].items()},
        {fold(word): number for word, number in raw["decade_words"].items()}, tuple(_points(raw)),
        tuple(span_patterns(raw)),
        (*_qualifiers(raw, r"\(?(?P<word>{})[\s,:)]+(?P<rest>.+)", ("perhaps",)),
         *_qualifiers(raw, r"(?P<word>{})\s*(?P<rest>.+)", before)),
        tuple(_qualifiers(raw, r"(?P<rest>.+?)[\s,]+\(?(?P<word>{})\)?", ("about", "perhaps"))),
        re.compile(rf"(?P<word>{any_of(raw['halves'])})\s*(?P<rest>.+)"),
        re.compile(rf"(?P<word>{weekday})[\s.,]*(?P<rest>.+)"), _winter(raw),
        re.compile(rf"(?<=\d)\s*(?:{any_of(raw['after_year'])})\.?$"),
        frozenset(fold(word).split()[0] for kind in _LIMITS for word in raw.get(kind, [])),
    )  # fmt: skip


def _winter(raw: Mapping[str, Any]) -> re.Pattern[str]:
    """Return the pattern of a winter of two years, and nothing before it: `winter of 2010/11`."""
    link, years = any_of(raw["link"]), r"(?P<y>\d{4})\s*[–/-]\s*(?P<z>\d{4}|\d{2})"
    return re.compile(rf"(?P<word>{any_of(raw['seasons'][-1])})\s+(?:(?:{link})\s+)?{years}")


def _number(groups: list[list[str]], start: int = 1) -> dict[str, int]:
    return {fold(word): number for number, words in enumerate(groups, start) for word in words}


def _points(raw: Mapping[str, Any]) -> Iterator[tuple[str, re.Pattern[str]]]:
    month = any_of(word for words in raw["months"] for word in words)
    month = rf"(?P<m>{month})\.?(?:\s*[/(]\s*(?P<m2>{month})\)?)?"
    year = _YEAR + rf"(?:\s*(?:{any_of(raw['after_year'])}))?\.?"
    day = rf"(?<!\d)(?P<d>\d{{1,2}}(?!\d)|(?P<first>{any_of(_first(raw))}))\.?(?:\s?(?:{any_of(raw['after_day'])}))?"
    gap = rf"{_GAP}(?:(?:{any_of(raw['link'])}){_GAP})?"
    roman = r"(?P<roman>i{1,3}|iv|vi{0,3}|ix|xi{0,2})"
    season = rf"(?P<season>{any_of(word for words in raw['seasons'] for word in words)})"
    side = rf"(?P<north>{any_of(raw['north'])})|(?P<south>{any_of(raw['south'])})"
    number = rf"(?P<n>\d{{1,2}}(?:[-.]?(?:{any_of(raw['after_day'])}))?|[ivxх]+(?:e|er|eme|-?и|-?м|-?го)?|{any_of(raw['ordinals'])})"
    yield "day", _whole(rf"{day}{gap}{month}{gap}{year}")
    yield "day", _whole(rf"{month}{gap}{day}{gap}{year}")
    yield "day", _whole(rf"(?P<y>\d{{4}}){gap}{month}{gap}{day}")
    yield "day", _whole(rf"(?P<d>\d{{1,2}})[./-]\s?{roman}[./-]\s?{year}")
    yield "month", _whole(rf"{month}{gap}{year}")
    yield "month", _whole(rf"(?P<y>\d{{4}}){gap}{month}")
    yield "year", _whole(year)
    yield "season", _whole(rf"{season}{gap}{year}")
    yield "season", _whole(rf"(?:{side})\s+{season}{gap}{year}")
    yield "season", _whole(rf"{season}\s+(?:{side}){gap}{year}")
    yield "yearless", _whole(rf"{day}{gap}{month}")
    yield "yearless", _whole(rf"{month}(?:{gap}{day})?")
    for kind in ("quarter", "third", "half"):
        for template in raw[kind]:
            yield kind, _whole(_fill(template, gap).replace("{n}", number).replace("{year}", year))
    centuries = [_fill(template, r"\s*").replace("{n}", number) for template in raw["century"]]
    yield from (("century", _whole(century)) for century in centuries)
    for decade in _decades(raw):
        yield "decade", _whole(decade)
        of = rf"{decade}{gap}(?:(?:{any_of(raw['article'])}){_GAP})?"
        yield from (("decade", _whole(of + century)) for century in centuries)


def _decades(raw: Mapping[str, Any]) -> Iterator[str]:
    words = any_of(raw["decade_words"])
    decade = _DECADE.replace("word", words)
    yield from (_fill(form, r"\s*").replace("{decade}", decade) for form in raw["decade"])
    yield rf"(?P<decade>{words})(?:\s*(?:{any_of(raw['after_year'])}))?"


def _fill(template: str, gap: str) -> str:
    """Fold a template as texts are, its spaces as gaps; what is a pattern in it is ASCII, and
    stays as it is."""
    return gap.join(fold(part) for part in template.split(" "))


def _first(raw: Mapping[str, Any]) -> list[str]:
    return [word for word, number in raw["ordinals"].items() if number == 1]


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}\.?")


def _qualifiers(
    raw: Mapping[str, Any], frame: str, kinds: tuple[str, ...]
) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from ((kind, re.compile(frame.format(any_of(raw[kind])))) for kind in kinds)
