"""The tables that are open, each once, however many windows show it."""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path

from hrdgraph.errors import HrdgraphError
from hrdgraph.pipeline.importing.workbook_cells import SheetWriter, write_sheet
from hrdgraph.project import Project
from hrdgraph.workbench.tables.checked_table import CheckedTable
from hrdgraph.workbench.tables.journal import Journal
from hrdgraph.workbench.tables.open_table import OpenTable


class OpenTables:
    """The open tables of a project."""

    def __init__(self, folder: Path, writer: SheetWriter = write_sheet) -> None:
        self._folder, self._writer = folder, writer
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], CheckedTable] = {}

    def get(self, project: Project, source: str, label: str) -> CheckedTable:
        """A table by the name of its source and its label. HrdgraphError where there is none."""
        found = next((one for one in project.sources if one.name == source), None)
        tables = found.tables if found else ()
        table = next((one for one in tables if one.label == label), None)
        if found is None or table is None:
            raise HrdgraphError("workbench-table-gone", table=label)
        with self._lock:
            held = self._open.get((source, label))
            if held is None or (held.rows.source, held.rows.table) != (found, table):
                if held is not None:
                    held.rows.save()
                opened = OpenTable(found, table, self._journal(source, label), self._writer)
                held = CheckedTable(project, opened)
                self._open[source, label] = held
        held.rows.refresh()
        return held

    def forget(self) -> None:
        """Write what is not in the files yet, and forget all that could be undone; what cannot be
        written is kept."""
        with self._lock:
            for table in self._open.values():
                table.rows.save()
            kept = {place: one for place, one in self._open.items() if not one.rows.is_saved}
            self._open = kept
            unwritten = {self._journal(*place) for place in kept}
            for path in (self._folder / "journal").glob("*"):
                if path.with_suffix(".jsonl") not in unwritten and not _has_unsaved(path):
                    path.unlink()

    def _journal(self, source: str, label: str) -> Path:
        name = sha256(f"{source}\n{label}".encode()).hexdigest()[:24]
        return self._folder / "journal" / f"{name}.jsonl"

    def save(self) -> None:
        """Write what is not in the files yet."""
        with self._lock:
            for table in self._open.values():
                table.rows.save()


def _has_unsaved(path: Path) -> bool:
    """Whether a journal has changes that no file has: of a table that was not opened again since
    the workbench was killed."""
    return path.suffix == ".jsonl" and bool(Journal(path).read().unsaved)
