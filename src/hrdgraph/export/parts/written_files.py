"""Documents → files, with what is known of each when it is written; and what a file that was
written before still holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from hrdgraph.atomic_files import told, whole_file
from hrdgraph.export.parts.document import Chunk, Document, KnownChunk, Section

_BLOCK: Final = 1 << 20  # bytes that are copied at once


class FileChanged(Exception):
    """A file is not what was written there: somebody has changed it, or put another into its
    place."""


class WrittenFile(NamedTuple):
    """What a file holds: its SHA-256, in hexadecimal; the head of its document, its sections with
    known chunks; and its inode, size and times when it was written."""

    digest: str
    head: bytes
    sections: tuple[Section, ...]
    state: tuple[int, ...]

    @contextmanager
    def opened(self, path: Path) -> Iterator[BufferedReader]:
        """The file, to be read where its chunks are known to stand. FileChanged where it is not,
        or no longer, what was written."""
        with _opened(path) as stream:
            state = _state(os.fstat(stream.fileno()))
            if not self._is_same(stream, state):
                raise FileChanged
            yield stream
            if _state(os.fstat(stream.fileno())) != state:
                raise FileChanged

    def _is_same(self, stream: BufferedReader, state: tuple[int, ...]) -> bool:
        """Whether an open file is what was written. Whoever changes it changes its times, of which
        a program cannot set back the last. A link to it, which a server makes, changes that one
        alone: then it is read."""
        if state[:-1] != self.state[:-1]:
            return False
        return state == self.state or file_digest(stream, "sha256").hexdigest() == self.digest


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise FileChanged from error


def write_document(
    document: Document, path: Path, source: BufferedReader | None = None
) -> WrittenFile:
    """Write a document into a file, whole or not at all; its known chunks are those of a file
    that is open. OutputError where the system does not take it, FileChanged where the other file
    is too short."""
    with told(path), whole_file(path) as stream:
        writing = _Writing(stream, source)
        for section, part in document.parts():
            writing.write(section, part)
    sections = tuple(section._replace(chunks=tuple(chunks)) for section, chunks in writing.sections)
    return WrittenFile(writing.digest.hexdigest(), document.head, sections, _state(path.stat()))


class _Writing:
    """A file that is being written: what it holds until now, and its digest."""

    def __init__(self, stream: BinaryIO, source: BufferedReader | None) -> None:
        self.digest = sha256()
        self.sections: list[tuple[Section, list[KnownChunk]]] = []
        self._stream, self._source, self._size = stream, source, 0
        self._buffer = memoryview(bytearray(_BLOCK))

    def write(self, section: Section | None, part: Chunk | KnownChunk | bytes) -> None:
        """Write what comes next."""
        if isinstance(part, bytes):
            self._put(part)
            return
        begin = self._size
        if isinstance(part, Chunk):
            self._put(part.text)
        else:
            self._copy(part)
        if section is not None:
            self._chunks(section).append(KnownChunk(part.first, begin, self._size))

    def _chunks(self, section: Section) -> list[KnownChunk]:
        if not self.sections or self.sections[-1][0] is not section:
            self.sections.append((section, []))
        return self.sections[-1][1]

    def _put(self, data: bytes | memoryview) -> None:
        self.digest.update(data)
        self._stream.write(data)
        self._size += len(data)

    def _copy(self, chunk: KnownChunk) -> None:
        assert self._source is not None
        self._source.seek(chunk.begin)
        rest = chunk.end - chunk.begin
        while rest:
            count = self._source.readinto(self._buffer[: min(rest, _BLOCK)])
            if not count:
                raise FileChanged
            self._put(self._buffer[:count])
            rest -= count


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
