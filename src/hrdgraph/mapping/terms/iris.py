"""Columns of text percent-encoded for IRIs, and told apart from what is no IRI (RFC 3987)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import polars as pl

_SAMPLE: Final = 4_000  # texts; fewer are treated before they are counted
_WORTH: Final = 2  # how often a text must come on average


def do_repeat(values: pl.Series) -> bool:
    """Whether texts come often enough, told from a sample. A sample of n in which few texts d
    come twice was drawn from some n² / 2(n - d) texts."""
    if len(values) <= _SAMPLE:
        return False
    sample = values.gather_every(max(len(values) // _SAMPLE, 1))
    size, distinct = len(sample), sample.n_unique()
    return size >= _WORTH * distinct or _WORTH * size**2 < 2 * (size - distinct) * len(values)


def for_distinct(
    values: pl.Series, function: Callable[[pl.Series], pl.Series], distinct: pl.Series | None = None
) -> pl.Series:
    """What a function makes of each text, worked out once for each distinct one. Null stays
    null."""
    texts = (values.unique() if distinct is None else distinct).drop_nulls()
    return function(texts).gather(values.cast(pl.Enum(texts)).to_physical()).alias(values.name)


def each_distinct(values: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """The same of a function of one text."""
    return for_distinct(
        values, lambda texts: pl.Series([function(text) for text in texts], dtype=pl.String)
    )


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


# canonical N-Triples (RDF 1.2 §4): short escapes where there are any, \uXXXX for the other control
# characters
_CONTROLS: Final = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES: Final = _CONTROLS | {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
# expressions, since to make one of a list takes longer than to look through a small table
ESCAPED: Final = pl.lit(list(_ESCAPES))
_AS: Final = pl.lit(list(_ESCAPES.values()))

NOT_IN_LABEL: Final = r"[^A-Za-z0-9]"


def escape_literal(values: pl.Series) -> pl.Series:
    """Escape lexical forms for between the quotes of an N-Triples literal. Null stays null."""
    return replaced(values, ESCAPED, _AS)


def blank_labels(values: pl.Series) -> pl.Series:
    """Labels of blank nodes: each text its own, with other characters than ASCII letters and
    digits as `_XX` for each byte."""
    return each_distinct(
        values,
        lambda text: re.sub(
            NOT_IN_LABEL, lambda m: "".join(f"_{byte:02X}" for byte in m[0].encode()), text
        ),
    )
