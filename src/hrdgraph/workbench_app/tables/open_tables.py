"""Keep the open tables, each once, however many windows show it: rows sorted, filtered and
searched, and what is wrong with their cells."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final
from unicodedata import normalize

from hrdgraph.catalogue import NO_MESSAGE, Message, render
from hrdgraph.errors import HrdgraphError, Problems
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_values import Codes, codes_of, split_cell
from hrdgraph.fact_kinds.name_parts import join_parts
from hrdgraph.fact_kinds.template import sentence_of, with_labels
from hrdgraph.findings.cells import Judge, judge_of
from hrdgraph.mapping.facts.layout import Layout, layouts_of, with_kinds
from hrdgraph.pipeline.importing.typed_rows import TypedRow, read_table
from hrdgraph.pipeline.importing.workbook_writer import SheetWriter, write_sheet
from hrdgraph.project import Project, Table, TableField
from hrdgraph.workbench_app.tables.open_table import Journal, OpenTable

_MARKS: Final = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class ViewOptions:
    """What a window shows: rows with a text, in all columns or one; only those with findings;
    sorted by a column, or as they stand (-1)."""

    text: str = ""
    column: int = -1
    findings: bool = False
    sort: int = -1
    descending: bool = False


def _search_text(row: TypedRow, column: int) -> str:
    """Return the text of a row, or of one cell, in which words are searched."""
    if 0 <= column < len(row.cells):
        return _fold(row.cells[column])
    if not row.searched:
        row.searched = _fold("\n".join(row.cells))
    return row.searched


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", normalize("NFD", text.casefold()))


def _key(text: str) -> tuple[int, float, str]:
    """Numbers before words, nothing last."""
    plain = text.strip()
    if not plain:
        return 2, 0.0, ""
    try:
        return 0, float(plain.replace(",", ".")), ""
    except ValueError:
        return 1, 0.0, _fold(plain)


_OPTIONS: Final = 400  # that a drop-down offers

Fact = tuple[Message, Message]


@dataclass(frozen=True)
class ColumnHelp:
    """What a column is: its meaning, whether it is needed, a hint, an example, and the texts
    that it may hold, with what they stand for."""

    heading: str
    label: str = ""
    type: str = ""
    required: bool = False
    hint: str = ""
    example: str = ""
    options: tuple[str, ...] = ()


class CheckedTable:
    """An open table with the judges of its cells, as the last look at the project's settings
    made them. Where these do not fit the table, `problems` says why, and no cell is judged."""

    def __init__(self, project: Project, rows: OpenTable) -> None:
        self.project, self.rows = project, rows
        self.problems: tuple[HrdgraphError, ...] = ()
        self._view: tuple[object, list[TypedRow]] = (None, [])
        self._judged: dict[tuple[int, str], Fact | None] = {}
        self.layout, self._table = self._describe()
        fields = {field.name: field for field in self._table.fields} if self._table else {}
        self.fields = [fields.get(heading) for heading in rows.headings]
        self._judges = [self._judge(field) for field in self.fields]

    def _describe(self) -> tuple[Layout | None, Table | None]:
        source, table = self.rows.source, self.rows.table
        try:
            described = with_kinds(self.project).source(source.name)
            described_table = next(
                other for other in described.tables if other.label == table.label
            )
            layouts = layouts_of(self.project.kinds, source)
        except HrdgraphError as error:
            self.problems = error.errors if isinstance(error, Problems) else (error,)
            return None, table
        return next(
            (layout for layout in layouts if layout.table.label == table.label), None
        ), described_table

    def _judge(self, field: TableField | None) -> Judge | None:
        if field is None:
            return None
        try:
            if field.references:
                file, _, column = field.references.rpartition(":")
                owner, _, name = file.rpartition("/")
                source = self.project.source(owner or self.rows.source.name)
                table = next(item for item in source.tables if item.file == name)
                read = read_table(source, table)
                place = read.headings.index(column) if column in read.headings else 0
                known = frozenset(row.cells[place].strip() for row in read.rows)

                def judge(text: str) -> Fact | None:
                    if text in known:
                        return None
                    return Message("value-not-in", value=text, target=field.references), NO_MESSAGE

                return judge
            return judge_of(field, self.rows.source)
        except HrdgraphError as error:
            self.problems = (*self.problems, error)
            return None

    def visible_rows(self, options: ViewOptions) -> list[TypedRow]:
        """List the rows that a window shows; computed once for each state of the table."""
        key = (self.rows.revision, options)
        if self._view[0] != key:
            self._view = (key, self._filter_rows(options))
        return self._view[1]

    def _filter_rows(self, options: ViewOptions) -> list[TypedRow]:
        rows = self.rows.rows
        if options.text:
            wanted = _fold(options.text)
            rows = [row for row in rows if wanted in _search_text(row, options.column)]
        if options.findings:
            rows = [row for row in rows if self.findings(row, "en")]
        if options.sort >= 0 and all(options.sort < len(row.cells) for row in rows[:1]):
            rows = sorted(
                rows, key=lambda row: _key(row.cells[options.sort]), reverse=options.descending
            )
        return rows

    # --- cells

    def finding(self, column: int, text: str, language: str) -> str:
        """Return what is wrong with a text in a column, and the way out; "" where it is right."""
        key = (column, text)
        if key not in self._judged:
            self._judged[key] = self._fact(column, text)
        fact = self._judged[key]
        if fact is None:
            return ""
        return " – ".join(filter(None, (render(part, language) for part in fact)))

    def _fact(self, column: int, text: str) -> Fact | None:
        field, judge = self.fields[column], self._judges[column]
        text = text.strip()
        if field is None:
            return None
        if text in self._unknown:
            fact = Message("cell-says-unknown", value=text)
            return (fact, Message("fill-in-when-known")) if field.required else None
        if not text:
            return (Message("cell-empty"), NO_MESSAGE) if field.required else None
        if judge is None:
            return None
        items = [] if text in field.values else split_cell(text, field.separators)
        facts = (judge(item) for item in items if item not in field.values)
        return next(filter(None, facts), None)

    @cached_property
    def _unknown(self) -> frozenset[str]:
        facts = self.rows.table.facts
        return frozenset(facts.unknown) if facts else frozenset()

    def findings(self, row: TypedRow, language: str) -> dict[int, str]:
        """Return what is wrong in a row, by the place of the column."""
        by_column = {
            column: text
            for column, cell in enumerate(row.cells)
            if (text := self.finding(column, cell, language))
        }
        for group in self._table.any_of if self._table else ():
            places = [
                self.rows.headings.index(name) for name in group if name in self.rows.headings
            ]
            if places and not any(row.cells[place].strip() for place in places):
                names = " / ".join(self.rows.headings[place] for place in places)
                fact = Message("place-and-fact", file=names, fact=Message("row-all-empty"))
                by_column.setdefault(places[0], render(fact, language))
        return by_column

    # --- what columns are

    @property
    def kind(self) -> Kind | None:
        """Return the kind of the rows."""
        return self.layout.kind if self.layout else None

    @cached_property
    def columns(self) -> list[Column | None]:
        """Return what each heading means."""
        if self.layout is None:
            return [None] * len(self.rows.headings)
        kind = self.layout.kind
        return [kind.column(self.layout.column_of(name)) for name in self.rows.headings]

    def helps(self, language: str) -> list[ColumnHelp]:
        """Return what each column is, in a language."""
        return [self._help(place, column, language) for place, column in enumerate(self.columns)]

    def _help(self, place: int, column: Column | None, language: str) -> ColumnHelp:
        heading, field = self.rows.headings[place], self.fields[place]
        if column is None:
            needed = bool(field and field.required)
            options = field.enum if field else ()
            return ColumnHelp(heading, required=needed, options=tuple(options))
        hint = column.hints.get(language) or column.hints.get("en", "")
        return ColumnHelp(
            heading,
            column.label(language),
            column.type,
            column.required,
            hint,
            self._codes(column.scheme).label(column.example, language)
            if column.scheme
            else column.example,
            self._options(column, place, language),
        )

    def _options(self, column: Column, place: int, language: str) -> tuple[str, ...]:
        """List what may stand in a column: labels of codes, choices, or the names already there."""
        if column.scheme:
            codes = self._codes(column.scheme)
            return tuple(sorted(codes.label(code, language) for code in codes.labels))[:_OPTIONS]
        if column.enum:
            return column.enum
        if column.type in ("name", "country"):
            there = {row.cells[place].strip() for row in self.rows.rows} - {""}
            return tuple(sorted(there))[:_OPTIONS]
        return ()

    def cells_by_column(self, row: TypedRow) -> Mapping[str, str]:
        """Return the cells of a row by the columns of its kind; what is declared unknown is empty,
        and a name in parts is whole."""
        read = zip(self.rows.headings, map(str.strip, row.cells), strict=False)
        cells = {name: "" if text in self._unknown else text for name, text in read}
        by_column: dict[str, str] = {}
        for heading, column in zip(cells, self.columns, strict=False):
            if column is not None and column.name not in by_column:
                parts = self._parts.get(column.name)
                by_column[column.name] = (
                    join_parts(parts, [*map(cells.get, parts)]) if parts else cells[heading]
                )
        return by_column

    @cached_property
    def _parts(self) -> Mapping[str, tuple[str, ...]]:
        """Return the headings of each column that has a name in parts, in the order of the name."""
        columns = self.layout.columns if self.layout else {}
        return {
            name: parts[0].headings for name, parts in columns.items() if parts and parts[0].more
        }

    def aloud(self, row: TypedRow, language: str) -> str:
        """Return a row as a sentence; "" where its table has no kind."""
        if self.kind is None:
            return ""
        cells = self.cells_by_column(row)
        defaults = {
            column.name: column.default
            for column in self.kind.columns
            if column.default and not column.default.startswith("@")
        }
        texts = with_labels(self.kind, {**defaults, **cells}, language, self._codes)
        return sentence_of(self.kind, texts, language)

    def _codes(self, scheme: str) -> Codes:
        return codes_of(self.project.vocabulary_dirs, scheme)


class OpenTables:
    """The open tables of a project."""

    def __init__(self, folder: Path, writer: SheetWriter = write_sheet) -> None:
        self._folder, self._writer = folder, writer
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], CheckedTable] = {}

    def get(self, project: Project, source: str, label: str) -> CheckedTable:
        """Return a table by its source's name and its label. HrdgraphError where there is none."""
        owner = next((item for item in project.sources if item.name == source), None)
        tables = owner.tables if owner else ()
        table = next((item for item in tables if item.label == label), None)
        if owner is None or table is None:
            raise HrdgraphError("not-known-here", name=label)
        with self._lock:
            held = self._open.get((source, label))
            if held is None or (held.rows.source, held.rows.table) != (owner, table):
                if held is not None:
                    held.rows.save()
                opened = OpenTable(owner, table, self._journal(source, label), self._writer)
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
            kept = {place: table for place, table in self._open.items() if not table.rows.is_saved}
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
    """Tell whether a journal has changes that no file has: of a table that was not opened again
    since the workbench was killed."""
    try:
        return path.suffix == ".jsonl" and bool(Journal(path).read().unsaved)
    except HrdgraphError:  # of a newer version
        return True
