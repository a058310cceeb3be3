"""What the files of spreadsheets say and their reader does not tell: cells with errors, formulas
without a value, spans, tabs. The XML of the one sheet is read for that, and only where its bytes
hold such a thing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, Protocol
from xml.parsers import expat

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.spreadsheet.ods import OdsSheet, has_ods_sign
from hrdgraph.sources.spreadsheet.xlsx import Attributes, XlsxSheet, has_xlsx_sign, sheet_part
from hrdgraph.sources.unpacking import BROKEN, CHUNK

Told = dict[int, dict[int, Any]]  # by row and column, both from 1
_OVERLAP: Final = 32  # more bytes than any sign has
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class _EventHandler(Protocol):
    def start(self, name: str, attributes: Attributes) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


def told_by_file(data: bytes, sheet: str, size: tuple[int, int], path: Path) -> Told:
    """The cells of a sheet that the file knows more of than its reader tells: `Refused` for
    errors of the spreadsheet and formulas without a value, spans, and texts with tabs. Nothing
    for files that are not XLSX or ODS: there, nothing tells."""
    try:
        return _told(data, sheet, size) if data.startswith(b"PK") else {}
    except (*BROKEN, expat.ExpatError, KeyError) as error:
        hint = "file-whole-save-again-spreadsheet"
        raise SourceError(
            "spreadsheet-unreadable", reason=error, origin=Origin(str(path)), hint=hint
        ) from error


def is_ods(data: bytes) -> bool:
    """Whether a spreadsheet that was read is an ODS file."""
    return data.startswith(b"PK") and "content.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def _told(data: bytes, sheet: str, size: tuple[int, int]) -> Told:
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
    archive: zipfile.ZipFile,
    part: str,
    handler: XlsxSheet | OdsSheet,
    has_sign: Callable[[bytes], bool],
) -> Told:
    with archive.open(part) as stream:
        if not _has(stream, has_sign):
            return {}
    _parse(archive, part, handler.start, handler)
    return handler.found()


def _has(stream: IO[bytes], has_sign: Callable[[bytes], bool]) -> bool:
    """Whether there is a sign among the bytes, which are looked at up to the end of a cell; of
    UTF-16 they tell nothing."""
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
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    handler: _EventHandler | None = None,
) -> None:
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
