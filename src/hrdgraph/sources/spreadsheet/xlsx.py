"""The XML of XLSX: which part holds a sheet, which of its cells hold errors, or formulas whose
value was never stored, and which rows are hidden, coloured or struck out."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from posixpath import join, normpath
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.sources.values import UnsupportedValue, canonical_decimal

_MOST: Final = 40_000_000  # bytes of a part that is looked through
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_FORMAT: Final = re.compile(r"<(?:\w+:)?xf\b([^<>]*)>")
_WHITE: Final = re.compile(r'rgb="(?:FF|00)?FFFFFF"|theme="0"')
_STRUCK: Final = re.compile(r'<(?:\w+:)?strike(?!\s+val="(?:0|false)")')
# an element begins: what lies between two of them belongs to the first, however it ends
_ROWS, _FILLS, _FONTS = (
    re.compile(rf"<(?:\w+:)?{name}(?=[\s/>])") for name in ("row", "fill", "font")
)
_CELL: Final = re.compile(r"<(?:\w+:)?c\s([^<>]*[^<>/])><(?!/)")
_NOTE: Final = re.compile(r"<(?:\w+:)?comment\s[^<>]*?ref=\"[A-Z]+([0-9]+)\"")


class SheetMarks(NamedTuple):
    """The numbers of rows with such marks, as people count."""

    hidden: frozenset[int] = frozenset()
    coloured: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    noted: frozenset[int] = frozenset()


NO_MARKS: Final = SheetMarks()


def marks_of(data: bytes, sheet: str) -> SheetMarks:
    """The marks of a sheet; none of what is no XLSX file, or very large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _MarkedBook(archive).marks(sheet)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError):
        return NO_MARKS  # which the reader says better


