"""The GREL functions that public mappings use most
(http://users.ugent.be/~bjdmeest/function/grel.ttl), and those of IDLab
(https://w3id.org/imec/idlab/function#) that conditions and the official suite need."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import quote_plus

from hrdgraph.catalogue import Message, is_not
from hrdgraph.mapping.functions.signature import Function
from hrdgraph.rdf import IRI
from hrdgraph.sources.reference_columns import BOOLEAN, INTEGER
from hrdgraph.vocab import Namespace

GREL: Final = Namespace("http://users.ugent.be/~bjdmeest/function/grel.ttl#")


def to_upper_case(value: str | None) -> str | None:
    """Return the text in upper case."""
    return value.upper() if value is not None else None


def to_lower_case(value: str | None) -> str | None:
    """Return the text in lower case."""
    return value.lower() if value is not None else None


def trim(value: str | None) -> str | None:
    """Return the text without white space around it."""
    return value.strip() if value is not None else None


def replace(value: str | None, find: str | None, replacement: str | None) -> str | None:
    """Return the text with each occurrence of `find` replaced."""
    return value.replace(find, replacement or "") if value is not None and find else value


def split(value: str | None, separator: str | None) -> list[str] | None:
    """Return the parts of a text between separators. ValueError on an empty one, which OpenRefine
    takes for white space and others for each character."""
    if value is None or separator is None:
        return None
    if not separator:
        raise ValueError(Message("separator-empty"))
    return value.split(separator)


def substring(value: str | None, start: str | None, end: str | None) -> str | None:
    """Return the text from character `start` (from 0) to before `end`; None if it is shorter.
    ValueError on what is no number."""
    if value is None or start is None or _whole(start) > len(value):
        return None
    return value[_whole(start) : _whole(end) if end is not None else None]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(is_not(text, "whole-number")) from None


def length(value: str | None) -> str | None:
    """Count the characters of a text."""
    return str(len(value)) if value is not None else None


def contains(value: str | None, part: str | None) -> str | None:
    """Say whether a text contains another."""
    return _boolean(part in value) if value is not None and part is not None else None


def starts_with(value: str | None, part: str | None) -> str | None:
    """Say whether a text begins with another."""
    return _boolean(value.startswith(part)) if value is not None and part is not None else None


def ends_with(value: str | None, part: str | None) -> str | None:
    """Say whether a text ends with another."""
    return _boolean(value.endswith(part)) if value is not None and part is not None else None


def escape(value: str | None, mode: str | None) -> str | None:
    """Escape the text for `html`, `xml`, `url` or `csv`. ValueError on any other mode."""
    if value is None or mode is None:
        return None
    match mode:
        case "html" | "xml":
            return html.escape(value)
        case "url":
            return quote_plus(value)
        case "csv":
            doubled = value.replace('"', '""')
            return f'"{doubled}"' if any(c in value for c in ',"\r\n') else value
    raise ValueError(Message("not-known-here", name=mode))


def _boolean(value: bool) -> str:
    return "true" if value else "false"


_VALUE = (GREL.valueParam,)
_SUB = (GREL.valueParam, GREL.string_sub)
_TEXT = (GREL.stringOut,)
_FLAG = (GREL.output_bool,)

SYNONYMS: Final[dict[IRI, IRI]] = {
    GREL.valueParameter: GREL.valueParam, GREL.valueParameter2: GREL.valueParam2,
    GREL.param_find: GREL.p_string_find, GREL.param_replace: GREL.p_string_replace,
}  # fmt: skip

ENTRIES: Final[tuple[Function, ...]] = (
    Function(GREL.toUpperCase, _VALUE, to_upper_case, outputs=_TEXT),
    Function(GREL.toLowerCase, _VALUE, to_lower_case, outputs=_TEXT),
    Function(GREL.string_trim, _VALUE, trim, outputs=_TEXT),
    Function(
        GREL.string_replace,
        (GREL.valueParam, GREL.p_string_find, GREL.p_string_replace),
        replace,
        outputs=_TEXT,
    ),
    Function(
        GREL.string_split,
        (GREL.valueParam, GREL.p_string_sep),
        split,
        many=True,
        outputs=(GREL.output_array,),
    ),
    Function(
        GREL.string_substring,
        (GREL.valueParam, GREL.p_int_i_from, GREL.p_int_i_opt_to),
        substring,
        optional=1,
        outputs=_TEXT,
    ),
    Function(GREL.string_length, _VALUE, length, outputs=(GREL.output_number,), kind=INTEGER),
    Function(GREL.string_contains, _SUB, contains, outputs=_FLAG, kind=BOOLEAN),
    Function(GREL.string_startsWith, _SUB, starts_with, outputs=_FLAG, kind=BOOLEAN),
    Function(GREL.string_endsWith, _SUB, ends_with, outputs=_FLAG, kind=BOOLEAN),
    Function(GREL.escape, (GREL.valueParam, GREL.modeParam), escape, outputs=_TEXT),
)


IDLAB: Final = Namespace("https://w3id.org/imec/idlab/function#")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def always_abc() -> str:
    """Return the text `ABC`."""
    return "ABC"


def to_upper_case_url(value: str | None) -> str | None:
    """Return the text in upper case, with `http://` before it if it has no scheme."""
    if value is None:
        return None
    return value.upper() if _SCHEME.match(value) else f"http://{value.upper()}"


def equal(value: str | None, other: str | None) -> str | None:
    """Say whether two texts are the same; None if one is missing."""
    return _boolean(value == other) if value is not None and other is not None else None


def not_equal(value: str | None, other: str | None) -> str | None:
    """Say whether two texts differ; None if one is missing."""
    return _boolean(value != other) if value is not None and other is not None else None


def is_null(value: str | None) -> str:
    """Say whether there is no value."""
    return _boolean(value is None)


def true_condition(test: str | None, value: str | None) -> str | None:
    """Return `value` if `test` is true, else None."""
    return value if test == "true" else None


_IDLAB_TEXT = (IDLAB._stringOut,)
_IDLAB_FLAG = (IDLAB._boolOut,)
_TWO = (GREL.valueParam, GREL.valueParam2)

IDLAB_ENTRIES: Final[tuple[Function, ...]] = (
    Function(IDLAB.alwaysReturnsABC, (), always_abc, outputs=_IDLAB_TEXT),
    Function(IDLAB.toUpperCaseURL, (IDLAB["str"],), to_upper_case_url, outputs=_IDLAB_TEXT),
    Function(IDLAB.equal, _TWO, equal, outputs=_IDLAB_FLAG, kind=BOOLEAN),
    Function(IDLAB.notEqual, _TWO, not_equal, outputs=_IDLAB_FLAG, kind=BOOLEAN),
    Function(IDLAB.isNull, (IDLAB["str"],), is_null, outputs=_IDLAB_FLAG, kind=BOOLEAN),
    Function(
        IDLAB.trueCondition, (IDLAB.strBoolean, IDLAB["str"]), true_condition, outputs=_IDLAB_TEXT
    ),
)
