"""A graph into what bulk loaders read: gzipped N-Quads in parts, a manifest with their digests, and
for each server the file or the command that it wants beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from gzip import compress
from hashlib import sha256
from typing import Any, Final

from hrdgraph.rdf import ColumnGraph

PART: Final = 500_000  # statements of one part, some ten megabytes packed
MANIFEST: Final = "manifest.json"
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
    """The names and bytes of the files, one after the other; equal graphs give equal bytes."""
    lines, told = graph.lines(), []
    for number, start in enumerate(range(0, max(1, len(lines)), size)):
        part = lines[start : start + size]
        text = "".join(f"{line}\n" for line in part).encode()
        name, data = f"part-{number:04}.nq.gz", compress(text, 6, mtime=0)
        told.append(
            {
                "name": name,
                "statements": len(part),
                "bytes": len(data),
                "sha256": sha256(data).hexdigest(),
            }
        )
        yield name, data
    yield MANIFEST, manifest_of(told)
    yield from loader_files()


def manifest_of(parts: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of the manifest of parts: their names, statements, bytes and digests."""
    count = sum(part["statements"] for part in parts)
    manifest = {"format": "application/n-quads", "statements": count, "parts": parts}
    return f"{json.dumps(manifest, indent=1)}\n".encode()


def loader_files() -> Iterator[tuple[str, bytes]]:
    """What each server wants beside the parts, by name."""
    for name, command in _COMMANDS.items():
        yield name, f"#!/bin/sh\nset -e\n{command}\n".encode()
    yield "neptune.json", _neptune()


def _neptune() -> bytes:
    """What Amazon Neptune's loader is sent, but for the place of the files and the role."""
    asked = {
        "source": "s3://BUCKET/FOLDER/",
        "format": "nquads",
        "iamRoleArn": "arn:aws:iam::ACCOUNT:role/ROLE",
        "region": "REGION",
        "failOnError": "TRUE",
    }
    return f"{json.dumps(asked, indent=1)}\n".encode()
