"""Read a table of a source as headings and rows as typed, each row with its place in the file, and
write it back: records and cells that were not changed stay as they were written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from hrdgraph.atomic_files import whole_file, writing_to
from hrdgraph.errors import HrdgraphError, Origin, SourceError
from hrdgraph.pipeline.importing.workbook_writer import (
    EDITED,
    ScannedSheet,
    SheetWriter,
    WorkbookFile,
    write_sheet,
)
from hrdgraph.project import Facts, Source, Table
from hrdgraph.sources.fact_table import (
    WORKBOOKS,
    cells_of,
    column_span,
    find_header,
    mark_facts,
    unique_names,
)
from hrdgraph.sources.text import encoding_of, read_bytes

_MARK: Final = "\ufeff"
Written = tuple[int, Sequence[str] | None]  # the record's number, 0 for a new one; its new cells


@dataclass(frozen=True)
class DelimitedFile:
    """What was read: cells of each record, its characters, and how the file is written."""

    path: Path
    cells: list[list[str]]
    raw: list[str]
    delimiter: str
    encoding: str
    ending: str

    def can_hold(self, text: str) -> bool:
        """Tell whether the encoding of the file has these characters."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def write(self, records: Sequence[Written]) -> None:
        """Write the records. Whole or not at all, and on the disk."""
        data = self.format(records)
        with writing_to(self.path), whole_file(self.path, lasting=True) as stream:
            stream.write(data)

    def format(self, records: Sequence[Written]) -> bytes:
        """Return the bytes of the records: those without new cells as they were."""
        parts = []
        for number, cells in records:
            raw = self.raw[number - 1] if number and cells is None else self._line(cells or ())
            parts.append(raw if raw.endswith(("\n", "\r")) else raw + self.ending)
        return "".join(parts).encode(self.encoding)

    def _line(self, cells: Sequence[str]) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.ending).writerow(cells)
        return out.getvalue()


