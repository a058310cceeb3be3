"""Find the tables in the cells of a sheet: where their headings stand, how far they go, and what
above and below is no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.fact_kinds.headings import folded

Rows = Sequence[Sequence[str]]

_DEEP: Final = 15  # rows of a block among which headings are looked for
_LONG: Final = 70  # characters; a heading has fewer
_DATA: Final = re.compile(r"[\d\s./:,+-]+|https?://\S+")


@dataclass(frozen=True)
class Region:
    """One table: the row of its headings and its last row, as people count, and its columns from
    0, the last not included. `dropped` are rows below that are totals or remarks, and no rows of
    it."""

    header: int
    last: int
    first_column: int
    end_column: int
    dropped: tuple[int, ...] = ()

    def cells(self, rows: Rows, number: int) -> list[str]:
        """Return the cells of a row of the table."""
        row = rows[number - 1]
        return [
            row[place] if place < len(row) else ""
            for place in range(self.first_column, self.end_column)
        ]


def find_regions(
    rows: Rows, known: Collection[str], is_row: Callable[[Sequence[str]], bool]
) -> list[Region]:
    """Find the tables of a sheet, in their order. `known` are the headings of all kinds, without
    case and accents; `is_row` tells rows from totals and remarks."""
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
    return [_trim(rows, region, is_row) for region in regions if region.last > region.header]


def _above(found: Sequence[Region], left: int, right: int, *, is_headed: bool) -> Region | None:
    """Find the table that a block goes on with: of the same columns, or, where the block has
    nothing like headings, of some of them, such as a total with a sum and nothing else."""
    for item in reversed(found):
        if (item.first_column, item.end_column) == (left, right):
            return item
        if not is_headed and item.first_column < right and left < item.end_column:
            return item
    return None


def whole_region(rows: Rows) -> list[Region]:
    """Return a sheet as one table below its first row, where no headings are recognised; none
    where it has no two rows."""
    filled = [number for number, row in enumerate(rows, 1) if any(row)]
    if len(filled) < 2:
        return []
    width = max(at for row in rows for at, cell in enumerate(row, 1) if cell)
    return [Region(filled[0], filled[-1], 0, width)]


def _blocks(rows: Rows) -> list[tuple[int, int]]:
    """Stretches of rows without a blank one, as people count, the last included."""
    found: list[tuple[int, int]] = []
    start = 0
    for number, row in enumerate([*rows, []], 1):
        if any(row):
            start = start or number
        elif start:
            found.append((start, number - 1))
            start = 0
    return found


def _sides(rows: Rows, start: int, end: int) -> list[tuple[int, int]]:
    """Tables beside each other, with an empty column between; columns from 0, the last not
    included."""
    width = max(len(row) for row in rows[start - 1 : end])
    is_filled = [
        any(place < len(row) and row[place] for row in rows[start - 1 : end])
        for place in range(width)
    ]
    found: list[tuple[int, int]] = []
    first = -1
    for place, filled in enumerate([*is_filled, False]):
        if filled and first < 0:
            first = place
        elif not filled and first >= 0:
            found.append((first, place))
            first = -1
    if any(right - left < 2 for left, right in found) or not all(
        _has_headings(rows, start, end, side) for side in found
    ):
        return [(found[0][0], found[-1][1])]
    return found


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
    for number in range(start, min(end, start + _DEEP) + 1):
        cells = [
            rows[number - 1][place] if place < len(rows[number - 1]) else ""
            for place in range(left, right)
        ]
        filled = [cell for cell in cells if cell]
        is_headed = _looks_like_headings(cells) or _repeats_headings(cells, known)
        if not is_headed or len(filled) < 0.4 * (right - left):
            continue
        score = 2.0 * _knows(cells, known) + len(filled) / (right - left) - 0.01 * (number - start)
        if score > best:
            best, header = score, number
    return Region(header, end, left, right) if header else None


def _looks_like_headings(cells: Sequence[str]) -> bool:
    """Several short texts that differ, and are neither dates nor numbers."""
    filled = [cell for cell in cells if cell]
    return (
        len(filled) >= 2
        and len({*map(folded, filled)}) == len(filled)
        and all(map(_is_short, filled))
    )


def _repeats_headings(cells: Sequence[str], known: Collection[str]) -> bool:
    """Headings below those of groups, where one may stand twice: some of them are known."""
    filled = [cell for cell in cells if cell]
    return len({*map(folded, filled)} & {*known}) > 2 and all(map(_is_short, filled))


def _is_short(cell: str) -> bool:
    return len(cell) <= _LONG and not _DATA.fullmatch(cell)


def _knows(cells: Sequence[str], known: Collection[str]) -> int:
    """Count the cells that are headings of some kind."""
    return sum(folded(cell) in known for cell in cells if cell)


def _trim(rows: Rows, region: Region, is_row: Callable[[Sequence[str]], bool]) -> Region:
    """Tell the totals and remarks of a table from its rows."""
    below = range(region.header + 1, region.last + 1)
    dropped = tuple(
        number for number in below if any(cells := region.cells(rows, number)) and not is_row(cells)
    )
    return replace(region, dropped=dropped)
