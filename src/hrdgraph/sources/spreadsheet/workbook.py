"""Spreadsheets (XLSX, XLS, ODS) into frames of texts and kinds: whole numbers, numbers, truth
values, dates and times as such."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.grid import Grid, Row, headed
from hrdgraph.sources.optional_libraries import needed
from hrdgraph.sources.spreadsheet.cell_errors import Told, is_ods, told_by_file
from hrdgraph.sources.spreadsheet.columns import settle
from hrdgraph.sources.spreadsheet.durations import Span, span_of
from hrdgraph.sources.spreadsheet.extent import MOST, is_too_wide
from hrdgraph.sources.spreadsheet.merged_cells import Merged, with_merged
from hrdgraph.sources.table_cache import handed_on
from hrdgraph.sources.text import read_bytes
from hrdgraph.sources.unpacking import FREE, RATIO
from hrdgraph.sources.value_kinds import DOUBLE, DURATION
from hrdgraph.sources.values import canonical_decimal, natural

if TYPE_CHECKING:
    import python_calamine

    from hrdgraph.sources.delimited.csv import Reject

_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")  # how files of spreadsheets begin: ZIP, and OLE
_ASKED: Final = frozenset((float, dt.timedelta))  # types of which `_value` makes another
WHOLE: Final = 1 << 53  # up to here, each whole number is one that a spreadsheet can hold


def spreadsheet_header(path: Path, sheet: str) -> list[str]:
    """The headings of a sheet: its first row that is not blank."""
    return headed(_opened(path, sheet, is_last=False)[0], path)[0]


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
    yield _frame(*_opened(path, sheet), names, Grid(path, row_column, _as_seen, reject=reject))


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


def _frame(
    opened: Iterator[Row], counted: bool, names: Sequence[str] | None, grid: Grid
) -> pl.DataFrame:
    """A function of its own, so that the cells are let go before the rows are handed on."""
    header, below = headed(opened, grid.path)
    rows = [row for row in below if not grid.repeats(header, row)]
    settle(rows, counted=counted)
    return grid.frame(header, rows, header if names is None else names)


def _opened(path: Path, sheet: str, *, is_last: bool = True) -> tuple[Iterator[Row], bool]:
    """The rows of a sheet, and whether days are numbers there: in all files but ODS, which
    writes dates out. Who only looks at the headings leaves the cells to who reads on."""
    data = read_bytes(path)
    cells, told, counted = handed_on(
        (blake2b(data).digest(), sheet), lambda: _known(data, sheet, path), is_last=is_last
    )
    return _rows(cells, told), counted


def _known(data: bytes, sheet: str, path: Path) -> tuple[list[list[Any]], Told, bool]:
    _refuse_bomb(data, path)
    name, cells, merged = _cells(data, sheet, path)
    told = told_by_file(data, name, (len(cells), max(map(len, cells), default=0)), path)
    return cells, with_merged(told, cells, merged), not is_ods(data)


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
        return name, found.to_python(skip_empty_area=False), found.merged_cell_ranges or []
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
        size = sum(item.file_size for item in zipfile.ZipFile(io.BytesIO(data)).infolist())
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
    """The cells of a row as `_value` has them; those of texts, which most are, without a call."""
    if _ASKED.isdisjoint(map(type, row)):
        return [None if cell == "" else cell for cell in row]
    return [
        (cell or None)
        if (kind := type(cell)) is str
        else int(cell)
        if kind is float and cell.is_integer() and -WHOLE <= cell <= WHOLE
        else _value(cell)
        for cell in row
    ]


def _value(cell: Any) -> Any:
    """A cell as the value that a person sees: an empty one as none, a whole number without a
    point, midnight as a date."""
    if cell == "":
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) <= WHOLE else cell
    return span_of(cell) if isinstance(cell, dt.timedelta) else cell


def _as_seen(cell: Any) -> tuple[str | None, int | None]:
    """Numbers keep the digits that a person sees, so that templates of IRIs have no exponents."""
    if isinstance(cell, Span):
        return cell.text, DURATION
    return (
        (canonical_decimal(Decimal(repr(cell))), DOUBLE)
        if isinstance(cell, float)
        else natural(cell)
    )
