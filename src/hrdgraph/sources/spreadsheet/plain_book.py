"""The parts of an XLSX file, as programs write them, without a reader of spreadsheets: which
sheet is meant, which formats are of numbers, the shared texts; and what that reader makes of cells
whose format is not plain, each of which it is asked for once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from xml.parsers import expat

import numpy as np
import polars as pl

from hrdgraph.sources.spreadsheet.columns import NotPlainSheetError
from hrdgraph.sources.spreadsheet.reader import sheet_values
from hrdgraph.sources.spreadsheet.xlsx import Attributes, sheet_part

_BOOK, _STYLES, _SHARED = "xl/workbook.xml", "xl/styles.xml", "xl/sharedstrings.xml"
_NEEDED: Final = ("[content_types].xml", "_rels/.rels", _BOOK, "xl/_rels/workbook.xml.rels")
_SPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FIGURES: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,3})?")
_NUMBERS: Final = frozenset(map(str, (*range(14), *range(37, 41), 48, 49)))  # and of texts
_NUMERIC: Final = re.compile(r"General|[0#?.,%+()_*/ $€£¥@;\\-]*")  # no letter of a day or an hour
_SHARED_HEAD: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*\?>)?\s*<sst(?:\s[^<>]*)?>")
_CHUNK: Final = 512 << 10
_LONGEST: Final = 8 << 20
_SPACED: Final = '<t xml:space="preserve">'
_MARK: Final = "\1"  # a character that XML has not
_EDGES: Final = (_MARK, *(f"<t>{one}" for one in " \t\n"), *(f"{one}</t>" for one in " \t\n"))
_BETWEEN: Final = "</t></si><si><t>"
_NAMED: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


class Archive(NamedTuple):
    """An open file, and the names of its parts as it spells them."""

    file: zipfile.ZipFile
    names: dict[str, str]

    def read(self, part: str) -> bytes:
        """The bytes of a part; KeyError where there is none."""
        return self.file.read(self.names[part.lower()])

    def elements(self, part: str, start: Any) -> None:
        """Call `start` with the elements of a part."""
        data = self.read(part)
        if b"<!" in data:
            raise NotPlainSheetError
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.Parse(data, True)


def archive_of(data: bytes) -> Archive:
    """The archive of some bytes, opened. NotPlainSheetError where it is no workbook of XLSX."""
    file = zipfile.ZipFile(io.BytesIO(data))
    names = {name.lower().replace("\\", "/"): name for name in file.namelist()}
    if not {*_NEEDED} <= {*names}:
        raise NotPlainSheetError
    return Archive(file, names)


class Sheet(NamedTuple):
    """The name of a sheet, and the part that holds it."""

    name: str
    part: str


def sheet_of(archive: Archive, sheet: str) -> Sheet:
    """The sheet that is meant, named or numbered as in `workbook.read_spreadsheet`.
    NotPlainSheetError where it is not a table, or not there."""
    shown, names = list[str](), list[str]()

    def start(tag: str, attributes: Attributes) -> None:
        if tag.rpartition(":")[2] == "sheet":
            names.append(attributes["name"])
            if attributes.get("state", "visible") == "visible":
                shown.append(attributes["name"])

    archive.elements(_BOOK, start)
    name = _meant(sheet, names, shown)
    part = sheet_part(archive.elements, name)
    if not part.startswith("xl/worksheets/"):
        raise NotPlainSheetError
    return Sheet(name, part)


def _meant(sheet: str, names: Sequence[str], shown: Sequence[str]) -> str:
    if len({*names}) < len(names) or not names:
        raise NotPlainSheetError
    if sheet in ("$", ""):
        return [*shown, *names][0]
    if sheet in names:
        return sheet
    if sheet.isascii() and sheet.isdigit() and 0 < int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise NotPlainSheetError


def numeric_formats(archive: Archive) -> list[bool]:
    """For each format of cells whether it shows a number as one."""
    if _STYLES not in archive.names:
        return []
    own, formats, is_within = dict[str, str](), list[str](), [False]

    def start(tag: str, attributes: Attributes) -> None:
        name = tag.rpartition(":")[2]
        if name == "numFmt":
            own[attributes["numFmtId"]] = attributes["formatCode"]
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            is_within[0] = name == "cellXfs"
        elif name == "xf" and is_within[0]:
            formats.append(attributes.get("numFmtId", "0"))

    archive.elements(_STYLES, start)
    return [
        _NUMERIC.fullmatch(own[one]) is not None if one in own else one in _NUMBERS
        for one in formats
    ]


def shared_texts(archive: Archive) -> pl.Series:
    """The texts that cells share. NotPlainSheetError where one is made of pieces."""
    if _SHARED not in archive.names:
        return pl.Series([], dtype=pl.String)
    with archive.file.open(archive.names[_SHARED]) as stream:
        rest = stream.read(_CHUNK)
        head = _SHARED_HEAD.match(rest)
        if head is None:
            raise NotPlainSheetError
        rest, pieces = rest[head.end() :], list[pl.Series]()
        while data := stream.read(_CHUNK):
            block, end, rest = (rest + data).rpartition(b"</si>")
            pieces.append(_items(block + end))
            if len(rest) > _LONGEST:
                raise NotPlainSheetError
    block, end, rest = rest.rpartition(b"</si>")
    if rest.strip() != b"</sst>":
        raise NotPlainSheetError
    return plain_texts(pl.concat([*pieces, _items(block + end)], rechunk=True))


def _items(block: bytes) -> pl.Series:
    """The texts of whole items. Those that do not say to keep blanks at their ends are only read
    here where they have none."""
    text = block.decode()
    if not text:
        return pl.Series([], dtype=pl.String)
    if _MARK in text:
        raise NotPlainSheetError
    text = text.replace(_SPACED, f"<t>{_MARK}").replace("<t/>", "<t></t>")
    inner = text.removeprefix("<si><t>").removesuffix("</t></si>")
    texts = pl.Series([inner]).str.split(_BETWEEN).explode()
    signs = _BETWEEN.count("<") * (len(texts) - 1)
    if inner.count("<") != signs or len(inner) + len("<si><t></t></si>") != len(text):
        raise NotPlainSheetError
    return _kept(texts) if any(sign in text for sign in _EDGES) else texts


def _kept(texts: pl.Series) -> pl.Series:
    """Texts without the mark of those that keep their blanks."""
    others = texts.filter(~texts.str.starts_with(_MARK))
    if (others.str.strip_chars(" \t\n\r") != others).any():
        raise NotPlainSheetError
    return texts.str.strip_prefix(_MARK)


def plain_texts(texts: pl.Series) -> pl.Series:
    """Texts with the characters that references stand for. NotPlainSheetError for what a reader may
    take in another way: other references, escapes of characters, ends of lines."""
    for sign in ("\r", "_x"):
        if texts.str.contains(sign, literal=True).any():
            raise NotPlainSheetError
    marked = np.flatnonzero(texts.str.contains("&", literal=True).to_numpy())
    if not len(marked):
        return texts
    found = texts.gather(marked)
    if not {*found.str.extract_all(r"&\w*;?").explode()} <= {*_NAMED}:
        raise NotPlainSheetError
    return texts.scatter(marked, found.str.replace_many([*_NAMED], [*_NAMED.values()]))


def asked(archive: Archive, sheet: Sheet, cells: Sequence[tuple[str, str]]) -> list[Any]:
    """What the reader of spreadsheets makes of numbers, each behind the number of its format: it
    reads a workbook of these alone."""
    import python_calamine

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for part in filter(archive.names.__contains__, (*_NEEDED, _STYLES)):
            file.writestr(archive.names[part], archive.read(part))
        file.writestr(sheet.part, _sheet_of(cells))
    made.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(made)
        rows = sheet_values(book.get_sheet_by_name(sheet.name))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise NotPlainSheetError from error
    if len(rows) != len(cells):
        raise NotPlainSheetError
    return [row[0] for row in rows]


def _sheet_of(cells: Sequence[tuple[str, str]]) -> str:
    if not all(_FIGURES.fullmatch(text) for _, text in cells):
        raise NotPlainSheetError
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" s="{style or 0}"><v>{text}</v></c></row>'
        for row, (style, text) in enumerate(cells, 1)
    )
    return f'<worksheet xmlns="{_SPACE}"><sheetData>{rows}</sheetData></worksheet>'
