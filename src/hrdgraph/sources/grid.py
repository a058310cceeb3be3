"""Rows of cells under a row of headings into frames of texts and kinds: what spreadsheets, pages and databases share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.nearest import missing_column
from hrdgraph.sources.values import Convert, Refused, columns, natural

Row = tuple[int, list[Any]]  # its number as people count, and its cells


def headed(rows: Iterable[Row], path: Path) -> tuple[list[str], Iterator[Row]]:
    """The headings (the first row that is not blank), and the rows below that are not blank. SourceError on headings that are
    missing or that two columns share."""
    filled = ((number, cells) for number, cells in rows if any(cell not in (None, "") for cell in cells))
    number, cells = next(filled, (0, []))
    if not cells:
        raise SourceError("the table is empty", origin=Origin(str(path)), hint="a table needs at least its row of headings")
    while cells and cells[-1] in (None, ""):
        cells = cells[:-1]
    header = ["" if cell is None else str(cell) for cell in cells]
    seen: set[str] = set()
    for name in header:
        if name in seen:
            fact = f"two columns are called '{name}'" if name else "two columns have no name"
            raise SourceError(fact, origin=Origin(str(path), number), hint="give each column a name of its own")
        seen.add(name)
    return header, filled


def same(name: str, header: Sequence[str]) -> str | None:
    """The heading that a reference means: its own name."""
    return name if name in header else None


@dataclass(frozen=True)
class Grid:
    """How rows of cells become columns: what a reference means among the headings, and what a cell says."""

    path: Path
    row_column: str
    convert: Convert = natural
    meant: Callable[[str, Sequence[str]], str | None] = same
    title: str = ""  # of the rows, where the path does not tell them from others

    def frame(self, header: list[str], rows: Iterable[Row], names: Sequence[str]) -> pl.DataFrame:
        """The wanted columns of rows; SourceError with the row where one has more cells than there are headings."""
        places = [self._place(name, header) for name in names]
        width, numbers, cells = len(header), list[int](), list[list[Any]]()
        for number, row in rows:
            if any(cell is not None for cell in row[width:]):
                fact = f"{len(row)} cells where the header has {width}"
                raise SourceError(fact, origin=Origin(str(self.path), number), hint="give each column a heading")
            numbers.append(number)
            cells.append([*row[:width], *[None] * (width - len(row))])
        wanted = {name: [row[place] for row in cells] for name, place in zip(names, places, strict=True)}
        for name, values in wanted.items():
            self._check(name, values, numbers)
        series = chain.from_iterable(columns(name, values, self.convert) for name, values in wanted.items())
        return pl.DataFrame([pl.Series(self.row_column, numbers, dtype=pl.UInt32), *series])

    def _check(self, name: str, values: list[Any], numbers: list[int]) -> None:
        """SourceError on the first value that the source itself refuses, or in whose list there is one."""
        if not {Refused, list}.isdisjoint(map(type, values)):
            for number, value in zip(numbers, values, strict=True):
                found = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Refused)]
                if found:
                    hint = "cast it to text in a query, or leave out the row there"
                    raise SourceError(
                        found[0].fact + (f", in {self.title}" if self.title else ""), origin=Origin(str(self.path), number, name), hint=hint
                    )

    def _place(self, name: str, header: list[str]) -> int:
        column = self.meant(name, header)
        if column is None:
            raise missing_column(name, header, Origin(str(self.path)))
        return header.index(column)
