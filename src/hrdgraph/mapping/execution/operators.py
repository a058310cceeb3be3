"""Apply operators that only need the rows at hand. Equal documents in cells are read once. Joins,
collections and numbers need more: see `relations.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.mapping.execution.collections import elements, terms_column, with_triples
from hrdgraph.mapping.execution.row_rejection import Reject, naming, sound, sound_with
from hrdgraph.mapping.expressions import constant_text, references
from hrdgraph.mapping.functions.calls import call, function_of
from hrdgraph.mapping.model import Constant, Expression, FunctionExecution, Reference, Template
from hrdgraph.mapping.plan import INDEX, Below, Elements, Extend, Iterate, Pick, Reify
from hrdgraph.mapping.terms.kernel import value_column
from hrdgraph.mapping.terms.terms import kinds
from hrdgraph.mapping.terms.typed_literals import bad_value
from hrdgraph.sources.json.stream import compile_path
from hrdgraph.sources.reference_columns import HIDDEN, STRING, STRUCTURE, kinds_of
from hrdgraph.sources.values import all_named, by_name, constant_column, list_column, series

_FIRST: Final = pl.Series([0], dtype=pl.UInt32)  # the position of the only value of a field


def below(frame: pl.DataFrame, prefix: str) -> dict[str, str]:
    """Return new names for the columns below a view; row numbers keep theirs."""
    names = [name for name in frame.columns if not name.startswith(HIDDEN)]
    known = frozenset(frame.columns)
    kinds = [name for name in names if kinds_of(name) in known]
    return {name: prefix + name for name in names} | {
        kinds_of(name): kinds_of(prefix + name) for name in kinds
    }


def field(frame: pl.DataFrame, expression: Expression) -> tuple[pl.Series, pl.Series | int]:
    """Return the texts and the kinds of a field."""
    if isinstance(expression, Reference):
        column = frame.get_column(expression.name)
        if column.dtype == pl.List:
            return column, kinds(frame, expression)
    return value_column(frame, expression), kinds(frame, expression)


def key(frame: pl.DataFrame, expression: Expression) -> pl.Series:
    """Return the texts of a join key. BadValue for an array or object, which no other format
    writes alike."""
    for name in references(expression) if isinstance(expression, Reference | Template) else ():
        beside = frame.get_column(kinds_of(name), default=None)
        if beside is not None:
            is_list = beside.dtype == pl.List
            bad = (beside.list.contains(STRUCTURE) if is_list else beside == STRUCTURE).fill_null(
                False
            )
            if bad.any():
                texts = [
                    _structure(*cell) if is_bad else None
                    for is_bad, cell in zip(
                        bad, frame[[name, kinds_of(name)]].iter_rows(), strict=True
                    )
                ]
                values = pl.Series(texts, dtype=pl.String)
                raise bad_value(
                    frame, bad, values, lambda text: Message("array-or-object", value=text),
                    "refer-inside", Origin(column=name),
                )  # fmt: skip
    return value_column(frame, expression)


def _structure(values: str | list[str], kinds: int | list[int]) -> str:
    """Return the text of the first array or object in a cell that has one."""
    return values[kinds.index(STRUCTURE)] if isinstance(kinds, list) else str(values)


def brought(frame: pl.DataFrame, name: str, expression: Expression) -> list[pl.Series]:
    """Return a column of a join's parent as field `name`, with its kinds if known."""
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
    """Return the kinds of values that are all of one kind."""
    alike = pl.Series([kind], dtype=pl.UInt8).new_from_index(0, len(values))
    return (
        alike
        if values.dtype != pl.List
        else pl.select(pl.lit(alike).repeat_by(values.alias("").list.len())).to_series()
    )


def add_field(
    frame: pl.DataFrame, name: str, values: pl.Series, kinds: pl.Series | int
) -> pl.DataFrame:
    """Add a field, its kinds, and the position of each of its values in `<name>.#` (from 0, as
    RML-LV numbers them)."""
    index, beside = f"{name}.{INDEX}", kinds_of(name)
    kind = (
        []
        if kinds is STRING
        else [(pl.lit(kinds, pl.UInt8) if isinstance(kinds, int) else kinds).alias(beside)]
    )
    if values.dtype != pl.List:
        # the usual case, put beside the frame without running the engine
        if kinds is STRING and name not in frame.columns:
            return frame.hstack(
                [values.alias(name), _FIRST.new_from_index(0, frame.height).alias(index)]
            )
        return frame.with_columns(values.alias(name), pl.lit(0, pl.UInt32).alias(index), *kind)
    positions = pl.int_ranges(by_name(name).list.len(), dtype=pl.UInt32).alias(index)
    wide = frame.with_columns(values.alias(name), *kind)
    columns = [name, index, *([beside] if isinstance(kinds, pl.Series) else [])]
    filled = wide.with_columns(positions).with_columns(
        pl.when(by_name(c).list.len() > 0).then(by_name(c)) for c in columns
    )
    return filled.explode(all_named(columns))


