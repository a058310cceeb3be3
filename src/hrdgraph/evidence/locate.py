"""Words of a document into the place where they stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from hrdgraph.errors import EvidenceError, Origin, SourceError
from hrdgraph.evidence.snapshots import digest_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: from character `start` to before `end` of the document with this sha256, and the sha256 of the words."""

    start: int
    end: int
    digest: str
    document: str


def locate(path: Path, words: str) -> Place:
    """Find words that stand exactly once in a UTF-8 text file. EvidenceError where they do not, or stand in several places."""
    data, text = _read(path)
    starts = _starts(text, words) if words else []
    if not starts:
        hint = "copy them from this very file; quotes, spaces and line breaks count"
        raise EvidenceError("the words are not there to the letter", origin=Origin(str(path)), hint=hint)
    if len(starts) > 1:
        hint = f"they stand at {', '.join(map(str, starts[:5]))}{' …' if len(starts) > 5 else ''}: take a few more words"
        raise EvidenceError(f"the words stand in {len(starts)} places", origin=Origin(str(path)), hint=hint)
    return Place(starts[0], starts[0] + len(words), digest_of(words), hashlib.sha256(data).hexdigest())


def _read(path: Path) -> tuple[bytes, str]:
    try:
        data = path.read_bytes()
        return data, data.decode()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", origin=Origin(str(path)), hint="is the path right?") from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"byte {error.start} is not UTF-8", origin=Origin(str(path)), hint="save the page as a UTF-8 text file"
        ) from error


def _starts(text: str, words: str) -> list[int]:
    found = [text.find(words)]
    while found[-1] >= 0:
        found.append(text.find(words, found[-1] + 1))
    return found[:-1]
