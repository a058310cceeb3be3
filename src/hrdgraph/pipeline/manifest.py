"""What went into a build and what came out, as one deterministic JSON document: digests, counts,
versions, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from hrdgraph.identity import read_ledger
from hrdgraph.privacy import Level, level_of
from hrdgraph.project import Project, Source, Table
from hrdgraph.rdf import IRI, ColumnGraph
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


def public_files(
    project: Project,
    sources: Iterable[Source],
    touched: Collection[IRI],
    shown: Level,
    published: ColumnGraph,
) -> list[Path]:
    """The files whose names and digests may be published, sorted. Not those of a source from
    which something was withheld: with all else known, what is missing can be tried until the
    digest fits, in a mapping too. Nor, if anything was withheld, the lists of judgements and of
    known findings."""
    files = _shared(project)
    if not touched:
        files |= {project.known_findings_file}
        ledger = read_ledger(project.judgements_file)
        if _are_told(ledger.judged, published):
            files |= {project.judgements_file}
        if _are_told(ledger.rank, published):
            files |= {project.persistent_iris_file}
    for source in sources:
        if IRI(project.graph_name(source.name)) not in touched:
            files |= {
                source.description_file,
                *source.mapping_files,
                *(source.table_file(table) for table in source.tables if _is_open(table, shown)),
            }
    return sorted(path for path in files if path.is_file())


def _is_open(table: Table, shown: Level) -> bool:
    return all(
        level_of(word) <= shown
        for word in (table.visibility, *(item.visibility for item in table.fields))
    )


def _shared(project: Project) -> set[Path]:
    files = {project.settings_file, project.context_file}
    return files | {*project.ontology_dir.rglob("*.ttl"), *project.queries_dir.rglob("*.rq")}


def _are_told(names: Iterable[str], graph: ColumnGraph) -> bool:
    """Whether every one of the names is in a graph."""
    return not ({f"<{name}>" for name in names} - set(graph.terms))


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
