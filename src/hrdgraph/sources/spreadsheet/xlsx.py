"""The XML of XLSX: which part holds a sheet, and which of its cells hold errors, or formulas
whose value was never stored."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.sources.values import UnsupportedValue, canonical_decimal

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
