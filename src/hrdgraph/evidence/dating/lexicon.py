"""The words of a language (words/<tag>.toml) into the patterns that read its dates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.evidence.dating.alternation import any_of
from hrdgraph.evidence.dating.normalization import folded
from hrdgraph.evidence.dating.span_patterns import span_patterns

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
        """An ordinal, in figures, in Roman figures or in words; 0 for "last", None for none."""
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
def lexicon(language: str) -> DateLexicon:
    """The lexicon of a language; ValueError for one that there is none of."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise ValueError(Message("date-language-unknown", language=language, known=known))
    file = files("hrdgraph.evidence.dating") / "words" / f"{language}.toml"
    raw = tomllib.loads(file.read_text("utf-8"))
    weekday = any_of(word for words in raw["weekdays"] for word in words)
    before = ("part", "about", "perhaps", "article")
    return DateLexicon(
        language,
        _numbered(raw["months"]),
        _numbered(raw["weekdays"]),
        _numbered(raw["seasons"], 21),
        {folded(word): number for word, number in raw["ordinals"].items()},
        {folded(word): number for word, number in raw["decade_words"].items()},
        tuple(_points(raw)),
        tuple(span_patterns(raw)),
        tuple(_qualifiers(raw, r"(?P<word>{})\s*(?P<rest>.+)", before)),
        tuple(_qualifiers(raw, r"(?P<rest>.+?)[\s,]+\(?(?P<word>{})\)?", ("about", "perhaps"))),
        re.compile(rf"(?P<word>{any_of(raw['halves'])})\s*(?P<rest>.+)"),
        re.compile(rf"(?P<word>{weekday})[\s.,]*(?P<rest>.+)"),
        _winter(raw),
        re.compile(rf"(?<=\d)\s*(?:{any_of(raw['after_year'])})\.?$"),
        frozenset(folded(word).split()[0] for kind in _LIMITS for word in raw.get(kind, [])),
    )


def _winter(raw: Mapping[str, Any]) -> re.Pattern[str]:
    """A winter of two years, and nothing before it: `winter of 2010/11`."""
    link, years = any_of(raw["link"]), r"(?P<y>\d{4})\s*[–/-]\s*(?P<z>\d{4}|\d{2})"
    return re.compile(rf"(?P<word>{any_of(raw['seasons'][-1])})\s+(?:(?:{link})\s+)?{years}")


def _numbered(groups: list[list[str]], start: int = 1) -> dict[str, int]:
    return {folded(word): number for number, words in enumerate(groups, start) for word in words}


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
            part = _filled(template, gap).replace("{n}", number).replace("{year}", year)
            yield kind, _whole(part)
    centuries = [_filled(template, r"\s*").replace("{n}", number) for template in raw["century"]]
    yield from (("century", _whole(century)) for century in centuries)
    for decade in _decades(raw):
        yield "decade", _whole(decade)
        of = rf"{decade}{gap}(?:(?:{any_of(raw['article'])}){_GAP})?"
        yield from (("decade", _whole(of + century)) for century in centuries)


def _decades(raw: Mapping[str, Any]) -> Iterator[str]:
    words = any_of(raw["decade_words"])
    decade = _DECADE.replace("word", words)
    yield from (_filled(form, r"\s*").replace("{decade}", decade) for form in raw["decade"])
    yield rf"(?P<decade>{words})(?:\s*(?:{any_of(raw['after_year'])}))?"


def _filled(template: str, gap: str) -> str:
    """A template folded as texts are, its spaces as gaps; what is a pattern in it is ASCII, and
    stays as it is."""
    return gap.join(folded(part) for part in template.split(" "))


def _first(raw: Mapping[str, Any]) -> list[str]:
    return [word for word, number in raw["ordinals"].items() if number == 1]


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}\.?")


def _qualifiers(
    raw: Mapping[str, Any], frame: str, kinds: tuple[str, ...]
) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from ((kind, re.compile(frame.format(any_of(raw[kind])))) for kind in kinds)
