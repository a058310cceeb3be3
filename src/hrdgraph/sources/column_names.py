"""Columns by exactly their names: by itself, the column engine takes `*` and `^…$` for patterns."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl


def named(name: str) -> pl.Expr:
    """The column of this name."""
    is_pattern = name == "*" or (name[:1] == "^" and name[-1:] == "$")
    return pl.selectors.by_name(name).as_expr() if is_pattern else pl.col(name)


def series(frame: pl.DataFrame, name: str) -> pl.Series:
    """The column of this name without its name: what a series can do, it does to the columns
    that its name is a pattern of."""
    return frame.get_column(name).alias("")


def constant_column(text: str | None, height: int) -> pl.Series:
    """A column of one text, or of none, made without running the engine: that takes longer than
    few rows do."""
    return pl.Series([text], dtype=pl.String).new_from_index(0, height)


def all_named(names: Iterable[str]) -> pl.selectors.Selector:
    """The columns of these names, in their order."""
    return pl.selectors.by_name(*names)
