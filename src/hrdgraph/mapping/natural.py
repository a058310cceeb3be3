"""Natural datatypes (RML-IO): the kinds of values that a format knows, as endings of literals."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import polars as pl

from hrdgraph.mapping.functions import bind
from hrdgraph.mapping.model import Call, Expression, Reference
from hrdgraph.sources.kinds import BOOLEAN, DOUBLE, INTEGER, STRING, kinds_of
from hrdgraph.vocab import XSD

_DATATYPES: Final = {INTEGER: XSD.integer, DOUBLE: XSD.double, BOOLEAN: XSD.boolean}
_ENDINGS: Final = {kind: f"^^<{iri.value}>" for kind, iri in _DATATYPES.items()}


def kinds(frame: pl.DataFrame, expression: Expression) -> pl.Series | int:
    """The kinds of what an expression gives: a column where they differ from row to row, else one number."""
    match expression:
        case Call():
            return bind(expression).kind
        case Reference(name) if kinds_of(name) in frame.schema:
            return frame[kinds_of(name)]
        case Reference(name) if frame.schema[name].is_integer():
            return INTEGER
        case _:
            return STRING


def with_kinds(frame: pl.DataFrame, names: list[str]) -> list[str]:
    """The columns and, after each, that of its kinds where there is one."""
    return [column for name in names for column in (name, kinds_of(name)) if column in frame.schema]


def quoted_parts(texts: list[str | pl.Expr], kind: int) -> list[str | pl.Expr]:
    """The pieces of an escaped lexical form as a literal of the natural datatype of one kind."""
    return ['"', *texts, f'"{_ENDINGS.get(kind, "")}']


def quoted(values: pl.Series, kinds: pl.Series) -> pl.Series:
    """Escaped lexical forms as literals of their natural datatypes; doubles in canonical form."""
    ending = kinds.replace_strict(_ENDINGS, default="", return_dtype=pl.String)
    return '"' + _canonical(values, kinds) + '"' + ending


def _canonical(values: pl.Series, kinds: pl.Series) -> pl.Series:
    doubles = kinds == DOUBLE
    if not doubles.any():
        return values
    distinct = values.filter(doubles).unique()
    canonical = values.replace_strict(distinct, [canonical_double(text) for text in distinct], default=None, return_dtype=pl.String)
    return pl.select(pl.when(doubles).then(canonical).otherwise(values).alias("value"))["value"]


def canonical_double(text: str) -> str:
    """The canonical form of an xsd:double (XSD 1.1 part 2, §E.1), such as `3.3E1`; the shortest that is the same number."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        return "INF" if number > 0 else "-INF"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    figures = "".join(map(str, digits)).lstrip("0") or "0"
    power = int(exponent) + len(figures) - 1 if number else 0
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:].rstrip('0') or '0'}E{power}"
