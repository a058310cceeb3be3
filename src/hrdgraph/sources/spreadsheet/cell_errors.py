"""Find what spreadsheet files contain but their reader does not report: cells with errors,
formulas without a value, spans, tabs. The XML of the one sheet is read for that, only if its
bytes may hold such a thing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, Protocol
from xml.parsers import expat

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.spreadsheet.xlsx import (
    UNSTORED,
    Attributes,
    XlsxSheet,
    error_cell,
    has_xlsx_sign,
    parse_span,
    sheet_part,
)
from hrdgraph.sources.unpacking import BROKEN, CHUNK

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
    """Say whether a document may hold what its reader does not report."""
    return any(sign in block for sign in _SIGNS)


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
            self._close(self._cell)
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
        hint = "save-again-xlsx-or-ods"
        raise SourceError(
            "spreadsheet-unreadable", reason=error, origin=Origin(str(path)), hint=hint
        ) from error


def is_ods(data: bytes) -> bool:
    """Say whether a spreadsheet is an ODS file."""
    return data.startswith(b"PK") and "content.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def _read_archive(data: bytes, sheet: str, size: tuple[int, int]) -> Told:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.lower().replace("\\", "/"): name for name in archive.namelist()}
        if "xl/workbook.xml" in names:
            part = names[
                sheet_part(lambda name, start: _parse(archive, names[name], start), sheet).lower()
            ]
            return _cells(archive, part, XlsxSheet(), has_xlsx_sign)
        return (
            _cells(archive, names["content.xml"], OdsSheet(sheet, size), has_ods_sign)
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


def _refuse_entity(name: str, *_: object) -> None:
    raise ValueError(Message("declares-entity", name=name))
