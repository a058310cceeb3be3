"""Find the text of the document that has a sha256 digest, and the text that was taken at an
address last.

Snapshots are read to check citations and to show words to the person at the keyboard. Nothing here
writes, and no build output may hold what this module returns, but digests."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hrdgraph.atomic_files import whole_file, writing_to
from hrdgraph.catalogue import Message
from hrdgraph.errors import EvidenceError, Origin, SourceError
from hrdgraph.evidence.anchors import (
    AMBIGUOUS,
    AnchorSearch,
    PassageAnchor,
    find_anchor,
    find_digest,
)
from hrdgraph.evidence.texts.model import Frozen, Places
from hrdgraph.evidence.word_search import QuotedWords, SearchableText, Stretch, nowhere, unclear

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
TAKES: Final = "takes"  # in the description of a text: when, where and how it was taken


def digest_of(words: str) -> str:
    """Return the sha256 of words as UTF-8, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, order=True, slots=True)
class Take:
    """One taking of a document: the `version`-th that was seen at its address, the text that it
    gave, and the text before it."""

    address: str
    version: int
    text: str
    original: str
    source: str
    replaces: str = ""


@dataclass(frozen=True)
class Snapshots:
    """The folders that keep the texts of documents. A text is found by its digest alone, and
    only if its bytes still have it."""

    directories: tuple[Path, ...] = ()
    anchors: tuple[PassageAnchor, ...] = ()

    def text(self, sha256: str) -> str | None:
        """Return the text of the document with this digest, or None if no folder has it. Line ends
        count as characters. A byte order mark counts only if the digest was made with it.
        Raise SourceError if the text is not UTF-8."""
        path = self._path(sha256)
        if path is None:
            return None
        data = path.read_bytes()
        try:
            return (
                data
                if hashlib.sha256(data).hexdigest() == sha256
                else data.removeprefix(codecs.BOM_UTF8)
            ).decode()
        except UnicodeDecodeError:
            hint = "cite-text-not-original"
            raise SourceError(
                "not-in-encoding", encoding="UTF-8", origin=Origin(path.name), hint=hint
            ) from None

    def texts_of(self, address: str) -> Iterator[tuple[str, str]]:
        """Yield the texts that were taken at an address, with their digests, the newest first."""
        taken = [take.text for take in reversed(self.takes) if address and take.address == address]
        for sha256 in dict.fromkeys(taken):
            text = self.text(sha256)
            if text is not None:
                yield sha256, text

    def search_address(
        self, address: str, sha256: str, place: Stretch, digest: str
    ) -> tuple[AnchorSearch, str, str]:
        """Look for words cited from a text that is not at hand in the texts of its address, the
        newest first. Return the outcome, and the digest and words where they are found. The state
        is GONE if no text has them, "" if the address has no text."""
        worst = AnchorSearch("")
        anchor = self._anchors.get((sha256, *place))
        for other, text in self.texts_of(address):
            search = find_anchor(anchor, text) if anchor else find_digest(place, digest, text)
            if search.place:
                return search, other, text[slice(*search.place)]
            worst = search if worst.state != AMBIGUOUS else worst
        return worst, "", ""

    @cached_property
    def _anchors(self) -> dict[tuple[str, int, int], PassageAnchor]:
        return {(item.document, item.start, item.end): item for item in self.anchors}

    def words(self, sha256: str, start: int, end: int) -> str | None:
        """Return the characters from `start` to before `end`; None without the document. Raise
        EvidenceError outside the text."""
        text = self.text(sha256)
        if text is None:
            return None
        if not 0 <= start < end <= len(text):
            fact = Message("no-words-at", count=len(text), start=str(start), end=str(end))
            raise EvidenceError(fact, origin=Origin(node=sha256))
        return text[start:end]

    @cached_property
    def takes(self) -> tuple[Take, ...]:
        """Return every taking that `hrdgraph pages snapshot` wrote down, by address and version."""
        return tuple(sorted(take for directory in self.directories for take in _takes(directory)))

    @cached_property
    def current(self) -> dict[str, str]:
        """By address, the digest of the text that was taken there last."""
        return {take.address: take.text for take in self.takes if take.address}

    def predecessor(self, sha256: str) -> str:
        """Return the digest of the text that a text took the place of last; "" where it is the
        first."""
        return next(
            (
                take.replaces
                for take in reversed(self.takes)
                if take.text == sha256 and take.replaces
            ),
            "",
        )

    def places(self, sha256: str) -> Places | None:
        """Return the way back from a text to the original that it was taken from last, or None."""
        original = next(
            (take.original for take in reversed(self.takes) if take.text == sha256), None
        )
        for path in (
            directory / f"{original}.places.json" for directory in self.directories if original
        ):
            if path.is_file():
                known = json.loads(path.read_bytes())
                return Places(known["unit"], tuple(tuple(run) for run in known["runs"]))
        return Places("character") if original else None

    def _path(self, sha256: str) -> Path | None:
        if not _DIGEST.fullmatch(sha256):
            return None
        for directory in self.directories:
            named = directory / f"{sha256}.txt"
            if named.is_file() and file_digest(named) == sha256:
                return named
        return self._index.get(sha256)

    @cached_property
    def _index(self) -> dict[str, Path]:
        """Return every other file by its digests, hashed once and only if a document is not found
        by name. The first folder wins."""
        paths: dict[str, Path] = {}
        for directory in self.directories:
            for path in sorted(directory.iterdir()) if directory.is_dir() else ():
                for digest in _digests(path) if path.is_file() else ():
                    paths.setdefault(digest, path)
        return paths


