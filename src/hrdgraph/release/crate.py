"""The files of a release into RO-Crate 1.2 metadata (https://w3id.org/ro/crate/1.2), which
archives and search engines read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hrdgraph.project import Source

FILE: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/crate/1.2"


@dataclass(frozen=True)
class ReleaseFile:
    """One file of the release: its name, what it is (in English), media type, size in bytes, and
    SHA-256 in hexadecimal."""

    name: str
    title: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Crate:
    """What a release is called, when it came out (a date), what changed, under which licence."""

    title: str
    version: str
    issued: str
    description: str
    licence: str


def crate_metadata(crate: Crate, parts: Sequence[ReleaseFile], sources: Iterable[Source]) -> bytes:
    """The metadata document: its own descriptor, the data set, its files, and the sources that
    it is based on."""
    used = _sources(list(sources))
    graph = [
        {
            "@id": FILE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        _dataset(crate, parts, used),
        *(_part(part) for part in parts),
        *used,
    ]
    document = {"@context": f"{_PROFILE}/context", "@graph": graph}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _dataset(
    crate: Crate, parts: Sequence[ReleaseFile], used: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": crate.title,
        "version": crate.version,
        "datePublished": crate.issued,
        "description": crate.description,
        "license": crate.licence,
        "hasPart": [{"@id": part.name} for part in parts],
        "isBasedOn": [{"@id": source["@id"]} for source in used],
    }


def _part(part: ReleaseFile) -> dict[str, Any]:
    return {
        "@id": part.name,
        "@type": "File",
        "name": part.title,
        "encodingFormat": part.media_type,
        "contentSize": str(part.size),
        "sha256": part.sha256,
    }


def _sources(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """The sources; where several stand at one address, each has a name of its own, since an
    identifier must name one thing."""
    addresses = Counter(source.address for source in sources)
    return [_source(source, shared=addresses[source.address] > 1) for source in sources]


def _source(source: Source, *, shared: bool) -> dict[str, Any]:
    own = f"#{source.name}"
    known = {
        "@id": own if shared else source.address or own,
        "url": source.address if shared else "",
        "@type": "CreativeWork",
        "name": source.title,
        "publisher": source.publisher,
        "license": source.licence,
        "inLanguage": source.language,
    }
    return {name: value for name, value in known.items() if value}
