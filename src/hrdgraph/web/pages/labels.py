"""Name nodes in one language: things by their names, editions and events by what they are made
of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Final, NamedTuple

from hrdgraph.catalogue import OPEN_MARK, TAG_MARK
from hrdgraph.evidence.dates import bounds
from hrdgraph.fact_kinds.cell_types import SAYINGS
from hrdgraph.rdf import IRI
from hrdgraph.vocab import OA, XSD
from hrdgraph.web.pages.graph_view import Value
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.naming import (
    DisplayName,
    PageLanguage,
    best,
    name,
    names_of,
    shorten_iri,
    words_in,
)
from hrdgraph.web.pages.site import Site

_POINT: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([?~%]?)")
_QUALIFIED: Final = {"~": "date_about", "?": "date_perhaps", "%": "date_perhaps_about"}
_SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_RANGE: Final = re.compile(r"\[(\d{4}(?:-\d\d){0,2})\.\.(\d{4}(?:-\d\d){0,2})\]")
_DECADE: Final = re.compile(r"(\d{3})X([?~%]?)")


@lru_cache(maxsize=200_000)
def date_words(text: str, language: str) -> str:
    """Write a date as a person would say it; text that is no EDTF comes back as it is.

    >>> date_words("2011-04", "fr")
    'avril 2011'"""
    words = words_in(language)
    if "/" in text:
        return _interval(text, words) or text
    return _point(text, words) or _decade(text, words) or _between(text, words) or text


def short_date(text: str) -> str:
    """Return the year, or the years, for a narrow column."""
    years = re.findall(r"(?<![\d-])\d{4}", text)
    if "/" not in text:
        return years[0] if years else ""
    start, _, stop = text.partition("/")
    ends = [numbers[0] if (numbers := re.findall(r"\d{4}", end)) else "" for end in (start, stop)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def _point(text: str, words: PageLanguage) -> str:
    match = _POINT.fullmatch(text.replace("-XX", ""))
    if match is None:
        return ""
    point = _calendar(match[1], match[2], match[3], words)
    return words(_QUALIFIED[match[4]], date=point) if match[4] and point else point


def _calendar(year: str, month: str | None, day: str | None, words: PageLanguage) -> str:
    from babel.dates import format_date, format_skeleton

    number = int(month or 0)
    try:
        if day:
            return format_date(date(int(year), number, int(day)), "long", locale=words.locale)
        if month and number <= 12:
            return format_skeleton("yMMMM", date(int(year), number, 1), locale=words.locale)
    except ValueError:
        return ""
    if number in _SEASONS:
        return words(f"date_{_SEASONS[number]}", year=year)
    if 33 <= number <= 36:
        return words("date_quarter", quarter=str(number - 32), year=year)
    return "" if month else str(int(year))


def _interval(text: str, words: PageLanguage) -> str:
    start, stop = text.split("/", 1)
    first, last = (_point(end, words) or _decade(end, words) for end in (start, stop))
    if first and last:
        return words("date_from_to", start=first, stop=last)
    if first and stop == "..":
        return words("date_ongoing", start=first)
    if first and stop == "":
        return words("date_since", start=first)
    return words("date_until", stop=last) if last and start in ("", "..") else ""


def _decade(text: str, words: PageLanguage) -> str:
    match = _DECADE.fullmatch(text)
    if match is None:
        return ""
    decade = words("date_decade", decade=f"{match[1]}0")
    return words(_QUALIFIED[match[2]], date=decade) if match[2] else decade


def _between(text: str, words: PageLanguage) -> str:
    """Write what is less certain still: between the first and the last day, months or years that
    it may mean."""
    if match := _RANGE.fullmatch(text):
        return words("date_between", start=_point(match[1], words), stop=_point(match[2], words))
    span = bounds(text)
    if span is None or span.earliest is None or span.latest is None:
        return ""
    first, last = span.earliest, span.latest
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    ends = [
        str(day.year)
        if whole_years
        else _calendar(str(day.year), str(day.month), str(day.day), words)
        for day in (first, last)
    ]
    return ends[0] if ends[0] == ends[1] else words("date_between", start=ends[0], stop=ends[1])


_KEPT: Final = 20_000  # names


class TextRun(NamedTuple):
    """A piece of a line: text, perhaps a link, and the language and direction of the text where
    they are not the page's."""

    text: str
    href: str = ""
    lang: str = ""
    dir: str = ""
    outside: bool = False


