"""Fields of views and of joins into columns: their texts, their kinds, and the position of each
value."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.mapping.expressions import references
from hrdgraph.mapping.model import Expression, Reference, Template
from hrdgraph.mapping.plan import INDEX
from hrdgraph.mapping.terms.kernel import value_column
from hrdgraph.mapping.terms.terms import kinds
from hrdgraph.mapping.terms.typed_literals import BadValue, bad_value
from hrdgraph.sources.reference_columns import HIDDEN, STRING, STRUCTURE, kinds_of
from hrdgraph.sources.values import all_named, named

_FIRST: Final = pl.Series([0], dtype=pl.UInt32)  # the position of the only value of a field


def below(frame: pl.DataFrame, prefix: str) -> dict[str, str]:
    """New names for the columns that a view stands on; row numbers keep theirs."""
    names = [name for name in frame.columns if not name.startswith(HIDDEN)]
    known = frozenset(frame.columns)
    kinds = [name for name in names if kinds_of(name) in known]
    return {name: prefix + name for name in names} | {
        kinds_of(name): kinds_of(prefix + name) for name in kinds
    }


def field(frame: pl.DataFrame, expression: Expression) -> tuple[pl.Series, pl.Series | int]:
    """The texts and the kinds of a field."""
    if isinstance(expression, Reference):
        column = frame.get_column(expression.name)
        if column.dtype == pl.List:
            return column, kinds(frame, expression)
    return value_column(frame, expression), kinds(frame, expression)


def key(frame: pl.DataFrame, expression: Expression) -> pl.Series:
    """The texts of a join key. BadValue where one would be that of an array or object, which no
    other format writes alike."""
    for name in references(expression) if isinstance(expression, Reference | Template) else ():
        beside = frame.get_column(kinds_of(name), default=None)
        if beside is not None:
            is_list = beside.dtype == pl.List
            bad = (beside.list.contains(STRUCTURE) if is_list else beside == STRUCTURE).fill_null(
                False
            )
            if bad.any():
                raise _no_key(frame, bad, name)
    return value_column(frame, expression)


def _no_key(frame: pl.DataFrame, bad: pl.Series, name: str) -> BadValue:
    texts = [
        _structure(*cell) if is_bad else None
        for is_bad, cell in zip(bad, frame[[name, kinds_of(name)]].iter_rows(), strict=True)
    ]
    hint = "refer-inside"
    values = pl.Series(texts, dtype=pl.String)
    return bad_value(
        frame,
        bad,
        values,
        lambda text: Message("key-is-structure", text=text),
        hint,
        Origin(column=name),
    )


def _structure(values: str | list[str], kinds: int | list[int]) -> str:
    """The text of the first array or object in a cell that has one."""
    return values[kinds.index(STRUCTURE)] if isinstance(kinds, list) else str(values)


def brought(frame: pl.DataFrame, name: str, expression: Expression) -> list[pl.Series]:
    """A column of a join's parent as field `name`, with its kinds where they are known."""
    if not isinstance(expression, Reference):
        values, kind = value_column(frame, expression).alias(name), kinds(frame, expression)
        return (
            [values]
            if kind is STRING or not isinstance(kind, int)
            else [values, _of_kind(values, kind).alias(kinds_of(name))]
        )
    column = frame.get_column(kinds_of(expression.name), default=None)
    beside = [] if column is None else [column.alias(kinds_of(name))]
    return [frame[expression.name].alias(name), *beside]


def _of_kind(values: pl.Series, kind: int) -> pl.Series:
    """The kinds of values that are all of one kind."""
    alike = pl.Series([kind], dtype=pl.UInt8).new_from_index(0, len(values))
    return (
        alike
        if values.dtype != pl.List
        else pl.select(pl.lit(alike).repeat_by(values.alias("").list.len())).to_series()
    )


def extended(
    frame: pl.DataFrame, name: str, values: pl.Series, found: pl.Series | int
) -> pl.DataFrame:
    """Add a field, its kinds, and the position of each of its values in `<name>.#` (from 0, as
    RML-LV numbers them)."""
    index, beside = f"{name}.{INDEX}", kinds_of(name)
    kind = (
        []
        if found is STRING
        else [(pl.lit(found, pl.UInt8) if isinstance(found, int) else found).alias(beside)]
    )
    if values.dtype != pl.List:
        # the usual case, put beside the frame without running the engine
        if found is STRING and name not in frame.columns:
            return frame.hstack(
                [values.alias(name), _FIRST.new_from_index(0, frame.height).alias(index)]
            )
        return frame.with_columns(values.alias(name), pl.lit(0, pl.UInt32).alias(index), *kind)
    positions = pl.int_ranges(named(name).list.len(), dtype=pl.UInt32).alias(index)
    wide = frame.with_columns(values.alias(name), *kind)
    columns = [name, index, *([beside] if isinstance(found, pl.Series) else [])]
    filled = wide.with_columns(positions).with_columns(
        pl.when(named(c).list.len() > 0).then(named(c)) for c in columns
    )
    return filled.explode(all_named(columns))


def spread(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """A row for each value of join keys that have several."""
    for key in keys:
        if frame.schema[key] == pl.List:
            frame = frame.explode(key)
    return frame
