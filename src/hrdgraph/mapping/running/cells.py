"""Cells that hold a document of their own: what an iterator or a path finds in each, worked out once for each distinct text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources import ROW
from hrdgraph.sources.csv import read_cell
from hrdgraph.sources.json import KINDS, TEXTS, parse_cell, selected, text_of
from hrdgraph.sources.jsonpath import compile_path
from hrdgraph.sources.named import series

T = TypeVar("T")


def items_in(frame: pl.DataFrame, column: str, formulation: str, iterator: str, origin: Origin) -> pl.Series:
    """The items of each cell as JSON texts: the records of a CSV table, or what a path finds in a JSON value."""
    select = compile_path(iterator)

    def items(text: str) -> list[str] | None:
        found: list[Any] = list(read_cell(text, origin)) if formulation == "CSV" else select(parse_cell(text, origin))
        return [_document(item) for item in found] or None

    return pl.Series("items", _each(frame, column, items), dtype=TEXTS)


def _document(item: Any) -> str:
    """An item as JSON; its numbers keep their digits."""
    return json.dumps(item, ensure_ascii=False) if isinstance(item, str | None) else text_of(item) or "null"


def values_in(frame: pl.DataFrame, column: str, path: str, origin: Origin) -> tuple[pl.Series, pl.Series]:
    """The texts and the kinds of what a path finds in each JSON cell."""
    select = compile_path(path)
    pairs = [pair or (None, None) for pair in _each(frame, column, lambda text: selected(select(parse_cell(text, origin))))]
    return pl.Series("texts", [texts for texts, _ in pairs], dtype=TEXTS), pl.Series("kinds", [kinds for _, kinds in pairs], dtype=KINDS)


def _each(frame: pl.DataFrame, column: str, function: Callable[[str], T]) -> list[T | None]:
    """What a function makes of each text of a column; SourceError with the row of the first text that it refuses."""
    cells = series(frame, column)
    cells = cells.list.first() if cells.dtype == pl.List else cells  # a whole JSON item stands alone in a list
    made: dict[str | None, T | None] = {None: None}
    for line, text in enumerate(cells):
        if text not in made:
            try:
                made[text] = function(text)
            except SourceError as error:
                place = replace(error.origin, row=frame[ROW][line], column=column)
                raise SourceError(error.fact, origin=place, hint=error.hint) from error
    return [made[text] for text in cells]