def spread(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Make a row for each value of join keys that have several."""
    for key in keys:
        if frame.schema[key] == pl.List:
            frame = frame.explode(key)
    return frame


RowWise = Below | Extend | Iterate | Pick | Elements | Reify


def operate(relation: RowWise, frame: pl.DataFrame, reject: Reject | None) -> pl.DataFrame:
    """Return the rows of a relation from those below it. An error names its cell; with `reject`,
    its row is left out and reported."""
    match relation:
        case Below(_, prefix):
            return frame.rename(below(frame, prefix))
        case Extend():
            worked_out = partial(field, expression=relation.expression)
            frame, columns = sound_with(frame, relation.child, worked_out, reject)
            return add_field(frame, relation.name, *columns)
        case Iterate():
            find = partial(items_in, iterate=relation)
            frame = sound(frame, relation.child, find, reject)
            with naming(relation.child):
                return with_items(frame, relation, find(frame))
        case Pick():
            pick = partial(
                values_in, column=relation.column, path=relation.path, origin=relation.origin
            )
            frame = sound(frame, relation.child, pick, reject)
            with naming(relation.child):
                return add_field(frame, relation.name, *pick(frame))
        case Elements(gather, kept):
            return elements(frame, gather, kept)
        case Reify():
            frame = sound(
                frame, relation.child, lambda rows: terms_column(rows, relation.triple), reject
            )
            with naming(relation.child):
                return with_triples(frame, relation)


def with_fields(
    steps: Sequence[Extend], frame: pl.DataFrame, reject: Reject | None
) -> pl.DataFrame:
    """Return the rows of the last of some fields from those below the first. Errors and rejected
    rows are as for each field by itself."""
    try:
        return _together(steps, frame)
    except (MappingError, SourceError):
        for step in steps:
            frame = operate(step, frame, reject)
        return frame


def _together(steps: Sequence[Extend], frame: pl.DataFrame) -> pl.DataFrame:
    rows = _Rows(frame)
    for step in steps:
        if not rows.add(step):
            frame = rows.frame()
            rows = _Rows(add_field(frame, step.name, *field(frame, step.expression)))
    return rows.frame()


class _Rows:
    """Columns of some rows, and those computed from them, without a frame for each."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._height = frame.height
        self._columns = {column.name: column for column in frame.iter_columns()}
        self._positions = _FIRST.new_from_index(0, self._height)

    def frame(self) -> pl.DataFrame:
        """Return all columns."""
        return pl.DataFrame([column.alias(name) for name, column in self._columns.items()])

    def add(self, step: Extend) -> bool:
        """Add a field with at most one text in each row. Return False, without adding it, if it
        may have several, or is made of more than columns of texts."""
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


T = TypeVar("T")

_PIECE: Final = 1_000  # cells; bounds the Python objects alive at once
_TEXT: Final = f"{HIDDEN}item"


class CellItems(NamedTuple):
    """The number of items in each cell, and columns, with kinds, of what is in all items, one
    after the other."""

    counts: pl.Series
    columns: pl.DataFrame


def items_in(frame: pl.DataFrame, iterate: Iterate) -> CellItems:
    """Return the items of each cell, with their fields: the records of a CSV table, or what a path
    finds in a JSON value."""
    from hrdgraph.sources.json.documents import join

    find, parts, counts = (
        partial(_items, iterate=iterate), [_columns(iterate, [])], list[int](),
    )  # fmt: skip
    try:
        for piece in _alone(series(frame, iterate.column)).to_frame().iter_slices(_PIECE):
            texts = piece.to_series().to_list()
            items = {text: find(text) for text in dict.fromkeys(texts)}
            counts += (len(items[text]) for text in texts)
            parts.append(_columns(iterate, [*chain.from_iterable(items[text] for text in texts)]))
    except SourceError:
        # which tells of all cells that have a fault
        _each(frame, iterate.column, find, iterate.origin)
        raise
    return CellItems(pl.Series(counts, dtype=pl.UInt32), join(parts))


def _items(text: str | None, iterate: Iterate) -> list[Any]:
    if text is None:
        return []
    if iterate.formulation == "CSV":
        from hrdgraph.sources.delimited.csv import read_cell

        return list(read_cell(text, iterate.origin))
    from hrdgraph.sources.json.documents import parse_cell

    return compile_path(iterate.iterator)(parse_cell(text, iterate.origin))


def with_items(frame: pl.DataFrame, iterate: Iterate, items: CellItems) -> pl.DataFrame:
    """Make a row for each item, with its fields; one row for a cell without items."""
    count = pl.col("count")
    start = (count.cum_sum() - count).alias("start")
    index = pl.int_ranges(pl.max_horizontal(count, 1), dtype=pl.UInt32).alias("index")
    spread = (
        items.counts.to_frame("count")
        .with_row_index("row")
        .select("row", count, start, index)
        .explode("index")
    )
    spread = spread.with_columns(
        pl.when(count > 0).then("index"),
        pl.when(count > 0).then(pl.col("start") + pl.col("index")).alias("item"),
    )
    columns = items.columns.select(pl.all().gather(spread["item"]))
    wide = frame[spread["row"]].hstack([spread["index"].alias(f"{iterate.name}.{INDEX}"), *columns])
    if iterate.has_text:
        wide = wide.rename({_TEXT: iterate.name})
    for item in iterate.fields:
        wide = _with_field(wide, item.name, _hidden(item.path))
    return wide.drop(name for name in items.columns.columns if name != _TEXT)


def _with_field(frame: pl.DataFrame, name: str, column: str) -> pl.DataFrame:
    values, kinds = frame[column], frame.get_column(kinds_of(column), default=None)
    if values.dtype == pl.List:
        return add_field(frame, name, values, STRING if kinds is None else kinds)
    index = pl.when(values.is_not_null()).then(pl.lit(0, pl.UInt32)).alias(f"{name}.{INDEX}")
    return frame.with_columns(
        values.alias(name), index, *([] if kinds is None else [kinds.alias(kinds_of(name))])
    )


def _columns(iterate: Iterate, items: list[Any]) -> pl.DataFrame:
    """Return what is in some items, in columns with unique names."""
    from hrdgraph.sources.json.documents import columns_of

    paths = list(dict.fromkeys(item.path for item in iterate.fields))
    frame = pl.DataFrame(columns_of(paths, items, large=True))
    names = {
        name: other
        for path in paths
        for name, other in (
            (path, _hidden(path)),
            (kinds_of(path), kinds_of(_hidden(path))),
        )
    }
    frame = frame.rename(names, strict=False)
    text = pl.Series(
        _TEXT, [_document(item) for item in items] if iterate.has_text else [], dtype=pl.String
    )
    return frame.hstack([text]) if iterate.has_text else frame


def _hidden(path: str) -> str:
    return f"{HIDDEN}found:{path}"


def _document(item: Any) -> str:
    """Return an item as JSON; its numbers keep their digits."""
    from hrdgraph.sources.json.documents import text_of

    if isinstance(item, str | None):
        return json.dumps(item, ensure_ascii=False)
    return text_of(item) or "null"


def values_in(
    frame: pl.DataFrame, column: str, path: str, origin: Origin
) -> tuple[pl.Series, pl.Series]:
    """Return the texts and the kinds of what a path finds in each JSON cell."""
    from hrdgraph.sources.json.documents import parse_cell, texts_and_kinds

    select = compile_path(path)
    results = _each(
        frame, column, lambda text: texts_and_kinds(select(parse_cell(text, origin))), origin
    )
    pairs = [pair or (None, None) for pair in results]
    texts, kinds = [texts for texts, _ in pairs], [kinds for _, kinds in pairs]
    return list_column("texts", texts, pl.String), list_column("kinds", kinds, pl.UInt8)


def _each(
    frame: pl.DataFrame, column: str, function: Callable[[str], T], origin: Origin
) -> list[T | None]:
    """Apply a function to each text of a column; BadValue for the texts that it refuses."""
    cells = _alone(series(frame, column))
    results, refused = dict[str | None, T | None](), dict[str | None, SourceError]()
    texts = cells.to_list()
    for text in dict.fromkeys(texts):
        try:
            results[text] = None if text is None else function(text)
        except SourceError as error:
            refused[text] = error.with_traceback(None)
    if refused:
        bad = cells.is_in([*refused])
        at = replace(origin, column=column)

        def way_out(text: str) -> str | Message:
            return refused[text].advice or ""

        raise bad_value(frame, bad, cells, lambda text: refused[text].message, way_out, at)
    return [results[text] for text in texts]


def _alone(cells: pl.Series) -> pl.Series:
    """Take the single JSON item out of its list."""
    return cells.list.first() if cells.dtype == pl.List else cells
