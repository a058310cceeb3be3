"""The bytes of a document into files of the snapshot folder: the original, its frozen text, and
a description; all named by digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hrdgraph.atomic_files import told, whole_file
from hrdgraph.errors import SourceError
from hrdgraph.evidence.snapshots import TAKES, Snapshots, described, digest_of
from hrdgraph.evidence.texts.model import Frozen

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
    replaces = _replaced(known, about, text)
    taking = _taking(known, frozen, about, text) | {"original": original, "replaces": replaces}
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        is_new = _describe(folder / f"{text}.json", taking, frozen)
        if data != frozen.text.encode():
            _write(folder / f"{original}.{frozen.suffix}", data)
        if frozen.places.runs:
            places = {"unit": frozen.places.unit, "runs": frozen.places.runs}
            _write(folder / f"{original}.places.json", _json(places, indent=None))
        _write(folder / f"{text}.txt", frozen.text.encode())
    return Taken(text, original, frozen, about.address, replaces, is_new)


def _replaced(known: Snapshots, about: DocumentDescription, text: str) -> str:
    """The text that one is a new version of: the one that is named, else the last of its
    address."""
    named = about.replaces
    if named and known.text(named) is None and all(item.text != named for item in known.takes):
        raise SourceError("snapshot-unknown", digest=named)
    last = known.current.get(about.address, "") if about.address else ""
    return named or (last if last != text else "")


def _taking(
    known: Snapshots, frozen: Frozen, about: DocumentDescription, text: str
) -> dict[str, Any]:
    takes = [item for item in known.takes if about.address and item.address == about.address]
    last = max((item.version for item in takes), default=0)
    is_same = known.current.get(about.address) == text
    return {
        "address": about.address,
        "version": last + (not is_same or not takes),
        "retrieved": about.retrieved,
        "source": about.source,
        "licence": about.licence,
        "title": frozen.title,
        "media_type": frozen.media_type,
        "encoding": frozen.encoding,
        "normaliser": frozen.normaliser,
        "library": frozen.library,
    }


def _describe(path: Path, taking: dict[str, Any], frozen: Frozen) -> bool:
    """Add a taking to the description of a text; False where it is there."""
    before = described(path).get(TAKES, [])
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
