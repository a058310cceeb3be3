"""Columns of text percent-encoded for IRIs, and told apart from what is no IRI (RFC 3987)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

import polars as pl

from hrdgraph.mapping.terms.distinct_texts import each_distinct


def _class_of(ranges: list[tuple[int, int]], *, rust: bool) -> str:
    """Ranges of characters for inside a character class, in the notation of Polars (Rust) or
    Python."""
    form = r"\x{{{0:X}}}-\x{{{1:X}}}" if rust else r"\U{0:08X}-\U{1:08X}"
    return "".join(form.format(*item) for item in ranges)


_PLANES: Final = [
    (plane << 16 | (0x1000 if plane == 0xE else 0), plane << 16 | 0xFFFD) for plane in range(1, 0xF)
]
_UCSCHAR: Final = [(0xA0, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFEF), *_PLANES]
_PRIVATE: Final = [(0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)]

# iunreserved is kept (RML-Core §6.4.1, "IRI-safe")
_KEPT: Final = rf"A-Za-z0-9\-._~{_class_of(_UCSCHAR, rust=True)}"
_KEPT_ONE: Final = rf"[A-Za-z0-9\-._~{_class_of(_UCSCHAR, rust=False)}]"
UNSAFE_IRI: Final = rf"[^{_KEPT}]"
_BEYOND: Final = rf"[^\x00-\x9F{_class_of(_UCSCHAR, rust=True)}]"  # private use and noncharacters
UNSAFE_URI: Final = r"[^A-Za-z0-9\-._~]"
_PERCENT: Final = {
    chr(code): quote(chr(code), safe="")
    for code in range(0xA0)
    if not (chr(code).isascii() and chr(code).isalnum()) and chr(code) not in "-._~"
}
_REPLACED: Final = pl.lit(list(_PERCENT))
_ENCODINGS: Final = pl.lit(list(_PERCENT.values()))

# the grammar of RFC 3987 §2.2, tried only where a character makes it doubtful
SUSPICIOUS: Final = rf"""[^A-Za-z0-9\-._~!$&'()*+,;=:@/?#{_class_of(_UCSCHAR, rust=True)}]|#.*#|:[^0-9/].*@|//[^/?#]*[:@]"""
_CHARACTERS: Final = rf"[{_KEPT}!$&'()*+,;=:@"
_ENCODED: Final = "%[0-9A-Fa-f]{2}"
_PATH: Final = rf"(?:{_CHARACTERS}/]|{_ENCODED})*"
_HOST: Final = rf"(?:\[(?:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|(?:[{_KEPT}!$&'()*+,;=]|{_ENCODED})*)"
_AUTHORITY: Final = rf"//(?:(?:{_CHARACTERS[:-1]}]|{_ENCODED})*@)?{_HOST}(?::[0-9]*)?"
_IRI: Final = (
    rf"^[A-Za-z][A-Za-z0-9+.\-]*:(?:{_AUTHORITY}(?:/{_PATH})?|/|/(?:{_CHARACTERS}]|{_ENCODED}){_PATH}|(?:{_CHARACTERS}]|{_ENCODED}){_PATH}|)"
    rf"(?:\?(?:{_CHARACTERS}/?{_class_of(_PRIVATE, rust=True)}]|{_ENCODED})*)?(?:#(?:{_CHARACTERS}/?]|{_ENCODED})*)?$"
)

_AS_CODE: Final = {
    character: f"\\u{ord(character):04X}"
    for character in '<>"{}|^`\\' + "".join(map(chr, range(0x21)))
}


def encode_iri(values: pl.Series) -> pl.Series:
    """Percent-encode what is not iunreserved, as a template for IRIs does."""
    ascii_only = values.str.len_bytes().sum() == values.str.len_chars().sum()
    if ascii_only or not values.str.contains(_BEYOND).any():
        return replaced(values, _REPLACED, _ENCODINGS)
    return each_distinct(
        values,
        lambda text: "".join(c if re.match(_KEPT_ONE, c) else quote(c, safe="") for c in text),
    )


def replaced(values: pl.Series, old: pl.Expr, new: pl.Expr) -> pl.Series:
    """The texts with each of many characters replaced by the text that stands in its place in
    another list."""
    return values.to_frame().select(pl.first().str.replace_many(old, new)).to_series()


def encode_uri(values: pl.Series) -> pl.Series:
    """Percent-encode what is not unreserved in a URI (RFC 3986), all letters beyond ASCII among
    it."""
    return each_distinct(values, lambda text: quote(text, safe="-._~"))


def is_bad_iri(values: pl.Expr) -> pl.Expr:
    """Whether a text with a scheme is no IRI by the grammar; null counts as good."""
    doubtful, good = values.str.contains(SUSPICIOUS), values.str.contains(_IRI)
    return doubtful.fill_null(False) & ~good.fill_null(True)


def escaped_iri(values: pl.Expr) -> pl.Expr:
    """Write what would end the brackets of an IRI as `\\uXXXX`: an unsafe IRI stays one term."""
    return values.str.replace_many(list(_AS_CODE), list(_AS_CODE.values()))
