"""Merged cells of a sheet into what is told of those that are covered: a person sees a value
there, and the file has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.sources.spreadsheet.cell_errors import Told
from hrdgraph.sources.values import UnsupportedValue

# the first and the last cell, each by row and column from 0
Merged = tuple[tuple[int, int], tuple[int, int]]
_HINT: Final = Message("unmerge-cells")


def with_merged(told: Told, cells: Sequence[Sequence[Any]], merged: Sequence[Merged]) -> Told:
    """What is told of a sheet, with the covered cells of rows below the headings, where the row
    has others and the merged cell a value."""
    filled = (
        {row for row, found in enumerate(cells) if any(cell != "" for cell in found)}
        if merged
        else set[int]()
    )
    head, size = min(filled, default=0), (len(cells), max(map(len, cells), default=0))
    for first, last in merged:
        value = _at(cells, first)
        for row, column in _covered(first, last, size) if value != "" else ():
            if row > head and row in filled:
                place = f"{_letters(first[1])}{first[0] + 1}"
                # not what it says there: the column may be withheld where this one is not
                told.setdefault(row + 1, {})[column + 1] = UnsupportedValue(
                    Message("cell-merged", place=place), _HINT
                )
    return told


def _at(cells: Sequence[Sequence[Any]], place: tuple[int, int]) -> Any:
    row, column = place
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""


def _covered(
    first: tuple[int, int], last: tuple[int, int], size: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """The cells of a merged one but its first, as far as the sheet is filled: a merged one may
    be a whole sheet."""
    rows, columns = (
        range(start, min(end + 1, most)) for start, end, most in zip(first, last, size, strict=True)
    )
    for row in rows:
        yield from ((row, column) for column in columns if (row, column) != first)


def _letters(column: int) -> str:
    """The name of a column, as a spreadsheet shows it."""
    before, own = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + own)
