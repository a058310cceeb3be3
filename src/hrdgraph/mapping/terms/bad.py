"""Values that cannot be terms, as one error that knows all rows which have such a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.errors import MappingError, Origin
from hrdgraph.sources import ROW
from hrdgraph.sources.kinds import HIDDEN

LINE: Final = f"{HIDDEN}line"  # numbers the rows of a batch while multi-valued cells are spread out


class Check(NamedTuple):
    """A test of a batch: where `doubt` is true of any row, `settle` looks closely, and raises where something is wrong."""

    doubt: pl.Expr
    settle: Callable[[pl.DataFrame], None]


class BadValue(MappingError):
    """The error of one row: `numbers` are its row numbers in each file, by the columns that hold them. `places` are the positions of
    all rows of which the same is wrong, and `at` gives the error of each; there are none where other rows stood in for these."""

    def __init__(self, fact: str, *, origin: Origin, hint: str, numbers: Mapping[str, int]) -> None:
        super().__init__(fact, origin=origin, hint=hint)
        self.numbers = numbers
        self.places: pl.Series | None = None
        self.at: Callable[[int], BadValue] = lambda _: self


def bad_value(
    frame: pl.DataFrame, bad: pl.Series, values: pl.Series, fact: str, hint: str | Callable[[str], str], origin: Origin
) -> BadValue:
    """The error of the first row that is bad; `origin` names the rule and the column of the rows. A hint may depend on the value."""
    numbers = [name for name in frame.columns if name.endswith(ROW)]

    def at(place: int) -> BadValue:
        row = {name: frame[name][place] for name in numbers}
        there = Origin(origin.file, row.get(ROW), origin.column, origin.node, origin.line)
        value = str(values[place])
        return BadValue(f"'{value}' {fact}", origin=there, hint=hint if isinstance(hint, str) else hint(value), numbers=row)

    places = bad.fill_null(False).arg_true()
    first = at(places[0])
    if ROW in numbers and LINE not in frame.columns:
        first.places, first.at = places, at
    return first
