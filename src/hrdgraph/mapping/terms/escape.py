"""Columns of text escaped for N-Triples, and cheap tests that tell whether anything in them
needs it."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from hrdgraph.mapping.terms.distinct_texts import each_distinct
from hrdgraph.mapping.terms.iris import replaced

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
