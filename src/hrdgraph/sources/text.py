"""Bytes of a file into text, or an error that names the line; large files are looked through
without being held."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError

CHUNK: Final = 1 << 20
ZIPPED: Final = b"PK\x03\x04"


@contextmanager
def unchanged(paths: Iterable[Path]) -> Iterator[None]:
    """SourceError where a file is not as it was before the block: what was read of it may be of
    both."""
    states = {path: _state_of(path) for path in paths}
    try:
        yield
    except HrdgraphError as error:
        _compare(states, error)  # perhaps it is wrong only since something is about to write it
        raise
    _compare(states)


def _compare(
    states: Mapping[Path, tuple[int, ...] | None], cause: HrdgraphError | None = None
) -> None:
    changed = next((path for path, state in states.items() if _state_of(path) != state), None)
    if changed is not None:
        hint = "something-write-meanwhile-map-again"
        raise SourceError(
            "file-changed-meanwhile", origin=Origin(str(changed)), hint=hint
        ) from cause


def _state_of(path: Path) -> tuple[int, ...] | None:
    """What tells whether a file is still the one that it was; None where it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def check_regular(path: Path) -> None:
    """SourceError for a pipe or a device: a source is read more than once, and what comes out of
    these is gone then."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        hint = "save-comes-out-file-map"
        raise SourceError("file-not-regular", origin=Origin(str(path)), hint=hint)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file that must exist and hold something."""
    data = b"".join(_chunks(path))
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise _empty(path)
    return data


def decode(data: bytes, path: Path, hint: str | Message = "") -> str:
    """Decode UTF-8, with or without a byte order mark; SourceError with line and column of the
    first bad byte otherwise."""
    _refuse_packed(data, path)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        raise _no_utf8(
            path,
            before.count(b"\n") + 1,
            error.start - before.rfind(b"\n"),
            data[error.start],
            hint,
        ) from error


def check_text(path: Path) -> None:
    """SourceError where a file cannot be read, says nothing, is no UTF-8 (with or without a byte
    order mark), or holds a NUL."""
    decoder, nul = codecs.getincrementaldecoder("utf-8")(), -1
    passed, is_empty = 0, True
    for chunk in _chunks(path):
        if not passed:
            _refuse_packed(chunk, path)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            start = len(chunk) - len(error.object) + error.start  # in this chunk, or before it
            line, before = _line(path, passed + start)
            raise _no_utf8(path, line, before + 1, error.object[error.start]) from error
        nul = passed + chunk.index(0) if nul < 0 and 0 in chunk else nul
        text = chunk if passed else chunk.removeprefix(codecs.BOM_UTF8)
        is_empty = is_empty and not text.strip()
        passed += len(chunk)
    if is_empty:
        raise _empty(path)
    if nul >= 0:
        raise SourceError("text-with-nul", origin=Origin(str(path), line=_line(path, nul)[0]))


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and an empty piece at its end."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
        yield b""
    except OSError as error:
        hint = "check-path-and-rights"
        raise SourceError(
            "unreadable", reason=error.strerror, origin=Origin(str(path)), hint=hint
        ) from error


def _empty(path: Path) -> SourceError:
    return SourceError("file-empty", origin=Origin(str(path)), hint="table-needs-header")


def _refuse_packed(data: bytes, path: Path) -> None:
    """Workbooks and zip archives begin with these letters, whatever they are called."""
    if data.startswith(ZIPPED):
        hint = "rename-workbook-xlsx-or-ods"
        raise SourceError("text-is-archive", origin=Origin(str(path)), hint=hint)


def _no_utf8(
    path: Path, line: int, position: int, byte: int, hint: str | Message = ""
) -> SourceError:
    fact = Message("byte-not-utf8-in-line", byte=f"{byte:02X}", position=position)
    hint = hint or Message("save-csv-utf8")
    return SourceError(fact, origin=Origin(str(path), line=line), hint=hint)


def _line(path: Path, place: int) -> tuple[int, int]:
    """The line in which a byte stands, from 1, and how many bytes stand before it there; a byte
    order mark is none of them."""
    line, start, passed = 1, 0, 0
    for chunk in _chunks(path):
        start = len(codecs.BOM_UTF8) if not passed and chunk.startswith(codecs.BOM_UTF8) else start
        part = chunk[: max(place - passed, 0)]
        line += part.count(b"\n")
        start = passed + part.rindex(b"\n") + 1 if b"\n" in part else start
        passed += len(chunk)
    return line, place - start
