"""Make a release of a finished graph: one folder with the graph in three formats, its contents,
what changed, and checksums. Nothing depends on the clock: the version and the date are given,
and the same graph gives the same files."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hrdgraph.atomic_files import whole_folder, writing_to
from hrdgraph.catalogue import LANGUAGES
from hrdgraph.errors import Origin, OutputError
from hrdgraph.exports.changes import Differences, patch_lines, sentences, write_patch
from hrdgraph.exports.description import DatasetDescription, Distribution, describe, licence_iri
from hrdgraph.exports.formats import export
from hrdgraph.ontology import Ontology, context_of
from hrdgraph.project import Project, Source
from hrdgraph.rdf import IRI, ColumnGraph

CRATE_FILE: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/crate/1.2"


@dataclass(frozen=True)
class ReleaseFile:
    """One file of the release: its name, its title (in English), media type, size in bytes, and
    SHA-256 in hexadecimal."""

    name: str
    title: str
    media_type: str
    size: int
    sha256: str


def crate_metadata(bundle: Bundle, parts: Sequence[ReleaseFile]) -> bytes:
    """Return the metadata document: its own descriptor, the data set, its files, and its
    sources."""
    graphs = set(bundle.graph.terms.gather(bundle.graph.quads["g"].unique()).to_list())
    sources = [  # the existence of others may be secret
        source
        for source in bundle.project.sources
        if IRI(bundle.project.graph_name(source.name)).n3() in graphs
    ]
    addresses = Counter(source.address for source in sources)
    used = [_source(source, shared=addresses[source.address] > 1) for source in sources]
    about: list[dict[str, Any]] = [
        {
            "@id": CRATE_FILE, "@type": "CreativeWork", "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./", "@type": "Dataset", "name": bundle.project.title,
            "version": bundle.version, "datePublished": bundle.issued,
            "description": sentences(bundle.changes, bundle.previous, bundle.ontology),
            "license": bundle.licence, "hasPart": [{"@id": part.name} for part in parts],
            "isBasedOn": [{"@id": source["@id"]} for source in used],
        },
    ]  # fmt: skip
    files = [
        {
            "@id": part.name, "@type": "File", "name": part.title,
            "encodingFormat": part.media_type, "contentSize": str(part.size),
            "sha256": part.sha256,
        }
        for part in parts
    ]  # fmt: skip
    document = {"@context": f"{_PROFILE}/context", "@graph": [*about, *files, *used]}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _source(source: Source, *, shared: bool) -> dict[str, Any]:
    """Return a source; several at one address have names of their own, since an identifier must
    name one thing."""
    own = f"#{source.name}"
    known = {
        "@id": own if shared else source.address or own, "url": source.address if shared else "",
        "@type": "CreativeWork", "name": source.title, "publisher": source.publisher,
        "license": source.licence, "inLanguage": source.language,
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}


CHECKSUMS: Final = "SHA256SUMS"
GRAPH: Final = "graph.nq"
_GRAPHS: Final = {
    GRAPH: ("nq", "application/n-quads", "The whole graph with its named graphs, sorted N-Quads"),
    "graph.ttl": ("ttl", "text/turtle", "The same triples without graph names, Turtle"),
    "graph.jsonld": (
        "jsonld",
        "application/ld+json",
        "The same graph, JSON-LD compacted with context.jsonld",
    ),
}
_CONTEXT: Final = ("application/ld+json", "The context of the JSON-LD")
_VOID: Final = ("text/turtle", "What the graph holds, as VoID and DCAT")
_PATCH: Final = ("application/rdf-patch", "Changes since the last release, as an RDF Patch")
_CHANGES: Final = ("text/markdown", "Changes since the last release, for people")


@dataclass(frozen=True, eq=False)
class Bundle:
    """The contents of a release. `issued` is a date (YYYY-MM-DD); `address` is where the folder
    will be found, with a slash at its end; `changes` is None for a first release, else what
    changed since the one called `previous`."""

    project: Project
    graph: ColumnGraph
    ontology: Ontology
    version: str
    issued: str
    address: str
    licence: str
    changes: Differences | None = None
    previous: str = ""
    clear_removals: bool = False


def write_release(bundle: Bundle, folder: Path) -> list[ReleaseFile]:
    """Write the release into `folder`, which must not exist: whole or not at all. Return its
    files."""
    with _new_folder(folder) as partial:
        parts = [_write(partial, name, *item) for name, item in _graphs(bundle).items()]
        parts += [_write(partial, name, *item) for name, item in _accounts(bundle, parts).items()]
        metadata, kind = crate_metadata(bundle, parts), "application/ld+json"
        parts.append(_write(partial, CRATE_FILE, metadata, kind, "About these files"))
        (partial / CHECKSUMS).write_bytes(
            "".join(f"{part.sha256}  {part.name}\n" for part in parts).encode()
        )
    return parts


_Content = tuple[bytes, str, str]


def _graphs(bundle: Bundle) -> dict[str, _Content]:
    project = bundle.project
    files: dict[str, _Content] = {}
    for name, (format, media_type, title) in _GRAPHS.items():
        out = io.BytesIO()
        export(
            bundle.graph, format, out, context=context_of(project), base=project.base,
            prefixes=project.prefixes,
        )  # fmt: skip
        files[name] = (out.getvalue(), media_type, title)
    files["context.jsonld"] = (context_of(project).encode(), *_CONTEXT)
    return files


def _accounts(bundle: Bundle, parts: Sequence[ReleaseFile]) -> dict[str, _Content]:
    """Return the files about the graph: its description, and what changed."""
    changes = f"# {bundle.version} ({bundle.issued})\n"
    for tag in LANGUAGES:
        text = sentences(bundle.changes, bundle.previous, bundle.ontology, tag)
        changes += f"\n[{tag}] {text}\n"
    contents = {
        "void.ttl": (_void(bundle, parts), *_VOID),
        "CHANGES.md": (changes.encode(), *_CHANGES),
    }
    if bundle.changes is not None:
        contents["changes.rdfp"] = (
            write_patch(patch_lines(bundle.changes, clear=bundle.clear_removals)),
            *_PATCH,
        )
    return contents


def _void(bundle: Bundle, parts: Sequence[ReleaseFile]) -> bytes:
    files = [
        Distribution(bundle.address + part.name, part.media_type, part.size, part.sha256)
        for part in parts
    ]
    project = bundle.project
    about = DatasetDescription(
        iri=IRI(f"{project.base}dataset"), titles={"en": project.title, **project.titles},
        base=project.base, version=bundle.version, issued=bundle.issued, modified=bundle.issued,
        licence=licence_iri(bundle.licence), languages=project.languages, distributions=files,
    )  # fmt: skip
    out = io.BytesIO()
    export(describe(bundle.graph, about), "ttl", out, context=None, base=project.base)
    return out.getvalue()


def _write(folder: Path, name: str, data: bytes, media_type: str, title: str) -> ReleaseFile:
    (folder / name).write_bytes(data)
    return ReleaseFile(name, title, media_type, len(data), hashlib.sha256(data).hexdigest())


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes `folder` when everything in it is written."""
    if folder.exists():
        raise OutputError("folder-exists", origin=Origin(str(folder)), hint="choose-name")
    with writing_to(folder), whole_folder(folder) as partial:
        yield partial


