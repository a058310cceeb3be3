"""What rows take in memory."""

from __future__ import annotations

from typing import Final

import polars as pl

_VIEW: Final = 16  # bytes that stand for each text beside its own; the column engine's estimate leaves them out


def size_of(rows: pl.DataFrame | pl.Series) -> int:
    """Bytes, at most: the texts and what points to them."""
    columns = [rows] if isinstance(rows, pl.Series) else rows.get_columns()
    return int(rows.estimated_size()) + _VIEW * sum(_texts(column) for column in columns)


def _texts(column: pl.Series) -> int:
    """How many texts a column holds."""
    if column.dtype == pl.List:
        return int(column.alias("").list.len().sum())  # by its own name it may be taken for a pattern
    return len(column) if column.dtype == pl.String else 0
