"""A query and its header, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hrdgraph.rdf import IRI

Texts = tuple[tuple[str, str], ...]
SEVERITIES = ("violation", "warning", "info")


class Type(StrEnum):
    """What a parameter takes."""

    IRI = "iri"  # an IRI, or a key under the base; `iri award` puts "award/" before the key
    # an IRI, or a code of a vocabulary; `concept act-type` names the vocabulary
    CONCEPT = "concept"
    STRING = "string"
    LANGUAGE = "language"
    YEAR = "year"
    DATE = "date"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query. Without a value, its default holds; an optional one is left
    open; any other is an error."""

    name: str
    type: Type
    text: str
    scope: str = ""
    default: str | None = None
    optional: bool = False
    texts: Texts = ()

    def describe(self, language: str) -> str:
        """Return the description in a language, else in English."""
        return dict(self.texts).get(language, self.text)


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One column of the answer."""

    name: str
    text: str
    texts: Texts = ()

    def describe(self, language: str) -> str:
        """Return the description in a language, else in English."""
        return dict(self.texts).get(language, self.text)


class CheckedCell(NamedTuple):
    """A cell that a check compares: the property of a thing, both named by variables. Where the
    variable of the value is not selected, it is any value of the property."""

    value: str
    thing: str
    predicate: IRI


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its header. `text` is the whole file, so that lines in errors are lines of
    the file.

    `titles`, `messages` and `empties` are (language, text) pairs in the order of the header; a
    check has a severity, messages and the cells that it compares. A query without declared
    columns answers with all that it selects. An `ad_hoc` one takes undeclared parameters.
    """

    name: str
    topic: str
    text: str
    path: Path | None = None
    titles: Texts = ()
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[AnswerColumn, ...] = ()
    severity: str = ""
    messages: Texts = ()
    empties: Texts = ()
    ad_hoc: bool = False
    cells: tuple[CheckedCell, ...] = ()

    def words(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the value of each parameter: as typed, else its default, else ""."""
        return {each.name: each.default or "" for each in self.parameters} | dict(given)

    def title(self, language: str = "en") -> str:
        """Return the title in a language, else in English, else the first, else the name."""
        return in_language(self.titles, language) or self.name

    def empty(self, language: str = "en") -> str:
        """Say what an answer without rows means and what would bring some; "" where it is plain."""
        return in_language(self.empties, language)


def in_language(texts: Texts, language: str) -> str:
    """Return the text in a language, else in English, else the first, else ""."""
    words = dict(texts)
    return words.get(language) or words.get("en") or next(iter(words.values()), "")