def read_delimited(path: Path, data: bytes, delimiter: str, encoding: str) -> DelimitedFile:
    """Read a file. SourceError where it is none."""
    encoding = encoding or encoding_of(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError.unreadable(path, error) from error
    mark = _MARK if text.startswith(_MARK) else ""
    lines = list(io.StringIO(text[len(mark) :], newline=""))
    cells, raw, before = [], [], 0
    reader = csv.reader(iter(lines), delimiter=delimiter)
    try:
        for record in reader:
            cells.append(record)
            raw.append("".join(lines[before : reader.line_num]))
            before = reader.line_num
    except csv.Error as error:
        raise SourceError.unreadable(path, error) from error
    if raw:
        raw[0] = mark + raw[0]
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    return DelimitedFile(path, cells, raw, delimiter, encoding, ending)


@dataclass
class TypedRow:
    """A row: its name in this session, its cells, and its number in the file (0 for one that is
    not there yet); which cells were changed since the file was written; its text as it is
    searched, once it was."""

    id: int
    cells: list[str]
    number: int = 0
    changed: set[int] = field(default_factory=set)
    searched: str = field(default="", compare=False)


class TableFile(Protocol):
    """A file with a table, as it was read."""

    digest: str

    def find_locked(self) -> set[tuple[int, int]]:
        """Return the cells that cannot be changed, by row number and place of the column."""

    def refusal(self, text: str) -> str:
        """Return the code of the reason why the file cannot hold a text; "" where it can."""

    def write(self, rows: Sequence[TypedRow], deleted: Sequence[int]) -> str:
        """Write the rows, which get their new numbers; the digest of the file."""


@dataclass
class ReadTable:
    """What was read: headings, rows, and the file that takes them back; None where it cannot be
    changed."""

    headings: list[str]
    rows: list[TypedRow]
    file: TableFile | None
    digest: str


def read_table(source: Source, table: Table, writer: SheetWriter = write_sheet) -> ReadTable:
    """Read a table as it was typed; `writer` writes into sheets of workbooks. SourceError where
    it cannot be read."""
    path = source.table_file(table)
    facts = table.facts or Facts("")
    if path.suffix.lower() in WORKBOOKS:
        return _of_workbook(path, facts, writer)
    data = read_bytes(path)
    delimiter = "\t" if path.suffix.lower() in (".tsv", ".tab") else table.delimiter
    file = read_delimited(path, data, delimiter, facts.encoding)
    cells = file.cells
    if cells and cells[0] and cells[0][0].lower().startswith("sep="):
        cells = [[], *cells[1:]]
    headings, header, rows, first = _lay_out(cells, facts)
    made = DelimitedTable(file, sha256(data).hexdigest(), header, first, len(headings))
    return ReadTable(headings, rows, made, made.digest)


def _of_workbook(path: Path, facts: Facts, writer: SheetWriter) -> ReadTable:
    data = read_bytes(path)
    headings, header, rows, first = _lay_out(cells_of(path, facts.sheet), facts)
    digest = sha256(data).hexdigest()
    file = None
    if path.suffix.lower() in EDITED:
        scan = WorkbookFile(path, data, facts.sheet).scan
        place = SheetPlace(path, facts.sheet, header, first, facts.last)
        file = WorkbookTable(place, digest, scan, writer)
    return ReadTable(headings, rows, file, digest)


def _lay_out(
    cells: Sequence[Sequence[str]], facts: Facts
) -> tuple[list[str], int, list[TypedRow], int]:
    """Return the headings and the number of their row, the rows that are not blank, and the first
    column."""
    first, end = column_span(facts.area)
    header = find_header(cells, facts.header)
    if header is None:
        raise HrdgraphError("table-empty")
    body = [list(row[first:end]) for row in cells[header : facts.last or None]]
    top = list(cells[header - 1][first:end]) if header else []
    width = max(len(top), *(len(row) for row in body)) if body else len(top)
    width = max(
        (at for row in [top, *body] for at, cell in enumerate(row, 1) if cell), default=width
    )
    names = unique_names([*top, *[""] * (width - len(top))][:width], first)
    marks = mark_facts(body, top) if facts.totals else [True] * len(body)
    rows = [
        TypedRow(number, [*row[:width], *[""] * (width - len(row))], number)
        for number, row in enumerate(body, header + 1)
        if any(row) and marks[number - header - 1]
    ]
    return names, header, rows, first


class DelimitedTable:
    """A table in a text file."""

    def __init__(
        self, file: DelimitedFile, digest: str, header: int, first: int, width: int
    ) -> None:
        self._file, self.digest = file, digest
        self._header, self._first, self._width = header, first, width

    def find_locked(self) -> set[tuple[int, int]]:
        return set()

    def refusal(self, text: str) -> str:
        return "" if self._file.can_hold(text) else "workbench-encoding"

    def write(self, rows: Sequence[TypedRow], deleted: Sequence[int]) -> str:
        """Rows that are no rows of facts (blank ones, totals) keep their places."""
        gone, by_number = set(deleted), {row.number: row for row in rows if row.number}
        order: list[tuple[TypedRow | None, int]] = []
        waiting = _followers(rows)
        for number in range(1, len(self._file.raw) + 1):
            if number not in gone:
                order.append((by_number.get(number), number))
            order += [(row, 0) for row in waiting.get(number, ())]
        order = [(row, 0) for row in waiting.get(0, ()) if not self._file.raw] + order
        self._file.write([self._record(row, number) for row, number in order])
        for place, (row, _) in enumerate(order, 1):
            if row is not None:
                row.number, row.changed = place, set()
        data = self._file.path.read_bytes()
        self._file = read_delimited(
            self._file.path, data, self._file.delimiter, self._file.encoding
        )
        self.digest = sha256(data).hexdigest()
        return self.digest

    def _record(self, row: TypedRow | None, number: int) -> tuple[int, Sequence[str] | None]:
        if row is None or (number and not row.changed):
            return number, None
        before = self._file.cells[number - 1] if number else []
        left = [*before[: self._first], *[""] * (self._first - len(before))][: self._first]
        return number, [*left, *row.cells, *before[self._first + self._width :]]


def _followers(rows: Sequence[TypedRow]) -> Mapping[int, list[TypedRow]]:
    """New rows, by the number of the row that they stand behind."""
    found: dict[int, list[TypedRow]] = {}
    last = max((row.number for row in rows), default=0)
    number = 0
    for row in rows:
        if row.number:
            number = row.number
        else:
            found.setdefault(number or last, []).append(row)
    return found


class SheetPlace(NamedTuple):
    """Where a table is in a workbook: the row of its headings, its first column from 0, and its
    last row (0: to the end)."""

    path: Path
    sheet: str
    header: int
    first: int
    last: int


class WorkbookTable:
    """A table in a sheet of a workbook. A row that is deleted is emptied, so that nothing below
    it moves; new rows come after the last one."""

    def __init__(
        self, place: SheetPlace, digest: str, scan: ScannedSheet, writer: SheetWriter
    ) -> None:
        self._place, self.digest, self._writer = place, digest, writer
        self._first = place.first
        self._left_alone = scan.formulas | scan.covered
        self._bottom = max([place.header, *scan.rows])

    def find_locked(self) -> set[tuple[int, int]]:
        return {(row, column - self._first) for row, column in self._left_alone}

    def refusal(self, text: str) -> str:
        return "workbench-cell-long" if len(text) > 32_767 else ""

    def write(self, rows: Sequence[TypedRow], deleted: Sequence[int]) -> str:
        changed = self._find_changes(rows, deleted)
        new = [row for row in rows if not row.number]
        if new and self._place.last:
            raise HrdgraphError("workbench-table-below", origin=Origin(str(self._place.path)))
        for number, row in enumerate(new, self._bottom + 1):
            changed[number] = {at: text for at, text in self._by_column(row.cells).items() if text}
        self.digest = self._writer(self._place.path, self._place.sheet, changed)
        for number, row in enumerate(new, self._bottom + 1):
            row.number = number
        self._bottom += len(new)
        for row in rows:
            row.changed = set()
        return self.digest

    def _find_changes(
        self, rows: Sequence[TypedRow], deleted: Sequence[int]
    ) -> dict[int, dict[int, str]]:
        """Return the changed cells of rows, by row and column, but those left alone."""
        changed = {
            row.number: {self._first + at: row.cells[at] for at in row.changed}
            for row in rows
            if row.number and row.changed
        }
        empty = [""] * (len(rows[0].cells) if rows else 0)
        changed |= {number: self._by_column(empty) for number in deleted}
        alone = self._left_alone
        return {
            number: {
                column: text for column, text in cells.items() if (number, column) not in alone
            }
            for number, cells in changed.items()
        }

    def _by_column(self, cells: Sequence[str]) -> dict[int, str]:
        return {self._first + at: text for at, text in enumerate(cells)}
