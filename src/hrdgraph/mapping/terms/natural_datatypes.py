"""Natural datatypes (RML-IO): the kinds of values that a format knows, as endings of literals."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.mapping.functions.calls import function_of
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FunctionExecution,
    Reference,
    TermMap,
    TermType,
)
from hrdgraph.sources.value_kinds import (
    BINARY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    DURATION,
    INTEGER,
    STRING,
    TIME,
    kinds_of,
)
from hrdgraph.sources.values import canonical_double
from hrdgraph.vocab import XSD

_DATATYPES: Final = {
    INTEGER: XSD.integer,
    DOUBLE: XSD.double,
    BOOLEAN: XSD.boolean,
    DECIMAL: XSD.decimal,
    DATE: XSD.date,
    TIME: XSD.time,
    DATETIME: XSD.dateTime,
    BINARY: XSD.hexBinary,
    DURATION: XSD.dayTimeDuration,
}
_ENDINGS: Final = {kind: f"^^<{iri.value}>" for kind, iri in _DATATYPES.items()}


def kinds(frame: pl.DataFrame, expression: Expression) -> pl.Series | int:
    """The kinds of what an expression gives: a column where they differ from row to row, else
    one number."""
    match expression:
        case FunctionExecution():
            return function_of(expression).kind
        case Reference(name):
            beside = frame.get_column(kinds_of(name), default=None)
            return (
                (INTEGER if frame.get_column(name).dtype.is_integer() else STRING)
                if beside is None
                else beside
            )
        case _:
            return STRING


def natural_datatype(term: TermMap) -> Constant | None:
    """The datatype of what a function gives, where a term map makes literals of it and says
    neither datatype nor language."""
    if (
        term.type is not TermType.LITERAL
        or term.language is not None
        or not isinstance(term.expression, FunctionExecution)
    ):
        return None
    iri = _DATATYPES.get(function_of(term.expression).kind)
    return None if iri is None else Constant(iri)


def with_kinds(frame: pl.DataFrame, names: list[str]) -> list[str]:
    """The columns and, after each, that of its kinds where there is one."""
    known = frozenset(frame.columns)
    return [column for name in names for column in (name, kinds_of(name)) if column in known]


def quoted_parts(texts: list[str | pl.Expr], kind: int) -> list[str | pl.Expr]:
    """The pieces of an escaped lexical form as a literal of the natural datatype of one kind."""
    return ['"', *texts, f'"{_ENDINGS.get(kind, "")}']


def quoted(values: pl.Series, kinds: pl.Series) -> pl.Series:
    """Escaped lexical forms as literals of their natural datatypes; doubles in canonical form."""
    ending = kinds.replace_strict(_ENDINGS, default="", return_dtype=pl.String)
    return '"' + _canonical(values, kinds) + '"' + ending


def as_doubles(values: pl.Series, kinds: pl.Series | int) -> pl.Series:
    """Lexical forms of xsd:double: numbers of a format that knows them in canonical form, others
    as they are."""
    numbers = (
        pl.Series([kinds], dtype=pl.UInt8).new_from_index(0, len(values))
        if isinstance(kinds, int)
        else kinds
    )
    return _canonical(values, numbers, (INTEGER, DOUBLE, DECIMAL))


def _canonical(
    values: pl.Series, kinds: pl.Series, which: tuple[int, ...] = (DOUBLE,)
) -> pl.Series:
    doubles = kinds.is_in(which)
    if not doubles.any():
        return values
    distinct = values.filter(doubles).unique()
    canonical = values.replace_strict(
        distinct,
        [canonical_double(text) for text in distinct],
        default=None,
        return_dtype=pl.String,
    )
    return pl.select(pl.when(doubles).then(canonical).otherwise(values).alias("value"))["value"]
