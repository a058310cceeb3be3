"""Read JSON documents and JSON cells into rows: what each reference selects, as texts and kinds of
values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.json.stream import (
    DecimalNumber,
    Run,
    compile_path,
    parse_value,
    read_runs,
    singular,
    steps_of,
)
from hrdgraph.sources.reference_columns import DOUBLE, INTEGER, STRING, kind_of, kinds_of
from hrdgraph.sources.values import KINDS as KINDS
from hrdgraph.sources.values import TEXTS as TEXTS
from hrdgraph.sources.values import by_name, columns, list_column

# items; bounds the Python objects alive at once, most of them in the processor's cache
PIECE: Final = 1_000
PIECES: Final = 20  # in a batch
BYTES: Final = 16 << 20  # in a batch, or little more
# perhaps a number that has digits to keep, such as 1.50 or 1E400
_POINT: Final = re.compile(r"\d[.e]|Infinity")
LINES: Final = (".jsonl", ".ndjson")


def text_of(value: Any) -> str | None:
    """Return the lexical form of one JSON value (RML-IO natural mapping); objects and arrays as
    compact JSON, null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, DecimalNumber):
        return value.text
    if isinstance(value, int):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _exact(value) if _POINT.search(text) else text


def _exact(value: Any) -> str:
    """Return compact JSON in which numbers keep their digits as written; slower than the
    library's."""
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(
                f"{json.dumps(key, ensure_ascii=False)}:{_exact(item)}"
                for key, item in value.items()
            )
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(_exact, value)) + "]"
    return value.text if isinstance(value, DecimalNumber) else json.dumps(value, ensure_ascii=False)


def parse_cell(text: str, origin: Origin) -> Any:
    """Return the JSON value in a cell; SourceError with the mapping's place if it is none."""
    try:
        return _parse(text)
    except json.JSONDecodeError as error:
        raise SourceError(
            "not-valid",
            format="JSON",
            reason=text[:60],
            origin=origin,
            hint=Message("library-says", reason=f"{error.msg} at character {error.pos}"),
        ) from error


@lru_cache(maxsize=4096)  # each field of an item asks for the same cells again
def _parse(text: str) -> Any:
    start = len(text) - len(text.lstrip(" \t\n\r"))
    value, end = parse_value(text, start)
    if text[end:].strip(" \t\n\r"):
        raise json.JSONDecodeError("something follows the value", text, end)
    return value


def texts_and_kinds(values: list[Any]) -> tuple[list[str] | None, list[int] | None]:
    """Return what a path selects as texts and kinds, without nulls; None if there is nothing."""
    if len(values) == 1 and type(values[0]) is str:
        return values, [STRING]  # what most references find; the rest is dearer
    values = [value for value in values if value is not None]
    if not values:
        return None, None
    return [str(text_of(value)) for value in values], [kind_of(value) for value in values]


