"""Columns of text escaped for N-Triples and percent-encoded for IRIs: a cheap test first, work only where something needs it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import polars as pl

# canonical N-Triples (RDF 1.2 §4): short escapes where there are any, \uXXXX for the other control characters
_CONTROLS: Final = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES: Final = _CONTROLS | {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_NEEDS_ESCAPE: Final = r'[\\"\x00-\x1f\x7f]'

# RFC 3987 iunreserved is kept: letters, digits, - . _ ~ and ucschar (RML-Core §6.4.1, "IRI-safe")
_UCSCHAR: Final = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}\x{10000}-\x{EFFFD}"
_UNSAFE_IRI: Final = rf"[^A-Za-z0-9\-._~{_UCSCHAR}]"
_SAFE_ONE: Final = "[A-Za-z0-9\\-._~\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd]"
_BEYOND: Final = rf"[^\x00-\x7F{_UCSCHAR}]"  # private use and noncharacters
_UNSAFE_URI: Final = r"[^A-Za-z0-9\-._~]"
_PERCENT: Final = {
    chr(code): quote(chr(code), safe="")
    for code in range(0xA0)
    if not (chr(code).isascii() and chr(code).isalnum()) and chr(code) not in "-._~"
}
_NO_IRI_CHARACTERS: Final = '<>"{}|^`\\' + "".join(map(chr, range(0x21)))
_FORBIDDEN_IN_IRI: Final = r'[\x00-\x20<>"{}|^`\\]'
_AS_CODE: Final = {character: f"\\u{ord(character):04X}" for character in _NO_IRI_CHARACTERS}
_NOT_IN_LABEL: Final = r"[^A-Za-z0-9]"

# well-formed language tags (RFC 5646 §2.1): language, script, region, variants, extensions, private use
LANGUAGE_TAG: Final = (
    r"^(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WYZa-wyz](?:-[A-Za-z0-9]{2,8})+)*(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?"
    r"|[xX](?:-[A-Za-z0-9]{1,8})+|[iI]-[A-Za-z]{2,8})$"
)


def escape_literal(values: pl.Series) -> pl.Series:
    """Escape lexical forms for between the quotes of an N-Triples literal. Null stays null."""
    if not values.str.contains(_NEEDS_ESCAPE).any():
        return values
    return values.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))


def encode_iri(values: pl.Series) -> pl.Series:
    """Percent-encode what is not iunreserved, as a template for IRIs does."""
    if not values.str.contains(_UNSAFE_IRI).any():
        return values
    encoded = values.str.replace_many(list(_PERCENT), list(_PERCENT.values()))
    if not encoded.str.contains(_BEYOND).any():
        return encoded
    return _distinct(values, lambda text: "".join(c if re.match(_SAFE_ONE, c) else quote(c, safe="") for c in text))


def encode_uri(values: pl.Series) -> pl.Series:
    """Percent-encode what is not unreserved in a URI (RFC 3986), all letters beyond ASCII among it."""
    if not values.str.contains(_UNSAFE_URI).any():
        return values
    return _distinct(values, lambda text: quote(text, safe="-._~"))


def _distinct(values: pl.Series, function: Callable[[str], str]) -> pl.Series:
    distinct = values.drop_nulls().unique()
    return values.replace_strict(distinct, pl.Series([function(text) for text in distinct], dtype=pl.String), default=None)


def bad_iris(values: pl.Series) -> pl.Series:
    """Where a text holds what no IRI may hold (RFC 3987), as a boolean column; null counts as good."""
    return values.str.contains(_FORBIDDEN_IN_IRI).fill_null(False)


def escape_iri(values: pl.Series) -> pl.Series:
    """Write what no IRI may hold as `\\uXXXX`, so that an unsafe IRI cannot end its brackets."""
    if not bad_iris(values).any():
        return values
    return values.str.replace_many(list(_AS_CODE), list(_AS_CODE.values()))


def blank_labels(values: pl.Series) -> pl.Series:
    """Labels of blank nodes: each text its own, with other characters than ASCII letters and digits as `_XX` for each byte."""
    if not values.str.contains(_NOT_IN_LABEL).any():
        return values
    return _distinct(values, lambda text: re.sub(_NOT_IN_LABEL, lambda m: "".join(f"_{byte:02X}" for byte in m[0].encode()), text))
