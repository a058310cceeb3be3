"""Cells that hold a document of their own: what an iterator or a path finds in each, worked out once for each distinct text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.mapping.terms.bad import bad_value
from hrdgraph.sources.csv import read_cell
from hrdgraph.sources.json import parse_cell, selected, text_of
from hrdgraph.sources.jsonpath import compile_path
from hrdgraph.sources.named import series
from hrdgraph.sources.values import list_column

T = TypeVar("T")


def items_in(frame: pl.DataFrame, column: str, formulation: str, iterator: str, origin: Origin) -> pl.Series:
    """The items of each cell as JSON texts: the records of a CSV table, or what a path finds in a JSON value."""
    select = compile_path(iterator)

    def items(text: str) -> list[str] | None:
        found: list[Any] = list(read_cell(text, origin)) if formulation == "CSV" else select(parse_cell(text, origin))
        return [_document(item) for item in found] or None

    return list_column("items", _each(frame, column, items, origin), pl.String)


def _document(item: Any) -> str:
    """An item as JSON; its numbers keep their digits."""
    return json.dumps(item, ensure_ascii=False) if isinstance(item, str | None) else text_of(item) or "null"


def values_in(frame: pl.DataFrame, column: str, path: str, origin: Origin) -> tuple[pl.Series, pl.Series]:
    """The texts and the kinds of what a path finds in each JSON cell."""
    select = compile_path(path)
    found = _each(frame, column, lambda text: selected(select(parse_cell(text, origin))), origin)
    pairs = [pair or (None, None) for pair in found]
    texts, kinds = [texts for texts, _ in pairs], [kinds for _, kinds in pairs]
    return list_column("texts", texts, pl.String), list_column("kinds", kinds, pl.UInt8)


def _each(frame: pl.DataFrame, column: str, function: Callable[[str], T], origin: Origin) -> list[T | None]:
    """What a function makes of each text of a column; BadValue of the texts that it refuses."""
    cells = series(frame, column)
    cells = cells.list.first() if cells.dtype == pl.List else cells  # a whole JSON item stands alone in a list
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
        raise bad_value(frame, bad, cells, lambda text: refused[text].fact, lambda text: refused[text].hint, at)
    return [made[text] for text in texts]
