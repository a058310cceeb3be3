"""Two states of a table into the rows that only one of them has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from hrdgraph.sources import ROW
from hrdgraph.sources.column_names import series


@dataclass(frozen=True)
class ChangedRows:
    """The rows that went from a table, and those that came. A cell that changed is both."""

    gone: pl.DataFrame
    came: pl.DataFrame

    def __len__(self) -> int:
        return self.gone.height + self.came.height


def table_change(old: pl.DataFrame, new: pl.DataFrame, names: list[str]) -> ChangedRows:
    """The rows that one of two tables of the same columns has more often than the other, as far
    as some columns tell: where rows stand, and what stands in the others, is all the same."""
    most = min(old.height, new.height)
    top = _alike(old[:most], new[:most], names, from_top=True)
    rest = most - top
    foot = _alike(old[old.height - rest :], new[new.height - rest :], names, from_top=False)
    old, new = old[top : old.height - foot], new[top : new.height - foot]
    return ChangedRows(old[surplus(old, new, names)], new[surplus(new, old, names)])


def stay_in_place(old: pl.DataFrame, new: pl.DataFrame, change: ChangedRows) -> bool:
    """Whether all rows but those that changed have the numbers that they had."""
    if old.height - change.gone.height != new.height - change.came.height:
        return False
    stayed, stay = (
        frame.filter(~frame[ROW].is_in(rows[ROW].implode()))
        for frame, rows in ((old, change.gone), (new, change.came))
    )
    return stayed.equals(stay)


def surplus(one: pl.DataFrame, other: pl.DataFrame, names: list[str]) -> pl.Series:
    """The positions of the rows of a table that another has not, or not as often."""
    if not one.height or not other.height:
        return pl.int_range(one.height, eager=True)
    mine, others = _counted(one, names), _counted(other, names)
    rows = mine.with_row_index("row")
    return rows.join(others, on=mine.columns, how="anti", nulls_equal=True)["row"].sort()


def _counted(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The columns under names that are no patterns, and how many of the rows before are equal."""
    rows = pl.DataFrame([series(frame, name).alias(f"{n}") for n, name in enumerate(names)])
    return rows.with_columns(pl.int_range(pl.len()).over(rows.columns).alias("times"))


def _alike(one: pl.DataFrame, other: pl.DataFrame, names: Iterable[str], *, from_top: bool) -> int:
    """How many rows of two tables of one height are the same before the first that is not, or
    after the last."""
    differ = pl.Series([False]).new_from_index(0, one.height)
    for name in names if one.height else ():
        differ |= series(one, name).ne_missing(series(other, name))
    places = differ.arg_true()
    if not len(places):
        return one.height
    return int(places[0]) if from_top else one.height - 1 - int(places[-1])
