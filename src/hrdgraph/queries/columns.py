"""Names of the columns of answers into what people call them, in English, French and Spanish
(`columns.csv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def called(column: str, language: str) -> str:
    """What a column is called in a language, else in English; where it is not known, its name in
    words.

    >>> called("edition_year", "fr"), called("my_own", "fr")
    ('Année de l’édition', 'my own')
    """
    texts = _known().get(column)
    return (texts.get(language) or texts["en"]) if texts else column.replace("_", " ")


def heading(column: str, language: str) -> str:
    """A column at the head of a table on a terminal: in French and Spanish what it is called,
    else its name."""
    known = language in ("fr", "es") and column in _known()
    text = called(column, language) if known else column
    return f"{text[:1].lower()}{text[1:]}" if known else column


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    text = files("hrdgraph.queries").joinpath("columns.csv").read_text("utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}
