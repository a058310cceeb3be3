"""The bytes of an XLSX or ODS file into how far its cells lie apart: readers keep a place for every
cell between the first and the last, and for every one that is repeated."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

import polars as pl

MOST: Final = 50_000_000  # places of one sheet
LETTERS: Final = 10 * MOST  # of cells that are repeated: each keeps its text in its reader
# `r` may stand behind other attributes, in quotes of either kind, and the element have a prefix
_R: Final = rb"\s(?:[^<>]{0,1000}?\s)?r\s{0,9}=\s{0,9}[\"']\s{0,9}"
_CELL: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?c" + _R + rb"\$?([A-Za-z]+)\$?([0-9]*)")
_ROW: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?row" + _R + rb"([0-9]+)")
# with none of these there are 26 columns of less than a million rows at most
_FAR: Final = re.compile(
    rb"<(?:[\w.-]{1,40}:)?(?:c(?:(?!\sr=)[\s/>]|\sr=[\"'](?:[A-Za-z]{2}|.[0-9]{7}|[^A-Za-z]))"
    rb"|row" + _R + rb"[0-9]{7})"
)
# the same and a little more, for an engine that is many times as fast and looks neither ahead nor
# at bytes
_FAR_TEXT: Final = (
    r"<(?:[A-Za-z0-9_.-]+:)?(?:c(?:[/>]|[ \t\r\n](?:[^r]|r[^=]|r=[\"'](?:[A-Za-z]{2}|.[0-9]{7}"
    r"|[^A-Za-z])))|row[ \t\r\n](?:[^<>]*[ \t\r\n])?r[ \t\r\n]*=[ \t\r\n]*[\"'][ \t\r\n]*[0-9]{7})"
)
_LAST_ROW: Final = 1 << 20
_LAST_COLUMN: Final = 1 << 14
_ODS_ROW: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?table-row\b")
_ODS_CELL: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:covered-)?table-cell\b")
_ROWS: Final = re.compile(rb"number-rows-repeated\s{0,9}=\s{0,9}[\"']([0-9]+)")
_COLUMNS: Final = re.compile(rb"number-columns-repeated\s{0,9}=\s{0,9}[\"']([0-9]+)")
_SPACES: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?s\s([^<]*)")
_COUNT: Final = re.compile(rb"\bc\s{0,9}=\s{0,9}[\"']\s{0,9}([0-9]+)")
_MARKUP: Final = re.compile(rb"<[^<>]*>")
_FILLED: Final = re.compile(rb"value-type|:formula|<(?:[\w.-]{1,40}:)?p[\s>/]")


def is_too_wide(data: bytes) -> bool:
    """Whether a sheet has more places than are read, or a cell beyond the last row or column."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            sheets = [name for name in names if "worksheets/" in name]
            if "content.xml" in names and not sheets:
                return _is_repeated_too_often(archive.read("content.xml"))
            return any(_is_too_wide(archive.read(name)) for name in sheets)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError):
        return False  # which the reader says better


def _is_too_wide(sheet: bytes) -> bool:
    if not _may_be_far(sheet):
        return False
    places = set(_CELL.findall(sheet))
    named = {row for _, row in places if row} | set(_ROW.findall(sheet))
    rows = max(map(_whole, named), default=0)
    columns = max((_number(column) for column in {column for column, _ in places}), default=0)
    columns = max(columns, *(row.count(b"<c") for row in sheet.split(b"<row")))
    return rows > _LAST_ROW or columns > _LAST_COLUMN or rows * columns > MOST


def _may_be_far(sheet: bytes) -> bool:
    try:
        text = pl.Series([sheet.decode()])
    except UnicodeDecodeError:
        return _FAR.search(sheet) is not None
    return bool(text.str.contains(_FAR_TEXT).any())


def _is_repeated_too_often(document: bytes) -> bool:
    """Whether the cells and spaces that an ODS file repeats are more than are read."""
    spaces = _count_spaces(document)
    if spaces > MOST or b"-repeated" not in document:
        return spaces > MOST
    if max(map(_whole, _ROWS.findall(document)), default=0) > _LAST_ROW:
        return True
    if max(map(_whole, _COLUMNS.findall(document)), default=0) > _LAST_COLUMN:
        return True
    taken = [_measure_row(row) for row in _ODS_ROW.split(document)[1:]]
    letters = sum(letters for _, letters in taken)
    return sum(places for places, _ in taken) > MOST or letters > LETTERS


def _count_spaces(text: bytes) -> int:
    """How many spaces are written as a number of them."""
    return sum(
        max(map(_whole, _COUNT.findall(attributes)), default=0)
        for attributes in _SPACES.findall(text)
    )


def _measure_row(row: bytes) -> tuple[int, int]:
    """How many places and letters a row takes, as often as it and its cells are repeated; a blank
    one none."""
    if b"-repeated" not in row:
        return 0, 0
    head, *cells = _ODS_CELL.split(row)
    width = reach = letters = 0
    for cell in cells:
        times = max(_repeats(_COLUMNS, cell), 1)
        width += times
        if _FILLED.search(cell):
            reach = width
            letters += times * (len(_MARKUP.sub(b"", b"<" + cell)) + _count_spaces(cell))
    rows = max(_repeats(_ROWS, head), 1)
    return reach * rows, letters * rows


def _repeats(pattern: re.Pattern[bytes], text: bytes) -> int:
    found = pattern.search(text)
    return _whole(found[1]) if found else 1


def _whole(digits: bytes) -> int:
    """A number, of more digits than any count has a large one."""
    plain = digits.lstrip(b"0")
    return int(plain or b"0") if len(plain) < 12 else 10**12


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters[:9].upper():
        number = number * 26 + letter - 64
    return number
