"""Rows of numbers in columns that are sorted by them → the same each once, and the places of
others among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hrdgraph.validate.engine.columns.relation import Ids

if TYPE_CHECKING:
    from numpy.typing import NDArray


def once(columns: list[Ids]) -> list[Ids]:
    """Sorted rows, each once."""
    keep = np.ones(len(columns[0]), np.bool_)
    if len(keep):
        keep[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return columns if keep.all() else [column[keep] for column in columns]


def places_among(columns: list[Ids], rows: list[Ids]) -> NDArray[np.intp]:
    """Before which of some sorted rows each of others belongs, by halving for all at once."""
    low, high = np.zeros(len(rows[0]), np.intp), np.full(len(rows[0]), len(columns[0]))
    while len(open_ := np.flatnonzero(low < high)):
        middle = (low[open_] + high[open_]) // 2
        is_below = np.zeros(len(open_), np.bool_)
        for column, row in zip(columns[::-1], rows[::-1], strict=True):
            there, own = column[middle], row[open_]
            is_below = (there < own) | ((there == own) & is_below)
        low[open_] = np.where(is_below, middle + 1, low[open_])
        high[open_] = np.where(is_below, high[open_], middle)
    return low
