"""Rows that say of themselves that they are not public into what only they say.

A source with such rows is mapped again without them: what is then missing, nothing else says. So
whatever a row makes (a claim, the organisation that stands in it, its page) is hidden with it, by
whichever rule, join or view, and whatever a public row says too stays.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.explain import SourcePlan
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.codes import Codes, codes_of
from hrdgraph.kinds.headings import folded
from hrdgraph.kinds.levels import RESTRICTED, level_code
from hrdgraph.mapping.execution.scan import part_of_file
from hrdgraph.mapping.facts.layout import kinds_of, layouts_of, location_of
from hrdgraph.paths import project_path
from hrdgraph.privacy import Level, level_of
from hrdgraph.project import Project, Source, Table
from hrdgraph.sources import ROW, read
from hrdgraph.validate.findings.source_rows import TypedRows

COLUMN: Final = "visibility"  # in small letters; the column that says of a row who may see it
_LEVELS: Final = (Level.WITHHELD, Level.RESTRICTED)
THING: Final = "thing"  # of `hides`: only what says so itself, not all that its row makes


@dataclass(frozen=True)
class RowLevels:
    """Row numbers by file and level, of rows above public."""

    rows: Mapping[Path, Mapping[Level, pl.Series]]

    def of(self, item: SourcePlan) -> Mapping[Path, Mapping[Level, pl.Series]]:
        """Those of the files that a source reads."""
        read = {scan.source for scan in item.plan.scans}
        places = {source.path.resolve() for source in read}
        places |= {part_of_file(source.path, source.dialect.iterator) for source in read}
        return {place: levels for place, levels in self.rows.items() if place in places}


def read_row_levels(project: Project, plans: Iterable[SourcePlan]) -> RowLevels:
    """The levels of the rows of all tables that have a column of them. Other tables are not
    read."""
    plans = tuple(plans)
    typed = TypedRows(project.root, project.sources, plans)
    spared = {
        source.table_file(table).resolve()
        for source in project.sources
        for table in source.tables
        if table.hides == THING
    }
    found: dict[Path, dict[Level, pl.Series]] = {}
    for path in sorted(_candidates(project, plans)):
        frame = None if path.resolve() in spared else typed.table(project_path(path, project.root))
        if frame is not None and (levels := _levels(frame)):
            found[path.resolve()] = levels
    for path, levels in _levels_of_facts(project, spared):
        found[path] = _joined(found.get(path, {}), levels)
    return RowLevels(found)


def _levels_of_facts(
    project: Project, spared: Collection[Path]
) -> Iterator[tuple[Path, dict[Level, pl.Series]]]:
    """Those of tables of facts, whose column may be called otherwise and say codes by their
    labels: by the part of the file that each is."""
    codes = codes_of(project.ontology_dir / "vocabularies", COLUMN)
    kinds = kinds_of(project)
    layouts = (layout for source in project.sources for layout in layouts_of(kinds, source))
    for layout in layouts:
        path, heading = layout.source.table_file(layout.table), layout.heading_of(COLUMN)
        if heading and path.resolve() not in spared:
            name, dialect = location_of(layout.table)
            frame = pl.concat(read(name, path, dialect, [heading], Origin(str(path))))
            words = [_level(cell or "", heading, codes) for cell in frame[heading]]
            levels = _levels(pl.DataFrame([frame[ROW], pl.Series(COLUMN, words)]))
            yield part_of_file(path, dialect.iterator), levels
        for heading, said in layout.facts.rows.items():
            name, dialect = location_of(layout.table)
            frame = pl.concat(read(name, path, dialect, [heading], Origin(str(path))))
            by_cell = {_plain(cell): level for cell, level in said.items()}
            other = said.get("*", RESTRICTED)
            words = [by_cell.get(_plain(cell or ""), other) for cell in frame[heading]]
            levels = _levels(pl.DataFrame([frame[ROW], pl.Series(COLUMN, words)]))
            yield part_of_file(path, dialect.iterator), levels


def _plain(text: str) -> str:
    """A cell without case and accents; of one without letters, its signs."""
    return folded(text) or text.strip()


def _level(text: str, heading: str, codes: Codes) -> str:
    """The level that a cell says; of one that is not understood, that which keeps its row back."""
    if heading.strip().lower() == COLUMN:
        return codes.by_name.get(folded(text), "")
    try:
        return level_code(text.strip(), heading, codes)
    except CellError:
        return RESTRICTED


def _joined(
    one: Mapping[Level, pl.Series], other: Mapping[Level, pl.Series]
) -> dict[Level, pl.Series]:
    both = {level: [each[level] for each in (one, other) if level in each] for level in _LEVELS}
    return {level: pl.concat(rows).unique() for level, rows in both.items() if rows}


def _candidates(project: Project, plans: Iterable[SourcePlan]) -> set[Path]:
    """The tables that have the column, by their first line, and files of which a mapping reads
    it."""
    tables = {
        source.table_file(table)
        for source in project.sources
        for table in source.tables
        if table.facts is None and _has_column(source, table)
    }
    read = (scan for item in plans for scan in item.plan.scans)
    return tables | {
        scan.source.path for scan in read if any(name.lower() == COLUMN for name in scan.columns)
    }


def _has_column(source: Source, table: Table) -> bool:
    try:
        with source.table_file(table).open("rb") as file:
            line = file.readline(1 << 20).decode("utf-8-sig", "replace")
    except OSError:
        return False
    names = next(csv.reader([line], delimiter=table.delimiter), [])
    return any(name.strip().lower() == COLUMN for name in names)


def _levels(frame: pl.DataFrame) -> dict[Level, pl.Series]:
    marks = [name for name in frame.columns if name.strip().lower() == COLUMN]
    found: dict[Level, pl.Series] = {}
    taken = pl.Series([], dtype=frame[ROW].dtype)
    for level in _LEVELS if marks else ():
        rows = pl.concat([frame[ROW].filter(_is_of(frame[name], level)) for name in marks]).unique()
        rows = rows.filter(~rows.is_in(taken.implode()))
        taken = pl.concat([taken, rows])
        if len(rows):
            found[level] = rows
    return found


def _is_of(cells: pl.Series, level: Level) -> pl.Series:
    words = cells.fill_null("").str.strip_chars()
    wanted = [word for word in words.unique() if word and level_of(word) is level]
    return words.is_in(wanted)


def hidden_rows(
    levels: Mapping[Path, Mapping[Level, pl.Series]], above: Level
) -> dict[Path, pl.Series]:
    """The rows of each file that are above a level."""
    found = {
        path: [rows for level, rows in each.items() if level > above]
        for path, each in levels.items()
    }
    return {path: pl.concat(rows) for path, rows in found.items() if rows}
