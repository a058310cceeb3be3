"""Functions of this project (https://w3id.org/hrdgraph/function#): keys, lists, language marks,
dates as sources write them."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import unicodedata
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from hrdgraph.catalogue import Message, is_not, kind_word
from hrdgraph.mapping.functions import signature as column_bodies
from hrdgraph.mapping.functions.signature import Function
from hrdgraph.vocab import HRDF

_MARKED: Final = re.compile(r"(.*\S)\s*@([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)", re.S)
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def slug(value: str | None) -> str | None:
    """Return the text in NFC, trimmed, with each run of white space as one underscore."""
    return "_".join(unicodedata.normalize("NFC", value).split()) if value else None


@cache
def _names(names: str) -> frozenset[str]:
    return frozenset(json.loads(names))


def slug_apart(value: str | None, names: str | None, row: str | None) -> str | None:
    """Return the slug, with the row's key added if the text is in a list of names (in JSON)."""
    key = slug(value)
    return f"{key}-{row or ''}" if key and value in _names(names or "[]") else key


def trim(value: str | None) -> str | None:
    """Return the text with single spaces, and none at its ends; None if nothing else is there."""
    return (" ".join(value.split()) or None) if value else None


def content_hash(*values: str | None) -> str:
    """Return sixteen hexadecimal digits of the SHA-256 of the values, joined by U+001F; a missing
    value is empty."""
    return hashlib.sha256("\x1f".join(value or "" for value in values).encode()).hexdigest()[:16]


def join_words(*values: str | None) -> str | None:
    """Join values with single spaces, without missing ones; None if all are: the parts of a
    name."""
    return " ".join(part for value in values if (part := " ".join((value or "").split()))) or None


def join_places(*values: str | None) -> str | None:
    """Join values with commas, each once and without missing ones: a town and its region."""
    parts = (" ".join((value or "").split()) for value in values)
    return ", ".join(dict.fromkeys(filter(None, parts))) or None


def join_notes(*values: str | None) -> str | None:
    """Return the cells that are there, each behind its heading; None where none is. `values` are
    headings and cells in turn; a cell without a heading stands alone."""
    pairs = zip(values[::2], values[1::2], strict=True)
    notes = (f"{label}: {cell.strip()}" if label else cell.strip() for label, cell in pairs if cell)
    return "; ".join(filter(None, notes)) or None


def host(value: str | None) -> str | None:
    """Return the host of a URL in lower case, without a leading `www.`. ValueError on brackets
    without an address."""
    try:
        name = urlsplit(value).hostname if value else None
    except ValueError as error:
        raise ValueError(is_not(value, "address")) from error
    return name.removeprefix("www.") if name else None


def split_list(value: str | None, separator: str | None) -> list[str] | None:
    """Return the items of a list in one cell, trimmed, without empty ones."""
    items = [item.strip() for item in value.split(separator or ";")] if value else []
    return [item for item in items if item] or None


def language_of(value: str | None) -> str | None:
    """Return `fr` for `Prix Rafto@fr`; None if there is no mark."""
    match = _MARKED.fullmatch(value) if value else None
    return match[2] if match else None


def text_of(value: str | None) -> str | None:
    """Return `Prix Rafto` for `Prix Rafto@fr`; the whole text if there is no mark."""
    match = _MARKED.fullmatch(value) if value else None
    return match[1] if match else value


def text_if_tagged(value: str | None) -> str | None:
    """Return the text without its language mark, or None if it has none."""
    return text_of(value) if language_of(value) else None


def text_if_untagged(value: str | None) -> str | None:
    """Return the text if it has no language mark, else None."""
    return None if language_of(value) else value


def python_literal_to_json(value: str | None) -> str | None:
    """Return a Python literal (lists, dicts, strings, numbers), as in cells of some dumps, as
    JSON. ValueError on anything else."""
    if value is None:
        return None
    try:
        return json.dumps(ast.literal_eval(value), ensure_ascii=False)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(Message("not-as-expected")) from error


def truncate_date(value: str | None) -> str | None:
    """Shorten a date whose unknown parts are written `00`: `1873-00-00` is `1873`, and
    `0000-00-00` nothing."""
    match = _PARTIAL.fullmatch(value) if value else None
    if match is None:
        return value
    year, month, day = match.groups()
    if year == "0000":
        return None
    if not month or month == "00":
        return year
    return f"{year}-{month}" if not day or day == "00" else value


def read_date(
    value: str | None, language: str | None, pivot: str | None = None, order: str | None = None,
    calendar: str | None = None,
) -> str | None:  # fmt: skip
    """Read a date as people write it, as EDTF. ValueError, with the possible readings, for an
    uncertain one."""
    if value is None or not value.strip():
        return None
    from hrdgraph.evidence import dating

    if pivot and not re.fullmatch("[0-9]{4}", pivot):
        raise ValueError(_takes("pivot", kind_word("year"), pivot))
    if order and order not in list(dating.DateOrder):
        raise ValueError(_takes("order", tuple(dating.DateOrder), order))
    if calendar and calendar not in list(dating.DateCalendar):
        raise ValueError(_takes("calendar", tuple(dating.DateCalendar), calendar))
    convention = dating.Convention(
        int(pivot) if pivot else None,
        dating.DateOrder(order) if order else None,
        dating.DateCalendar(calendar) if calendar else None,
    )
    date = dating.read_date(value, language or "", convention=convention)
    if date.edtf is None:
        raise ValueError(Message("date-not-read", value=value, reason=date.reason))
    return date.edtf


