"""Write changed cells into their workbook: formats, formulas, other sheets and all else stay byte
for byte, which a library that reads and writes the whole loses (values of formulas, pictures,
charts)."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape

from hrdgraph.atomic_files import whole_file, write_file, writing_to
from hrdgraph.errors import Origin, SourceError
from hrdgraph.project import Project, Source
from hrdgraph.sources.delimited.columns import column_number, letters_of
from hrdgraph.sources.fact_table import cells_of, sheets_of

READ_ONLY: Final = (".ods", ".xls", ".xlsb")
_EDITED: Final = ".xlsx"
_WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_RECENT_DAY: Final = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_FILE: Final = re.compile(r"^\s*file\s*=.*$", re.MULTILINE)


def make_editable(project: Project, name: str, file: str) -> str:
    """Write the copy, and turn the source to it; its name. The original stays beside it.
    SourceError where the file is no such spreadsheet, or the copy would say something else."""
    source = project.source(name)
    path = source.folder / file
    if path.suffix.lower() not in READ_ONLY or not _names(source, file):
        raise SourceError("spreadsheet-broken", origin=Origin(str(path)))
    target = free_name(path)
    copy_as_workbook(path, target)
    turn_source(source, file, target.name)
    return target.name


def copy_as_workbook(path: Path, target: Path) -> None:
    """Write a spreadsheet as a workbook that can be edited. SourceError where that would say
    something else."""
    data = _workbook(path, typed=True)
    with writing_to(target), whole_file(target, lasting=True) as stream:
        stream.write(data)
    if not _is_same(path, target):  # a number or a date is shown otherwise: all is kept as text
        write_file(target, [_workbook(path, typed=False)])
    if not _is_same(path, target):
        target.unlink()
        raise SourceError("spreadsheet-not-copied", origin=Origin(str(path)), hint="save-as-table")
    target.chmod((path.stat().st_mode & 0o777) | 0o600)  # who may not read it reads no copy


def original_of(source: Source, file: str) -> str:
    """Return the spreadsheet that a file was copied from, or ""."""
    path = source.folder / file
    stem = re.sub(r" \([0-9]+\)$", "", path.stem)
    found = (f"{name}{ending}" for name in (path.stem, stem) for ending in READ_ONLY)
    is_copy = path.suffix.lower() == _EDITED
    return next((name for name in found if is_copy and (source.folder / name).is_file()), "")


def back_to_original(project: Project, name: str, file: str) -> str:
    """Turn a source to the spreadsheet that a file was copied from; its name. The copy stays.
    SourceError where there is none."""
    source = project.source(name)
    original = original_of(source, file)
    if not original or not _names(source, file):
        raise SourceError("spreadsheet-broken", origin=Origin(str(source.folder)))
    turn_source(source, file, original)
    return original


def _names(source: Source, file: str) -> bool:
    return any(table.file == file for table in source.tables)


def free_name(path: Path) -> Path:
    """Return a name beside the original that no file has."""
    target, number = path.with_suffix(_EDITED), 2
    while target.exists():
        target, number = path.with_name(f"{path.stem} ({number}){_EDITED}"), number + 1
    return target


def turn_source(source: Source, before: str, after: str) -> None:
    """Name another file in the description, which is else left as it was typed."""

    def turn(match: re.Match[str]) -> str:
        said = tomllib.loads(match[0]).get("file")
        return f"file = {json.dumps(after, ensure_ascii=False)}" if said == before else match[0]

    text = source.description_file.read_text("utf-8")
    write_file(source.description_file, [_FILE.sub(turn, text).encode()])


def _is_same(path: Path, copy: Path) -> bool:
    return all(
        _filled_cells(cells_of(path, sheet)) == _filled_cells(cells_of(copy, sheet))
        for sheet in sheets_of(path)
    )


def _filled_cells(rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    return {
        (row, column): cell
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if cell
    }


def _workbook(path: Path, *, typed: bool) -> bytes:
    """Write all sheets that are shown, each cell where it was: whole numbers and days as such, all
    else as text, so that nothing becomes a formula."""
    import xlsxwriter  # type: ignore[import-untyped]

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in sheets_of(path):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(cells_of(path, name)):
                for column, text in enumerate(cells):
                    _write(sheet, row, column, text, day if typed else None)
    return made.getvalue()


def _write(sheet: Any, row: int, column: int, text: str, day: object) -> None:
    if day and _WHOLE_NUMBER.fullmatch(text):
        sheet.write_number(row, column, int(text))
    elif day and _RECENT_DAY.fullmatch(text) and (found := _date(text)):
        sheet.write_datetime(row, column, found, day)
    elif text:
        sheet.write_string(row, column, text)


def _date(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


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
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def scan(self) -> ScannedSheet:
        self._parser.Parse(self._data, True)
        return self.sheet

    def _after(self, place: int) -> int:
        return self._data.index(b">", place) + 1

    def _end_of(self, start: int) -> int:
        """Return the end of the element that began at `start`; of an empty one the parser is
        behind the tag already."""
        head = self._after(start)
        is_empty = self._data[head - 2 : head] == b"/>"
        return head if is_empty else self._after(self._parser.CurrentByteIndex)

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
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
            self.sheet.covered |= _cells_covered(attributes.get("ref", ""))
        elif name == "sheetData":
            end = self._after(place)
            self.sheet.is_empty, self.sheet.end = self._data[end - 2 : end] == b"/>", place

    def _begin_cell(self, attributes: dict[str, Any], place: int) -> None:
        assert self._row is not None
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        before = self._row.cells[-1].column if self._row.cells else -1
        column = column_number(found[1]) - 1 if found else before + 1
        self._cell = ScannedCell(column, place, attributes.get("s", ""), attributes.get("t", ""))
        if self._row.number in self._wanted or not found:
            self._row.cells.append(self._cell)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        place = self._parser.CurrentByteIndex
        if name == "c" and self._cell is not None:
            self._cell.end, self._cell = self._end_of(self._cell.start), None
        elif name == "row" and self._row is not None:
            self._row.end = self._end_of(self._row.start)
            self.sheet.rows[self._row.number] = self._row
            self._row = None
        elif name == "sheetData" and not self.sheet.is_empty:
            self.sheet.end = place


def _cells_covered(reference: str) -> set[tuple[int, int]]:
    """Return the cells of a merged area but its first, whose text all of them show."""
    first, _, last = reference.partition(":")
    ends = [_REFERENCE.fullmatch(text) for text in (first, last or first)]
    if not all(ends):
        return set()
    (left, top), (right, bottom) = ((column_number(e[1]) - 1, int(e[2])) for e in ends if e)
    if (right - left + 1) * (bottom - top + 1) > 1_000_000:
        return set()
    return {
        (row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


EDITED: Final = (".xlsx", ".xlsm")
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATES: Final = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NEVER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Cells = Mapping[int, Mapping[int, str]]  # new texts by the number of the row, and of the column
SheetWriter = Callable[[Path, str, Cells], str]


class WorkbookFile:
    """A sheet of a workbook, to be changed."""

    def __init__(self, path: Path, data: bytes, sheet: str, *, scan: bool = True) -> None:
        self._path, self.sheet = path, sheet
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self._member = _sheet_member(archive, sheet)
                self._dates, self._is_1904 = _date_styles(archive)
                self.scan = scan_sheet(archive.read(self._member)) if scan else ScannedSheet()
        except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError) as error:
            origin = Origin(str(path))
            raise SourceError("spreadsheet-broken", origin=origin) from error

    def write(self, data: bytes, cells: Cells) -> bytes:
        """Write the workbook with new texts in some cells; its bytes. A text that is empty
        empties its cell."""
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for info in archive.infolist():
                content = archive.read(info)
                if info.filename == self._member:
                    content = self._change(content, cells)
                elif info.filename == "xl/workbook.xml":
                    content = _recalculate(content)
                made.writestr(info, content, compress_type=info.compress_type)
        with writing_to(self._path), whole_file(self._path, lasting=True) as stream:
            stream.write(out.getvalue())
        return out.getvalue()

    def _change(self, data: bytes, cells: Cells) -> bytes:
        sheet = scan_sheet(data, set(cells))
        pieces: list[tuple[int, int, bytes]] = []
        for number, texts in sorted(cells.items()):
            row = sheet.rows.get(number)
            if row is None:
                content = b"".join(self._cell(number, at, texts[at]) for at in sorted(texts))
                place = min(
                    (row.start for at, row in sheet.rows.items() if at > number), default=sheet.end
                )
                pieces.append((place, place, b'<row r="%d">%s</row>' % (number, content)))
            else:
                pieces += self._row(row, texts, data)
        if sheet.is_empty and pieces:
            end = data.index(b">", sheet.end) + 1
            tag = data[sheet.end + 1 : end - 2].split()[0]
            content = b"".join(piece for _, _, piece in pieces)
            made = b"<" + tag + b">" + content + b"</" + tag + b">"
            return data[: sheet.end] + made + data[end:]
        parts, last = [], 0
        for start, end, piece in sorted(pieces, key=lambda item: item[:2]):
            parts += [data[last:start], piece]
            last = end
        return b"".join([*parts, data[last:]])

    def _row(
        self, row: ScannedRow, texts: Mapping[int, str], data: bytes
    ) -> list[tuple[int, int, bytes]]:
        """Return what is put where in a row that is there."""
        there = {cell.column: cell for cell in row.cells}
        pieces = []
        new: dict[int, list[bytes]] = {}
        for column, text in sorted(texts.items()):
            if (cell := there.get(column)) is not None:
                made = self._cell(row.number, column, text, cell.style, cell.type)
                pieces.append((cell.start, cell.end, made))
                continue
            later = [cell.start for cell in row.cells if cell.column > column]
            end = row.end if row.is_empty else data.rindex(b"</", row.start, row.end)
            place = min(later, default=end)
            new.setdefault(place, []).append(self._cell(row.number, column, text))
        if row.is_empty and new:
            content = b"".join(part for place in sorted(new) for part in new[place])
            head = data[row.start : row.inner - 2] + b">"
            return [(row.start, row.end, head + content + b"</row>")]
        return [*pieces, *((place, place, b"".join(parts)) for place, parts in new.items())]

    def _cell(self, row: int, column: int, text: str, style: str = "", kind: str = "new") -> bytes:
        """Write the XML of a cell: a number or a date where it was and is one, else text."""
        reference = f"{letters_of(column + 1)}{row}"
        head = f'<c r="{reference}"' + (f' s="{style}"' if style else "")
        if not text:
            return f"{head}/>".encode()
        is_dated = style in self._dates
        if kind in ("", "n") and is_dated and (serial := self._serial(text)):
            return f"{head}><v>{serial}</v></c>".encode()
        if kind in ("", "n") and not is_dated and _NUMBER.fullmatch(text):
            return f"{head}><v>{text}</v></c>".encode()
        inner = escape(_NEVER.sub("", text))
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{inner}</t></is></c>'.encode()

    def _serial(self, text: str) -> int:
        """Return the number that stands for a day; 0 where a text is none."""
        if not _DAY.fullmatch(text):
            return 0
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            return 0
        first = dt.date(1904, 1, 1) if self._is_1904 else dt.date(1899, 12, 30)
        return max((day - first).days, 0) if day.year >= 1901 else 0


def write_sheet(path: Path, sheet: str, cells: Cells) -> str:
    """Write new texts into cells of a sheet; the digest of the file then."""
    data = path.read_bytes()
    book = WorkbookFile(path, data, sheet, scan=False)
    return sha256(book.write(data, cells)).hexdigest()


def _sheet_member(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the file of a sheet in a workbook, the first one where it is not named."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [item for item in book.iter(f"{_MAIN}sheet") if sheet in ("", item.get("name"))]
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    if not sheets:
        raise KeyError(sheet)
    target = targets[sheets[0].get(_RELATION)]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _date_styles(archive: zipfile.ZipFile) -> tuple[set[str], bool]:
    """Return the numbers of styles for dates, and whether days count from 1904."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    properties = book.find(f"{_MAIN}workbookPr")
    is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    if "xl/styles.xml" not in archive.namelist():
        return set(), is_1904
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    own = {
        int(item.get("numFmtId", 0))
        for item in styles.iter(f"{_MAIN}numFmt")
        if re.search(
            r"[dmy]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", item.get("formatCode", "").lower())
        )
    }
    formats = styles.find(f"{_MAIN}cellXfs")
    found = [] if formats is None else [int(item.get("numFmtId", 0)) for item in formats]
    return {str(at) for at, number in enumerate(found) if number in _DATES | own}, is_1904


def _recalculate(data: bytes) -> bytes:
    """Tell the workbook to work out its formulas when it is opened."""
    if b"fullCalcOnLoad" in data:
        return data
    return re.sub(rb"<((?:\w+:)?calcPr)\b", rb'<\1 fullCalcOnLoad="1"', data, count=1)
