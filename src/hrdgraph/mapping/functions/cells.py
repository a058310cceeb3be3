"""Functions for cells as people write them: dates, countries, codes by label, numbers with words,
truth values, documents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import is_not
from hrdgraph.fact_kinds.cell_types import CELL_TYPES, Reader
from hrdgraph.fact_kinds.cell_values import choice, codes_of, read_items, whole_address
from hrdgraph.fact_kinds.confidentiality import SCHEME, level_code
from hrdgraph.fact_kinds.headings import folded, read_meanings
from hrdgraph.fact_kinds.name_parts import join_date
from hrdgraph.mapping.functions import signature as column_bodies
from hrdgraph.mapping.functions.hrd import content_hash, read_date, slug, slug_column
from hrdgraph.mapping.functions.signature import Function
from hrdgraph.vocab import HRDF

_REMARK: Final = re.compile(r"(.*\d)\s*[(\[]([^()\[\]\d]+)[)\]]")
_TWO_YEARS: Final = re.compile(r"\d{4}-(1[3-9]|[2-9]\d)")


def nothing() -> str | None:
    """Return no value."""
    return None


def date(
    value: str | None, language: str | None, order: str | None = None, calendar: str | None = None,
    pivot: str | None = None,
) -> str | None:  # fmt: skip
    """Read a date as `readDate` does, in a language and order of days and months, else in any
    language: a list may have dates by people of several."""
    if not value or not value.strip():
        return None
    text = value.strip()
    try:
        return read_date(text, language, pivot or None, order or None, calendar or None)
    except ValueError:
        if language:
            with suppress(ValueError):
                return read_date(text, "", pivot or None, order or None, calendar or None)
        raise


def year(
    value: str | None, language: str | None = None, order: str | None = None,
    calendar: str | None = None, pivot: str | None = None,
) -> str | None:  # fmt: skip
    """Return the year of a cell that holds a year, or a date in one. ValueError if it holds
    several."""
    text = (value or "").strip()
    if not text:
        return None
    day = date(text, language, order, calendar, pivot) or ""
    # 2020-21 are two years, though EDTF has a season of that number
    if _TWO_YEARS.fullmatch(text) or not re.fullmatch(r"\d{4}(-\d\d){0,2}", day):
        raise ValueError(is_not(text, "year"))
    return day[:4]


def remark(value: str | None, part: str | None) -> str | None:
    """Return the `date`, `words` or `outcome` of a date with a remark in brackets of known meaning,
    such as `1973 (declined)`; of another cell the whole as its `date`."""
    match = _REMARK.fullmatch((value or "").strip())
    outcome = read_meanings("remark-").get(folded(match[2])) if match else None
    if match is None or outcome is None:
        return value if part == "date" else None
    return {"date": match[1], "words": match[2].strip()}.get(part or "", outcome)


def code(value: str | None, scheme: str | None, vocabulary: str | None = None) -> str | None:
    """Return the code of a scheme for a text, its own or a label in any language; `vocabulary` is
    the folder of the schemes."""
    if not value or not value.strip():
        return None
    from hrdgraph.project import (
        find_folder,  # a wheel carries the schemes elsewhere than a checkout
    )

    folder = Path(vocabulary) if vocabulary else find_folder("ontology") / "vocabularies"
    return codes_of((folder,), scheme or "").code(value.strip())


def level(value: str | None, heading: str | None, vocabulary: str | None = None) -> str | None:
    """Return the code of visibility that the words of a cell below a heading mean."""
    from hrdgraph.project import find_folder  # as for a code

    folder = Path(vocabulary) if vocabulary else find_folder("ontology") / "vocabularies"
    return level_code((value or "").strip(), heading or "", codes_of((folder,), SCHEME)) or None


def code_if_known(
    value: str | None, scheme: str | None, vocabulary: str | None = None
) -> str | None:
    """Return the code of a scheme for a text, or None if no concept has that label."""
    try:
        return code(value, scheme, vocabulary)
    except ValueError:
        return None


def choose(value: str | None, choices: str | None) -> str | None:
    """Return the one of some words, separated by |, that a text is or means."""
    return (
        choice(value.strip(), tuple((choices or "").split("|")))
        if value and value.strip()
        else None
    )


def document_key(value: str | None) -> str | None:
    """Return the key of a citation: a hash of a page's address, else a document's name without
    spaces."""
    page, text = page_of(value), (value or "").strip()
    return content_hash(page) if page else slug(text) if text else None


def page_of(value: str | None) -> str | None:
    """Return the address of a page, if the text is one, with or without `https://`."""
    return whole_address((value or "").strip()) or None


def paper_of(value: str | None) -> str | None:
    """Return the name of a document that is no page, without spaces."""
    text = (value or "").strip()
    return slug(text) if text and not page_of(text) else None


def _of_text(read: Reader) -> Callable[..., str | None]:
    """Return the function for a cell type's reader, which takes a text and a language."""

    def body(value: str | None, language: str | None = None) -> str | None:
        return read(value.strip(), language or "") if value and value.strip() else None

    return body


@cache
def _meanings(values: str) -> dict[str, list[str]]:
    return dict(json.loads(values))


def items(value: str | None, separators: str | None, values: str | None) -> list[str] | None:
    """Return the items of a cell, by separators (a JSON list), each replaced by its meaning (a
    JSON object: lists of codes by text)."""
    if not value or not value.strip():
        return None
    between = tuple(json.loads(separators or "[]"))
    return read_items(value, between, _meanings(values or "{}")) or None


_VALUE: Final = (HRDF.value,)
_DATED: Final = (HRDF.value, HRDF.language, HRDF.order, HRDF.calendar, HRDF.pivot)
_page_column = column_bodies.page(page_of)
_paper_column = column_bodies.paper(_page_column, slug_column)
_key_column = column_bodies.document_key(_page_column, slug_column)
ENTRIES: Final[tuple[Function, ...]] = (
    Function(HRDF.nothing, (), nothing),
    Function(HRDF.joinDate, _VALUE, join_date, variadic=True),
    Function(HRDF.date, _DATED, date, optional=4),
    Function(HRDF.remark, (HRDF.value, HRDF.part), remark),
    Function(HRDF.year, _DATED, year, optional=4),
    Function(HRDF.code, (HRDF.value, HRDF.scheme, HRDF.vocabulary), code, optional=1),
    Function(
        HRDF.codeIfKnown, (HRDF.value, HRDF.scheme, HRDF.vocabulary), code_if_known, optional=1
    ),
    Function(HRDF["items"], (HRDF.value, HRDF.separators, HRDF["values"]), items, many=True),
    Function(HRDF.level, (HRDF.value, HRDF["heading"], HRDF.vocabulary), level, optional=1),
    Function(HRDF.choice, (HRDF.value, HRDF.choices), choose),
    *(
        Function(
            HRDF[type_.function],
            (*_VALUE, HRDF.language) if type_.has_language else _VALUE,
            _of_text(type_.read),
            optional=int(type_.has_language),
        )
        for type_ in CELL_TYPES.values()
        if type_.read
    ),
    Function(HRDF.documentKey, _VALUE, document_key, columns=_key_column),
    Function(HRDF.page, _VALUE, page_of, columns=_page_column),
    Function(HRDF.paper, _VALUE, paper_of, columns=_paper_column),
)