def read_json(
    path: Path, iterator: str, names: Sequence[str], *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield frames: a row for each item of the iterator, a text for each reference (a list of
    texts where some item has several), the item's number from 1; beside a reference whose values
    are not all strings, their kinds."""
    pieces = _pieces(_runs(path, iterator), names, row_column)
    while frames := _some(pieces):
        yield join(frames) if len(frames) > 1 else frames[0]


def _some(pieces: Iterator[pl.DataFrame]) -> list[pl.DataFrame]:
    """Return the pieces of the next batch: fewer if texts are long."""
    frames, size = list[pl.DataFrame](), 0.0
    for piece in pieces:
        frames.append(piece)
        size += piece.estimated_size()
        if len(frames) == PIECES or size >= BYTES:
            break
    return frames


def _pieces(runs: Iterator[Run], names: Sequence[str], row_column: str) -> Iterator[pl.DataFrame]:
    """Yield small frames, made while the items are still in the processor's cache."""
    batches, done = _batches(runs), 0
    batch = next(batches, list[Any]())
    following = next(batches, None)
    # then all pieces are alike: what may have several values is a list in each
    large = following is not None or len(batch) == PIECE
    while batch or not done:
        rows = pl.Series(row_column, range(done + 1, done + len(batch) + 1), dtype=pl.UInt32)
        yield pl.DataFrame([rows, *columns_of(names, batch, large=large)])
        done += max(len(batch), 1)
        batch, following = following or [], next(batches, None)


def _batches(runs: Iterator[Run]) -> Iterator[list[Any]]:
    """Yield the items of runs, so many at a time, or fewer if they are long."""
    waiting, size = list[Any](), 0
    for items, characters in runs:
        waiting += items
        size += characters
        while len(waiting) >= PIECE or (waiting and size >= BYTES // 4):
            yield waiting[:PIECE]
            waiting, size = waiting[PIECE:], 0
    if waiting:
        yield waiting


def join(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Join the pieces into one batch; values without kinds in some of them are strings there."""
    if all(other.schema == frames[0].schema for other in frames[1:]):
        return pl.concat(frames, rechunk=True)
    frame = pl.concat(frames, how="diagonal", rechunk=True)
    plain = [
        name
        for name, kind in frame.schema.items()
        if kind == pl.String and kinds_of(name) in frame.schema
    ]
    kinds = [
        pl.when(by_name(name).is_not_null())
        .then(pl.col(kinds_of(name)).fill_null(STRING))
        .alias(kinds_of(name))
        for name in plain
    ]
    return frame.with_columns(kinds)


def _runs(path: Path, iterator: str) -> Iterator[Run]:
    lines, steps = path.suffix.lower() in LINES, steps_of(iterator)
    if steps is not None:
        return read_runs(path, steps, lines=lines)
    select = compile_path(iterator)
    return (
        ([value for item in items for value in select(item)], size)
        for items, size in read_runs(path, (), lines=lines)
    )


def columns_of(names: Sequence[str], items: list[Any], *, large: bool) -> Iterator[pl.Series]:
    """Yield what each reference selects in some items: texts and, unless all are strings, kinds.
    With `large`, references that may select several values always give lists, so that pieces
    are alike."""
    keys = {
        name: steps[0]
        for name in names
        if (steps := steps_of(name)) is not None and len(steps) == 1 and isinstance(steps[0], str)
    }
    plain = dict(zip(keys, _members(list(keys.values()), items), strict=True))
    for name in names:
        if name in plain or singular(name):
            values = plain[name] if name in plain else _single(name, items)
            yield from _numbers(name, values) or columns(name, values, _text_and_kind, lists=False)
        else:
            yield from _several(name, items, large)


def _numbers(name: str, values: Sequence[Any]) -> list[pl.Series]:
    """Return the columns of values that are all numbers, some with a point; none for others."""
    if (
        not values
        or type(values[0]) is str
        or DecimalNumber not in (types := set(map(type, values)))
        or not types <= {DecimalNumber, int}
    ):
        return []
    texts = [value.text if type(value) is DecimalNumber else str(value) for value in values]
    kinds = [DOUBLE if type(value) is DecimalNumber else INTEGER for value in values]
    return [
        pl.Series(name, texts, dtype=pl.String),
        pl.Series(kinds_of(name), kinds, dtype=pl.UInt8),
    ]


def _members(keys: list[Any], items: list[Any]) -> list[Sequence[Any]]:
    """Return the values of each key in the items."""
    try:
        return [list(map(itemgetter(key), items)) for key in keys]
    except (KeyError, TypeError, IndexError):  # an item without the key, or that is no object
        return [[item.get(key) if type(item) is dict else None for item in items] for key in keys]


def _single(name: str, items: list[Any]) -> list[Any]:
    select = compile_path(name)
    return [values[0] if (values := select(item)) else None for item in items]


def _several(name: str, items: list[Any], large: bool) -> list[pl.Series]:
    select = compile_path(name)
    pairs = [texts_and_kinds(select(item)) for item in items]
    texts: list[Any] = [texts for texts, _ in pairs]
    kinds: list[Any] = [kinds for _, kinds in pairs]
    if large or any(len(row) > 1 for row in texts if row):
        series = [list_column(name, texts, pl.String), list_column(kinds_of(name), kinds, pl.UInt8)]
    else:
        series = [pl.Series(name, [row and row[0] for row in texts], dtype=pl.String)]
        series += [pl.Series(kinds_of(name), [row and row[0] for row in kinds], dtype=pl.UInt8)]
    return series if large or any(any(row) for row in kinds if row) else series[:1]


def _text_and_kind(value: Any) -> tuple[str | None, int | None]:
    return (None, None) if value is None else (text_of(value), kind_of(value))
