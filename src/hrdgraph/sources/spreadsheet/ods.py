"""The XML of ODS: which cells of a sheet hold errors, formulas whose value was never stored,
spans of time, or tabs and line breaks."""

from __future__ import annotations

import re
from typing import Any, Final

from hrdgraph.sources.spreadsheet.durations import written_span
from hrdgraph.sources.spreadsheet.xlsx import UNSTORED, Attributes, error_cell

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


def has_ods_sign(block: bytes) -> bool:
    """Whether a document may hold what its reader does not tell."""
    return any(sign in block for sign in _SIGNS)


class OdsSheet:
    """Goes through the elements of the document, and looks at the cells of one sheet. Repeated
    cells count in each place of the sheet that its reader gives (`size`: how many rows and
    columns)."""

    def __init__(self, sheet: str, size: tuple[int, int]) -> None:
        self._sheet, self._height, self._width = sheet, *size
        self._told: dict[int, dict[int, Any]] = {}
        self._within = self._done = False
        self._row, self._rows, self._column, self._silent = 0, 1, 0, 0
        self._cell: Attributes | None = None
        self._pieces, self._paragraphs, self._broken, self._inside = list[str](), 0, False, False

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins. What is drawn, comments and tables in cells are no text of the
        sheet."""
        space, _, tag = name.rpartition(" ")
        if not self._within:
            self._within = (
                tag == "table" and not self._done and _plain(attributes).get("name") == self._sheet
            )
        elif self._silent or tag in ("annotation", "table") or space.endswith(_DRAWN):
            self._silent += 1
        elif tag == "table-row":
            self._row, self._rows, self._column = (
                self._row + self._rows,
                _times(attributes, "number-rows-repeated"),
                1,
            )
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._pieces, self._paragraphs, self._broken = attributes, [], 0, False
        elif self._cell is not None:
            self._part(tag, attributes)

    def end(self, name: str) -> None:
        """An element ends."""
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
            self._close(self._cell)
            self._cell = None

    def text(self, data: str) -> None:
        """Text within an element: of paragraphs only."""
        if self._inside and not self._silent:
            self._pieces.append(data)

    def found(self) -> dict[int, dict[int, Any]]:
        """The cells that hold more than their reader tells."""
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

    def _close(self, attributes: Attributes) -> None:
        columns = _times(attributes, "number-columns-repeated")
        value = self._value(attributes)
        if value is not None:
            for row in _places(self._row, self._rows, self._height):
                self._told.setdefault(row, {}).update(
                    dict.fromkeys(_places(self._column, columns, self._width), value)
                )
        self._column += columns

    def _value(self, attributes: Attributes) -> Any:
        """What the reader does not tell of a cell; None where it tells all. `calcext` says more
        of a cell than `office` may."""
        said = _plain(attributes)
        if "error" in (value for name, value in attributes.items() if name.endswith(" value-type")):
            return error_cell("".join(self._pieces))
        # as older programs write it
        if said.get("value-type") in _NUMBERS and _ERROR.fullmatch("".join(self._pieces).strip()):
            return error_cell("".join(self._pieces))
        if "formula" in said and "value-type" not in said:
            return UNSTORED
        if said.get("value-type") == "time":
            return written_span(said.get("time-value", ""))
        return "".join(self._pieces) if self._broken and "string-value" not in said else None


def _plain(attributes: Attributes) -> Attributes:
    return {name.rpartition(" ")[2]: value for name, value in attributes.items()}


def _times(attributes: Attributes, name: str) -> int:
    """How often something is repeated: once, where nothing is said."""
    number = _plain(attributes).get(name, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1


def _places(first: int, times: int, most: int) -> range:
    """The places of something repeated, as far as the sheet goes; the first in any case."""
    return range(first, max(first + 1, min(first + times, most + 1)))
