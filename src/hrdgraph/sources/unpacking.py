"""Unpack a compressed file or an archive of one file, chunk by chunk, within bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.resources import import_extra

CHUNK: Final = 1 << 20
FREE: Final = 64 << 20  # so many bytes come out of any archive without a question
RATIO: Final = 200  # beyond that, no more than so many bytes for each byte of the archive
LARGEST: Final = 16 << 30

BROKEN: Final = (  # what the libraries raise for archives that are none, or not whole
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class BoundedStream:
    """A stream that stops a bomb: SourceError once it gives more than a sane archive of this size
    would."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path, self._count = stream, path, 0
        self._most = min(max(FREE, RATIO * path.stat().st_size), LARGEST)

    def read(self, size: int = CHUNK) -> bytes:
        """Read at most `size` bytes."""
        data = self._stream.read(size)
        self._count += len(data)
        if self._count > self._most:
            fact = Message("unpacks-too-large", limit=self._most >> 20)
            raise SourceError(fact, origin=Origin(str(self._path)), hint="unpack-hand-if-you-trust")
        return data


@dataclass(frozen=True)
class _FunctionStream:
    """A stream from a function."""

    read: Callable[[int], bytes]


def unpack(path: Path, compression: str) -> Iterator[bytes]:
    """Yield the bytes inside a file, chunk by chunk; SourceError if it is not of the stated
    format, or holds several files."""
    try:
        with _open(path, compression) as stream:
            while data := stream.read(CHUNK):
                yield data
    except BROKEN as error:
        raise _unreadable(path, compression, error) from error


def _unreadable(path: Path, compression: str, error: BaseException) -> SourceError:
    if isinstance(error, OSError) and error.errno is not None:
        return SourceError.unreadable(path, error)
    return SourceError(
        "not-valid", format=compression, reason=error, origin=Origin(str(path)),
        hint="check-whole",
    )  # fmt: skip


@contextmanager
def _open(path: Path, compression: str) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from OPENERS[compression](file, path)


def _none(file: IO[bytes], _path: Path) -> Iterator[Any]:
    yield file


def _stream(opener: Callable[[IO[bytes]], Any]) -> Callable[[IO[bytes], Path], Iterator[Any]]:
    def open_stream(file: IO[bytes], path: Path) -> Iterator[Any]:
        with opener(file) as stream:
            yield BoundedStream(stream, path)

    return open_stream


@contextmanager
def _zstd(file: IO[bytes]) -> Iterator[Any]:
    """Yield a stream of Python's own library from 3.14 on, else of its backport."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    library = import_extra(name, "zstd", str(file.name))

    def read(size: int) -> bytes:
        try:
            return bytes(stream.read(size))
        except library.ZstdError as error:
            raise EOFError(str(error)) if "end" in str(error) else ValueError(str(error)) from error

    with library.open(file) as stream:
        yield _FunctionStream(read)


def _zip(file: IO[bytes], path: Path) -> Iterator[Any]:
    with zipfile.ZipFile(file) as archive:
        names = [
            item.filename
            for item in archive.infolist()
            if not item.is_dir() and not item.filename.startswith("__MACOSX/")
        ]
        _only(names, path)
        with archive.open(names[0]) as stream:
            yield BoundedStream(stream, path)


def _tar(opener: Callable[[IO[bytes]], Any]) -> Callable[[IO[bytes], Path], Iterator[Any]]:
    """Open the only file in a tar archive, read in place: its name is never used as a path."""

    def open_tar(file: IO[bytes], path: Path) -> Iterator[Any]:
        with opener(file) as stream:
            bounded, names = BoundedStream(stream, path), list[str]()
            archive = tarfile.open(fileobj=cast("Any", bounded), mode="r|")  # noqa: SIM115 - there is no file of its own to close
            for member in archive:
                if member.isdir():
                    continue
                # holes take no byte of the archive, however large they are
                if not member.isreg() or member.issparse():
                    fact = Message("archive-member-unreadable", member=member.name)
                    place, hint = Origin(str(path)), "pack-each-source-into-archive"
                    raise SourceError(fact, origin=place, hint=hint)
                names.append(member.name)
                _only(names, path)
                yield archive.extractfile(member)
            _only(names, path)
            while bounded.read():  # the check sum stands at the end
                pass

    return open_tar


def _only(names: list[str], path: Path) -> None:
    if len(names) != 1:
        many = Message("archive-holds", count=len(names), names=", ".join(names[:3]))
        fact = many if names else "file-empty"
        raise SourceError(fact, origin=Origin(str(path)), hint="pack-each-source-into-archive")


OPENERS: Final[dict[str, Callable[[IO[bytes], Path], Iterator[Any]]]] = {
    "none": _none, "gzip": _stream(gzip.open), "bzip2": _stream(bz2.open), "xz": _stream(lzma.open),
    "zstd": _stream(_zstd), "zip": _zip, "tar": _tar(lambda file: file), "targz": _tar(gzip.open),
    "targzip": _tar(gzip.open), "tarbzip2": _tar(bz2.open), "tarxz": _tar(lzma.open),
    "tarzstd": _tar(_zstd),
}  # fmt: skip
