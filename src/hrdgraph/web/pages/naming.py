"""Name things and say the words of pages in one language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape

from hrdgraph.catalogue import KNOWN, Vocabulary, in_language, lacks
from hrdgraph.catalogue.words import join_texts
from hrdgraph.errors import OutputError
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.rdf import IRI
from hrdgraph.vocab import DCTERMS, FOAF, RDFS, SCHEMA, SKOS
from hrdgraph.web.pages.graph_view import GraphView

_PREFERRED: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name, SCHEMA.name)
_OTHER: Final = (SKOS.altLabel, SKOS.hiddenLabel)


class DisplayName(NamedTuple):
    """A name with its language tag (perhaps none) and its writing direction, `ltr` or `rtl`."""

    text: str
    language: str = ""
    direction: str = "ltr"


def name(text: str, language: str = "") -> DisplayName:
    """Return a name, its direction told by its own letters: tags are often missing."""
    return DisplayName(text, language, direction_of(text))


def direction_of(text: str) -> str:
    """`rtl` where the first letter that has a direction runs from right to left."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def names_of(rdf: GraphView, node: int) -> tuple[tuple[DisplayName, ...], tuple[DisplayName, ...]]:
    """Return the preferred names of a node, and its other ones; each sorted and once."""
    preferred = _sort_names(
        name(value.text, value.language) for value in rdf.values(node, *_PREFERRED)
    )
    taken = set(preferred)
    return preferred, tuple(
        other
        for other in _sort_names(name(v.text, v.language) for v in rdf.values(node, *_OTHER))
        if other not in taken
    )


def best(names: Sequence[DisplayName], language: str) -> DisplayName | None:
    """Return the name for a reader of a language: in it, without a tag, in English, in the letters
    of the page, or any."""
    own = [each for each in names if each.language == language]
    return min(own or names, key=lambda each: (_rank(each, language), each), default=None)


def _rank(display_name: DisplayName, language: str) -> int:
    tag = display_name.language.lower()
    if tag.partition("-")[0] == language:
        return 0
    if tag in ("", "mul", "und"):
        return 1 if is_latin(display_name.text) else 4
    return 2 if tag.startswith("en") else 3 if is_latin(display_name.text) else 5


def is_latin(text: str) -> bool:
    """Tell whether the first letter is a Latin one."""
    first = next((char for char in text if char.isalpha()), "a")
    return unicodedata.name(first, "LATIN").startswith("LATIN")


def shorten_iri(iri: str) -> str:
    """Return the last part of an IRI as words, for what has no name."""
    from hrdgraph.ontology import local_name

    return local_name(IRI(iri)) or iri


def _sort_names(names: Iterable[DisplayName]) -> tuple[DisplayName, ...]:
    return tuple(sorted(set(names), key=lambda each: (each.language, each.text)))


def say_label(labels: Mapping[str, str], language: str, *, marked: bool) -> str:
    """Return a text in a language, else in English, else in any, `marked` as such; "" for none."""
    tag = next((tag for tag in (language, "en", *labels) if tag in labels), language)
    text = labels.get(tag, "")
    return in_language(text, tag) if marked and text and tag != language else text


_PLACE = re.compile(r"\{(\w+)\}")


# kinds of claims and things, each with what one is called, and several
Kinds = tuple[tuple[str, str, str], ...]


class PageLanguage:
    """The texts of one part of the catalogue in one language. `words("found", n=3)` fills places;
    `n` is the field `count` of the catalogue, and chooses among the forms of a text. What it lacks
    is said in English, and `marked` as such for templates."""

    def __init__(
        self, language: str, part: str = "page", kinds: Kinds = (), *, marked: bool = False
    ) -> None:
        self._marked = marked
        self._kinds = {f"kind_{name}": text for name, text, _ in kinds}
        self._kinds |= {f"kinds_{name}": several for name, _, several in kinds}
        self.language = language
        self.locale = KNOWN[language].locale
        self._texts = Vocabulary(part, language, marked)
        self._text = lru_cache(maxsize=5_000)(self._find_text)

    def __call__(self, key: str, /, **values: object) -> str:
        text = self._text(key, values.get("n"))
        return _PLACE.sub(lambda place: self._fill(place, values), text) if values else text

    def html(self, key: str, /, **values: object) -> Markup:
        """Return a text with markup in its places; the text and plain values are escaped."""
        text = str(escape(self._text(key, values.get("n"))))
        return Markup(_PLACE.sub(lambda place: str(escape(self._fill(place, values))), text))

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self._texts or key in self._kinds

    def _find_text(self, key: str, count: object) -> str:
        text = self._texts.text(key, count if isinstance(count, int) else None)
        if text is None:
            text = self._kinds.get(key.replace("kinds_", "kind_", 1) if count == 1 else key)
        if text is None:
            raise OutputError(lacks(self.language, key))
        return text

    def _fill(self, place: re.Match[str], values: Mapping[str, object]) -> Any:
        value = values["n" if place[1] == "count" else place[1]]
        return self.number(value) if isinstance(value, int) else value

    def number(self, value: int) -> str:
        """Write a count with its digits grouped as the language does."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.locale) if value > 999 else str(value)

    def size(self, count: int) -> str:
        """Write the size of a file in kilobytes or megabytes, as the language does."""
        from babel.units import format_unit

        unit, value = (
            ("digital-megabyte", count / 1e6) if count >= 1e6 else ("digital-kilobyte", count / 1e3)
        )
        return format_unit(round(value, 1), unit, "short", locale=self.locale)

    def language_name(self, tag: str) -> str:
        """Return the name of a language in this one, or its tag."""
        return _language_name(self.language, tag.partition("-")[0].lower()) or tag

    def join_list(self, texts: list[str]) -> str:
        """Several texts as one: “a, b and c”."""
        return join_texts(texts, self.language)

    def label(self, named: Column | Kind) -> str:
        """Say what a column or a kind is called, in the language there is."""
        return say_label(named.labels, self.language, marked=self._marked) or named.name


@cache
def words_in(language: str, kinds: Kinds = (), *, marked: bool = False) -> PageLanguage:
    """Return the words of a language that has a catalogue, with what kinds are called that it
    does not name."""
    return PageLanguage(language, kinds=kinds, marked=marked)


@cache
def _language_name(language: str, tag: str) -> str:
    languages: Mapping[str, str] = words_in(language).locale.languages
    return languages.get(tag, "")
