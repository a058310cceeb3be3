"""The bytes of an XLSX file into how far its cells lie apart: readers keep a place for every cell
between the first and the last."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

MOST: Final = 50_000_000  # places of one sheet
_CELL: Final = re.compile(rb'<c\s+r="([A-Za-z]{1,9})([0-9]{1,12})"')
# without one of these there are 26 columns of less than a million rows at most
_FAR: Final = re.compile(rb'<c\s+r="[A-Za-z](?:[A-Za-z]|[0-9]{7})')
_LAST_ROW: Final = 1 << 20
_LAST_COLUMN: Final = 1 << 14


def is_too_wide(data: bytes) -> bool:
    """Whether a sheet has more places than are read, or a cell beyond the last row or column."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [name for name in archive.namelist() if "worksheets/" in name]
            return any(_is_too_wide(archive.read(name)) for name in sheets)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError):
        return False  # which the reader says better


def _is_too_wide(sheet: bytes) -> bool:
    if not _FAR.search(sheet):
        return False
    places = {(column, len(row), row) for column, row in _CELL.findall(sheet)}
    rows = max((int(row) for _, _, row in places), default=0)
    columns = max((_number(column) for column in {column for column, *_ in places}), default=0)
    return rows > _LAST_ROW or columns > _LAST_COLUMN or rows * columns > MOST


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
