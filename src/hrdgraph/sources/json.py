"""JSON documents and JSON cells into rows: JSONPath iterators, and references as text with the natural datatype of each value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.text import decode, read_bytes

_STEP = re.compile(r"""\.\.?([A-Za-z_@\u0080-\U0010FFFF][\w\-@ ]*)|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\*|-?\d+))\]|\.(\*)""")

Select = Callable[[Any], list[Any]]


@lru_cache(maxsize=4096)
def compile_path(path: str) -> Select:
    """A JSONPath (RFC 9535: root, names, indices, wildcards) as a function from a value to the list of what it selects.

    Raises ValueError on anything else, filters and descendants among it.
    """
    rest = path.strip().removeprefix("$")
    if rest and rest[0] not in ".[":
        rest = f".{rest}"
    steps: list[str | int | None] = []
    while rest:
        match = _STEP.match(rest)
        if match is None or rest.startswith(".."):
            raise ValueError(f"not a JSONPath that is understood: '{path}'")
        steps.append(_step(match))
        rest = rest[match.end() :]
    return lambda value: _walk([value], steps)


def _step(match: re.Match[str]) -> str | int | None:
    name, single, double, index, star = match.groups()
    if star or index == "*":
        return None
    if index:
        return int(index)
    quoted = single if single is not None else double
    return name if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def _walk(values: list[Any], steps: Sequence[str | int | None]) -> list[Any]:
    for step in steps:
        values = [item for value in values for item in _children(value, step)]
    return values


def _children(value: Any, step: str | int | None) -> list[Any]:
    if step is None:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and -len(value) <= step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


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
    return json.loads(text)


def texts(values: list[Any], *, whole: bool = False) -> list[str] | None:
    """The lexical forms of what a path selects; None when there is nothing. Arrays stand for their items unless `whole`."""
    flat = values if whole else [item for value in values for item in (value if isinstance(value, list) else [value])]
    found = [text for item in flat if (text := text_of(item)) is not None]
    return found or None


def read_json(path: Path, iterator: str, columns: Sequence[str], *, row_column: str) -> Iterator[pl.DataFrame]:
    """Yield one frame: a row for each item of the iterator, a list of texts for each reference, the item's number from 1."""
    try:
        document = json.loads(decode(read_bytes(path), path))
    except json.JSONDecodeError as error:
        hint = "the file seems to be cut off" if error.pos >= len(error.doc.rstrip()) - 1 else "look just before that place"
        raise SourceError(f"not valid JSON: {error.msg}", origin=Origin(str(path), line=error.lineno), hint=hint) from error
    items = compile_path(iterator)(document)
    selects = {name: compile_path(name) for name in columns}
    data: dict[str, list[Any]] = {name: [texts(select(item)) for item in items] for name, select in selects.items()}
    numbers = pl.Series(row_column, range(1, len(items) + 1), dtype=pl.UInt32)
    yield pl.DataFrame([numbers, *(pl.Series(name, cells, dtype=pl.List(pl.String)) for name, cells in data.items())])