def latest_release(folder: Path, day: str = "") -> tuple[str, Path] | None:
    """Return the version and folder of the last release in a folder of releases, or of the last by
    a `day`: by date of issue, then version (2026.10 after 2026.9); None if there is none."""
    known = [
        (facts["datePublished"], facts["version"], path.parent)
        for path in folder.glob(f"*/{CRATE_FILE}")
        if (facts := _release_facts(path)) and (not day or facts["datePublished"] <= day)
    ]
    return (
        max(known, key=lambda each: (each[0], _in_order(each[1]), each[1]))[1:] if known else None
    )


def _in_order(version: str) -> list[tuple[int, str]]:
    """Return a version in a form that sorts by its numbers."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", version)
    ]


def dataset_of(folder: Path) -> dict[str, str]:
    """Return what a release says of itself; empty for other folders."""
    return _release_facts(folder / CRATE_FILE)


def _release_facts(path: Path) -> dict[str, str]:
    """Return the data set that a crate describes, or an empty dictionary for other files."""
    try:
        nodes = json.loads(path.read_text("utf-8"))["@graph"]
        return next(
            node
            for node in nodes
            if node["@id"] == "./" and "datePublished" in node and "version" in node
        )
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return {}


def check_release(folder: Path) -> list[str]:
    """Return the files that are missing or differ from SHA256SUMS. OutputError if there are no
    checksums."""
    try:
        lines = (folder / CHECKSUMS).read_text("utf-8").splitlines()
    except OSError as error:
        raise OutputError("folder-lacks", files=CHECKSUMS, origin=Origin(str(folder))) from error
    return [
        name
        for digest, _, name in (line.partition("  ") for line in lines)
        if _digest(folder / name) != digest
    ]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
