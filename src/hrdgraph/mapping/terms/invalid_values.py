"""Values that cannot be terms, as one error that knows all rows which have such a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin
from hrdgraph.sources import ROW
from hrdgraph.sources.value_kinds import HIDDEN

LINE: Final = f"{HIDDEN}line"  # numbers the rows of a batch while multi-valued cells are spread out


_NOWHERE: Final[Mapping[str, int]] = MappingProxyType({})


class Check(NamedTuple):
    """A test of a batch: where `doubt` is true of any row, `settle` looks closely, and raises
    where something is wrong."""

    doubt: pl.Expr
    settle: Callable[[pl.DataFrame], None]


class BadValue(MappingError):
    """The error of one row: `numbers` are its row numbers in each file, by the columns that hold
    them; what a function refuses knows none. `places` are the positions of all rows of which the
    same is wrong, and `at` gives the error of each."""

    def __init__(
        self,
        fact: str | Message,
        *,
        origin: Origin | None = None,
        hint: str | Message | None = "",
        numbers: Mapping[str, int] = _NOWHERE,
    ) -> None:
        super().__init__(fact, origin=origin, hint=hint)
        self.numbers = numbers
        self.places: pl.Series | None = None
        self.at: Callable[[int], BadValue] = lambda _: self

    def stand_for(self, lines: pl.Series) -> None:
        """Tell the positions of other rows: of those that the rows were made of, one for each."""
        if self.places is not None:
            at, places = self.at, lines.gather(self.places)
            first = dict(
                zip(reversed(places.to_list()), reversed(self.places.to_list()), strict=True)
            )
            self.places, self.at = places.unique(maintain_order=True), lambda line: at(first[line])


def bad_value(
    frame: pl.DataFrame,
    bad: pl.Series,
    values: pl.Series,
    fact: Callable[[str], str | Message],
    hint: str | Message | Callable[[str], str | Message],
    origin: Origin,
) -> BadValue:
    """The error of the first row that is bad; `origin` names the rule and the column of the
    rows. What is said depends on the value."""
    numbers = [name for name in frame.columns if name.endswith(ROW)]

    def at(place: int) -> BadValue:
        row = {name: frame[name][place] for name in numbers}
        there = Origin(origin.file, row.get(ROW), origin.column, origin.node, origin.line)
        value = str(values[place])
        return BadValue(
            fact(value),
            origin=there,
            hint=hint if isinstance(hint, str | Message) else hint(value),
            numbers=row,
        )

    places = bad.fill_null(False).arg_true()
    first = at(places[0])
    if ROW in numbers:
        first.places, first.at = places, at
    return first
