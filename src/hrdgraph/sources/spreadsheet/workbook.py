"""Read spreadsheets (XLSX, XLS, ODS) into frames of texts and kinds: whole numbers, numbers, truth
values, dates and times."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from itertools import chain, product, zip_longest
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from xml.parsers import expat

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.delimited.columns import column_number, letters_of
from hrdgraph.sources.reference_columns import DOUBLE, DURATION
from hrdgraph.sources.spreadsheet.xlsx import (
    UNSTORED,
    Attributes,
    Span,
    XlsxSheet,
    error_cell,
    has_xlsx_sign,
    merged_cells_of,
    parse_span,
    sheet_part,
    span_of,
)
from hrdgraph.sources.table_cache import hand_on
from hrdgraph.sources.text import read_bytes
from hrdgraph.sources.unpacking import BROKEN, CHUNK, FREE, RATIO
from hrdgraph.sources.values import Grid, Row, UnsupportedValue, canonical_decimal, head_of, natural

if TYPE_CHECKING:
    import python_calamine

    from hrdgraph.sources.text import Reject


_SIGNS: Final = (
    b"error",
    b"time-value",
    b":formula",
    b":tab/",
    b":tab ",
    b":tab>",
    b":line-break",
    b">#",
    b">Err",
)
_NUMBERS: Final = ("float", "percentage", "currency")
# in the words of any language: `#¡DIV/0!`, `#NOM ?`
_ERROR: Final = re.compile(r"#\W*[^\W\d_]+(/0|/[^\W\d_]+)?\W*|Err\s?:\s?\d+")
_DRAWN: Final = ":drawing:1.0"
_BREAKS: Final = {"tab": "\t", "line-break": "\n"}


class OdsSheet:
    """Reads the cells of one sheet from the elements of a document. Repeated cells count in each
    place within `size` (rows and columns), which its reader returns."""

    def __init__(self, sheet: str, size: tuple[int, int]) -> None:
        self._sheet, self._height, self._width = sheet, *size
        self._told: dict[int, dict[int, Any]] = {}
        self._within = self._done = False
        self._row, self._rows, self._column, self._silent = 0, 1, 0, 0
        self._cell: Attributes | None = None
        self._pieces, self._paragraphs, self._broken, self._inside = list[str](), 0, False, False

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element. Drawings, comments and tables in cells are no text of the sheet."""
        space, _, tag = name.rpartition(" ")
        if not self._within:
            self._within = (
                tag == "table" and not self._done and _plain(attributes).get("name") == self._sheet
            )
        elif self._silent or tag in ("annotation", "table") or space.endswith(_DRAWN):
            self._silent += 1
        elif tag == "table-row":
            self._row, self._rows, self._column = (
                self._row + self._rows, _times(attributes, "number-rows-repeated"), 1,
            )  # fmt: skip
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._pieces, self._paragraphs, self._broken = attributes, [], 0, False
        elif self._cell is not None:
            self._part(tag, attributes)

    def end(self, name: str) -> None:
        """End an element."""
        tag = name.rpartition(" ")[2]
        if self._silent:
            self._silent -= 1
        elif tag == "p":
            self._inside = False
        elif self._within and tag == "table":
            self._within, self._done = False, True
        elif (
            self._within and self._cell is not None and tag in ("table-cell", "covered-table-cell")
        ):
            columns = _times(self._cell, "number-columns-repeated")
            value = self._value(self._cell)
            if value is not None:
                for row in _places(self._row, self._rows, self._height):
                    self._told.setdefault(row, {}).update(
                        dict.fromkeys(_places(self._column, columns, self._width), value)
                    )
            self._column += columns
            self._cell = None

    def text(self, data: str) -> None:
        """Add text within an element: of paragraphs only."""
        if self._inside and not self._silent:
            self._pieces.append(data)

    def unread_cells(self) -> dict[int, dict[int, Any]]:
        """Return the cells that hold more than their reader reports."""
        return self._told

    def _part(self, tag: str, attributes: Attributes) -> None:
        if tag == "p":
            self._pieces += ["\n"] if self._paragraphs else []
            self._paragraphs, self._inside = self._paragraphs + 1, True
        elif tag in _BREAKS:
            self._pieces.append(_BREAKS[tag])
            self._broken = True
        elif tag == "s":
            self._pieces.append(" " * min(_times(attributes, "c"), 10_000))

    def _value(self, attributes: Attributes) -> Any:
        """Return what the reader does not report of a cell; None if there is nothing. `calcext`
        says more than `office` may."""
        values = _plain(attributes)
        if "error" in (value for name, value in attributes.items() if name.endswith(" value-type")):
            return error_cell("".join(self._pieces))
        # as older programs write it
        if values.get("value-type") in _NUMBERS and _ERROR.fullmatch("".join(self._pieces).strip()):
            return error_cell("".join(self._pieces))
        if "formula" in values and "value-type" not in values:
            return UNSTORED
        if values.get("value-type") == "time":
            return parse_span(values.get("time-value", ""))
        return "".join(self._pieces) if self._broken and "string-value" not in values else None


