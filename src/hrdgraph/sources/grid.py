"""Turn rows of cells under a row of headings into frames of texts and kinds: what spreadsheets,
pages and databases share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.reference_columns import missing_column, shared_name
from hrdgraph.sources.values import Convert, UnsupportedValue, columns, natural

if TYPE_CHECKING:
    from hrdgraph.sources.text import Reject


Row = tuple[int, list[Any]]  # its number as people count, and its cells


def headed(rows: Iterable[Row], path: Path) -> tuple[list[str], Iterator[Row]]:
    """The headings (the first row that is not blank), and the rows below that are not blank.
    SourceError on headings that are missing or that two columns share."""
    filled = (
        (number, cells)
        for number, cells in rows
        # the first cell of most rows says it
        if (cells and cells[0] not in (None, "")) or any(cell not in (None, "") for cell in cells)
    )
    number, cells = next(filled, (0, []))
    if not cells:
        raise SourceError("table-empty", origin=Origin(str(path)))
    while cells and cells[-1] in (None, ""):
        cells = cells[:-1]
    header = [_heading(cell, Origin(str(path), number)) for cell in cells]
    seen: dict[str, int] = {}
    for place, name in enumerate(header, 1):
        if name in seen:
            fact = (
                Message("column-name-twice", name=name)
                if name
                else Message("columns-without-name", first=seen[name], second=place)
            )
            raise SourceError(fact, origin=Origin(str(path), number), hint="give-each-column-name")
        seen[name] = place
    return header, filled


def _heading(cell: Any, origin: Origin) -> str:
    if isinstance(cell, UnsupportedValue):
        raise SourceError("heading-wrong", fact=cell.fact, origin=origin, hint=cell.hint)
    return "" if cell is None else str(cell)


def same(name: str, header: Sequence[str]) -> str | None:
    """The heading that a reference means: its own name."""
    return name if name in header else None


@dataclass(frozen=True)
class Grid:
    """How rows of cells become columns: what a reference means among the headings, and what a
    cell says. With `reject`, rows that are wrong by themselves are left out and handed to it as
    the errors that they would have been."""

    path: Path
    row_column: str
    convert: Convert = natural
    meant: Callable[[str, Sequence[str]], str | None] = same
    title: str = ""  # of the rows, where the path does not tell them from others
    reject: Reject | None = None

    def frame(self, header: list[str], rows: Iterable[Row], names: Sequence[str]) -> pl.DataFrame:
        """The wanted columns of rows; SourceError with the row where one has more cells than
        there are headings."""
        places = {name: self.place(name, header) for name in names}
        fitting = list(self._fitting(rows, len(header)))
        numbers = [number for number, _ in fitting]
        wanted = {name: [row[place] for _, row in fitting] for name, place in places.items()}
        if bad := self._bad(wanted, numbers):
            numbers = [number for row, number in enumerate(numbers) if row not in bad]
            wanted = {
                name: [value for row, value in enumerate(values) if row not in bad]
                for name, values in wanted.items()
            }
        series = chain.from_iterable(
            columns(name, values, self.convert) for name, values in wanted.items()
        )
        return pl.DataFrame([pl.Series(self.row_column, numbers, dtype=pl.UInt32), *series])

    def repeats(self, header: list[str], row: Row) -> bool:
        """Whether a row is the headings again, as where tables were put one below another;
        SourceError, or it is told and left out."""
        number, cells = row
        if len(header) == 1 or (cells and str(cells[0]) != header[0]):
            return False  # as nearly every row, told from one cell
        if [str(cell) for cell in cells[: len(header)]] != header:
            return False
        self._refuse("heading-repeated", number, hint="take-row-away")
        return True

    def _fitting(self, rows: Iterable[Row], width: int) -> Iterator[Row]:
        """The rows that have no more cells than there are headings, each with as many."""
        for number, row in rows:
            if len(row) == width:
                yield number, row
            elif any(cell is not None for cell in row[width:]):
                self._refuse(
                    Message("cells-beyond-header", count=len(row), width=width),
                    number,
                    hint="give-each-column-heading",
                )
            else:
                yield number, [*row[:width], *[None] * (width - len(row))]

    def _bad(self, wanted: dict[str, list[Any]], numbers: list[int]) -> set[int]:
        """The rows with a value that the source itself refuses, or in whose list there is one;
        each is told once."""
        bad = set[int]()
        for name, values in wanted.items():
            for row, value in (
                enumerate(values)
                if not {UnsupportedValue, list}.isdisjoint(map(type, values))
                else ()
            ):
                found = [
                    item
                    for item in (value if isinstance(value, list) else [value])
                    if isinstance(item, UnsupportedValue)
                ]
                if found and row not in bad:
                    fact = (
                        Message("heading-wrong-in", fact=found[0].fact, title=self.title)
                        if self.title
                        else found[0].fact
                    )
                    self._refuse(fact, numbers[row], name, hint=found[0].hint)
                    bad.add(row)
        return bad

    def _refuse(
        self, fact: str | Message, row: int, column: str | None = None, *, hint: str | Message
    ) -> None:
        """Tell of a row that is left out; SourceError where none may be."""
        error = SourceError(fact, origin=Origin(str(self.path), row, column), hint=hint)
        if self.reject is None:
            raise error
        self.reject(error)

    def place(self, name: str, header: list[str]) -> int:
        """Where the column stands that a name means; SourceError where there is none."""
        column = self.meant(name, header)
        if column is None:
            raise missing_column(name, header, Origin(str(self.path)))
        # as databases allow in the answer to a query, but not R2RML (§5.2)
        if header.count(column) > 1:
            raise shared_name(column, Origin(str(self.path)))
        return header.index(column)
