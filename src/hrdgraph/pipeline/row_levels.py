"""Rows that say of themselves that they are not public into what only they say.

A source with such rows is mapped again without them: what is then missing, nothing else says. So
whatever a row makes (a claim, the organisation that stands in it, its page) is hidden with it, by
whichever rule, join or view, and whatever a public row says too stays.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.explain import SourcePlan
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.kinds.cell_errors import CellError
from hrdgraph.kinds.codes import Codes, codes_of
from hrdgraph.kinds.headings import folded
from hrdgraph.kinds.levels import RESTRICTED, level_code
from hrdgraph.mapping.execution.scan import part_of_file
from hrdgraph.mapping.facts.layout import Layout, kinds_of, layouts_of, location_of
from hrdgraph.paths import project_path
from hrdgraph.privacy import Level, level_of
from hrdgraph.project import Project
from hrdgraph.sources import ROW, read

COLUMN: Final = "visibility"  # in small letters; the column that says of a row who may see it
_SOURCE: Final = "document"  # the column of a kind that says where a row was read
_LEVELS: Final = (Level.WITHHELD, Level.RESTRICTED)
THING, PERSON = "thing", "person"  # of `hides`: what says so itself; and who is in the row, too
UNSOURCED: Final = "rows-without-source"

Levels = Mapping[Level, pl.Series]


@dataclass(frozen=True)
class RowLevels:
    """Row numbers by file and level, of rows above public; and those of rows that keep back the
    people in them (`keeping`), beside those of all `others` of their file. `unsourced` are
    findings about rows without a source."""

    rows: Mapping[Path, Levels]
    keeping: Mapping[Path, Levels]
    others: Mapping[Path, Levels]
    unsourced: tuple[Finding, ...] = ()

    def of(self, item: SourcePlan) -> Mapping[Path, Levels]:
        """Those of the files that a source reads."""
        read = {scan.source for scan in item.plan.scans}
        places = {source.path.resolve() for source in read}
        places |= {part_of_file(source.path, source.dialect.iterator) for source in read}
        return {place: levels for place, levels in self.rows.items() if place in places}


def read_row_levels(project: Project, plans: Iterable[SourcePlan]) -> RowLevels:
    """The levels of the rows of all tables that have a column of them, or whose rows must name a
    source. Other tables are not read."""
    plans = tuple(plans)
    typed = TypedRows(project.root, project.sources, plans)
    tables = ((source, table) for source in project.sources for table in source.tables)
    hides = {source.table_file(table).resolve(): table.hides for source, table in tables}
    marked: dict[Path, Levels] = {}
    numbers: dict[Path, pl.Series] = {}
    for path in sorted(_candidates(project, plans)):
        is_spared = hides.get(path.resolve()) == THING
        frame = None if is_spared else typed.table(project_path(path, project.root))
        if frame is not None and (levels := _levels(frame)):
            marked[path.resolve()], numbers[path.resolve()] = levels, frame[ROW]
    rows, unsourced = dict(marked), list[Finding]()
    for layout, place, frame in _tables_of_facts(project):
        table = layout.source.table_file(layout.table).resolve()
        if (levels := _levels(frame)) and hides[table] != THING:
            marked[place] = _joined(marked.get(place, {}), levels)
            rows[place], numbers[place] = _joined(rows.get(place, {}), levels), frame[ROW]
        if _SOURCE in frame.columns:
            bare = frame[ROW].filter(frame[_SOURCE] == "")
            level = level_of(layout.facts.unsourced or layout.kind.unsourced)
            if len(bare):
                rows[place] = _joined(rows.get(place, {}), {level: bare})
                unsourced.append(_unsourced(project, layout, bare))
    keeping = {place: levels for place, levels in marked.items() if _keeps(place, hides)}
    others = {
        place: {
            level: numbers[place].filter(~numbers[place].is_in(own.implode()))
            for level, own in levels.items()
        }
        for place, levels in keeping.items()
    }
    return RowLevels(rows, keeping, others, tuple(unsourced))


def _keeps(place: Path, hides: Mapping[Path, str]) -> bool:
    """Whether the rows of a file, or of a part of it, keep back the people in them."""
    return hides.get(place, hides.get(place.parent, PERSON)) == PERSON


def _tables_of_facts(project: Project) -> Iterator[tuple[Layout, Path, pl.DataFrame]]:
    """The tables of facts that say who may see their rows, in a column that may be called
    otherwise and say codes by their labels, or whose rows must name a source: each by the part
    of the file that it is, with its levels and sources."""
    codes = codes_of(project.ontology_dir / "vocabularies", COLUMN)
    kinds = kinds_of(project)
    for layout in (one for source in project.sources for one in layouts_of(kinds, source)):
        path, heading = layout.source.table_file(layout.table), layout.heading_of(COLUMN)
        needs, cited = _needs_source(layout), _headings_of_sources(layout)
        said = layout.facts.rows
        if not (heading or needs or said):
            continue
        name, dialect = location_of(layout.table)
        headings = [*dict.fromkeys([*filter(None, [heading]), *said, *cited])]
        headings = headings or [*layout.header[:1]]
        frame = pl.concat(read(name, path, dialect, headings, Origin(str(path))))
        found = [frame[ROW]]
        words = [[_level(cell or "", heading, codes) for cell in frame[heading]]] if heading else []
        for column, levels in said.items():
            by_cell = {_plain(cell): level for cell, level in levels.items()}
            other = levels.get("*", RESTRICTED)
            words.append([by_cell.get(_plain(cell or ""), other) for cell in frame[column]])
        if words:
            strictest = [_strictest(row) for row in zip(*words, strict=True)]
            found.append(pl.Series(COLUMN, strictest, dtype=pl.String))
        if needs:
            empty = ["", *layout.facts.unknown]
            cells = [frame[one].fill_null("").str.strip_chars() for one in cited]
            told = reduce(or_, (~each.is_in(empty) for each in cells), frame[ROW].is_null())
            found.append(told.replace_strict({True: "yes", False: ""}).alias(_SOURCE))
        yield layout, part_of_file(path, dialect.iterator), pl.DataFrame(found)


def _plain(text: str) -> str:
    """A cell without case and accents; of one without letters, its signs."""
    return folded(text) or text.strip()


def _strictest(levels: Iterable[str]) -> str:
    return max(filter(None, levels), key=level_of, default="")


def _needs_source(layout: Layout) -> bool:
    """Whether a row of a table is public only with a source of its own."""
    level = layout.facts.unsourced or layout.kind.unsourced
    given = any(item.value for item in layout.columns.get(_SOURCE, ()))
    is_cited = bool(layout.table.evidence) or layout.source.document is not None
    return level_of(level) > Level.PUBLIC and not (given or is_cited)


def _headings_of_sources(layout: Layout) -> list[str]:
    return [name for item in layout.columns.get(_SOURCE, ()) for name in item.headings if name]


def _unsourced(project: Project, layout: Layout, rows: pl.Series) -> Finding:
    """The finding about the rows of a table that name no source."""
    file = project_path(layout.source.table_file(layout.table), project.root)
    fact = Message(UNSOURCED, count=len(rows), table=layout.table.label)
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=UNSOURCED,
        fact=fact,
        focus=f"{file}#row={rows[0]}",
        origins=tuple(Origin(file, row) for row in rows.head(2)),
    )


def _level(text: str, heading: str, codes: Codes) -> str:
    """The level that a cell says; of one that is not understood, that which keeps its row back."""
    if heading.strip().lower() == COLUMN:
        return codes.by_name.get(folded(text), "")
    try:
        return level_code(text.strip(), heading, codes)
    except CellError:
        return RESTRICTED


def _joined(one: Levels, other: Levels) -> Levels:
    both = {level: [each[level] for each in (one, other) if level in each] for level in _LEVELS}
    return {level: pl.concat(rows).unique() for level, rows in both.items() if rows}


def _candidates(project: Project, plans: Iterable[SourcePlan]) -> set[Path]:
    """The tables that have the column, by their first line, and files of which a mapping reads
    it."""
    tables = {
        source.table_file(table): table.delimiter
        for source in project.sources
        for table in source.tables
        if table.facts is None
    }
    found: set[Path] = set()
    for scan in (scan for item in plans for scan in item.plan.scans):
        if scan.source.formulation == "CSV":
            tables.setdefault(scan.source.path, scan.source.dialect.delimiter)
        if any(name.lower() == COLUMN for name in scan.columns):
            found.add(scan.source.path)
    return found | {path for path, delimiter in tables.items() if _has_column(path, delimiter)}


def _has_column(path: Path, delimiter: str) -> bool:
    try:
        with path.open("rb") as file:
            line = file.readline(1 << 20).decode("utf-8-sig", "replace")
    except OSError:
        return False
    names = next(csv.reader([line], delimiter=delimiter or ","), [])
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
