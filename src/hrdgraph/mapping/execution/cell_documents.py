"""Cells that hold a document of their own: what an iterator or a path finds in each. Equal texts
at hand together are read once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.mapping.execution.operators import extended
from hrdgraph.mapping.plan import INDEX, Iterate
from hrdgraph.mapping.terms.typed_literals import bad_value
from hrdgraph.sources.delimited.csv import read_cell
from hrdgraph.sources.json.documents import columns_of, joined, parse_cell, selected, text_of
from hrdgraph.sources.json.stream import compile_path
from hrdgraph.sources.reference_columns import HIDDEN, STRING, kinds_of
from hrdgraph.sources.values import list_column, series

T = TypeVar("T")

_PIECE: Final = 1_000  # cells; bounds the Python objects alive at once
_TEXT: Final = f"{HIDDEN}item"


class CellItems(NamedTuple):
    """How many items each cell has, and of all items, one after the other, columns of what is
    found in them, with kinds."""

    counts: pl.Series
    columns: pl.DataFrame


def items_in(frame: pl.DataFrame, iterate: Iterate) -> CellItems:
    """The items of each cell: the records of a CSV table, or what a path finds in a JSON value;
    and their fields."""
    find, parts, counts = partial(_found, iterate=iterate), [_columns(iterate, [])], list[int]()
    try:
        for piece in _alone(series(frame, iterate.column)).to_frame().iter_slices(_PIECE):
            texts = piece.to_series().to_list()
            found = {text: find(text) for text in dict.fromkeys(texts)}
            counts += (len(found[text]) for text in texts)
            parts.append(_columns(iterate, [*chain.from_iterable(found[text] for text in texts)]))
    except SourceError:
        # which tells of all cells that have a fault
        _each(frame, iterate.column, find, iterate.origin)
        raise
    return CellItems(pl.Series(counts, dtype=pl.UInt32), joined(parts))


def _found(text: str | None, iterate: Iterate) -> list[Any]:
    if text is None:
        return []
    if iterate.formulation == "CSV":
        return list(read_cell(text, iterate.origin))
    return compile_path(iterate.iterator)(parse_cell(text, iterate.origin))


def with_items(frame: pl.DataFrame, iterate: Iterate, items: CellItems) -> pl.DataFrame:
    """A row for each item, with its fields; a row for a cell without any."""
    count = pl.col("count")
    start, index = (
        (count.cum_sum() - count).alias("start"),
        pl.int_ranges(pl.max_horizontal(count, 1), dtype=pl.UInt32).alias("index"),
    )
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
    found = items.columns.select(pl.all().gather(spread["item"]))
    wide = frame[spread["row"]].hstack([spread["index"].alias(f"{iterate.name}.{INDEX}"), *found])
    if iterate.has_text:
        wide = wide.rename({_TEXT: iterate.name})
    for item in iterate.fields:
        wide = _with_field(wide, item.name, _found_in(item.path))
    return wide.drop(name for name in items.columns.columns if name != _TEXT)


def _with_field(frame: pl.DataFrame, name: str, column: str) -> pl.DataFrame:
    values, found = frame[column], frame.get_column(kinds_of(column), default=None)
    if values.dtype == pl.List:
        return extended(frame, name, values, STRING if found is None else found)
    index = pl.when(values.is_not_null()).then(pl.lit(0, pl.UInt32)).alias(f"{name}.{INDEX}")
    return frame.with_columns(
        values.alias(name), index, *([] if found is None else [found.alias(kinds_of(name))])
    )


def _columns(iterate: Iterate, items: list[Any]) -> pl.DataFrame:
    """What is found in some items, in columns of names that nothing else has."""
    paths = list(dict.fromkeys(item.path for item in iterate.fields))
    frame = pl.DataFrame(columns_of(paths, items, large=True))
    names = {
        name: other
        for path in paths
        for name, other in ((path, _found_in(path)), (kinds_of(path), kinds_of(_found_in(path))))
    }
    frame = frame.rename(names, strict=False)
    text = pl.Series(
        _TEXT, [_document(item) for item in items] if iterate.has_text else [], dtype=pl.String
    )
    return frame.hstack([text]) if iterate.has_text else frame


def _found_in(path: str) -> str:
    return f"{HIDDEN}found:{path}"


def _document(item: Any) -> str:
    """An item as JSON; its numbers keep their digits."""
    return (
        json.dumps(item, ensure_ascii=False)
        if isinstance(item, str | None)
        else text_of(item) or "null"
    )


def values_in(
    frame: pl.DataFrame, column: str, path: str, origin: Origin
) -> tuple[pl.Series, pl.Series]:
    """The texts and the kinds of what a path finds in each JSON cell."""
    select = compile_path(path)
    found = _each(frame, column, lambda text: selected(select(parse_cell(text, origin))), origin)
    pairs = [pair or (None, None) for pair in found]
    texts, kinds = [texts for texts, _ in pairs], [kinds for _, kinds in pairs]
    return list_column("texts", texts, pl.String), list_column("kinds", kinds, pl.UInt8)


def _each(
    frame: pl.DataFrame, column: str, function: Callable[[str], T], origin: Origin
) -> list[T | None]:
    """What a function makes of each text of a column; BadValue of the texts that it refuses."""
    cells = _alone(series(frame, column))
    made, refused = dict[str | None, T | None](), dict[str | None, SourceError]()
    texts = cells.to_list()
    for text in dict.fromkeys(texts):
        try:
            made[text] = None if text is None else function(text)
        except SourceError as error:
            refused[text] = error.with_traceback(None)
    if refused:
        bad = cells.is_in([*refused])
        at = replace(origin, column=column)

        def way_out(text: str) -> str | Message:
            return refused[text].advice or ""

        raise bad_value(frame, bad, cells, lambda text: refused[text].message, way_out, at)
    return [made[text] for text in texts]


def _alone(cells: pl.Series) -> pl.Series:
    """A whole JSON item stands alone in a list."""
    return cells.list.first() if cells.dtype == pl.List else cells
