"""What went into a build and what came out, as one deterministic JSON document: digests, counts, versions, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from hrdgraph.project import Project, Source

LIBRARIES = ("polars", "pyoxigraph", "pyshacl", "rdflib")
OUTPUTS = ("graph.nq", "graph.trig", "graph.ttl", "graph.jsonld", "findings.json", "report.html")
# not findings.xlsx: it is packed by the zlib of the machine, and written only where an optional library is


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def input_files(project: Project, sources: Iterable[Source]) -> list[Path]:
    """Every file that a build reads, sorted."""
    files = {project.settings_file, project.judgements_file, project.known_findings_file, project.context_file}
    files |= {*project.ontology_dir.rglob("*.ttl"), *project.queries_dir.rglob("*.rq")}
    for source in sources:
        files |= {source.description_file, source.mapping_file, *(source.table_file(table) for table in source.tables)}
    return sorted(path for path in files if path.is_file())


def digests(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Digests by path as seen from a folder."""
    return {path.relative_to(root).as_posix(): digest(path) for path in files}


def versions() -> dict[str, str]:
    """The versions of hrdgraph and of the libraries that shape its output."""
    return {name: version(name) for name in ("hrdgraph", *LIBRARIES)}


def write_manifest(path: Path, manifest: dict[str, object]) -> None:
    """Write a manifest."""
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
