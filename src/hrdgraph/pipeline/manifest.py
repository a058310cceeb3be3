"""What went into a build and what came out, as one deterministic JSON document: digests, counts,
versions, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from hrdgraph.project import Project, Source
from hrdgraph.version import installed

LIBRARIES = ("polars", "pyoxigraph", "pyshacl", "rdflib")


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def input_files(project: Project, sources: Iterable[Source]) -> list[Path]:
    """Every file that a build reads, sorted."""
    files = _shared(project) | {
        project.judgements_file,
        project.persistent_iris_file,
        project.known_findings_file,
        project.withdrawn_file,
    }
    for source in sources:
        files |= {
            source.description_file,
            *source.mapping_files,
            *(source.table_file(table) for table in source.tables),
        }
    return sorted(path for path in files if path.is_file())


def public_files(project: Project) -> list[Path]:
    """The files whose names and digests may be published, sorted: no table, no mapping and no
    list of a person. With the public cells known, a cell that is not public could be guessed
    until the digest fits; and a digest that appears or goes tells that something is hidden."""
    return sorted(path for path in _shared(project) if path.is_file())


def _shared(project: Project) -> set[Path]:
    files = {project.settings_file, project.context_file}
    return files | {*project.ontology_dir.rglob("*.ttl"), *project.queries_dir.rglob("*.rq")}


def digests(
    files: Iterable[Path], root: Path, known: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Digests by path as seen from a folder; `known` are those that need not be worked out."""
    names = {path.relative_to(root).as_posix(): path for path in files}
    return {name: known.get(name) or digest(path) for name, path in names.items()}


def versions() -> dict[str, str]:
    """The versions of hrdgraph and of the libraries that shape its output."""
    return {name: installed(name) for name in ("hrdgraph", *LIBRARIES)}


def write_manifest(path: Path, manifest: dict[str, object]) -> None:
    """Write a manifest."""
    path.write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