class Labels:
    """Names in one language. Those that were asked for last are kept: a country is named on
    hundreds of pages."""

    def __init__(self, site: Site, words: PageLanguage) -> None:
        self.site = site
        self.words = words
        self._known = lru_cache(maxsize=_KEPT)(self._make)

    def of(self, node: int) -> DisplayName:
        """Name a node. Never empty."""
        return self._known(node)

    def _make(self, node: int) -> DisplayName:
        rdf, thing = self.site.rdf, self.site.things.get(node)
        if not rdf.is_node(node):
            value = rdf.value(node)
            return name(self.value_words(value), value.language)
        known = best(thing.names if thing else names_of(rdf, node)[0], self.words.language)
        if known is None and (document := rdf.first(node, OA.hasSource)) >= 0:
            return self.of(document)  # a place in it
        if known is None:
            iri = IRI(rdf.iri(node))
            tags = (self.words.language, "en")
            known = (
                DisplayName(self.site.graph.ontology.label(iri, tags))
                if iri in self.site.graph.ontology
                else best(thing.others if thing else (), "en")
            )
        return known or name(shorten_iri(rdf.iri(node)))

    def capital(self, text: str) -> str:
        """Begin a text with a capital."""
        start = text.find(TAG_MARK) + 1 if text.startswith(OPEN_MARK) else 0
        return text[:start] + text[start : start + 1].upper() + text[start + 1 :]

    def value_words(self, value: Value) -> str:
        """Write a literal as people read it: dates in words, yes and no, what its type says."""
        if value.datatype.startswith(("http://id.loc.gov/", XSD.date.value)):
            return date_words(value.text, self.words.language)
        if value.datatype == XSD.boolean.value:
            return self.words("yes" if value.text in ("true", "1") else "no")
        say = SAYINGS.get(value.datatype)
        return say(value.text, self.words.locale) if say else value.text


class Linker:
    """Nodes into parts of lines: named in the language of the page, and linked to their pages."""

    def __init__(self, labels: Labels, links: Links) -> None:
        self.site = labels.site
        self.words = labels.words
        self.labels = labels
        self.links = links
        self.part = cache(self._part)  # a page names its country in every line

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.words.language

    def _part(self, node: int) -> TextRun:
        """Return a node linked to its page, to its entry in the ontology, or to where it is
        elsewhere."""
        return self.name_part(self.labels.of(node), *self._href(node))

    def href_of(self, node: int) -> str:
        """Return the address of a thing's page, or ""."""
        if node not in self.site.kinds:
            return ""
        return self.links.page(self.language, f"id/{self.site.key_of(node)}")

    def name_part(self, name: DisplayName, href: str = "", outside: bool = False) -> TextRun:
        """Return a name as a part."""
        is_own = name.language.partition("-")[0] == self.language
        direction = "rtl" if name.direction == "rtl" else ""
        return TextRun(name.text, href, "" if is_own else name.language, direction, outside)

    def value(self, value: Value) -> TextRun:
        """Return a literal as a part."""
        return self.name_part(name(self.labels.value_words(value), value.language))

    def parts(self, nodes: Iterable[int]) -> list[TextRun]:
        """Several nodes, in order, each once."""
        return [self.part(node) for node in dict.fromkeys(nodes)]

    def _href(self, node: int) -> tuple[str, bool]:
        if href := self.href_of(node):
            return href, False
        if not self.site.rdf.is_node(node):
            return "", False
        iri = self.site.rdf.iri(node)
        if IRI(iri) in self.site.graph.ontology:
            return f"{self.links.page(self.language, 'ontology')}#{anchor(iri)}", False
        return (iri, True) if iri.startswith(("https://", "http://")) else ("", False)


def anchor(iri: str) -> str:
    """Return the name of an entry on the ontology page: the last part of its IRI, with its scheme
    before it where it has one."""
    local = iri.partition("#")[2]
    if local:
        return (
            local
            if "hrdgraph/ontology#" in iri
            else f"{iri.partition('#')[0].rstrip('/').rpartition('/')[2]}-{local}"
        )
    parts = iri.rstrip("/").split("/")
    return "-".join(parts[-2:]) if len(parts) > 3 else parts[-1]