class _MarkedBook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def marks(self, sheet: str) -> SheetMarks:
        part = self._part(sheet)
        coloured, struck = self._formats()
        rows = [
            (_attributes(row.partition(">")[0]), row) for row in _after(_ROWS, self._text(part))
        ]
        hidden = (said for said, _ in rows if said.get("hidden") in ("1", "true"))
        return SheetMarks(
            frozenset(_row_number(said) for said in hidden),
            frozenset(_row_number(said) for said, cells in rows if _has(cells, coloured)),
            frozenset(_row_number(said) for said, cells in rows if _has(cells, struck)),
            self._notes(part),
        )

    def _part(self, sheet: str) -> str:
        """The name of the part that a sheet is."""
        sheets = map(_attributes, _SHEET.findall(self._text("xl/workbook.xml")))
        named = {unescape(said["name"]): said["r:id"] for said in sheets}
        return self._relations("xl/workbook.xml")[named[sheet]]

    def _relations(self, part: str) -> dict[str, str]:
        """The parts that a part refers to, by their marks."""
        folder, _, name = part.rpartition("/")
        file = f"{folder}/_rels/{name}.rels"
        found = map(_attributes, _RELATION.findall(self._text(file)))
        return {said["Id"]: _place(folder, said["Target"]) for said in found}

    def _formats(self) -> tuple[set[str], set[str]]:
        """The numbers of the formats of cells that are coloured, and that are struck out."""
        text = self._text("xl/styles.xml")
        fills, fonts = _section(text, "fills"), _section(text, "fonts")
        filled = {at for at, fill in enumerate(_after(_FILLS, fills)) if _is_colour(fill)}
        struck = {at for at, font in enumerate(_after(_FONTS, fonts)) if _STRUCK.search(font)}
        found = [_attributes(one) for one in _FORMAT.findall(_section(text, "cellXfs"))]
        return (
            {f"{at}" for at, said in enumerate(found) if int(said.get("fillId", 0)) in filled},
            {f"{at}" for at, said in enumerate(found) if int(said.get("fontId", 0)) in struck},
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


def _section(text: str, name: str) -> str:
    """What stands between the tags of an element that a document has once."""
    return text.partition(name)[2].partition(f"{name}>")[0]


def _after(begins: re.Pattern[str], text: str) -> list[str]:
    return begins.split(text)[1:]


def _attributes(element: str) -> dict[str, str]:
    return dict(re.findall(r'([\w:]+)\s*=\s*"([^"]*)"', element))


def _row_number(said: dict[str, str]) -> int:
    return int(said.get("r", 0))


def _place(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(join(folder, target))


def _is_colour(fill: str) -> bool:
    return 'patternType="solid"' in fill and not _WHITE.search(fill)


def _has(cells: str, formats: set[str]) -> bool:
    """Whether a row has a filled cell of one of some formats."""
    return bool(formats) and any(
        _attributes(said).get("s") in formats for said in _CELL.findall(cells)
    )


_N: Final = r"(\d{1,9})"  # more digits than any clock has
_WRITTEN: Final = re.compile(
    rf"(-?)P(?:0+Y)?(?:0+M)?(?:{_N}D)?(?:T(?:{_N}H)?(?:{_N}M)?(?:(\d{{1,9}}(?:\.\d{{1,9}})?)S)?)?",
    re.ASCII,
)
_UNITS: Final = (86400, 3600, 60, 1)


class Span(NamedTuple):
    """The canonical text of a span, such as `P1DT2H5M`; no text, since a text cell may say the
    same."""

    text: str

    def __str__(self) -> str:
        return self.text


def span_of(value: dt.timedelta | dt.time) -> Span:
    """A span as Python has it, or the time since midnight."""
    if isinstance(value, dt.time):
        value = dt.timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
    return _span(Decimal(value.days * 86400 + value.seconds) + Decimal(value.microseconds) / 10**6)


def written_span(text: str) -> Span | None:
    """A span that is written as XSD has it, such as `PT26H05M00S`; None where it counts months
    or is none."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    seconds = sum(
        (Decimal(part or 0) * unit for part, unit in zip(found.groups()[1:], _UNITS, strict=True)),
        Decimal(0),
    )
    return _span(-seconds if found[1] else seconds)


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
UNSTORED: Final = UnsupportedValue(Message("formula-unstored"), Message("save-in-spreadsheet"))
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_LAST: Final = 1 << 20  # the last row that a sheet can have


def has_xlsx_sign(block: bytes) -> bool:
    """Whether a sheet may hold errors or formulas without a value: told from whole cells, most
    of which hold neither. A formula that gives an empty text has one."""
    return any(sign in block for sign in _SIGNS) or any(
        b't="str"' not in block[block.rfind(b"<c ", 0, end.start()) : end.start()]
        for ends in _ENDS
        for end in ends.finditer(block)
    )


def error_cell(shown: str) -> UnsupportedValue:
    """A cell that shows an error, such as `#N/A`."""
    return UnsupportedValue(
        Message("spreadsheet-error", value=shown.strip() or "#ERROR"), Message("mend-formula")
    )


def sheet_part(parse: Callable[[str, Callable[[str, Attributes], None]], None], sheet: str) -> str:
    """The part of the archive that holds a sheet; KeyError where the workbook names none."""
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
    """Targets are relative to the workbook, or begin at the root of the archive; some programs
    leave out the slash there."""
    target = target.replace("\\", "/")
    return posixpath.normpath(
        target if target.startswith("xl/") else posixpath.join("/xl", target)
    ).lstrip("/")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class XlsxSheet:
    """Goes through the elements of a sheet; a cell is looked at when the next one begins."""

    def __init__(self) -> None:
        self._told: dict[int, dict[int, Any]] = {}
        # the place as the cell names it, where it does
        self._row, self._column, self._place = 0, 0, ""
        self._type, self._formula, self._value, self._within, self._done = (
            "", False, "", False, False,
        )  # fmt: skip

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins. Behind the rows, formulas are no cells: of formats, of what may be
        typed, of little charts."""
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
        """An element ends."""
        self._within = False
        self._done = self._done or (name[-9:] == "sheetData")

    def text(self, data: str) -> None:
        """Text within an element: of values only."""
        if self._within:
            self._value += data

    def found(self) -> dict[int, dict[int, Any]]:
        """The cells that hold no value, though they are not empty."""
        self._close()
        return self._told

    def _open(self, attributes: Attributes) -> None:
        self._type, self._formula, self._value = attributes.get("t", ""), False, ""
        place = attributes.get("r", "")
        if not place:
            self._column = self._at()[1] + 1
        self._place = place

    def _at(self) -> tuple[int, int]:
        place = _PLACE.fullmatch(self._place)
        return (
            (min(int(place[2]), _LAST), _column_number(place[1]))
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


def _column_number(letters: str) -> int:
    """The number of a column: 1 of `A`, 28 of `AB`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