def _plain(attributes: Attributes) -> Attributes:
    return {name.rpartition(" ")[2]: value for name, value in attributes.items()}


def _times(attributes: Attributes, name: str) -> int:
    """Return how often something is repeated, by default once."""
    number = _plain(attributes).get(name, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1


def _places(first: int, times: int, most: int) -> range:
    """Return the places of something repeated, within the sheet; the first in any case."""
    return range(first, max(first + 1, min(first + times, most + 1)))


Told = dict[int, dict[int, Any]]  # by row and column, both from 1
_OVERLAP: Final = 32  # more bytes than any sign has
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class _EventHandler(Protocol):
    def start(self, name: str, attributes: Attributes) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def find_unread_cells(data: bytes, sheet: str, size: tuple[int, int], path: Path) -> Told:
    """Return the cells that a file knows more of than its reader reports: `Refused` for errors and
    formulas without a value, spans, and texts with tabs. Nothing for files other than XLSX and
    ODS, which do not show it."""
    try:
        return _read_archive(data, sheet, size) if data.startswith(b"PK") else {}
    except (*BROKEN, expat.ExpatError, KeyError) as error:
        hint = "save-as-table"
        raise SourceError("spreadsheet-broken", origin=Origin(str(path)), hint=hint) from error


def _read_archive(data: bytes, sheet: str, size: tuple[int, int]) -> Told:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.lower().replace("\\", "/"): name for name in archive.namelist()}
        if "xl/workbook.xml" in names:
            part = names[
                sheet_part(lambda name, start: _parse(archive, names[name], start), sheet).lower()
            ]
            return _cells(archive, part, XlsxSheet(), has_xlsx_sign)
        return (
            _cells(
                archive,
                names["content.xml"],
                OdsSheet(sheet, size),
                lambda block: any(sign in block for sign in _SIGNS),
            )
            if "content.xml" in names
            else {}
        )


def _cells(
    archive: zipfile.ZipFile, part: str, handler: XlsxSheet | OdsSheet,
    has_sign: Callable[[bytes], bool],
) -> Told:  # fmt: skip
    with archive.open(part) as stream:
        if not _has(stream, has_sign):
            return {}
    _parse(archive, part, handler.start, handler)
    return handler.unread_cells()


def _has(stream: IO[bytes], has_sign: Callable[[bytes], bool]) -> bool:
    """Say whether the bytes have a sign, reading up to the end of a cell; UTF-16 may always have
    one."""
    rest = stream.read(2)
    if rest in _UTF16:
        return True
    while chunk := stream.read(CHUNK):
        block = rest + chunk
        end = block.rfind(b"c>") + 2
        if has_sign(block[:end] if end > 1 else block):
            return True
        rest = block[end if end > 1 else -_OVERLAP :]
    return has_sign(rest)


def _parse(
    archive: zipfile.ZipFile, part: str, start: Callable[[str, Attributes], None],
    handler: _EventHandler | None = None,
) -> None:  # fmt: skip
    """Read one part of an archive, no further than the size that was asked for before; a
    document that declares entities is refused."""
    parser = expat.ParserCreate(namespace_separator=" " if isinstance(handler, OdsSheet) else None)
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    parser.StartElementHandler = start
    if handler is not None:
        parser.EndElementHandler, parser.CharacterDataHandler = handler.end, handler.text
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _refuse_entity(*_: object) -> None:
    raise ValueError(Message("not-allowed-here", term="<!ENTITY>"))


