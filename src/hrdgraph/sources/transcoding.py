"""A compressed or differently encoded file into a plain UTF-8 file beside it in time: chunk by
chunk, within bounds."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.temporary import writing_temporary
from hrdgraph.tempfiles import TemporaryFolder

if TYPE_CHECKING:
    from hrdgraph.sources.delimited.csv import Reject

COMPRESSIONS: Final = (
    "none",
    "gzip",
    "bzip2",
    "xz",
    "zstd",
    "zip",
    "tar",
    "targz",
    "targzip",
    "tarbzip2",
    "tarxz",
    "tarzstd",
)
_NO_TEXT: Final = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape")


@contextmanager
def plain(path: Path, dialect: Dialect) -> Iterator[Path]:
    """A plain UTF-8 file with the same text: the file itself where it is one, else a temporary
    one. Errors name the file."""
    if is_plain(dialect):
        yield path
        return
    from hrdgraph.sources.unpacking import unpacked  # loads the libraries of all compressions

    with temporary_folder(path) as folder, relocated(folder, path):
        target = Path(folder) / path.name
        with writing_temporary(f"'{path.name}' unpacked"), target.open("wb") as out:
            for chunk in _decoded(unpacked(path, dialect.compression), path, dialect.encoding):
                out.write(chunk)
        yield target


def temporary_folder(path: Path) -> TemporaryFolder:
    """A folder for what is made of a file; OutputError where there can be none."""
    with writing_temporary(f"what is made of '{path.name}'"):
        return TemporaryFolder()


@contextmanager
def relocated(folder: str, path: Path, rows: int = 0) -> Iterator[None]:
    """Errors of files in a temporary folder, at the file that they were made of, `rows` further
    down."""
    try:
        yield
    except SourceError as error:
        if Path(error.origin.file).parent != Path(folder):
            raise
        raise _at(error, path, rows) from error


def relocating(reject: Reject, path: Path, rows: int = 0) -> Reject:
    """Rejects records of a file that was made of another at their places in that one, `rows`
    further down."""
    return lambda error: reject(_at(error, path, rows))


def _at(error: SourceError, path: Path, rows: int) -> SourceError:
    place = error.origin
    moved = replace(
        place,
        file=str(path),
        row=place.row and place.row + rows,
        line=place.line and place.line + rows,
    )
    return type(error)(error.message, origin=moved, hint=error.advice)


def is_utf8(encoding: str) -> bool:
    """Whether an encoding needs no change, or none is said."""
    return not encoding or codecs.lookup(encoding).name == "utf-8"


def is_plain(dialect: Dialect) -> bool:
    """Whether a file is UTF-8 text as it is."""
    return dialect.compression == "none" and is_utf8(dialect.encoding)


def is_encoding(name: str) -> bool:
    """Whether bytes can be text in an encoding of this name."""
    try:
        b"text".decode(name)
    except UnicodeError:
        pass  # text it would be, but not these bytes
    except (LookupError, ValueError):
        return False
    return codecs.lookup(name).name not in _NO_TEXT


def _decoded(chunks: Iterator[bytes], path: Path, encoding: str) -> Iterator[bytes]:
    if is_utf8(encoding):
        yield from chunks
        return
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            line += text.count("\n")
            yield text.encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        hint = "mapping-say-how-file-saved"
        raise SourceError(
            "line-not-in-encoding",
            encoding=encoding,
            origin=Origin(str(path), line=line),
            hint=hint,
        ) from error
