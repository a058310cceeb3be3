"""Spreadsheets (XLSX, XLS, ODS) into frames of texts and kinds: whole numbers, numbers, truth
values, dates and times as such."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.grid import Grid, Row, headed
from hrdgraph.sources.optional_libraries import needed
from hrdgraph.sources.spreadsheet.cell_errors import Told, is_ods, told_by_file
from hrdgraph.sources.spreadsheet.columns import (
    WHOLE,
    as_seen,
    settle,
    value_of,
)
from hrdgraph.sources.spreadsheet.durations import Span
from hrdgraph.sources.spreadsheet.extent import MOST, is_too_wide
from hrdgraph.sources.spreadsheet.merged_cells import Merged, with_merged
from hrdgraph.sources.spreadsheet.reader import sheet_values
from hrdgraph.sources.table_cache import handed_on
from hrdgraph.sources.text import read_bytes
from hrdgraph.sources.unpacking import FREE, RATIO

if TYPE_CHECKING:
    import python_calamine

    from hrdgraph.sources.delimited.csv import Reject

_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")  # how files of spreadsheets begin: ZIP, and OLE
_ASKED: Final = frozenset((float, dt.timedelta))  # types of which `value_of` makes another


class _Read(NamedTuple):
    """All cells of a sheet, what the file tells besides, and whether days are numbers there: in
    all files but ODS, which writes dates out."""

    cells: list[list[Any]]
    told: Told
    counted: bool

    def header(self, path: Path) -> list[str]:
        return headed(_rows(self.cells, self.told), path)[0]

    def frame(self, names: Sequence[str] | None, grid: Grid) -> pl.DataFrame:
        header, below = headed(_rows(self.cells, self.told), grid.path)
        rows = [row for row in below if not grid.repeats(header, row)]
        settle(rows, counted=self.counted)
        return grid.frame(header, rows, header if names is None else names)


def spreadsheet_header(path: Path, sheet: str) -> list[str]:
    """The headings of a sheet: its first row that is not blank."""
    return _opened(read_bytes(path), sheet, path, is_last=False).header(path)


def read_spreadsheet(
    path: Path,
    sheet: str,
    names: Sequence[str] | None,
    reject: Reject | None = None,
    *,
    row_column: str,
) -> Iterator[pl.DataFrame]:
    """Yield the rows of a sheet (its name or number; the first where none is named), numbered as
    the spreadsheet numbers them."""
    yield _frame(path, sheet, names, Grid(path, row_column, as_seen, reject=reject))


def refuse_no_workbook(data: bytes, path: Path) -> None:
    """Refuse what is a text under the name of a workbook, and what unpacks to too much."""
    _refuse_text(data, path)
    _refuse_bomb(data, path)


def sheet_cells(data: bytes, sheet: str, path: Path) -> tuple[list[list[Any]], list[Merged]]:
    """The cells of a sheet, with what the file tells besides in their places, and which of them
    are merged."""
    _refuse_bomb(data, path)
    name, cells, merged = _cells(data, sheet, path)
    told = told_by_file(data, name, (len(cells), max(map(len, cells), default=0)), path)
    return [row for _, row in _rows(cells, told)], merged


def _frame(path: Path, sheet: str, names: Sequence[str] | None, grid: Grid) -> pl.DataFrame:
    """A function of its own, so that the cells are let go before the rows are handed on."""
    data = read_bytes(path)
    return _opened(data, sheet, path, is_last=True).frame(names, grid)


def _opened(data: bytes, sheet: str, path: Path, *, is_last: bool) -> _Read:
    """A sheet. Who only looks at the headings leaves the cells to who reads on."""
    key = (blake2b(data).digest(), sheet)
    return handed_on(key, lambda: _known(data, sheet, path), is_last=is_last)


def _known(data: bytes, sheet: str, path: Path) -> _Read:
    _refuse_bomb(data, path)
    needed("python_calamine", "excel", Message("reading-spreadsheets"), str(path))
    return _read(data, sheet, path)


def _parts(data: bytes) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(data)).infolist()


def _read(data: bytes, sheet: str, path: Path) -> _Read:
    name, cells, merged = _cells(data, sheet, path)
    told = told_by_file(data, name, (len(cells), max(map(len, cells), default=0)), path)
    return _Read(cells, with_merged(told, cells, merged), not is_ods(data))


def _rows(cells: list[list[Any]], told: Told) -> Iterator[Row]:
    """The numbered rows, with what the file tells besides; below the last one too."""
    width = max(map(len, cells), default=0)
    below = ([""] * width for _ in range(max(told, default=0) - len(cells)))
    for number, row in enumerate(chain(cells, below), 1):
        values = _values(row)
        yield number, _with(values, told[number]) if number in told else values


def _cells(data: bytes, sheet: str, path: Path) -> tuple[str, list[list[Any]], list[Merged]]:
    """The name of a sheet, its cells as the library reads them, and which of them are merged."""
    _refuse_text(data, path)
    calamine = needed("python_calamine", "excel", Message("reading-spreadsheets"), str(path))
    if data.startswith(b"PK") and is_too_wide(data):
        code = "spreadsheet-repeats" if is_ods(data) else "spreadsheet-too-wide"
        raise SourceError(code, limit=MOST, origin=Origin(str(path)))
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = _sheet(book, sheet, path)
        found = book.get_sheet_by_name(name)
        return name, sheet_values(found), found.merged_cell_ranges or []
    except (calamine.CalamineError, OSError, ValueError) as error:
        # what the library says of an ODS file that it cannot read to the end
        if "detect file format" in str(error) and is_ods(data):
            fact = "spreadsheet-broken"
            hint = "open-file-spreadsheet-program-save"
            raise SourceError(fact, origin=Origin(str(path)), hint=hint) from error
        hint = "save-again-xlsx-or-ods"
        raise SourceError(
            "spreadsheet-unreadable", reason=error, origin=Origin(str(path)), hint=hint
        ) from error


def _with(row: list[Any], told: dict[int, Any]) -> list[Any]:
    """A row with what the file tells besides; cells beyond the sheet go right behind it, beside
    the table too. A time of day that the library knows is one."""
    for column, value in told.items():
        place = min(column - 1, len(row))
        if place == len(row):
            row.append(value)
        elif not (isinstance(value, Span) and isinstance(row[place], dt.time)):
            row[place] = value
    return row


def _sheet(book: python_calamine.CalamineWorkbook, sheet: str, path: Path) -> str:
    """The name of a sheet that is meant by it or by its number; where none is, of the first that
    is not hidden."""
    names = book.sheet_names
    if sheet in ("$", "") and names:
        shown = (
            item.name
            for item in book.sheets_metadata
            if str(item.visible).endswith("Visible") and item.name in names
        )
        return next(shown, names[0])
    if sheet in names:
        return sheet
    if sheet.isascii() and sheet.isdigit() and 0 < int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise SourceError(
        "sheet-unknown", sheet=sheet, names=", ".join(names), origin=Origin(str(path))
    )


def _refuse_text(data: bytes, path: Path) -> None:
    """A table or a page under the name of a workbook, as many programs hand them out."""
    if data and b"\0" not in data[:1024] and not data.startswith(_WORKBOOKS):
        hint = "open-spreadsheet-program-save-xlsx"
        raise SourceError("workbook-is-text", origin=Origin(str(path)), hint=hint)


def _refuse_bomb(data: bytes, path: Path) -> None:
    """The sizes that the archive itself declares; its reader goes no further than they say."""
    if not data.startswith(b"PK"):
        return
    try:
        size = sum(item.file_size for item in _parts(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SourceError(
            "spreadsheet-unreadable",
            reason=error,
            origin=Origin(str(path)),
            hint="check-whole",
        ) from error
    if size > max(FREE, RATIO * len(data)):
        fact = Message("workbook-unpacks-too-large", size=size >> 20)
        raise SourceError(fact, origin=Origin(str(path)), hint="save-sheet-csv-if-you")


def _values(row: list[Any]) -> list[Any]:
    """The cells of a row as `value_of` has them; those of texts, which most are, without a call."""
    if _ASKED.isdisjoint(map(type, row)):
        return [None if cell == "" else cell for cell in row]
    return [
        (cell or None)
        if (kind := type(cell)) is str
        else int(cell)
        if kind is float and cell.is_integer() and -WHOLE <= cell <= WHOLE
        else value_of(cell)
        for cell in row
    ]
