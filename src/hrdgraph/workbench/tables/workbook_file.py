"""Changed cells into the workbook that they stand in: formats, formulas, other sheets and all else
stay byte for byte, which a library that reads and writes the whole loses (values of formulas,
pictures, charts)."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hrdgraph.atomic_files import told, whole_file
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.fact_table import letters_of
from hrdgraph.workbench.tables.sheet_scan import ScannedRow, ScannedSheet, scan_sheet

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
            raise SourceError("spreadsheet-unreadable", reason=error, origin=origin) from error

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
                    content = self._changed(content, cells)
                elif info.filename == "xl/workbook.xml":
                    content = _calculated_anew(content)
                made.writestr(info, content, compress_type=info.compress_type)
        with told(self._path), whole_file(self._path, lasting=True) as stream:
            stream.write(out.getvalue())
        return out.getvalue()

    def _changed(self, data: bytes, cells: Cells) -> bytes:
        sheet = scan_sheet(data, set(cells))
        pieces: list[tuple[int, int, bytes]] = []
        for number, texts in sorted(cells.items()):
            row = sheet.rows.get(number)
            if row is None:
                content = b"".join(self._cell(number, at, texts[at]) for at in sorted(texts))
                place = _place_of(sheet, number)
                pieces.append((place, place, b'<row r="%d">%s</row>' % (number, content)))
            else:
                pieces += self._row(row, texts, data)
        return _spliced(data, pieces, sheet)

    def _row(
        self, row: ScannedRow, texts: Mapping[int, str], data: bytes
    ) -> list[tuple[int, int, bytes]]:
        """What is put where in a row that is there."""
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
        """The XML of a cell: a number or a date where it was one and the text is, else text."""
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
        """The number that stands for a day; 0 where a text is none."""
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


def _spliced(data: bytes, pieces: list[tuple[int, int, bytes]], sheet: ScannedSheet) -> bytes:
    """The bytes with pieces in their places; an empty list of rows is opened for new ones."""
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


def _place_of(sheet: ScannedSheet, number: int) -> int:
    """Where a new row goes: before the first with a greater number."""
    return min((row.start for at, row in sheet.rows.items() if at > number), default=sheet.end)


def _sheet_member(archive: zipfile.ZipFile, sheet: str) -> str:
    """The file of a sheet in a workbook, the first one where it is not named."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [item for item in book.iter(f"{_MAIN}sheet") if sheet in ("", item.get("name"))]
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    if not sheets:
        raise KeyError(sheet)
    target = targets[sheets[0].get(_RELATION)]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _date_styles(archive: zipfile.ZipFile) -> tuple[set[str], bool]:
    """The numbers of styles that show a number as a date, and whether days count from 1904."""
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


def _calculated_anew(data: bytes) -> bytes:
    """The workbook's description, told to work out its formulas when it is opened."""
    if b"fullCalcOnLoad" in data:
        return data
    return re.sub(rb"<((?:\w+:)?calcPr)\b", rb'<\1 fullCalcOnLoad="1"', data, count=1)
