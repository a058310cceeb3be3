"""The words of a language (words/<tag>.toml) into the patterns that read its dates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from hrdgraph.evidence.dating.normalization import folded

LANGUAGES: Final = ("ar", "en", "es", "fr", "ru")
_ROMAN: Final = (
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
    "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx", "xxi",
)  # fmt: skip
# Cyrillic letters that stand in Roman numbers of Russian texts
_LIKE_LATIN = str.maketrans("хіv", "xiv")
_YEAR: Final = r"(?<!\d)(?P<y>\d{4}|'?\d{2})(?!\d)"
_DECADE: Final = r"(?P<decade>\d{3}0|'?\d0|word)"
_GAP: Final = r"[\s,./-]*"


@dataclass(frozen=True)
class DateLexicon:
    """The words of one language, folded, and its patterns for whole texts. `points` are (kind,
    pattern) of a single date."""

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
    weekday: re.Pattern[str]
    year_word: re.Pattern[str]

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
        raise ValueError(
            f"no dates are read in the language '{language}'; there is {', '.join(LANGUAGES)}"
        )
    raw = tomllib.loads(
        (files("hrdgraph.evidence.dating") / "words" / f"{language}.toml").read_text("utf-8")
    )
    return DateLexicon(
        language,
        _numbered(raw["months"]),
        _numbered(raw["weekdays"]),
        _numbered(raw["seasons"], 21),
        {folded(word): number for word, number in raw["ordinals"].items()},
        {folded(word): number for word, number in raw["decade_words"].items()},
        tuple(_points(raw)),
        tuple(_spans(raw)),
        tuple(
            _qualifiers(
                raw, r"(?P<word>{})\s*(?P<rest>.+)", ("about", "perhaps", "part", "article")
            )
        ),
        tuple(_qualifiers(raw, r"(?P<rest>.+?)[\s,]+\(?(?P<word>{})\)?", ("about", "perhaps"))),
        re.compile(
            rf"(?P<word>{_any(word for words in raw['weekdays'] for word in words)})[\s.,]*(?P<rest>.+)"
        ),
        re.compile(rf"(?<=\d)\s*(?:{_any(raw['after_year'])})\.?$"),
    )


def _numbered(groups: list[list[str]], start: int = 1) -> dict[str, int]:
    return {folded(word): number for number, words in enumerate(groups, start) for word in words}


def _any(words: Iterable[str]) -> str:
    """An alternation, the longest word first; a word of letters ends where its letters end."""
    parts = sorted({folded(word) for word in words}, key=lambda word: (-len(word), word))
    return (
        "|".join(
            re.escape(part).replace(r"\ ", r"\s+") + (r"(?![^\W\d_])" if part[-1].isalpha() else "")
            for part in parts
        )
        or r"(?!)"
    )


def _points(raw: Mapping[str, Any]) -> Iterator[tuple[str, re.Pattern[str]]]:
    month = _any(word for words in raw["months"] for word in words)
    month = rf"(?P<m>{month})\.?(?:\s*[/(]\s*(?P<m2>{month})\)?)?"
    year = _YEAR + rf"(?:\s*(?:{_any(raw['after_year'])}))?\.?"
    day = rf"(?<!\d)(?P<d>\d{{1,2}}(?!\d)|(?P<first>{_any(_first(raw))}))\.?(?:\s?(?:{_any(raw['after_day'])}))?"
    gap = rf"{_GAP}(?:(?:{_any(raw['link'])}){_GAP})?"
    roman = r"(?P<roman>i{1,3}|iv|vi{0,3}|ix|xi{0,2})"
    season = rf"(?P<season>{_any(word for words in raw['seasons'] for word in words)})"
    number = rf"(?P<n>\d{{1,2}}(?:[-.]?(?:{_any(raw['after_day'])}))?|[ivxх]+(?:e|er|eme|-?и|-?м|-?го)?|{_any(raw['ordinals'])})"
    yield "day", _whole(rf"{day}{gap}{month}{gap}{year}")
    yield "day", _whole(rf"{month}{gap}{day}{gap}{year}")
    yield "day", _whole(rf"(?P<y>\d{{4}}){gap}{month}{gap}{day}")
    yield "day", _whole(rf"(?P<d>\d{{1,2}})[./-]\s?{roman}[./-]\s?{year}")
    yield "month", _whole(rf"{month}{gap}{year}")
    yield "month", _whole(rf"(?P<y>\d{{4}}){gap}{month}")
    yield "year", _whole(year)
    yield "season", _whole(rf"{season}{gap}{year}")
    yield "yearless", _whole(rf"{day}{gap}{month}")
    yield "yearless", _whole(rf"{month}(?:{gap}{day})?")
    for kind in ("quarter", "half"):
        for template in raw[kind]:
            yield (
                kind,
                _whole(_filled(template, gap).replace("{n}", number).replace("{year}", year)),
            )
    centuries = [_filled(template, r"\s*").replace("{n}", number) for template in raw["century"]]
    yield from (("century", _whole(century)) for century in centuries)
    decade = _DECADE.replace("word", _any(raw["decade_words"]))
    later = rf"(?:\s*(?:{_any(raw['after_year'])}))?"
    bare = rf"(?P<decade>{_any(raw['decade_words'])}){later}"
    for pattern in (
        *(_filled(template, r"\s*").replace("{decade}", decade) for template in raw["decade"]),
        bare,
    ):
        yield "decade", _whole(pattern)
        yield from (
            ("decade", _whole(rf"{pattern}{gap}(?:(?:{_any(raw['article'])}){_GAP})?{century}"))
            for century in centuries
        )


def _filled(template: str, gap: str) -> str:
    """A template folded as texts are, its spaces as gaps; what is a pattern in it is ASCII, and
    stays as it is."""
    return gap.join(folded(part) for part in template.split(" "))


def _first(raw: Mapping[str, Any]) -> list[str]:
    return [word for word, number in raw["ordinals"].items() if number == 1]


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}\.?")


def _spans(raw: Mapping[str, Any]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Patterns of two dates, or of one with an open side; `a` and `b` are texts of dates."""
    dash = r"\s*[–-]\s*"
    to, and_, or_ = _any(raw["to"]), _any(raw["and"]), _any(raw["or"])
    for word in ("before", "after", "until", "before_or_until"):
        yield word, re.compile(rf"(?:{_any(raw.get(word, []))})\s*(?P<a>.+)")
    yield (
        "since",
        re.compile(rf"(?:{_any(raw['since'])})\s*(?P<a>.+?)(?:[\s,]+(?:{_any(raw['onwards'])}))?"),
    )
    yield (
        "since",
        re.compile(
            rf"(?:(?:{_any(raw['from'])})\s*)?(?P<a>.+?)(?:[\s,]+(?:(?:{to})\s+)?|{dash})(?:{_any(raw['onwards'])})"
        ),
    )
    yield "period", re.compile(rf"(?:{_any(raw['between'])})\s*(?P<a>.+?)\s+(?:{and_})\s*(?P<b>.+)")
    yield "period", re.compile(rf"(?:(?:{_any(raw['from'])})\s*)?(?P<a>.+?)\s+(?:{to})\s*(?P<b>.+)")
    yield "period", re.compile(rf"(?P<a>.+?){dash}(?P<b>.+)")
    # of dates that have hyphens themselves
    yield "period", re.compile(r"(?P<a>.+?)(?:\s+-\s+|\s*–\s*)(?P<b>.+)")
    yield "one-of", re.compile(rf"(?P<a>.+?)\s+(?:{or_})\s+(?P<b>.+)")
    yield "both", re.compile(rf"(?P<a>.+?)\s+(?:{and_})\s*(?P<b>.+)")


def _qualifiers(
    raw: Mapping[str, Any], frame: str, kinds: tuple[str, ...]
) -> Iterator[tuple[str, re.Pattern[str]]]:
    yield from ((kind, re.compile(frame.format(_any(raw[kind])))) for kind in kinds)
