"""The XML of XLSX: which part holds a sheet, and which of its cells hold errors, or formulas
whose value was never stored."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.sources.values import UnsupportedValue

Attributes = dict[str, str]
_SIGNS: Final = (b't="e"', b"t='e'", b":f>", b":f ", b":f/")
_ENDS: Final = tuple(re.compile(end + rb"(?!<v>[^<\s])") for end in (b"</f>", rb"<f(?:\s[^>]*)?/>"))
UNSTORED: Final = UnsupportedValue(
    Message("formula-unstored"),
    Message("save-in-spreadsheet"),
)
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
        Message("spreadsheet-error", value=shown.strip() or "#ERROR"),
        Message("mend-formula"),
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
            "",
            False,
            "",
            False,
            False,
        )

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
            (min(int(place[2]), _LAST), _number(place[1])) if place else (self._row, self._column)
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


def _number(letters: str) -> int:
    """The number of a column: 1 of `A`, 28 of `AB`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