WHOLE: Final = 1 << 53  # up to here, each whole number is one that a spreadsheet can hold
_NO_DATE: Final = Message("zero-is-no-date")


def settle(rows: list[Row], *, counted: bool) -> None:
    """Turn date cells of a column with date-times into date-times. If the file only counts days
    (`counted`: all but ODS), a time in a column of dates is refused; else times in a column of
    spans beyond a day are spans too."""
    changes = [
        (place, ways)
        for place, column in enumerate(zip_longest(*(row for _, row in rows)))
        if (ways := dict(_changes(set(map(type, column)), counted)))
    ]
    for _, row in rows if changes else ():
        for place, ways in changes:
            if place < len(row) and (way := ways.get(type(row[place]))) is not None:
                row[place] = way(row[place])


def _changes(types: set[type], counted: bool) -> Iterator[tuple[type, Callable[[Any], Any]]]:
    if {dt.date, dt.datetime} <= types:
        yield dt.date, lambda day: dt.datetime.combine(day, dt.time())
    if counted and dt.time in types and types & {dt.date, dt.datetime}:
        yield dt.time, _no_date
    if not counted and {dt.time, Span} <= types:
        yield dt.time, span_of


def _no_date(time: dt.time) -> UnsupportedValue:
    return UnsupportedValue(Message("time-among-dates", value=time.isoformat()), _NO_DATE)


def value_of(cell: Any) -> Any:
    """Return a cell's value as a person sees it: None if empty, a whole number without a point,
    midnight as a date."""
    if cell == "":
        return None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) <= WHOLE else cell
    return span_of(cell) if isinstance(cell, dt.timedelta) else cell


def as_seen(cell: Any) -> tuple[str | None, int | None]:
    """Return a number with the digits that a person sees, so that templates of IRIs have no
    exponents."""
    if isinstance(cell, Span):
        return cell.text, DURATION
    return (
        (canonical_decimal(Decimal(repr(cell))), DOUBLE)
        if isinstance(cell, float)
        else natural(cell)
    )


# the first and the last cell, each by row and column from 0
Merged = tuple[tuple[int, int], tuple[int, int]]
_HINT: Final = Message("unmerge-cells")


