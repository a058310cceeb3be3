"""The catalogue, and Babel's knowledge of languages, into the words of a page in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from markupsafe import Markup, escape

from hrdgraph.catalogue import Vocabulary, sentence
from hrdgraph.errors import OutputError

_LOCALES: Final = {"en": "en_GB", "fr": "fr_FR", "es": "es_ES"}
_PLACE = re.compile(r"\{(\w+)\}")


class PageLanguage:
    """The texts of one part of the catalogue in one language. `words("found", n=3)` fills places;
    `n` is the field `count` of the catalogue, and chooses among the forms of a text."""

    def __init__(self, language: str, part: str = "page") -> None:
        from babel import Locale

        self.language = language
        self.locale = Locale.parse(_LOCALES[language])
        self._texts = Vocabulary(part, language)
        self._plain: dict[str, str] = {}

    def __call__(self, key: str, /, **values: object) -> str:
        if not values:  # most of the words of a page
            found = self._plain.get(key)
            return self._plain.setdefault(key, self._text(key, values)) if found is None else found
        text = self._text(key, values)
        return _PLACE.sub(lambda place: self._filled(place, values), text)

    def html(self, key: str, /, **values: object) -> Markup:
        """A text whose places may be filled with markup; the text and plain values are escaped."""
        text = str(escape(self._text(key, values)))
        return Markup(_PLACE.sub(lambda place: str(escape(self._filled(place, values))), text))

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def _text(self, key: str, values: Mapping[str, object]) -> str:
        said = values.get("n", 0)
        count = said if isinstance(said, int) else 0
        found = sentence(self._texts.code(key), count, self.language)
        if found is None:
            raise OutputError("page-text-missing", language=self.language, key=key)
        return found

    def _filled(self, place: re.Match[str], values: Mapping[str, object]) -> Any:
        value = values["n" if place[1] == "count" else place[1]]
        return self.number(value) if isinstance(value, int) else value

    def number(self, value: int) -> str:
        """A count with its digits grouped as the language does."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.locale) if value > 999 else str(value)

    def size(self, count: int) -> str:
        """A size of a file in kilobytes or megabytes, as the language writes it."""
        from babel.units import format_unit

        unit, value = (
            ("digital-megabyte", count / 1e6) if count >= 1e6 else ("digital-kilobyte", count / 1e3)
        )
        return format_unit(round(value, 1), unit, "short", locale=self.locale)

    def language_name(self, tag: str) -> str:
        """The name of a language in this one, or its tag."""
        return _language_name(self.language, tag.partition("-")[0].lower()) or tag

    def listed(self, texts: list[str]) -> str:
        """Several texts as one: “a, b and c”."""
        from babel.lists import format_list

        return format_list(texts, locale=self.locale) if texts else ""

    @property
    def own_name(self) -> str:
        """The language in its own words."""
        return self("language")


@cache
def words_in(language: str) -> PageLanguage:
    """The words of a language that has a catalogue."""
    return PageLanguage(language)


@cache
def _language_name(language: str, tag: str) -> str:
    found: Mapping[str, str] = words_in(language).locale.languages
    return found.get(tag, "")
