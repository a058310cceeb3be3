"""Write bulk folders: gzipped N-Quads in parts, a manifest with their digests, and for each server
the file or the command that its bulk loader needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from gzip import BadGzipFile, GzipFile, compress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import error as ZlibError

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.rdf import ColumnGraph

PART: Final = 500_000  # statements of one part, some ten megabytes packed
MANIFEST: Final = "manifest.json"
_PART_NAME: Final = re.compile(r"part-[0-9]{4,9}\.nq\.gz")
_BLOCK: Final = 4 << 20  # bytes of text at a time
# how each server takes the parts; run where the folder is the working folder
_COMMANDS: Final[Mapping[str, str]] = {
    "oxigraph.sh": "oxigraph load --location store --file part-*.nq.gz",
    "jena-tdb2.sh": "tdb2.tdbloader --loc=tdb2 part-*.nq.gz",
    "qlever.sh": "zcat part-*.nq.gz | qlever-index -i graph -F nq -f -",
    "graphdb.sh": "importrdf load -f -i graph part-*.nq.gz",
    "stardog.sh": "stardog-admin db create -n graph part-*.nq.gz",
    # its arguments: HOST:PORT and the password of dba; the folder must be in DirsAllowed of
    # virtuoso.ini. A part that is not loaded is a failure
    "virtuoso.sh": "isql=$(command -v isql-vt || command -v isql)\n"
    'ask() { "$isql" "$place" dba "$password" "exec=$1"; }\n'
    'place="${1:-localhost:1111}" password="${2:-dba}"\n'
    "ask \"ld_dir('$PWD', 'part-*.nq.gz', 'urn:graph:default'); rdf_loader_run(); checkpoint;\"\n"
    "loaded=$(ask \"SELECT 'loaded ' || ll_file FROM DB.DBA.LOAD_LIST WHERE ll_state = 2 AND \\\n"
    "  ll_error IS NULL AND ll_file LIKE '$PWD/part-%';\" | grep -c '^loaded ' || true)\n"
    "parts=$(ls part-*.nq.gz | wc -l)\n"
    'test "$loaded" -eq "$parts" || {\n'
    '  echo "only $loaded of $parts parts are loaded: see DB.DBA.LOAD_LIST, DirsAllowed" >&2\n'
    "  exit 1\n"
    "}",
    # its argument: http://HOST:3030/DATASET
    "fuseki.sh": "for part in part-*.nq.gz; do\n"
    "  curl -sSf -X POST -H 'Content-Type: application/n-quads' -H 'Content-Encoding: gzip' \\\n"
    '    --data-binary "@$part" "$1"\n'
    "done",
}


def bulk_files(graph: ColumnGraph, size: int = PART) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of the files; equal graphs give equal bytes."""
    lines, parts = graph.lines(), []
    for number, start in enumerate(range(0, max(1, len(lines)), size)):
        part = lines[start : start + size]
        text = "".join(f"{line}\n" for line in part).encode()
        name, data = f"part-{number:04}.nq.gz", compress(text, 6, mtime=0)
        parts.append(
            {
                "name": name,
                "statements": len(part),
                "bytes": len(data),
                "sha256": sha256(data).hexdigest(),
            }
        )
        yield name, data
    yield MANIFEST, manifest_of(parts)
    yield from loader_files()


def manifest_of(parts: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the manifest of parts: their names, statements, bytes and digests."""
    count = sum(part["statements"] for part in parts)
    manifest = {"format": "application/n-quads", "statements": count, "parts": parts}
    return f"{json.dumps(manifest, indent=1)}\n".encode()


def loader_files() -> Iterator[tuple[str, bytes]]:
    """Yield what each server needs beside the parts, by name."""
    for name, command in _COMMANDS.items():
        yield name, f"#!/bin/sh\nset -e\n{command}\n".encode()
    yield "neptune.json", _neptune()


def _neptune() -> bytes:
    """Return the request for Amazon Neptune's loader, without the place of the files and role."""
    asked = {
        "source": "s3://BUCKET/FOLDER/", "format": "nquads",
        "iamRoleArn": "arn:aws:iam::ACCOUNT:role/ROLE", "region": "REGION", "failOnError": "TRUE",
    }  # fmt: skip
    return f"{json.dumps(asked, indent=1)}\n".encode()


# a function that returns the bytes of a file of a folder, by its name; None where there is none
FileReader = Callable[[str], bytes | None]


class BulkPart(NamedTuple):
    """A part in the manifest: its name, its number of statements, its digest."""

    name: str
    statements: int
    sha256: str


def read_local_file(folder: Path) -> FileReader:
    """Return a reader of the files of a folder on disk. It raises SourceError for a file that
    cannot be read."""

    def read(name: str) -> bytes | None:
        path = folder / name
        try:
            return path.read_bytes() if path.is_file() else None
        except OSError as error:
            raise SourceError.unreadable(path, error) from error

    return read


def read_manifest_parts(place: str, read: FileReader) -> tuple[BulkPart, ...]:
    """Return the parts that the manifest of a bulk folder names. Raises SourceError where a folder
    has no sound manifest: it is no bulk folder, or not whole."""
    origin = Origin(f"{place}/{MANIFEST}")
    data = read(MANIFEST)
    if data is None:
        hint = "write-bulk-folder"
        raise SourceError("folder-lacks", files=MANIFEST, origin=Origin(place), hint=hint)
    try:
        entries = json.loads(data)["parts"]
        parts = tuple(BulkPart(e["name"], e["statements"], e["sha256"]) for e in entries)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _changed(origin=origin) from error
    if not all(map(_is_sound, parts)):
        raise _changed(origin=origin)
    return parts


_changed: Final = partial(SourceError, "differs-from", file=MANIFEST, hint="write-anew")


def _is_sound(part: BulkPart) -> bool:
    texts = isinstance(part.name, str) and isinstance(part.sha256, str)
    return texts and type(part.statements) is int and _PART_NAME.fullmatch(part.name) is not None


def read_part(place: str, part: BulkPart, read: FileReader) -> Iterator[pl.DataFrame]:
    """Yield the statements of a part, some at a time, as columns of texts s, p, o, g. Raises
    SourceError where it is not what the manifest says."""
    from hrdgraph.rdfio.ntriples import text_columns

    origin = Origin(f"{place}/{part.name}")
    data = read(part.name)
    if data is None:
        raise SourceError("file-missing", hint="write-anew", origin=origin)
    if sha256(data).hexdigest() != part.sha256:
        raise _changed(origin=origin)

    def blocks() -> Iterator[bytes]:
        with GzipFile(fileobj=BytesIO(data)) as stream:
            while block := stream.read(_BLOCK):
                yield block + stream.readline()  # a piece ends with a line

    try:
        yield from text_columns(blocks(), part.name)
    except (EOFError, BadGzipFile, ZlibError, UnicodeDecodeError) as error:
        raise _changed(origin=origin) from error


def read_bulk_folder(folder: Path) -> ColumnGraph:
    """Return all statements of a bulk folder; blank nodes keep the names that are written."""
    place, read = str(folder.resolve()), read_local_file(folder)
    return ColumnGraph.union(
        ColumnGraph.from_text(frame)
        for part in read_manifest_parts(place, read)
        for frame in read_part(place, part, read)
    )
