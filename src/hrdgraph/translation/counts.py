"""Counts into digits, and what is counted into the form that goes with them: `{1} {1:row|rows}`,
one way for all sentences."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from re import Pattern, compile
from typing import Any, Final

# of one, and of any other number
FORMS: Final[Pattern[str]] = compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


class LocalisedCount(int):
    """A number in a language. As `{count}` it has its digits; as `{count:row|rows}` it is the
    word for so many."""

    language: str

    def __new__(cls, value: int, language: str) -> LocalisedCount:
        made = super().__new__(cls, value)
        made.language = language
        return made

    def __format__(self, form: str) -> str:
        one, bar, many = form.partition("|")
        return (
            number(self, self.language) if not bar else one if is_one(self, self.language) else many
        )


def number(count: int, language: str) -> str:
    """A count as a language groups its digits; Spanish leaves four digits together."""
    if language == "es" and count < 10_000:
        return str(int(count))
    return f"{int(count):,}".replace(
        ",", "\N{NARROW NO-BREAK SPACE}" if language in ("fr", "es") else ","
    )


def is_one(count: int, language: str) -> bool:
    """Whether a language tells of so many things as of one; in French, none is."""
    return count == 1 or (count == 0 and language == "fr")


def counted(sentence: str, *values: object) -> str:
    """An English sentence with its places filled, the whole numbers among the values counted.

    >>> counted("{1} {1:cell|cells} where the header has {2}", 1, 4)
    '1 cell where the header has 4'
    """
    return sentence.format(
        "", *(LocalisedCount(value, "en") if isinstance(value, int) else value for value in values)
    )


def with_counts(sentence: str, language: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by their places, those that the sentence counts by as numbers of the language."""
    places = {place for place, *_ in FORMS.findall(sentence)}
    return {
        place: LocalisedCount(value, language) if place in places else value
        for place, value in values.items()
    }


def each_way(sentence: str) -> list[str]:
    """A sentence for one of what each of its places counts, and for many: with the digit 1, or
    with the place.

    >>> each_way("{1} more {1:row|rows}")
    ['1 more row', '{1} more rows']
    """
    places = sorted({place for place, *_ in FORMS.findall(sentence)})
    return [
        _with(sentence, set(places), dict(zip(places, ways, strict=True)))
        for ways in product((True, False), repeat=len(places))
    ]


def _with(sentence: str, places: set[str], is_single: dict[str, bool]) -> str:
    told = FORMS.sub(lambda found: found[2] if is_single[found[1]] else found[3], sentence)
    for place in places:
        told = told.replace(f"{{{place}}}", "1") if is_single[place] else told
    return told