@cache
def _takes(name: str, kind: object, value: str) -> Message:
    return Message("takes-not", option=name, kind=kind, value=value)


def interval(start: str | None, end: str | None) -> str | None:
    """Return an EDTF interval; an unknown side stays empty. None if both are unknown, ValueError
    if it is no EDTF."""
    if {start or "..", end or ".."} == {".."}:
        return None
    text = f"{start or ''}/{end or ''}"
    from hrdgraph.evidence.dates import bounds  # not for every mapping, as above
    from hrdgraph.evidence.dating import explain

    if bounds(text) is not None:
        return text
    for side in (start, end):
        if side and side != ".." and bounds(f"{side}/..") is None:
            reason = Message("set-ends-no-period") if bounds(side) else explain(side)
            raise ValueError(Message("date-not-read", value=side, reason=reason))
    raise ValueError(Message("period-turned", period=f"{end}/{start}"))


def when(test: str | None, equals: str | None, value: str | None) -> str | None:
    """Return `value` if `test` is `equals`, else None."""
    return value if test == equals else None


def when_not(test: str | None, equals: str | None, value: str | None) -> str | None:
    """Return `value` if `test` is not `equals`, else None."""
    return value if test != equals else None


def when_null(test: str | None, value: str | None) -> str | None:
    """Return `value` if `test` is missing, else None."""
    return value if test is None else None


def when_starts_with(test: str | None, prefix: str | None, value: str | None) -> str | None:
    """Return `value` if `test` begins with `prefix`, else None."""
    return value if test is not None and prefix is not None and test.startswith(prefix) else None


def when_contains(test: str | None, text: str | None, value: str | None) -> str | None:
    """Return `value` if `test` contains `text`, else None."""
    return value if test is not None and text is not None and text in test else None


def or_else(value: str | None, otherwise: str | None) -> str | None:
    """Return `value`, or `otherwise` if it is missing."""
    return value if value is not None else otherwise


slug_column = column_bodies.slug(slug)
_apart_column = column_bodies.slug_apart(slug_apart, slug_column)

_VALUE = (HRDF.value,)
_TEST = (HRDF.test, HRDF.equals, HRDF.value)

ENTRIES: Final[tuple[Function, ...]] = (
    Function(HRDF.slug, _VALUE, slug, columns=slug_column),
    Function(HRDF.slugApart, (HRDF.value, HRDF.names, HRDF.row), slug_apart, columns=_apart_column),
    Function(HRDF.trimmed, _VALUE, trim, columns=column_bodies.trim),
    Function(
        HRDF.contentHash, _VALUE, content_hash, variadic=True, columns=column_bodies.content_hash
    ),
    Function(HRDF.joinWords, _VALUE, join_words, variadic=True),
    Function(HRDF.joinPlaces, _VALUE, join_places, variadic=True),
    Function(HRDF.joinNotes, _VALUE, join_notes, variadic=True),
    Function(HRDF.host, _VALUE, host),
    Function(HRDF.splitList, (HRDF.value, HRDF.separator), split_list, many=True),
    Function(HRDF.languageOf, _VALUE, language_of),
    Function(HRDF.textOf, _VALUE, text_of),
    Function(HRDF.taggedText, _VALUE, text_if_tagged),
    Function(HRDF.untaggedText, _VALUE, text_if_untagged),
    Function(HRDF.pythonLiteralToJson, _VALUE, python_literal_to_json),
    Function(HRDF.truncateDate, _VALUE, truncate_date),
    Function(
        HRDF.readDate,
        (HRDF.value, HRDF.language, HRDF.pivot, HRDF.order, HRDF.calendar),
        read_date,
        optional=3,
    ),
    Function(HRDF.interval, (HRDF.start, HRDF.end), interval),
    Function(HRDF.when, _TEST, when, columns=column_bodies.when),
    Function(HRDF.whenNot, _TEST, when_not, columns=column_bodies.when_not),
    Function(HRDF.whenNull, (HRDF.test, HRDF.value), when_null, columns=column_bodies.when_null),
    Function(
        HRDF.whenStartsWith,
        (HRDF.test, HRDF["prefix"], HRDF.value),
        when_starts_with,
        columns=column_bodies.when_starts_with,
    ),
    Function(HRDF.whenContains, (HRDF.test, HRDF.text, HRDF.value), when_contains),
    Function(HRDF.orElse, (HRDF.value, HRDF.otherwise), or_else, columns=column_bodies.or_else),
)
