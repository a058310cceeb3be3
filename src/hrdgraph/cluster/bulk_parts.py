"""A bulk folder, on a disk or in an object store, into the parts that its manifest names, and each
part into texts of terms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from gzip import BadGzipFile, GzipFile
from hashlib import sha256
from io import BytesIO
from typing import Final, NamedTuple
from zlib import error as ZlibError

import polars as pl

from hrdgraph.cluster.storage import StorageFolder
from hrdgraph.errors import Origin, OutputError, SourceError
from hrdgraph.export.bulk import MANIFEST
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.ntriples import text_columns

_NAME: Final = re.compile(r"part-[0-9]{4,9}\.nq\.gz")
_BLOCK: Final = 4 << 20  # bytes of text at a time


class BulkPart(NamedTuple):
    """A part as the manifest says: its name, how many statements it has, and its digest."""

    name: str
    statements: int
    sha256: str


def parts_of_bulk(folder: StorageFolder) -> tuple[BulkPart, ...]:
    """The parts that the manifest names. SourceError where a folder has none: it is no bulk folder,
    or not whole."""
    origin = Origin(f"{folder.place}/{MANIFEST}")
    data = _read(folder, MANIFEST)
    if data is None:
        raise SourceError("bulk-manifest-missing", origin=Origin(folder.place))
    try:
        told = json.loads(data)["parts"]
        parts = tuple(BulkPart(one["name"], one["statements"], one["sha256"]) for one in told)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError("bulk-manifest-damaged", origin=origin) from error
    if not all(_is_sound(part) for part in parts):
        raise SourceError("bulk-manifest-damaged", origin=origin)
    return parts


def _read(folder: StorageFolder, name: str) -> bytes | None:
    """A file of a folder, None where it is not there. SourceError where it cannot be read."""
    try:
        return folder.read(name) if folder.has(name) else None
    except OutputError as error:  # which speaks of writing
        if error.code != "unwritable":
            raise
        reason, hint = error.message.fields["reason"], "check-path-and-rights"
        raise SourceError("unreadable", reason=reason, origin=error.origin, hint=hint) from error


def _is_sound(part: BulkPart) -> bool:
    texts = isinstance(part.name, str) and isinstance(part.sha256, str)
    return texts and type(part.statements) is int and _NAME.fullmatch(part.name) is not None


def statements_of_part(folder: StorageFolder, part: BulkPart) -> Iterator[pl.DataFrame]:
    """The statements of a part, some at a time: texts s, p, o, g. SourceError where it is not what
    the manifest tells."""
    origin = Origin(f"{folder.place}/{part.name}")
    data = _read(folder, part.name)
    if data is None:
        raise SourceError("bulk-part-missing", origin=origin)
    if sha256(data).hexdigest() != part.sha256:
        raise SourceError("bulk-part-changed", origin=origin)
    try:
        yield from text_columns(_blocks(data), part.name)
    except (EOFError, BadGzipFile, ZlibError, UnicodeDecodeError) as error:
        raise SourceError("bulk-part-changed", origin=origin) from error


def _blocks(data: bytes) -> Iterator[bytes]:
    """The text of a part in pieces that end with a line."""
    with GzipFile(fileobj=BytesIO(data)) as stream:
        while block := stream.read(_BLOCK):
            yield block + stream.readline()


def graph_of_bulk(folder: StorageFolder) -> ColumnGraph:
    """All statements of a bulk folder as one graph; blank nodes are named as they are written."""
    parts = parts_of_bulk(folder)
    return ColumnGraph.union(
        ColumnGraph.from_text(frame) for part in parts for frame in statements_of_part(folder, part)
    )
