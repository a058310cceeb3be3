"""Expressions over solutions → vectors. Each distinct row of what an expression looks at is
worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from hrdgraph.rdf import parse_term
from hrdgraph.sparql.algebra import (
    Call,
    Constant,
    Exists,
    Expression,
    Operator,
    Reference,
    Untranslated,
    mentioned,
)
from hrdgraph.sparql.dictionary import CODE, Dictionary
from hrdgraph.sparql.functions import call
from hrdgraph.sparql.vectors import Vector, alike
from hrdgraph.store.contract import Function

Matching = Callable[[Operator, pl.DataFrame], pl.Series]
_FEW: Final = 256  # rows of which it is not worth while to find the distinct ones
_PLACE: Final = "\x01place"


class Expressions:
    """Works out expressions. `matching` says for each solution whether a pattern has one that
    agrees; `functions` are those of the caller, by IRI."""

    def __init__(
        self, dictionary: Dictionary, functions: Mapping[str, Function], matching: Matching
    ) -> None:
        self._dictionary, self._functions, self._matching = dictionary, functions, matching
        self.given: Mapping[str, int] = {}  # the values of parameters

    def vector(self, expression: Expression, rows: pl.DataFrame) -> Vector:
        """The values of an expression, row by row."""
        names = [name for name in rows.columns if name in mentioned(expression)]
        if isinstance(expression, Reference) or rows.height <= _FEW or not names:
            return self._value(expression, rows)
        distinct = rows.select(names).unique()
        if distinct.height * 2 > rows.height:
            return self._value(expression, rows)
        found = self._value(expression, distinct)
        distinct = distinct.with_columns(found.series.alias(_PLACE))
        series = rows.select(names).join(
            distinct, on=names, how="left", nulls_equal=True, maintain_order="left"
        )[_PLACE]
        return Vector(found.kind, series, self._dictionary)

    def holds(self, condition: Expression, rows: pl.DataFrame) -> pl.Series:
        """Whether a condition is true: an error is not."""
        return self.vector(condition, rows).truths.fill_null(value=False)

    def _value(self, expression: Expression, rows: pl.DataFrame) -> Vector:
        if isinstance(expression, Reference):
            if expression.name in self.given:
                code = self.given[expression.name]
                return self._of(pl.repeat(code, rows.height, dtype=CODE, eager=True))
            if expression.name in rows.columns:
                return self._of(rows[expression.name])
            return self._of(pl.repeat(None, rows.height, dtype=CODE, eager=True))
        if isinstance(expression, Constant):
            code = self._dictionary.code(expression.text)
            return self._of(pl.repeat(code, rows.height, dtype=CODE, eager=True))
        if isinstance(expression, Exists):
            return self._of(self._matching(expression.inner, rows))
        return self._called(expression, rows)

    def _of(self, series: pl.Series) -> Vector:
        return Vector.of(series, self._dictionary)

    def _called(self, expression: Call, rows: pl.DataFrame) -> Vector:
        name, arguments = expression.name, expression.arguments
        if name == "BOUND":
            return self._of(self._value(arguments[0], rows).series.is_not_null())
        vectors = [self._value(argument, rows) for argument in arguments]
        if name == "NOT":
            return self._of(~vectors[0].truths)
        if name in ("AND", "OR"):
            return self._of(_logical(name, vectors))
        if name == "COALESCE":
            return self._coalesced(vectors)
        if name == "IF":
            return self._chosen(*vectors)
        if name in self._functions:
            return self._given(self._functions[name], vectors)
        return call(name, vectors)

    def _coalesced(self, vectors: list[Vector]) -> Vector:
        columns = alike(vectors)
        frame = pl.DataFrame([column.alias(str(n)) for n, column in enumerate(columns)])
        return self._of(frame.select(pl.coalesce(pl.all()).alias("value"))["value"])

    def _chosen(self, condition: Vector, first: Vector, second: Vector) -> Vector:
        one, two = alike([first, second])
        frame = pl.DataFrame([condition.truths.alias("truth"), one.alias("one"), two.alias("two")])
        choice = pl.when(pl.col("truth")).then("one").when(~pl.col("truth")).then("two")
        return self._of(frame.select(choice.alias("value"))["value"])

    def _given(self, function: Function, vectors: list[Vector]) -> Vector:
        """A function of the caller's, asked once for each distinct row of terms."""
        names = [str(place) for place in range(len(vectors))]
        if not names:
            raise Untranslated("sparql-function-unknown", "()")
        rows = pl.DataFrame(
            [vector.codes.alias(name) for name, vector in zip(names, vectors, strict=True)]
        )
        distinct = rows.drop_nulls().unique()
        texts = [self._dictionary.texts(distinct[name]).to_list() for name in names]
        answers = [
            None if (value := function(*map(parse_term, row))) is None else value.n3()
            for row in zip(*texts, strict=True)
        ]
        codes = self._dictionary.codes(pl.Series(answers, dtype=pl.String))
        found = rows.join(
            distinct.with_columns(codes.alias(_PLACE)), on=names, how="left", maintain_order="left"
        )
        return self._of(found[_PLACE])


def _logical(name: str, vectors: list[Vector]) -> pl.Series:
    """AND and OR: an error counts only where the other side does not decide."""
    found = vectors[0].truths
    for vector in vectors[1:]:
        found = found & vector.truths if name == "AND" else found | vector.truths
    return found
