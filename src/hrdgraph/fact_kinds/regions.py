"""Find the tables in the cells of a sheet: where their headings stand, how far they go, and what
above and below is no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Final

from hrdgraph.fact_kinds.headings import folded

Rows = Sequence[Sequence[str]]
MarkFacts = Callable[[Rows, Sequence[str]], list[bool]]

_DEEP: Final = 15  # rows of a block among which headings are looked for
_LONG: Final = 70  # characters; a heading has fewer
_COMPARED: Final = 300  # rows of a block with which headings are compared
_DATA: Final = re.compile(r"[\d\s./:,+-]+|https?://\S+")


@dataclass(frozen=True)
class Region:
    """One table: the row of its headings (0: it has none) and its last row, as people count, and
    its columns from 0, the last not included. `dropped` are rows below that are totals or
    remarks, and no rows of it."""

    header: int
    last: int
    first_column: int
    end_column: int
    dropped: tuple[int, ...] = ()

    def cells(self, rows: Rows, number: int) -> list[str]:
        """Return the cells of a row of the table."""
        cells = rows[number - 1][self.first_column : self.end_column] if number else ()
        return [*cells, *[""] * (self.end_column - self.first_column - len(cells))]


def find_regions(rows: Rows, known: Collection[str], mark_facts: MarkFacts) -> list[Region]:
    """Find the tables of a sheet, in their order. `known` are the headings of all kinds, without
    case and accents; `mark_facts` tells rows from totals and remarks."""
    regions: list[Region] = []
    for start, end in _blocks(rows):
        for left, right in _sides(rows, start, end):
            region = _region(rows, start, end, left, right, known)
            before = _above(regions, left, right, is_headed=region is not None)
            headed = region is not None and _knows(region.cells(rows, region.header), known)
            if region is not None and (headed or before is None):
                regions.append(region)
            elif before is not None:  # rows that go on after a blank one
                regions[regions.index(before)] = replace(before, last=end)
    return [_trim(rows, region, mark_facts) for region in regions if region.last > region.header]


def _above(regions: Sequence[Region], left: int, right: int, *, is_headed: bool) -> Region | None:
    """Find the table that a block goes on with: of the same columns, or, where the block has
    nothing like headings, of some of them, such as a total with a sum and nothing else."""
    for item in reversed(regions):
        if (item.first_column, item.end_column) == (left, right):
            return item
        if not is_headed and item.first_column < right and left < item.end_column:
            return item
    return None


def whole_region(rows: Rows, mark_facts: MarkFacts, header: int | None = None) -> list[Region]:
    """Return a sheet as one table below a row of headings that somebody named (0: it has none),
    else below its first row; none where it has no two rows."""
    filled = [number for number, row in enumerate(rows, 1) if any(row)]
    first = filled[0] if header is None and filled else header or 0
    if not filled or filled[-1] <= first:
        return []
    width = max(at for row in rows[first:] for at, cell in enumerate(row, 1) if cell)
    return [_trim(rows, Region(first, filled[-1], 0, width), mark_facts)]


def _blocks(rows: Rows) -> list[tuple[int, int]]:
    """List the stretches of rows without a blank one, as people count, the last included."""
    return [(first + 1, end) for first, end in _list_runs(map(any, rows))]


def _list_runs(filled: Iterable[bool]) -> list[tuple[int, int]]:
    """List the stretches of what is filled, from 0, their ends not included."""
    groups = groupby(enumerate(filled), key=itemgetter(1))
    runs = ([place for place, _ in group] for is_filled, group in groups if is_filled)
    return [(run[0], run[-1] + 1) for run in runs]


def _sides(rows: Rows, start: int, end: int) -> list[tuple[int, int]]:
    """List the tables beside each other, with an empty column between; columns from 0, the last
    not included."""
    width = max(len(row) for row in rows[start - 1 : end])
    runs = _list_runs(
        any(place < len(row) and row[place] for row in rows[start - 1 : end])
        for place in range(width)
    )
    if any(right - left < 2 for left, right in runs) or not all(
        _has_headings(rows, start, end, side) for side in runs
    ):
        return [(runs[0][0], runs[-1][1])]
    return runs


def _has_headings(rows: Rows, start: int, end: int, side: tuple[int, int]) -> bool:
    left, right = side
    return any(
        _looks_like_headings([row[p] if p < len(row) else "" for p in range(left, right)])
        for row in rows[start - 1 : end][:_DEEP]
    )


def _region(
    rows: Rows, start: int, end: int, left: int, right: int, known: Collection[str]
) -> Region | None:
    best, header = 0.0, 0
    block = [
        [row[place] if place < len(row) else "" for place in range(left, right)]
        for row in rows[start - 1 : end][:_COMPARED]
    ]
    for offset, cells in enumerate(block[: _DEEP + 1]):
        filled = sum(map(bool, cells))
        if not _looks_like_headings(cells) or filled < 0.4 * (right - left):
            continue
        headings = _knows(cells, known)
        if headings < 2 and _is_data(cells, block[offset + 3 :]):
            break  # headings stand above the data
        score = 2.0 * headings + filled / (right - left) - 0.01 * offset
        if score > best:
            best, header = score, start + offset
    return Region(header, end, left, right) if header else None


def _looks_like_headings(cells: Sequence[str]) -> bool:
    """Several short texts, neither dates nor numbers, most of which differ."""
    filled = [cell for cell in cells if cell]
    differ = len({*map(folded, filled)})
    return differ >= 2 and 2 * differ > len(filled) and all(map(_is_short, filled))


def _is_data(cells: Sequence[str], below: Rows) -> bool:
    """Tell whether a row is data: one of its cells stands below it in its column again and again,
    and not all of them do, as those of headings that are repeated."""
    if cells in below:
        return False
    return any(cell and sum(row[at] == cell for row in below) > 1 for at, cell in enumerate(cells))


def _is_short(cell: str) -> bool:
    return len(cell) <= _LONG and not _DATA.fullmatch(cell)


def _knows(cells: Sequence[str], known: Collection[str]) -> int:
    """Count the cells that are headings of some kind."""
    return sum(folded(cell) in known for cell in cells if cell)


def _trim(rows: Rows, region: Region, mark_facts: MarkFacts) -> Region:
    """Tell the totals and remarks of a table, and its headings where they stand again, from its
    rows."""
    numbers, top = range(region.header + 1, region.last + 1), region.cells(rows, region.header)
    below = [region.cells(rows, number) for number in numbers]
    marks = zip(numbers, below, mark_facts(below, top), strict=True)
    dropped = tuple(number for number, cells, is_fact in marks if not is_fact and any(cells))
    return replace(region, dropped=dropped)
