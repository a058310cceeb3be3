"""Columns in which texts repeat: what is done to them is done once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

_SAMPLE: Final = 4_000  # texts; fewer are treated before they are counted
_WORTH: Final = 2  # how often a text must come on average


def do_repeat(values: pl.Series) -> bool:
    """Whether texts come often enough, told from a sample. A sample of n in which few texts d
    come twice was drawn from some n² / 2(n - d) texts."""
    if len(values) <= _SAMPLE:
        return False
    sample = values.gather_every(max(len(values) // _SAMPLE, 1))
    size, distinct = len(sample), sample.n_unique()
    return size >= _WORTH * distinct or _WORTH * size**2 < 2 * (size - distinct) * len(values)


def for_distinct(
    values: pl.Series, function: Callable[[pl.Series], pl.Series], distinct: pl.Series | None = None
) -> pl.Series:
    """What a function makes of each text, worked out once for each distinct one. Null stays
    null."""
    texts = (values.unique() if distinct is None else distinct).drop_nulls()
    return function(texts).gather(values.cast(pl.Enum(texts)).to_physical()).alias(values.name)


def each_distinct(values: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """The same of a function of one text."""
    return for_distinct(
        values, lambda texts: pl.Series([function(text) for text in texts], dtype=pl.String)
    )
