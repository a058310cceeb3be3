"""Read the XML of XLSX: which part holds a sheet, which cells hold errors, or formulas without a
stored value, and which rows are hidden, coloured or struck out; the last of ODS and XLS, too."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from html import unescape
from posixpath import join, normpath
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.sources.delimited.columns import column_number
from hrdgraph.sources.values import UnsupportedValue, canonical_decimal

_MOST: Final = 40_000_000  # bytes of a part that is looked through
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_SPAN: Final = re.compile(r"<(?:\w+:)?col\s([^<>]*)>")  # columns, by their numbers
_FORMAT: Final = re.compile(r"<(?:\w+:)?xf\b([^<>]*)>")
_SOLID: Final = 'patternType="solid"'
_WHITE: Final = re.compile(r'rgb="(?:FF|00)?FFFFFF"|theme="0"')
_STRUCK: Final = re.compile(r'<(?:\w+:)?strike(?!\s+val="(?:0|false)")')
# an element begins: what lies between two of them belongs to the first, however it ends
_ROWS, _FILLS, _FONTS = (
    re.compile(rf"<(?:\w+:)?{name}(?=[\s/>])") for name in ("row", "fill", "font")
)
_CELL: Final = re.compile(r"<(?:\w+:)?c\s([^<>]*[^<>/])><(?!/)")
_PART: Final = re.compile(r"<table:table\s([^<>]*)>(.*?)</table:table>", re.DOTALL)  # of ODS
_COLUMN: Final = re.compile(r"<table:table-column(?=[\s/>])([^<>]*)>")
_ROW: Final = re.compile(r"<table:table-row(?=[\s/>])")
_FILLED: Final = re.compile(r"<table:table-cell\s([^<>]*[^<>/])><(?!/)")
_ANY_CELL: Final = re.compile(r"<table:(?:covered-)?table-cell\s?([^<>]*)>")
_MERGED: Final = "-spanned="
_SIDES: Final = ("rows", "columns")
_STYLE: Final = re.compile(r"<style:style\s([^<>]*[^<>/])>(.*?)</style:style>", re.DOTALL)
_COLOURED: Final = re.compile(r'fo:background-color="#(?!ffffff)', re.IGNORECASE)
_LINE: Final = re.compile(r'style:text-line-through-style="(?!none)')
_FARTHEST: Final = 100_000  # the last row of ODS whose marks are looked at
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"  # how XLS begins
_OLD_WHITES: Final = {1, 9, 64, 65}  # places of white, and of no colour, in the palette of XLS
_NOTE: Final = re.compile(r"<(?:\w+:)?comment\s[^<>]*?ref=\"[A-Z]+([0-9]+)\"")


class SheetMarks(NamedTuple):
    """The numbers of rows with such marks, from 1, and those of columns that are hidden."""

    hidden: frozenset[int] = frozenset()
    coloured: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    noted: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


NO_MARKS: Final = SheetMarks()


def marks_of(data: bytes, sheet: str) -> SheetMarks:
    """Return the marks of a sheet; none for very large files and others than XLSX, ODS and XLS."""
    if data.startswith(_COMPOUND) and len(data) <= _MOST:
        return _read_old_marks(data, sheet)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            is_document = "content.xml" in archive.namelist()
            book = _MarkedDocument(archive) if is_document else _MarkedBook(archive)
            return book.marks(sheet)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError):
        return NO_MARKS  # which the reader says better


def _read_old_marks(data: bytes, sheet: str) -> SheetMarks:
    """Return the marks of a sheet of an XLS file."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        page = book.sheet_by_name(sheet)
        styles = {
            at: {book.xf_list[cell.xf_index] for cell in page.row(at) if f"{cell.value}".strip()}
            for at in range(page.nrows)
        }
        fonts = book.font_list
        fills = {
            at: {
                look.background.pattern_colour_index for look in row if look.background.fill_pattern
            }
            for at, row in styles.items()
        }
        return SheetMarks(
            frozenset(at + 1 for at, row in page.rowinfo_map.items() if row.hidden),
            frozenset(at + 1 for at, colours in fills.items() if colours - _OLD_WHITES),
            frozenset(
                at + 1
                for at, row in styles.items()
                if any(fonts[look.font_index].struck_out for look in row)
            ),
            frozenset(at + 1 for at, _ in page.cell_note_map),
            frozenset(at + 1 for at, column in page.colinfo_map.items() if column.hidden),
        )
    except Exception:  # xlrd raises whatever it meets in a damaged file; the reader says it better
        return NO_MARKS


