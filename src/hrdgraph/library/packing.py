"""Write UTF-8 text into the file of a logical target (RML-IO): in the encoding and the compression
that it asks for."""

from __future__ import annotations

import codecs
import gzip
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

if TYPE_CHECKING:
    from hrdgraph.mapping.model import LogicalTarget

_ENDINGS: Final = (".zip", ".tar.gz", ".tgz", ".tar.xz", ".txz")
# the first moment that a zip archive can say: the same input gives the same bytes
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@contextmanager
def pack(file: BinaryIO, target: LogicalTarget, folder: Path) -> Iterator[BinaryIO]:
    """Open a stream for the UTF-8 text of a target, which comes into `file` in the target's
    encoding and compression; what has to wait until it is packed does so in `folder`."""
    inner = folder / _inner_name(target.path.name)
    with _PACKERS[target.compression](file, inner) as stream:
        if target.encoding == "UTF-8":
            yield stream
        else:
            recoder = _Utf16(stream)
            yield cast("BinaryIO", recoder)
            recoder.finish()


def _inner_name(name: str) -> str:
    """Return the name of a file in its archive."""
    ending = next(
        (
            ending
            for ending in _ENDINGS
            if name.lower().endswith(ending) and len(name) > len(ending)
        ),
        "",
    )
    return name.removesuffix(name[len(name) - len(ending) :]) if ending else name


class _Utf16(BufferedIOBase):
    """Takes UTF-8 in pieces that may end within a character, and passes on UTF-16 with a byte
    order mark, low bytes first."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        out.write(codecs.BOM_UTF16_LE)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._out.write(self._decoder.decode(data).encode("utf-16-le"))
        return len(data)

    def finish(self) -> None:
        """Make sure that the text ended with a character."""
        self._decoder.decode(b"", final=True)


@contextmanager
def _plain(file: BinaryIO, _inner: Path) -> Iterator[BinaryIO]:
    yield file


@contextmanager
def _gzip(file: BinaryIO, _inner: Path) -> Iterator[BinaryIO]:
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream:
        yield cast("BinaryIO", stream)


@contextmanager
def _zip(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    info = zipfile.ZipInfo(inner.name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w") as archive, archive.open(info, "w", force_zip64=True) as stream:
        yield cast("BinaryIO", stream)


@contextmanager
def _tar(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    """Write an archive, which begins with its size: the file waits on disk until it is whole."""
    with tempfile.TemporaryFile(dir=inner.parent) as held:
        yield cast("BinaryIO", held)
        info = tarfile.TarInfo(inner.name)
        info.size = held.tell()
        held.seek(0)
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.addfile(info, held)


@contextmanager
def _targz(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    with _gzip(file, inner) as stream, _tar(stream, inner) as archived:
        yield archived


@contextmanager
def _tarxz(file: BinaryIO, inner: Path) -> Iterator[BinaryIO]:
    with lzma.LZMAFile(file, "wb") as stream, _tar(cast("BinaryIO", stream), inner) as archived:
        yield archived


_PACKERS: Final = {"none": _plain, "gzip": _gzip, "zip": _zip, "targz": _targz, "tarxz": _tarxz}