def with_merged(extra: Told, cells: Sequence[Sequence[Any]], merged: Sequence[Merged]) -> Told:
    """Add the cells covered by merged ones, in rows below the headings that have other cells, if
    the merged cell has a value."""
    if not merged:
        return extra
    filled = {row for row, row_cells in enumerate(cells) if any(cell != "" for cell in row_cells)}
    head, width = min(filled, default=0), max(map(len, cells), default=0)
    for (top, left), (bottom, right) in merged:
        value = [cell for row in cells[top : top + 1] for cell in row[left : left + 1]]
        # within the filled sheet: a merged cell may be a whole sheet
        places = product(
            range(top, min(bottom + 1, len(cells))), range(left, min(right + 1, width))
        )
        for row, column in places if value not in ([], [""]) else ():
            if (row, column) != (top, left) and row > head and row in filled:
                place = f"{letters_of(left + 1)}{top + 1}"
                # not what it says there: the column may be withheld where this one is not
                extra.setdefault(row + 1, {})[column + 1] = UnsupportedValue(
                    Message("cell-merged", place=place), _HINT
                )
    return extra


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
    """Say whether a sheet has more places than we read, or a cell beyond the last row or column."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            sheets = [name for name in names if "worksheets/" in name]
            if "content.xml" in names and not sheets:
                document = archive.read("content.xml")
                spaces = _count_spaces(document)
                if spaces > MOST or b"-repeated" not in document:
                    return spaces > MOST
                if max(map(_whole, _ROWS.findall(document)), default=0) > _LAST_ROW:
                    return True
                if max(map(_whole, _COLUMNS.findall(document)), default=0) > _LAST_COLUMN:
                    return True
                sizes = [_measure_row(row) for row in _ODS_ROW.split(document)[1:]]
                letters = sum(letters for _, letters in sizes)
                return sum(places for places, _ in sizes) > MOST or letters > LETTERS
            return any(_is_too_wide(archive.read(name)) for name in sheets)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError):
        return False  # which the reader says better


def _is_too_wide(sheet: bytes) -> bool:
    if not _may_be_far(sheet):
        return False
    places = set(_CELL.findall(sheet))
    named = {row for _, row in places if row} | set(_ROW.findall(sheet))
    rows = max(map(_whole, named), default=0)
    columns = max((column_number(name[:9].decode()) for name, _ in places), default=0)
    columns = max(columns, *(row.count(b"<c") for row in sheet.split(b"<row")))
    return rows > _LAST_ROW or columns > _LAST_COLUMN or rows * columns > MOST


def _may_be_far(sheet: bytes) -> bool:
    try:
        text = pl.Series([sheet.decode()])
    except UnicodeDecodeError:
        return _FAR.search(sheet) is not None
    return bool(text.str.contains(_FAR_TEXT).any())


def _count_spaces(text: bytes) -> int:
    """Count spaces that are written as a number."""
    return sum(
        max(map(_whole, _COUNT.findall(attributes)), default=0)
        for attributes in _SPACES.findall(text)
    )


def _measure_row(row: bytes) -> tuple[int, int]:
    """Return the places and letters of a row, with repetitions; none for a blank one."""
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
    match = pattern.search(text)
    return _whole(match[1]) if match else 1


def _whole(digits: bytes) -> int:
    """Return a number, a large one if it has more digits than any count."""
    plain = digits.lstrip(b"0")
    return int(plain or b"0") if len(plain) < 12 else 10**12


def sheet_values(sheet: python_calamine.CalamineSheet) -> list[list[Any]]:
    """Return the cells of a sheet. ValueError where the library fails, as on a span that is too
    long to count."""
    try:
        return sheet.to_python(skip_empty_area=False)
    except BaseException as error:
        # the second is of a class that no module names
        if isinstance(error, OverflowError) or type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise


_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")  # how files of spreadsheets begin: ZIP, and OLE
_ASKED: Final = frozenset((float, dt.timedelta))  # types of which `value_of` makes another


class _Read(NamedTuple):
    """All cells of a sheet, what the file reports besides, and whether days are numbers in it: in
    all files but ODS, which writes dates."""

    cells: list[list[Any]]
    told: Told
    counted: bool

    def header(self, path: Path) -> list[str]:
        return head_of(_rows(self.cells, self.told), path)[0]

    def frame(self, names: Sequence[str] | None, grid: Grid) -> pl.DataFrame:
        header, below = head_of(_rows(self.cells, self.told), grid.path)
        rows = [row for row in below if not grid.repeats(header, row)]
        settle(rows, counted=self.counted)
        return grid.frame(header, rows, header if names is None else names)


def spreadsheet_header(path: Path, sheet: str) -> list[str]:
    """Return the headings of a sheet: its first row that is not blank."""
    return _open(read_bytes(path), sheet, path, is_last=False).header(path)


def read_spreadsheet(
    path: Path, sheet: str, names: Sequence[str] | None, reject: Reject | None = None, *,
    row_column: str,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Yield the rows of a sheet (its name or number; the first where none is named), numbered as
    the spreadsheet numbers them."""
    yield _frame(path, sheet, names, Grid(path, row_column, as_seen, reject=reject))


def refuse_no_workbook(data: bytes, path: Path) -> None:
    """Refuse what is a text under the name of a workbook, and what unpacks to too much."""
    # refuse a table or a page with the name of a workbook, as many programs produce them
    if data and b"\0" not in data[:1024] and not data.startswith(_WORKBOOKS):
        hint = "save-as-table"
        raise SourceError("workbook-is-text", origin=Origin(str(path)), hint=hint)
    _refuse_bomb(data, path)


def sheet_cells(data: bytes, sheet: str, path: Path) -> tuple[list[list[Any]], list[Merged]]:
    """Return the cells of a sheet, with what the file reports besides in their places, and the
    merged ones."""
    cells, extra, merged = _read_cells(data, sheet, path)
    return [row for _, row in _rows(cells, extra)], merged


