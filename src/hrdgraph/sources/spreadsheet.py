"""Spreadsheets (XLSX, XLS, ODS) into frames of texts and kinds: whole numbers, numbers, truth values, dates and times as such."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.extras import needed
from hrdgraph.sources.grid import Grid, headed
from hrdgraph.sources.kinds import DOUBLE
from hrdgraph.sources.text import read_bytes
from hrdgraph.sources.unpacking import FREE, RATIO
from hrdgraph.sources.values import natural

if TYPE_CHECKING:
    from hrdgraph.sources.csv import Reject


def spreadsheet_header(path: Path, sheet: str) -> list[str]:
    """The headings of a sheet: its first row that is not blank."""
    return headed(_rows(path, sheet), path)[0]


def read_spreadsheet(
    path: Path, sheet: str, names: Sequence[str] | None, reject: Reject | None = None, *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield the rows of a sheet (its name or number; the first where none is named), numbered as the spreadsheet numbers them."""
    header, rows = headed(_rows(path, sheet), path)
    yield Grid(path, row_column, _as_seen, reject=reject).frame(header, rows, header if names is None else names)


def _rows(path: Path, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    calamine = needed("python_calamine", "excel", "reading spreadsheets", str(path))
    data = read_bytes(path)
    _refuse_bomb(data, path)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        cells = book.get_sheet_by_name(_sheet(book.sheet_names, sheet, path)).to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError, ValueError) as error:
        hint = "save it again as .xlsx or .ods; a password must be taken off"
        raise SourceError(f"not a spreadsheet that can be read: {error}", origin=Origin(str(path)), hint=hint) from error
    for number, row in enumerate(cells, 1):
        yield number, [_value(cell) for cell in row]


def _sheet(names: list[str], sheet: str, path: Path) -> str:
    if sheet in ("$", "") and names:
        return names[0]
    if sheet in names:
        return sheet
    if sheet.isascii() and sheet.isdigit() and 0 < int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise SourceError(f"no sheet '{sheet}'", origin=Origin(str(path)), hint=f"it has: {', '.join(names)}")


def _refuse_bomb(data: bytes, path: Path) -> None:
    """The sizes that the archive itself declares; its reader goes no further than they say."""
    if not data.startswith(b"PK"):
        return
    try:
        size = sum(item.file_size for item in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SourceError(f"not a spreadsheet that can be read: {error}", origin=Origin(str(path)), hint="is the file whole?") from error
    if size > max(FREE, RATIO * len(data)):
        fact = f"unpacks to {size >> 20:,} MiB, which looks like a decompression bomb"
        raise SourceError(fact, origin=Origin(str(path)), hint="save the sheet as CSV if you trust it")


def _value(cell: Any) -> Any:
    """A cell as the value that a person sees: an empty one as none, a whole number without a point, midnight as a date."""
    if cell == "":
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return cell


def _as_seen(cell: Any) -> tuple[str | None, int | None]:
    """Numbers keep the digits that a person sees, so that templates of IRIs have no exponents."""
    return (repr(cell), DOUBLE) if isinstance(cell, float) else natural(cell)
