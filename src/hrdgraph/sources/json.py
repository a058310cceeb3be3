"""JSON documents and JSON cells into rows: what each reference selects, as text and as kinds of values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NoReturn

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.jsonpath import compile_path
from hrdgraph.sources.kinds import STRING, kind_of, kinds_of
from hrdgraph.sources.text import decode, read_bytes

TEXTS: Final = pl.List(pl.String)
KINDS: Final = pl.List(pl.UInt8)
_HALF_SURROGATE = re.compile(r"\\u[dD][89abAB]")


def text_of(value: Any) -> str | None:
    """The lexical form of one JSON value (RML-IO natural mapping); objects and arrays as compact JSON, null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse_cell(text: str, origin: Origin) -> Any:
    """The JSON value in a cell; SourceError with the mapping's place where it is none."""
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"a cell holds no JSON: {text[:60]}", origin=origin, hint=f"{error.msg} at character {error.pos}") from error


@lru_cache(maxsize=4096)  # each field of an item asks for the same cells again
def _parsed(text: str) -> Any:
    return _load(text)


def _load(text: str) -> Any:
    """Parse JSON strictly: no NaN, no half surrogates, no depth that the parser cannot bear. JSONDecodeError otherwise."""

    def refuse(name: str) -> NoReturn:
        raise json.JSONDecodeError(f"{name} is no JSON number", text, text.find(name))

    try:
        value = json.loads(text, parse_constant=refuse)
        if _HALF_SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None
    except UnicodeEncodeError:
        place = _HALF_SURROGATE.search(text)
        raise json.JSONDecodeError("half of a surrogate pair", text, place.start() if place else 0) from None
    return value


def selected(values: list[Any]) -> tuple[list[str] | None, list[int] | None]:
    """What a path selects as texts and kinds, nulls left out; None when there is nothing."""
    if len(values) == 1 and type(values[0]) is str:
        return values, [STRING]  # what most references find; the rest is dearer
    values = [value for value in values if value is not None]
    if not values:
        return None, None
    return [str(text_of(value)) for value in values], [kind_of(value) for value in values]


def read_json(path: Path, iterator: str, columns: Sequence[str], *, row_column: str) -> Iterator[pl.DataFrame]:
    """Yield one frame: a row for each item of the iterator, a text for each reference (a list of texts where some item has
    several), the item's number from 1; beside a reference whose values are not all strings, their kinds."""
    items = compile_path(iterator)(_document(path))
    frame = [pl.Series(row_column, range(1, len(items) + 1), dtype=pl.UInt32)]
    for name in columns:
        frame += _reference(name, items)
    yield pl.DataFrame(frame)


def _reference(name: str, items: list[Any]) -> list[pl.Series]:
    select = compile_path(name)
    found = [selected(select(item)) for item in items]
    texts: list[Any] = [texts for texts, _ in found]
    kinds: list[Any] = [kinds for _, kinds in found]
    plain = not any(any(row) for row in kinds if row)
    if any(len(row) > 1 for row in texts if row):
        columns = [pl.Series(name, texts, dtype=TEXTS), pl.Series(kinds_of(name), kinds, dtype=KINDS)]
    else:
        columns = [pl.Series(name, [row and row[0] for row in texts], dtype=pl.String)]
        columns += [] if plain else [pl.Series(kinds_of(name), [row and row[0] for row in kinds], dtype=pl.UInt8)]
    return columns[:1] if plain else columns


def _document(path: Path) -> Any:
    text = decode(read_bytes(path), path)
    try:
        return _load(text)
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()) - 1
        hint = "the file seems to be cut off" if cut else "look just before that place"
        raise SourceError(f"not valid JSON: {error.msg}", origin=Origin(str(path), line=error.lineno), hint=hint) from error