def _takes(directory: Path) -> Iterator[Take]:
    for path in sorted(directory.glob("*.json")) if directory.is_dir() else ():
        if _DIGEST.fullmatch(path.stem):
            for take in read_description(path).get(TAKES, ()):
                yield Take(
                    take["address"], take["version"], path.stem, take["original"], take["source"],
                    take.get("replaces", ""),
                )  # fmt: skip


def read_description(path: Path) -> dict[str, Any]:
    """Read the description of a text; empty where there is none. SourceError where it is not what
    was written."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_bytes())
        for take in content[TAKES]:
            _ = take["address"] + take["original"] + take["source"] + str(take["version"] + 0)
    except (ValueError, KeyError, TypeError):
        hint = "anchors-damaged.hint"
        raise SourceError("not-as-expected", origin=Origin(str(path)), hint=hint) from None
    return dict(content)


def _digests(path: Path) -> Iterator[str]:
    """Yield the digest of a file, and that of its text where it begins with a byte order mark."""
    yield file_digest(path)
    with path.open("rb") as file:
        if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            yield hashlib.sha256(file.read()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# two takings that agree in these are one
_KEYS: Final = ("address", "retrieved", "source", "original")


@dataclass(frozen=True)
class DocumentDescription:
    """What the person says of a document. `retrieved` is a day as 2024-05-31, or empty where it
    is not known."""

    source: str
    licence: str = ""
    address: str = ""
    retrieved: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class Taken:
    """A snapshot: the digest of its text, which citations name, that of the original, and that
    of the version it replaces, if any."""

    text: str
    original: str
    frozen: Frozen
    address: str
    replaces: str
    is_new: bool


def take(folder: Path, data: bytes, frozen: Frozen, about: DocumentDescription) -> Taken:
    """Write a snapshot. What is there already stays as it is, byte for byte. OutputError where
    it cannot be written, SourceError where `about.replaces` names no snapshot."""
    text, original = digest_of(frozen.text), hashlib.sha256(data).hexdigest()
    known = Snapshots((folder,))
    # the text that one is a new version of: the one that is named, else the last of its address
    named = about.replaces
    if named and known.text(named) is None and all(item.text != named for item in known.takes):
        raise SourceError("not-known-here", name=named, hint="give-page-digest")
    last = known.current.get(about.address, "") if about.address else ""
    replaces = named or (last if last != text else "")
    taking = _taking(known, frozen, about, text) | {"original": original, "replaces": replaces}
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        is_new = _describe(folder / f"{text}.json", taking, frozen)
        if data != frozen.text.encode():
            _write(folder / f"{original}.{frozen.suffix}", data)
        if frozen.places.runs:
            places = {"unit": frozen.places.unit, "runs": frozen.places.runs}
            _write(folder / f"{original}.places.json", _json(places, indent=None))
        _write(folder / f"{text}.txt", frozen.text.encode())
    return Taken(text, original, frozen, about.address, replaces, is_new)


def _taking(
    known: Snapshots, frozen: Frozen, about: DocumentDescription, text: str
) -> dict[str, Any]:
    takes = [item for item in known.takes if about.address and item.address == about.address]
    last = max((item.version for item in takes), default=0)
    is_same = known.current.get(about.address) == text
    return {
        "address": about.address, "version": last + (not is_same or not takes),
        "retrieved": about.retrieved, "source": about.source, "licence": about.licence,
        "title": frozen.title, "media_type": frozen.media_type, "encoding": frozen.encoding,
        "normaliser": frozen.normaliser, "library": frozen.library,
    }  # fmt: skip


def _describe(path: Path, taking: dict[str, Any], frozen: Frozen) -> bool:
    """Add a taking to the description of a text; False where it is there."""
    before = read_description(path).get(TAKES, [])
    is_known = any(
        all(item.get(key) == taking[key] for key in _KEYS) and item["version"] == taking["version"]
        for item in before
    )
    if is_known:
        return False
    takes = sorted(
        [*before, taking],
        key=lambda item: (item["address"], item["version"], json.dumps(item, sort_keys=True)),
    )
    _write(
        path, _json({"characters": len(frozen.text), "sha256": path.stem, TAKES: takes}), anew=True
    )
    return True


def _json(value: object, indent: int | None = 2) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True) + "\n").encode()


def _write(path: Path, data: bytes, *, anew: bool = False) -> None:
    """Write a file whole or not at all; one named by its content is not written twice."""
    if path.is_file() and not anew and path.read_bytes() == data:
        return
    with whole_file(path) as file:
        file.write(data)


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
        raise EvidenceError("missing", option="WORDS", origin=Origin(str(path)))
    page, wanted = SearchableText(text), QuotedWords(words, before, after)
    spans = page.places(wanted)
    if not spans:
        raise nowhere(wanted, page, Origin(str(path)))
    if len(spans) > 1:
        raise unclear(spans, page, Origin(str(path)))
    start, end = spans[0]
    return WordPosition(
        start, end, digest_of(text[start:end]), sha256,
        *((places.unit, places.at(start)) if places else ()),
    )  # fmt: skip


def unreadable(path: Path, error: OSError) -> SourceError:
    """Return the error of a page that cannot be read; of an address, that nothing is fetched."""
    if str(path).startswith(("https:/", "http:/")):  # a path has lost the second slash
        address = str(path).replace(":/", "://", 1)
        return SourceError("source-on-network", address=address, hint="save-page-browser-name-file")
    return SourceError.unreadable(path, error)


def _read(path: Path, encoding: str) -> tuple[str, str, Places | None]:
    """Read the text in which positions count, its sha256, and the way to the original: a text file
    is its own text, byte for byte but for a byte order mark, as a snapshot makes it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    known = Snapshots((path.parent,)).places(path.stem) if path.suffix == ".txt" else None
    if not encoding and path.suffix.lower() not in (".html", ".htm", ".xhtml", ".pdf", ".docx"):
        data = data.removeprefix(codecs.BOM_UTF8)
        return _decode(data, path), hashlib.sha256(data).hexdigest(), known
    from hrdgraph.evidence.texts.freeze import freeze

    frozen = freeze(data, str(path), encoding=encoding)
    return frozen.text, digest_of(frozen.text), frozen.places


def _decode(data: bytes, path: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SourceError(
            "not-in-encoding", encoding="UTF-8", origin=Origin(str(path)), hint="give-encoding"
        ) from error