def _frame(path: Path, sheet: str, names: Sequence[str] | None, grid: Grid) -> pl.DataFrame:
    """Return the frame of a sheet. A function of its own, so that the cells are freed before rows
    are returned."""
    return _open(read_bytes(path), sheet, path, is_last=True).frame(names, grid)


def _open(data: bytes, sheet: str, path: Path, *, is_last: bool) -> _Read:
    """Open a sheet. After reading only headings, the cells are kept for the next reader."""
    key = (blake2b(data).digest(), sheet)
    return hand_on(key, lambda: _read_checked(data, sheet, path), is_last=is_last)


def _read_checked(data: bytes, sheet: str, path: Path) -> _Read:
    cells, extra, merged = _read_cells(data, sheet, path)
    is_ods = (
        data.startswith(b"PK") and "content.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    )
    return _Read(cells, with_merged(extra, cells, merged), not is_ods)


def _rows(cells: list[list[Any]], extra: Told) -> Iterator[Row]:
    """Yield the numbered rows with the `extra` texts of cells that the library does not read,
    which may be below its last row."""
    width = max(map(len, cells), default=0)
    below = ([""] * width for _ in range(max(extra, default=0) - len(cells)))
    for number, row in enumerate(chain(cells, below), 1):
        values = _values(row)
        yield number, _with(values, extra[number]) if number in extra else values


def _read_cells(data: bytes, sheet: str, path: Path) -> tuple[list[list[Any]], Told, list[Merged]]:
    """Return the cells of a sheet as the library reads them, what the file reports besides, and
    the merged ones."""
    refuse_no_workbook(data, path)
    import python_calamine as calamine

    if data.startswith(b"PK") and is_too_wide(data):
        raise SourceError("spreadsheet-too-wide", limit=MOST, origin=Origin(str(path)))
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = _sheet(book, sheet, path)
        sheet_found = book.get_sheet_by_name(name)
        merged = sheet_found.merged_cell_ranges or merged_cells_of(data, name)
        cells = sheet_values(sheet_found)
    except (calamine.CalamineError, OSError, ValueError) as error:
        hint = "save-as-table"
        raise SourceError("spreadsheet-broken", origin=Origin(str(path)), hint=hint) from error
    size = (len(cells), max(map(len, cells), default=0))
    return cells, find_unread_cells(data, name, size, path), merged


def _with(row: list[Any], extra: dict[int, Any]) -> list[Any]:
    """Add to a row what the file reports besides; cells beyond the sheet go right after it, even
    beside the table. A time of day that the library knows stays."""
    for column, value in extra.items():
        place = min(column - 1, len(row))
        if place == len(row):
            row.append(value)
        elif not (isinstance(value, Span) and isinstance(row[place], dt.time)):
            row[place] = value
    return row


def _sheet(book: python_calamine.CalamineWorkbook, sheet: str, path: Path) -> str:
    """Return the name of a sheet, given by name or number; by default the first visible one."""
    names = book.sheet_names
    if sheet in ("$", "") and names:
        visible = (
            item.name
            for item in book.sheets_metadata
            if str(item.visible).endswith("Visible") and item.name in names
        )
        return next(visible, names[0])
    if sheet in names:
        return sheet
    if sheet.isascii() and sheet.isdigit() and 0 < int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise SourceError(
        "not-known-here",
        name=sheet,
        hint="there-is",
        known=", ".join(names),
        origin=Origin(str(path)),
    )


def _refuse_bomb(data: bytes, path: Path) -> None:
    """Check the sizes that the archive declares, which its reader does not exceed."""
    if not data.startswith(b"PK"):
        return
    try:
        size = sum(item.file_size for item in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise SourceError(
            "spreadsheet-broken", origin=Origin(str(path)), hint="check-whole"
        ) from error
    if size > max(FREE, RATIO * len(data)):
        fact = Message("unpacks-too-large", limit=size >> 20)
        raise SourceError(fact, origin=Origin(str(path)), hint="unpack-hand-if-you-trust")


def _values(row: list[Any]) -> list[Any]:
    """Return the cells of a row as `value_of` does, without a call for texts, the most frequent."""
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
