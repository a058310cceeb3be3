"""An XLSX file into the marks of its sheets that are no text: rows that are hidden, coloured or
struck out, and notes on cells. Nothing reads them, and they may mean something."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html import unescape
from posixpath import join, normpath
from typing import Final, NamedTuple

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
            frozenset(_number(said) for said in hidden),
            frozenset(_number(said) for said, cells in rows if _has(cells, coloured)),
            frozenset(_number(said) for said, cells in rows if _has(cells, struck)),
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


def _number(said: dict[str, str]) -> int:
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
