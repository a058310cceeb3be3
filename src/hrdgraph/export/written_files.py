"""Documents → files, with what is known of each when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from hrdgraph.atomic_files import write_file
from hrdgraph.export.document import Document


class WrittenFile(NamedTuple):
    """What a file holds: its SHA-256, in hexadecimal."""

    digest: str


def write_document(document: Document, path: Path) -> WrittenFile:
    """Write a document into a file, whole or not at all. OutputError where the system does not
    take it."""
    digest = sha256()

    def seen() -> Iterator[bytes]:
        for part in document.stream():
            digest.update(part)
            yield part

    write_file(path, seen())
    return WrittenFile(digest.hexdigest())
