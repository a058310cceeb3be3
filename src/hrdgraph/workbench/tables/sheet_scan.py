"""The XML of a sheet of a workbook into the places of its rows and cells, so that a change touches
only the bytes of the cells that it is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

_REFERENCE: Final = re.compile(r"([A-Z]+)([0-9]+)")
Span = tuple[int, int]


@dataclass
class ScannedCell:
    """A cell: its column (from 0), its bytes, the number of its style, its type, and whether a
    formula makes it."""

    column: int
    start: int
    style: str
    type: str
    end: int = 0
    is_formula: bool = False


@dataclass
class ScannedRow:
    """A row: its number, its bytes, where its content begins, and its cells."""

    number: int
    start: int
    inner: int
    end: int = 0
    is_empty: bool = False  # written as <row/>
    cells: list[ScannedCell] = field(default_factory=list)


@dataclass
class ScannedSheet:
    """Rows by their numbers, formulas and merged cells by row and column, and where the rows
    end. Cells are held only of the rows that are wanted."""

    rows: dict[int, ScannedRow] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    covered: set[tuple[int, int]] = field(default_factory=set)
    end: int = 0
    is_empty: bool = False  # written as <sheetData/>


def scan_sheet(data: bytes, wanted: Collection[int] | None = None) -> ScannedSheet:
    """Scan a sheet; `wanted` are the numbers of rows whose cells are held, none of them where it
    is not given."""
    return _SheetScanner(data, wanted or ()).scan()


class _SheetScanner:
    def __init__(self, data: bytes, wanted: Collection[int]) -> None:
        self._data, self._wanted = data, wanted
        self.sheet = ScannedSheet()
        self._row: ScannedRow | None = None
        self._last = 0  # the number of the row before
        self._cell: ScannedCell | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended

    def scan(self) -> ScannedSheet:
        self._parser.Parse(self._data, True)
        return self.sheet

    def _after(self, place: int) -> int:
        return self._data.index(b">", place) + 1

    def _started(self, name: str, attributes: dict[str, Any]) -> None:
        name = name.rpartition(":")[2]
        place = self._parser.CurrentByteIndex
        if name == "c" and self._row is not None:
            self._begin_cell(attributes, place)
        elif name == "f" and self._cell is not None and self._row is not None:
            self._cell.is_formula = True
            self.sheet.formulas.add((self._row.number, self._cell.column))
        elif name == "row":
            inner = self._after(place)
            self._last = int(attributes.get("r") or self._last + 1)
            self._row = ScannedRow(self._last, place, inner)
            self._row.is_empty = self._data[inner - 2 : inner] == b"/>"
        elif name == "mergeCell":
            self.sheet.covered |= _covered(attributes.get("ref", ""))
        elif name == "sheetData":
            end = self._after(place)
            self.sheet.is_empty, self.sheet.end = self._data[end - 2 : end] == b"/>", place

    def _begin_cell(self, attributes: dict[str, Any], place: int) -> None:
        assert self._row is not None
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        before = self._row.cells[-1].column if self._row.cells else -1
        column = column_number(found[1]) if found else before + 1
        self._cell = ScannedCell(column, place, attributes.get("s", ""), attributes.get("t", ""))
        if self._row.number in self._wanted or not found:
            self._row.cells.append(self._cell)

    def _ended(self, name: str) -> None:
        name = name.rpartition(":")[2]
        place = self._parser.CurrentByteIndex
        if name == "c" and self._cell is not None:
            self._cell.end, self._cell = self._after(place), None
        elif name == "row" and self._row is not None:
            self._row.end = self._after(place)
            self.sheet.rows[self._row.number] = self._row
            self._row = None
        elif name == "sheetData" and not self.sheet.is_empty:
            self.sheet.end = place


def _covered(reference: str) -> set[tuple[int, int]]:
    """The cells of a merged area but its first, whose text all of them show."""
    first, _, last = reference.partition(":")
    ends = [_REFERENCE.fullmatch(text) for text in (first, last or first)]
    if not all(ends):
        return set()
    (left, top), (right, bottom) = ((column_number(e[1]), int(e[2])) for e in ends if e)
    if (right - left + 1) * (bottom - top + 1) > 1_000_000:
        return set()
    return {
        (row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


def column_number(letters: str) -> int:
    """The number of a column from its letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
