"""A sha256 digest into the text of the document that has it.

Snapshots are read to check citations and to show words to the person at the keyboard. Nothing here writes, and no build output
may hold what this module returns.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hrdgraph.errors import EvidenceError, Origin, SourceError

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(words: str) -> str:
    """The sha256 of words as UTF-8, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True)
class Snapshots:
    """The folders that keep the texts of documents. A text is found by its digest alone, and only if its bytes still have it."""

    directories: tuple[Path, ...] = ()

    def text(self, sha256: str) -> str | None:
        """The text of the document with this digest, or None if no folder has it. A byte order mark and line ends count as
        characters: positions are those of the bytes decoded as UTF-8. Raise SourceError if the bytes are not UTF-8."""
        path = self._path(sha256)
        if path is None:
            return None
        try:
            return path.read_bytes().decode()
        except UnicodeDecodeError as error:
            hint = "save the text of the document as UTF-8 and take its digest anew"
            raise SourceError(f"byte {error.start} is not UTF-8", origin=Origin(path.name), hint=hint) from None

    def words(self, sha256: str, start: int, end: int) -> str | None:
        """The characters from `start` to before `end`; None without the document. Raise EvidenceError outside the text."""
        text = self.text(sha256)
        if text is None:
            return None
        if not 0 <= start < end <= len(text):
            raise EvidenceError(f"the text has {len(text)} characters, and no words at {start}–{end}", origin=Origin(node=sha256))
        return text[start:end]

    def _path(self, sha256: str) -> Path | None:
        if not _DIGEST.fullmatch(sha256):
            return None
        for directory in self.directories:
            named = directory / f"{sha256}.txt"
            if named.is_file() and _file_digest(named) == sha256:
                return named
        return self._index.get(sha256)

    @cached_property
    def _index(self) -> dict[str, Path]:
        """Every other file by its digest, hashed once and only if a document is not found by name. The first folder wins."""
        found: dict[str, Path] = {}
        for directory in self.directories:
            for path in sorted(directory.iterdir()) if directory.is_dir() else ():
                if path.is_file():
                    found.setdefault(_file_digest(path), path)
        return found


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
