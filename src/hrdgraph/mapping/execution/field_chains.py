"""Fields that stand on one another into columns, many at a time: the frame is put together once
for all of them, not once for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from hrdgraph.errors import MappingError, SourceError
from hrdgraph.mapping.execution.fields import extended, field
from hrdgraph.mapping.execution.operators import operate
from hrdgraph.mapping.execution.row_rejection import Reject
from hrdgraph.mapping.expressions import constant_text
from hrdgraph.mapping.functions.calls import call, function_of
from hrdgraph.mapping.model import Constant, Expression, FunctionExecution, Reference
from hrdgraph.mapping.plan import INDEX, Extend
from hrdgraph.sources.reference_columns import STRING, kinds_of
from hrdgraph.sources.values import constant_column

_ONLY: Final = pl.Series([0], dtype=pl.UInt32)  # the position of the only value of a field


def with_fields(
    steps: Sequence[Extend], frame: pl.DataFrame, reject: Reject | None
) -> pl.DataFrame:
    """The rows of the last of some fields, of the rows below the first. Errors, and rows that are
    left out for them, are as each field by itself makes them."""
    try:
        return _together(steps, frame)
    except (MappingError, SourceError):
        for step in steps:
            frame = operate(step, frame, reject)
        return frame


def _together(steps: Sequence[Extend], frame: pl.DataFrame) -> pl.DataFrame:
    rows = _Rows(frame)
    for step in steps:
        if not rows.put(step):
            frame = rows.frame()
            rows = _Rows(extended(frame, step.name, *field(frame, step.expression)))
    return rows.frame()


class _Rows:
    """Columns of some rows, and those that are worked out of them: no frame is asked for one."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._height = frame.height
        self._columns = {column.name: column for column in frame.iter_columns()}
        self._positions = _ONLY.new_from_index(0, self._height)

    def frame(self) -> pl.DataFrame:
        """All of them."""
        return pl.DataFrame([column.alias(name) for name, column in self._columns.items()])

    def put(self, step: Extend) -> bool:
        """Add a field that has one text, or none, in each row. False where it may have several,
        or is made of more than columns of texts, and nothing is added."""
        values, kind = self._values(step.expression), self._kind(step.expression)
        if values is None or kind is None or values.dtype != pl.String:
            return False
        self._columns[step.name] = values
        self._columns[f"{step.name}.{INDEX}"] = self._positions
        if kind is not STRING:
            self._columns[kinds_of(step.name)] = self._of(kind)
        return True

    def _values(self, expression: Expression) -> pl.Series | None:
        match expression:
            case Reference(name):
                return self._columns[name]
            case Constant():
                return constant_column(constant_text(expression) or "", self._height)
            case FunctionExecution(_, inputs):
                arguments = [self._values(value) for _, value in inputs]
                texts = [c for c in arguments if c is not None and c.dtype == pl.String]
                # without a name, which some functions would take for a pattern
                plain = [column.alias("") for column in texts]
                return call(expression, plain, self._height) if len(texts) == len(inputs) else None
            case _:
                return None

    def _kind(self, expression: Expression) -> pl.Series | int | None:
        match expression:
            case FunctionExecution():
                return function_of(expression).kind
            case Reference(name):
                beside = self._columns.get(kinds_of(name))
                return STRING if beside is None else beside if beside.dtype == pl.UInt8 else None
            case _:
                return STRING

    def _of(self, kind: pl.Series | int) -> pl.Series:
        if not isinstance(kind, int):
            return kind
        return pl.Series([kind], dtype=pl.UInt8).new_from_index(0, self._height)
