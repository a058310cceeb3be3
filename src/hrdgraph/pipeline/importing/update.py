"""Newer copies of the files of a source into its folder, where what is said of them still holds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.atomic_files import write_file
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.mapping.facts.layout import Layout, kinds_of, layouts_of, location_of
from hrdgraph.project import Project, Source, Table
from hrdgraph.sources import ROW, read

_TABLE: Final = re.compile(r"^[ \t]*\[\[table\]\].*$", re.MULTILINE)
_KEPT: Final = re.compile(r"^[ \t]*totals[ \t]*=[ \t]*false", re.MULTILINE)


class RowChange(NamedTuple):
    """How many rows a file had and has, and which of these sum up or are remarks, and no rows
    any more: its description did not know such rows."""

    before: int
    after: int
    dropped: tuple[int, ...] = ()


def update_files(project: Project, name: str, files: Sequence[Path]) -> dict[str, RowChange] | None:
    """Copy files over those of the same name in a source: the rows of each before and after.
    None, and nothing changed, where the source is not there, has not all of them, or its
    description does not fit the new ones."""
    source = next((item for item in project.sources if item.name == name), None)
    if source is None or not all((source.folder / file.name).is_file() for file in files):
        return None
    before = _rows(project, source)
    kept = {file.name: (source.folder / file.name).read_bytes() for file in files}
    for file in files:
        target = source.folder / file.name
        if not target.samefile(file):
            shutil.copyfile(file, target)
    after = _rows(project, source)
    if before is None or after is None:
        for file_name, data in kept.items():
            (source.folder / file_name).write_bytes(data)
        return None
    _say_totals(source, [table for table in source.tables if after.dropped.get(table.label)])
    return {
        file: RowChange(before.counts.get(file, 0), count, after.dropped_of(source, file))
        for file, count in after.counts.items()
        if file in kept
    }


class _FileRows(NamedTuple):
    """How many rows each file has, and the numbers of those of each table that sum up or are
    remarks, where its description says nothing of such."""

    counts: dict[str, int]
    dropped: dict[str, tuple[int, ...]]

    def dropped_of(self, source: Source, file: str) -> tuple[int, ...]:
        """Those of the tables of a file."""
        own = (table.label for table in source.tables if table.file == file)
        return tuple(number for label in own for number in self.dropped.get(label, ()))


def _rows(project: Project, source: Source) -> _FileRows | None:
    """What rows there are; None where a heading is new, or one that is needed is gone."""
    found = _FileRows({}, {})
    try:
        layouts = layouts_of(kinds_of(project), source)
        if not layouts or any(layout.unused for layout in layouts):
            return None
        for layout in layouts:
            numbers = _numbers(layout, layout.table)
            dropped = set[int]()
            if not layout.facts.totals and not _keeps_totals(source):
                bare = replace(layout.table, facts=replace(layout.facts, totals=True))
                dropped = numbers - _numbers(layout, bare)
            found.dropped[layout.table.label] = tuple(sorted(dropped))
            file, count = layout.table.file, len(numbers) - len(dropped)
            found.counts[file] = found.counts.get(file, 0) + count
    except HrdgraphError:
        return None
    return found


def _numbers(layout: Layout, table: Table) -> set[int]:
    name, dialect = location_of(table)
    path = layout.source.table_file(table)
    frames = read(name, path, dialect, None, Origin(str(path)))
    return {number for frame in frames for number in frame[ROW]}


def _keeps_totals(source: Source) -> bool:
    """Whether a person has said of some table that such rows are rows."""
    return bool(_KEPT.search(source.description_file.read_text("utf-8")))


def _say_totals(source: Source, tables: Sequence[Table]) -> None:
    """Say of tables that they have rows that sum up; the description is else left as it was
    typed."""
    text = source.description_file.read_text("utf-8")
    heads = list(_TABLE.finditer(text))
    if not tables or len(heads) != len(source.tables):
        return
    for head, table in reversed([*zip(heads, source.tables, strict=True)]):
        if table in tables:
            text = f"{text[: head.end()]}\ntotals = true{text[head.end() :]}"
    write_file(source.description_file, [text.encode()])
