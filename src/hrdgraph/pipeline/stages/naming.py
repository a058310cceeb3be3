"""The IRIs that a build gave into data/persistent_iris.csv, and those that were lost from it since
the last build into findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import write_file
from hrdgraph.catalogue import Message, phrase
from hrdgraph.errors import HrdgraphError, Origin, OutputError
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.identity import Ledger
from hrdgraph.identity.persistent_iris import (
    FILE,
    PersistentIRI,
    lost,
    read_persistent_iris,
    written,
)
from hrdgraph.paths import project_path
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE

LOST: Final = "persistent-iri-lost"
STRANGE: Final = "persistent-iri-elsewhere"


def find_lost(project: Project, ledger: Ledger) -> list[Finding]:
    """The rows that the last build knew and that are gone, and those that give a thing of here an
    IRI of somewhere else: violations, for to give the thing another IRI, or the IRI to another
    thing, would break what others cite."""
    file = Origin(project_path(project.persistent_iris_file, project.root))
    lost_rows = _lost(project, ledger)
    strange = [
        row
        for row in ledger.persistent
        if row.name.startswith(project.base) and not row.iri.startswith(project.base)
    ]
    return [_violation(LOST, row, project, file) for row in lost_rows] + [
        _violation(STRANGE, row, project, file) for row in strange
    ]


def _violation(rule: str, row: PersistentIRI, project: Project, file: Origin) -> Finding:
    return Finding(
        severity=Severity.VIOLATION,
        kind=Kind.SOURCE,
        rule=rule,
        fact=Message(rule, name=row.name, base=project.base),
        focus=row.iri,
        origins=(file,),
    )


def _lost(project: Project, ledger: Ledger) -> tuple[PersistentIRI, ...]:
    before = project.build_dir / PRIVATE / FILE
    try:
        if not before.exists() or before.read_bytes() == ledger.recorded.encode():
            return ()
        return lost(read_persistent_iris(before), ledger.persistent)
    except (HrdgraphError, OSError):  # a build that is damaged is no witness
        return ()


def record(project: Project, ledger: Ledger, before: Ledger, folder: Path) -> str:
    """Write the IRIs that are new beside the judgements, where none was lost; what to tell of
    it, or "". A copy in the private folder of the build lets the next one see what is lost."""
    gone = _lost(project, before)
    rows = before.persistent if gone else ledger.persistent
    note = ""
    if not gone and rows != before.persistent:
        today = date.today().isoformat()
        dated = tuple(replace(row, since=row.since or today) for row in rows)
        note, rows = _write(project, dated, before), dated
    if rows or gone:
        same = rows is before.persistent and not gone
        text = before.recorded if same else written((*_beside(rows, gone), *gone))
        (folder / PRIVATE / FILE).write_text(text, encoding="utf-8")
    return note


def _beside(
    rows: tuple[PersistentIRI, ...], gone: tuple[PersistentIRI, ...]
) -> tuple[PersistentIRI, ...]:
    """The rows that contradict none of those that are gone: a file that gives an IRI twice would
    not be read, and what is gone be forgotten."""
    told = {text for row in gone for text in (row.iri, *row.names)}
    return tuple(row for row in rows if told.isdisjoint((row.iri, *row.names)))


def _write(project: Project, rows: tuple[PersistentIRI, ...], before: Ledger) -> str:
    file = project.persistent_iris_file
    count, language = len(rows) - len(before.persistent), project.languages[0]
    try:
        write_file(file, [written(rows).encode()])
    except OutputError as error:
        why = error.text(language)
        return phrase("persistent-iris-not-recorded", language, count=count, reason=why)
    name = project_path(file, project.root)
    return phrase("persistent-iris-recorded", language, count=count, file=name)