class _MarkedBook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def marks(self, sheet: str) -> SheetMarks:
        part = self._part(sheet)
        coloured, struck = self._formats()
        text = self._text(part)
        spans = map(_attributes, _SPAN.findall(text))
        hidden = [span for span in spans if span.get("hidden") in ("1", "true")]
        rows = [(_attributes(row.partition(">")[0]), row) for row in _after(_ROWS, text)]
        numbered = [(int(row.get("r", 0)), row, cells) for row, cells in rows]
        return SheetMarks(
            frozenset(at for at, row, _ in numbered if row.get("hidden") in ("1", "true")),
            frozenset(at for at, _, cells in numbered if _has(cells, coloured)),
            frozenset(at for at, _, cells in numbered if _has(cells, struck)),
            self._notes(part),
            frozenset(at for col in hidden for at in range(int(col["min"]), int(col["max"]) + 1)),
        )

    def _part(self, sheet: str) -> str:
        """Return the name of a sheet's part."""
        sheets = map(_attributes, _SHEET.findall(self._text("xl/workbook.xml")))
        by_name = {unescape(entry["name"]): entry["r:id"] for entry in sheets}
        return self._relations("xl/workbook.xml")[by_name[sheet]]

    def _relations(self, part: str) -> dict[str, str]:
        """Return the parts that a part refers to, by their marks."""
        folder, _, name = part.rpartition("/")
        entries = map(_attributes, _RELATION.findall(self._text(f"{folder}/_rels/{name}.rels")))
        return {entry["Id"]: _place(folder, entry["Target"]) for entry in entries}

    def _formats(self) -> tuple[set[str], set[str]]:
        """Return the numbers of cell formats that are coloured, and of those that are struck
        out."""
        text = self._text("xl/styles.xml")
        fills, fonts = _section(text, "fills"), _section(text, "fonts")
        filled = {
            at
            for at, fill in enumerate(_after(_FILLS, fills))
            if _SOLID in fill and not _WHITE.search(fill)
        }
        struck = {at for at, font in enumerate(_after(_FONTS, fonts)) if _STRUCK.search(font)}
        formats = [_attributes(tag) for tag in _FORMAT.findall(_section(text, "cellXfs"))]
        return (
            {f"{at}" for at, entry in enumerate(formats) if int(entry.get("fillId", 0)) in filled},
            {f"{at}" for at, entry in enumerate(formats) if int(entry.get("fontId", 0)) in struck},
        )

    def _notes(self, part: str) -> frozenset[int]:
        folder, _, name = part.rpartition("/")
        if f"{folder}/_rels/{name}.rels" not in self._archive.namelist():
            return frozenset()
        files = [file for file in self._relations(part).values() if "comment" in file]
        texts = (self._text(file) for file in files if file.endswith(".xml"))
        return frozenset(int(row) for text in texts for row in _NOTE.findall(text))

    def _text(self, part: str) -> str:
        if self._archive.getinfo(part).file_size > _MOST:
            raise ValueError(part)
        return self._archive.read(part).decode("utf-8", "replace")


