"""Words of a document into the place where they stand."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from hrdgraph.errors import EvidenceError, Origin, SourceError
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.texts.model import Places
from hrdgraph.evidence.word_search import QuotedWords, SearchableText, nowhere, unclear


@dataclass(frozen=True, slots=True)
class WordPosition:
    """Where words stand: from character `start` to before `end` of the document with this
    sha256, and the sha256 of the words. `unit` and `at` say where that is in the original: its
    character, page or paragraph; `at` is None where nothing is known of it."""

    start: int
    end: int
    digest: str
    document: str
    unit: str = "character"
    at: int | None = None


def locate(
    path: Path, words: str, before: str = "", after: str = "", encoding: str = ""
) -> WordPosition:
    """Find words that stand exactly once in a document; quotes, dashes, white space and Unicode
    forms need not be the same. EvidenceError where they do not stand there, or in several
    places. `before` and `after` tell which. With an `encoding`, places are those in the text
    that a snapshot would make of the file."""
    text, sha256, places = _read(path, encoding)
    if not words.strip():
        raise EvidenceError("words-blank", origin=Origin(str(path)))
    page, wanted = SearchableText(text), QuotedWords(words, before, after)
    found = page.places(wanted)
    if not found:
        raise nowhere(wanted, page, Origin(str(path)))
    if len(found) > 1:
        raise unclear(found, page, Origin(str(path)))
    start, end = found[0]
    return WordPosition(
        start,
        end,
        digest_of(text[start:end]),
        sha256,
        *((places.unit, places.at(start)) if places else ()),
    )


def unreadable(path: Path, error: OSError) -> SourceError:
    """The error of a page that cannot be read; of an address, that nothing is fetched."""
    if str(path).startswith(("https:/", "http:/")):  # a path has lost the second slash
        fact, hint = ("address-not-fetched", "save-page-browser-name-file")
        return SourceError(fact, origin=Origin(str(path).replace(":/", "://", 1)), hint=hint)
    return SourceError(
        "unreadable", reason=error.strerror, origin=Origin(str(path)), hint="check-path"
    )


def _read(path: Path, encoding: str) -> tuple[str, str, Places | None]:
    """The text in which positions count, its sha256, and the way to the original: a text file is
    its own text, byte for byte but for a byte order mark, as a snapshot makes it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    known = Snapshots((path.parent,)).places(path.stem) if path.suffix == ".txt" else None
    if not encoding and path.suffix.lower() not in (".html", ".htm", ".xhtml", ".pdf", ".docx"):
        data = data.removeprefix(codecs.BOM_UTF8)
        return _decoded(data, path), hashlib.sha256(data).hexdigest(), known
    from hrdgraph.evidence.texts.freeze import freeze

    frozen = freeze(data, str(path), encoding=encoding)
    return frozen.text, digest_of(frozen.text), frozen.places


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        hint = "give-encoding"
        raise SourceError(
            "byte-not-utf8", position=error.start, origin=Origin(str(path)), hint=hint
        ) from error
