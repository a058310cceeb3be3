"""Bytes of a file into text, or an error that names the row."""

from __future__ import annotations

import codecs
from pathlib import Path

from hrdgraph.errors import Origin, SourceError


def read_bytes(path: Path) -> bytes:
    """The bytes of a file that must exist and hold something."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}", origin=Origin(str(path)), hint="is the path right, and may you read it?"
        ) from error
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise SourceError("the file is empty", origin=Origin(str(path)), hint="a table needs at least its header row")
    return data


def decode(data: bytes, path: Path) -> str:
    """Decode UTF-8, with or without a byte order mark; SourceError with line and column of the first bad byte otherwise."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise SourceError(
            f"not valid UTF-8: byte 0x{data[error.start]:02X} at position {column} of the line",
            origin=Origin(str(path), line=line),
            hint="save the file as 'CSV UTF-8' (in Excel: Save as; in LibreOffice: character set Unicode UTF-8)",
        ) from error
