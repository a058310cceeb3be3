"""The GREL functions that public mappings use most
(http://users.ugent.be/~bjdmeest/function/grel.ttl), and those of IDLab
(https://w3id.org/imec/idlab/function#) that conditions and the official suite need."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from operator import contains, eq, ne
from typing import Final
from urllib.parse import quote_plus

from hrdgraph.catalogue import Message, is_not
from hrdgraph.mapping.functions.signature import Function, Result
from hrdgraph.rdf import IRI
from hrdgraph.sources.reference_columns import BOOLEAN, INTEGER
from hrdgraph.vocab import Namespace

GREL: Final = Namespace("http://users.ugent.be/~bjdmeest/function/grel.ttl#")


def replace(value: str | None, find: str | None, replacement: str | None) -> str | None:
    """Return the text with each occurrence of `find` replaced."""
    return value.replace(find, replacement or "") if value is not None and find else value


def _unless_missing(body: Callable[..., list[str] | str | bool]) -> Callable[..., Result]:
    """Return a function of texts for values that may be missing: then it has no result."""

    def run(*values: str | None) -> Result:
        if None in values:
            return None
        result = body(*values)
        return _boolean(result) if isinstance(result, bool) else result

    return run


def split(value: str, separator: str) -> list[str]:
    """Return the parts of a text between separators. ValueError on an empty one, which OpenRefine
    takes for white space and others for each character."""
    if not separator:
        raise ValueError(Message("missing", option="separator"))
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


def escape(value: str, mode: str) -> str:
    """Escape the text for `html`, `xml`, `url` or `csv`. ValueError on any other mode."""
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
    Function(GREL.toUpperCase, _VALUE, _unless_missing(str.upper), outputs=_TEXT),
    Function(GREL.toLowerCase, _VALUE, _unless_missing(str.lower), outputs=_TEXT),
    Function(GREL.string_trim, _VALUE, _unless_missing(str.strip), outputs=_TEXT),
    Function(
        GREL.string_replace,
        (GREL.valueParam, GREL.p_string_find, GREL.p_string_replace),
        replace,
        outputs=_TEXT,
    ),
    Function(
        GREL.string_split,
        (GREL.valueParam, GREL.p_string_sep),
        _unless_missing(split),
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
    Function(
        GREL.string_length,
        _VALUE,
        _unless_missing(lambda text: str(len(text))),
        outputs=(GREL.output_number,),
        kind=INTEGER,
    ),
    Function(GREL.string_contains, _SUB, _unless_missing(contains), outputs=_FLAG, kind=BOOLEAN),
    Function(
        GREL.string_startsWith, _SUB, _unless_missing(str.startswith), outputs=_FLAG, kind=BOOLEAN
    ),
    Function(
        GREL.string_endsWith, _SUB, _unless_missing(str.endswith), outputs=_FLAG, kind=BOOLEAN
    ),
    Function(
        GREL.escape, (GREL.valueParam, GREL.modeParam), _unless_missing(escape), outputs=_TEXT
    ),
)


IDLAB: Final = Namespace("https://w3id.org/imec/idlab/function#")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def to_upper_case_url(value: str) -> str:
    """Return the text in upper case, with `http://` before it if it has no scheme."""
    return value.upper() if _SCHEME.match(value) else f"http://{value.upper()}"


_IDLAB_TEXT = (IDLAB._stringOut,)
_IDLAB_FLAG = (IDLAB._boolOut,)
_TWO = (GREL.valueParam, GREL.valueParam2)

IDLAB_ENTRIES: Final[tuple[Function, ...]] = (
    Function(IDLAB.alwaysReturnsABC, (), lambda: "ABC", outputs=_IDLAB_TEXT),
    Function(
        IDLAB.toUpperCaseURL,
        (IDLAB["str"],),
        _unless_missing(to_upper_case_url),
        outputs=_IDLAB_TEXT,
    ),
    Function(IDLAB.equal, _TWO, _unless_missing(eq), outputs=_IDLAB_FLAG, kind=BOOLEAN),
    Function(IDLAB.notEqual, _TWO, _unless_missing(ne), outputs=_IDLAB_FLAG, kind=BOOLEAN),
    Function(
        IDLAB.isNull,
        (IDLAB["str"],),
        lambda text: _boolean(text is None),
        outputs=_IDLAB_FLAG,
        kind=BOOLEAN,
    ),
    Function(
        IDLAB.trueCondition,
        (IDLAB.strBoolean, IDLAB["str"]),
        lambda test, text: text if test == "true" else None,
        outputs=_IDLAB_TEXT,
    ),
)