class _MarkedDocument(_MarkedBook):
    """The same of an ODS file."""

    def marks(self, sheet: str) -> SheetMarks:
        text = self._text("content.xml")
        styles = [(_attributes(head)["style:name"], style) for head, style in _STYLE.findall(text)]
        coloured = {name for name, style in styles if _COLOURED.search(style)}
        struck = {name for name, style in styles if _LINE.search(style)}
        body = _body(text, sheet)
        rows = [*_number(_after(_ROW, body), "rows")]
        columns = [*_number(_COLUMN.findall(body), "columns")]
        return SheetMarks(
            _places(rows, _is_hidden),
            _places(rows, lambda row: not coloured.isdisjoint(_styles_in(row))),
            _places(rows, lambda row: not struck.isdisjoint(_styles_in(row))),
            _places(rows, lambda row: "<office:annotation" in row),
            _places(columns, _is_hidden),
        )

    def merged(self, sheet: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """List the merged cells, each by its first and last row and column from 0."""
        text, areas = self._text("content.xml"), []
        for rows, row in (
            _number(_after(_ROW, _body(text, sheet)), "rows") if _MERGED in text else ()
        ):
            for columns, cell in _number(_ANY_CELL.findall(row), "columns"):
                span = _attributes(cell)
                high, wide = (int(span.get(f"table:number-{side}-spanned", 1)) for side in _SIDES)
                if high * wide > 1:
                    top, left = rows[0] - 1, columns[0] - 1
                    areas.append(((top, left), (top + high - 1, left + wide - 1)))
        return areas


def merged_cells_of(data: bytes, sheet: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """List the merged cells of a sheet of an ODS file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _MarkedDocument(archive).merged(sheet)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError):
        return []


def _body(text: str, sheet: str) -> str:
    """Return the elements of a sheet of ODS; "" where there is none called so."""
    parts = ((_attributes(head), body) for head, body in _PART.findall(text))
    return next((f"{body}" for head, body in parts if unescape(head["table:name"]) == sheet), "")


def _number(parts: Iterable[str], what: str) -> Iterator[tuple[range, str]]:
    """Number rows or columns from 1; one may stand for several."""
    at = 1
    for part in parts:
        times = int(_attributes(part.partition(">")[0]).get(f"table:number-{what}-repeated", 1))
        if at <= _FARTHEST:
            yield range(at, min(at + times, _FARTHEST + 1)), part
        at += times


def _places(parts: Iterable[tuple[range, str]], is_marked: Callable[[str], bool]) -> frozenset[int]:
    return frozenset(at for places, part in parts if is_marked(part) for at in places)


def _styles_in(row: str) -> set[str]:
    return {_attributes(cell).get("table:style-name", "") for cell in _FILLED.findall(row)}


def _is_hidden(part: str) -> bool:
    return _attributes(part.partition(">")[0]).get("table:visibility") in ("collapse", "filter")


def _section(text: str, name: str) -> str:
    """Return the text between the tags of an element that a document has once."""
    return text.partition(name)[2].partition(f"{name}>")[0]


def _after(begins: re.Pattern[str], text: str) -> list[str]:
    return begins.split(text)[1:]


def _attributes(element: str) -> dict[str, str]:
    return dict(re.findall(r'([\w:-]+)\s*=\s*"([^"]*)"', element))


def _place(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(join(folder, target))


def _has(cells: str, formats: set[str]) -> bool:
    """Say whether a row has a filled cell in one of some formats."""
    return bool(formats) and any(
        _attributes(cell).get("s") in formats for cell in _CELL.findall(cells)
    )


_N: Final = r"(\d{1,9})"  # more digits than any clock has
_WRITTEN: Final = re.compile(
    rf"(-?)P(?:0+Y)?(?:0+M)?(?:{_N}D)?(?:T(?:{_N}H)?(?:{_N}M)?(?:(\d{{1,9}}(?:\.\d{{1,9}})?)S)?)?",
    re.ASCII,
)
_UNITS: Final = (86400, 3600, 60, 1)


class Span(NamedTuple):
    """The canonical text of a span, such as `P1DT2H5M`; no string, since a text cell may have the
    same text."""

    text: str

    def __str__(self) -> str:
        return self.text


def span_of(value: dt.timedelta | dt.time) -> Span:
    """Return a span from Python's, or from the time since midnight."""
    if isinstance(value, dt.time):
        value = dt.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second,
            microseconds=value.microsecond,
        )  # fmt: skip
    return _span(Decimal(value.days * 86400 + value.seconds) + Decimal(value.microseconds) / 10**6)


def parse_span(text: str) -> Span | None:
    """Return a span written as in XSD, such as `PT26H05M00S`; None for others and those with
    months."""
    match = _WRITTEN.fullmatch(text)
    if match is None or not any(match.groups()[1:]):
        return None
    seconds = sum(
        (Decimal(part or 0) * unit for part, unit in zip(match.groups()[1:], _UNITS, strict=True)),
        Decimal(0),
    )
    return _span(-seconds if match[1] else seconds)


def _span(seconds: Decimal) -> Span:
    minutes, rest = divmod(abs(seconds), 60)
    hours, days = int(minutes) // 60 % 24, int(minutes) // 1440
    clock = _count(hours, "H") + _count(int(minutes) % 60, "M") + _count(rest, "S")
    text = _count(days, "D") + (f"T{clock}" if clock else "")
    return Span(f"{'-' if seconds < 0 else ''}P{text or 'T0S'}")


def _count(number: int | Decimal, unit: str) -> str:
    return canonical_decimal(Decimal(number)) + unit if number else ""


Attributes = dict[str, str]
_SIGNS: Final = (b't="e"', b"t='e'", b":f>", b":f ", b":f/")
_ENDS: Final = tuple(re.compile(end + rb"(?!<v>[^<\s])") for end in (b"</f>", rb"<f(?:\s[^>]*)?/>"))
UNSTORED: Final = UnsupportedValue(Message("formula-unstored"), Message("save-as-table"))
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_LAST: Final = 1 << 20  # the last row that a sheet can have


def has_xlsx_sign(block: bytes) -> bool:
    """Say whether a sheet may hold errors or formulas without a value, judging by whole cells,
    most of which have neither. A formula with an empty text has a value."""
    return any(sign in block for sign in _SIGNS) or any(
        b't="str"' not in block[block.rfind(b"<c ", 0, end.start()) : end.start()]
        for ends in _ENDS
        for end in ends.finditer(block)
    )


def error_cell(shown: str) -> UnsupportedValue:
    """Return a cell that shows an error, such as `#N/A`."""
    return UnsupportedValue(
        Message("spreadsheet-error", value=shown.strip() or "#ERROR"), Message("mend-formula")
    )


def sheet_part(parse: Callable[[str, Callable[[str, Attributes], None]], None], sheet: str) -> str:
    """Return the part of the archive that holds a sheet; KeyError if the workbook names none."""
    sheets, targets = Attributes(), Attributes()

    def workbook(name: str, attributes: Attributes) -> None:
        if _local(name) == "sheet":
            sheets.setdefault(
                attributes["name"],
                next((value for key, value in attributes.items() if _local(key) == "id"), ""),
            )

    def relations(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    parse("xl/workbook.xml", workbook)
    parse("xl/_rels/workbook.xml.rels", relations)
    return _part(targets[sheets[sheet]])


def _part(target: str) -> str:
    """Resolve a target relative to the workbook, or to the root of the archive; some programs omit
    its slash."""
    target = target.replace("\\", "/")
    return posixpath.normpath(
        target if target.startswith("xl/") else posixpath.join("/xl", target)
    ).lstrip("/")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class XlsxSheet:
    """Reads the elements of a sheet; a cell is examined when the next one begins."""

    def __init__(self) -> None:
        self._told: dict[int, dict[int, Any]] = {}
        # the place as the cell names it, where it does
        self._row, self._column, self._place = 0, 0, ""
        self._type, self._value = "", ""
        self._formula = self._within = self._done = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element. After the rows, formulas belong to formats, validations and
        sparklines, not to cells."""
        tag = "" if self._done else _local(name)
        self._within = tag in ("v", "t")
        if tag == "c":
            self._close()
            self._open(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._close()
            number = attributes.get("r", "")
            self._row = (
                int(number)
                if number.isascii() and number.isdigit() and len(number) < 8
                else self._row + 1
            )
            self._column, self._place = 0, ""

    def end(self, name: str) -> None:
        """End an element."""
        self._within = False
        self._done = self._done or (name[-9:] == "sheetData")

    def text(self, data: str) -> None:
        """Add text within an element: of values only."""
        if self._within:
            self._value += data

    def unread_cells(self) -> dict[int, dict[int, Any]]:
        """Return the cells that hold no value, though they are not empty."""
        self._close()
        return self._told

    def _open(self, attributes: Attributes) -> None:
        self._type, self._formula, self._value = attributes.get("t", ""), False, ""
        if not (place := attributes.get("r", "")):
            self._column = self._at()[1] + 1
        self._place = place

    def _at(self) -> tuple[int, int]:
        place = _PLACE.fullmatch(self._place)
        return (
            (min(int(place[2]), _LAST), column_number(place[1]))
            if place
            else (self._row, self._column)
        )

    def _close(self) -> None:
        if self._type == "e":
            self._tell(error_cell(self._value))
        elif self._formula and self._type != "str" and not self._value.strip():
            self._tell(UNSTORED)
        self._type, self._formula = "", False

    def _tell(self, what: UnsupportedValue) -> None:
        row, column = self._at()
        self._told.setdefault(row, {})[column] = what
