"""Read the rows of tables where findings are, as they were typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.explain.lineage import SourcePlan
from hrdgraph.findings.model import SourceRow
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.paths import project_path
from hrdgraph.project import Source
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.registry import FORMAT

_HIDDEN: Final = "\0"  # begins the names of columns that a reader adds
_TABLES: Final = (
    "CSV", FORMAT.Spreadsheet.value, FORMAT.Parquet.value, FORMAT.FactTable.value,
)  # fmt: skip


@dataclass(frozen=True)
class _File:
    """The format of a table; if mappings read a file in two ways (two sheets), its rows are
    ambiguous."""

    path: Path
    formulation: str
    dialect: Dialect


class TypedRows:
    """Rows by file and number. A table is read whole when a row of it is first needed, then
    cached: only for a build with findings."""

    def __init__(self, root: Path, sources: Iterable[Source], plans: Iterable[SourcePlan]) -> None:
        self._files: dict[str, _File | None] = {}
        for source in sources:
            for table in source.tables:
                if table.facts is not None:
                    continue  # as its mapping reads it
                self._files[project_path(source.table_file(table), root)] = _File(
                    source.table_file(table), "CSV", Dialect(delimiter=table.delimiter)
                )
        logical_sources: dict[LogicalSource, None] = {}
        for item in plans:
            logical_sources |= dict.fromkeys(scan.source for scan in item.plan.scans)
        for file in (
            _File(source.path, source.formulation, source.dialect)
            for source in logical_sources
            if source.formulation in _TABLES
        ):
            name = project_path(file.path, root)
            before = self._files.setdefault(name, file)
            self._files[name] = before if before is None or _alike(before, file) else None
        self._frames: dict[str, pl.DataFrame | None] = {}

    def table(self, name: str) -> pl.DataFrame | None:
        """Return a table with its columns of text and `ROW`; None for other files and unreadable
        ones."""
        if name not in self._frames:
            file = self._files.get(name)
            self._frames[name] = _read(file) if file else None
        return self._frames[name]

    def row(self, origin: Origin) -> SourceRow | None:
        """Return the row at a place, without marks."""
        frame = self.table(origin.file) if origin.row else None
        if frame is None:
            return None
        place = int(frame[ROW].search_sorted(origin.row))
        if place >= frame.height or frame[ROW][place] != origin.row:
            return None
        cells = frame.drop(ROW).row(place, named=True)
        return SourceRow(
            Origin(origin.file, origin.row),
            tuple((column, text or "") for column, text in cells.items()),
        )


def _alike(file: _File, other: _File) -> bool:
    """Say whether both give the same rows: what counts as empty does not matter here."""
    same_table = file.formulation == "CSV" or file.dialect.iterator == other.dialect.iterator
    return (
        file.formulation == other.formulation
        and file.dialect.delimiter == other.dialect.delimiter
        and same_table
    )


def _read(file: _File) -> pl.DataFrame | None:
    if not file.path.is_file():
        return None
    try:
        frame = pl.concat(
            read(
                file.formulation,
                file.path,
                replace(file.dialect, nulls=(), trim=""),
                None,
                Origin(str(file.path)),
            )
        )
    except HrdgraphError:
        return None  # changed since it was mapped: the place alone is told then
    texts = [
        name
        for name, kind in frame.schema.items()
        if kind == pl.String and not name.startswith(_HIDDEN)
    ]
    return frame[[ROW, *texts]].sort(ROW)
