"""Edit a table in one window or several: each change is in the journal, lines of a file, before it
is answered, and goes into the table's file a moment later."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from hrdgraph.atomic_files import write_file, writing_to
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.pipeline.importing.typed_rows import ReadTable, TypedRow, read_table
from hrdgraph.pipeline.importing.workbook_writer import SheetWriter, write_sheet
from hrdgraph.project import Source, Table
from hrdgraph.sources.text import read_bytes

SET, ADD, DELETE = "set", "add", "delete"
_FORMAT: Final = 1  # of journals
_BASE: Final = "base"  # a line that says which file the lines below begin with
_SAVED: Final = "saved"


@dataclass(frozen=True)
class TableChange:
    """One change: a cell set, a row added or deleted. `row` names the row for as long as the
    journal goes on; `after` is the row that it stands behind; `why` is do, undo or redo. Changes of
    one `group`, but 0, are undone together."""

    kind: str
    row: int
    column: int = 0
    old: str = ""
    new: str = ""
    cells: list[str] = field(default_factory=list)
    after: int = 0
    why: str = "do"
    group: int = 0

    def inverse(self, why: str) -> TableChange:
        """Return the change that takes this one back."""
        if self.kind == SET:
            return TableChange(SET, self.row, self.column, self.new, self.old, why=why)
        kind = DELETE if self.kind == ADD else ADD
        return TableChange(kind, self.row, cells=self.cells, after=self.after, why=why)


@dataclass
class JournalState:
    """What a journal says: the digest of the file that it fits, the names of its rows in order
    where they are not their numbers, changes that are not in the file, and what can be undone
    and redone."""

    digest: str = ""
    order: list[tuple[int, int]] = field(default_factory=list)
    unsaved: list[TableChange] = field(default_factory=list)
    undo: list[TableChange] = field(default_factory=list)
    redo: list[TableChange] = field(default_factory=list)

    def note(self, change: TableChange) -> None:
        """Take a change up into what can be undone and redone."""
        if change.why == "do":
            self.undo.append(change)
            self.redo.clear()
        elif change.why == "undo":
            self.redo.append(self.undo.pop())
        else:
            self.undo.append(self.redo.pop())


class Journal:
    """The journal of one table. A line is on the disk when `append` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self) -> JournalState:
        """Read the journal; a last line torn by a crash was never answered, and does not count.
        HrdgraphError where a newer version has written it."""
        state = JournalState()
        data = self._path.read_bytes() if self._path.is_file() else b""
        if data and not data.endswith(b"\n"):
            with self._path.open("r+b") as stream:
                stream.truncate(data.rfind(b"\n") + 1)
        for line in _lines(self._path):
            if line.get("format", _FORMAT) > _FORMAT:
                raise HrdgraphError(
                    "journal-newer",
                    origin=Origin(str(self._path)),
                    hint="upgrade",
                )
            if line["op"] in (_BASE, _SAVED):
                state.digest = line["digest"]
                state.order = [(first, last) for first, last in line.get("order", [])]
                state.unsaved.clear()
            else:
                change = TableChange(**line["change"])
                state.unsaved.append(change)
                state.note(change)
        return state

    def begin(self, digest: str) -> None:
        """Begin anew with a file; what was there before is kept beside it, once."""
        if self._path.exists():
            self._path.replace(self._path.with_suffix(".before"))
        write_file(self._path, [_line({"op": _BASE, "format": _FORMAT, "digest": digest})])
        self._path.chmod(0o600)

    def append(self, *changes: TableChange) -> None:
        """Write changes to the disk."""
        self._write(*({"op": "change", "change": asdict(change)} for change in changes))

    def note_saved(self, digest: str, order: Sequence[int]) -> None:
        """Note that the file has all changes now, and the names of its rows."""
        self._write({"op": _SAVED, "digest": digest, "order": ranges_of(order)})

    def _write(self, *lines: dict[str, Any]) -> None:
        with writing_to(self._path), self._path.open("ab") as stream:
            stream.write(b"".join(map(_line, lines)))
            stream.flush()
            os.fsync(stream.fileno())


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    if not path.is_file():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            try:
                yield json.loads(line)
            except ValueError:
                return


def ranges_of(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers in their order as ranges, each of a first and a last one."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [(first, last) for first, last in ranges]


_WAIT: Final = 0.8  # seconds after the last change, before the file is written


class CellConflict(HrdgraphError):
    """Another window changed a cell, or deleted its row, after this one had shown it. `now` is
    what it holds, None where it is gone."""

    def __init__(self, now: str | None) -> None:
        super().__init__("workbench-table-conflict" if now is not None else "workbench-row-gone")
        self.now = now


@dataclass(frozen=True)
class LostChange:
    """A change that could not be put back, because the file was changed elsewhere."""

    heading: str
    text: str


class OpenTable:
    """The rows of a table, and all that happens to them. Safe to share between threads."""

    def __init__(
        self, source: Source, table: Table, journal: Path, writer: SheetWriter = write_sheet
    ) -> None:
        self.source, self.table, self._writer = source, table, writer
        self.lock = threading.RLock()  # of the rows as they stand
        # of changes, which wait while the file is written: taken first, and never for looking
        self._changing = threading.RLock()
        self._is_writing, self._took = False, 0.0  # and the seconds of the last time
        self._path = source.table_file(table)
        self._journal = Journal(journal)
        self._timer: threading.Timer | None = None
        self.revision = 0
        self.problem: HrdgraphError | None = None  # why the file is not written
        self.lost: list[LostChange] = []
        self._load()

    # --- reading

    def _load(self) -> None:
        """Read the file, and put back what the journal has and the file has not."""
        state = self._journal.read()
        read = read_table(self.source, self.table, self._writer)
        self._take(read)
        if state.digest == read.digest:
            self._name(state.order)
            self._state = state
        else:
            self._state = JournalState(read.digest)
            self._journal.begin(read.digest)
        unsaved, state.unsaved = state.unsaved, []
        for change in unsaved:
            self._replay(change, is_noted=state.digest == read.digest)
        if unsaved:
            self._save_soon()

    def _take(self, read: ReadTable) -> None:
        self.headings, self.rows, self._file = read.headings, read.rows, read.file
        self.digest = read.digest
        self._deleted: list[int] = []
        self._index()

    def _index(self) -> None:
        self._by_id = {row.id: row for row in self.rows}
        self.find_locked = self._file.find_locked() if self._file else set()
        self.revision += 1

    def _name(self, order: list[tuple[int, int]]) -> None:
        """Give the rows the names that they had when the file was written."""
        names = [name for first, last in order for name in range(first, last + 1)]
        if len(names) == len(self.rows):
            for row, name in zip(self.rows, names, strict=True):
                row.id = name
            self._index()

    def _replay(self, change: TableChange, *, is_noted: bool) -> None:
        try:
            self._check(change)
            self._apply(change)
        except HrdgraphError:
            if change.kind == SET:
                self.lost.append(LostChange(self.headings[change.column], change.new))
            return
        if not is_noted:
            self._journal.append(change)
            self._state.note(replace(change, why="do"))

    @property
    def is_editable(self) -> bool:
        """Tell whether the file can take changes."""
        return self._file is not None

    @property
    def is_saved(self) -> bool:
        """Tell whether the file has every change."""
        return self._timer is None and self.problem is None and not self._is_writing

    def row(self, name: int) -> TypedRow:
        """Return a row by its name. CellConflict where it is gone."""
        row = self._by_id.get(name)
        if row is None:
            raise CellConflict(None)
        return row

    def refresh(self) -> None:
        """Read the file anew where another program changed it."""
        if not self._changing.acquire(blocking=False):
            return  # it is being written, by us
        try:
            if self.is_saved and _digest(self._path) != self.digest:
                with self.lock:
                    self._load()
        finally:
            self._changing.release()

    # --- changing

    def set(self, row: int, column: int, old: str, new: str) -> TypedRow:
        """Change a cell that holds `old`. CellConflict where it does not any more."""
        with self._changing, self.lock:
            if new != old:
                self._do(TableChange(SET, row, column, old, new))
            return self.row(row)

    def alike(self, column: int, text: str) -> list[TypedRow]:
        """List the rows whose cell in a column holds a text, and can be changed."""
        with self.lock:
            return [
                row
                for row in self.rows
                if row.cells[column] == text and (row.number, column) not in self.find_locked
            ]

    def replace(self, column: int, old: str, new: str) -> int:
        """Change all cells of a column that hold a text, as one change to undo; their number."""
        with self._changing, self.lock:
            if not 0 <= column < len(self.headings) or not old or old == new:
                raise HrdgraphError("not-as-expected", hint="load-page-again")
            group = time.time_ns()
            places = self.alike(column, old)
            self._do(*(TableChange(SET, row.id, column, old, new, group=group) for row in places))
            return len(places)

    def add(self, after: int, cells: list[str] | None = None) -> TypedRow:
        """Add a row behind another (0: at the end)."""
        with self._changing, self.lock:
            name = min([0, *self._by_id]) - 1
            filled = cells or [""] * len(self.headings)
            last = self.rows[-1].id if self.rows else 0
            self._do(TableChange(ADD, name, cells=filled, after=after or last))
            return self.row(name)

    def delete(self, row: int, cells: list[str]) -> None:
        """Delete a row that holds these cells. CellConflict where it does not any more."""
        with self._changing, self.lock:
            place = self.rows.index(self.row(row))
            before = self.rows[place - 1].id if place else 0
            self._do(TableChange(DELETE, row, cells=cells, after=before))

    def undo(self) -> TableChange | None:
        """Take the last change back; None where there is none."""
        return self._again(self._state.undo, "undo")

    def redo(self) -> TableChange | None:
        """Do what was taken back last."""
        return self._again(self._state.redo, "redo")

    def _again(self, changes: list[TableChange], why: str) -> TableChange | None:
        with self._changing, self.lock:
            if not changes:
                return None
            group = changes[-1].group
            done: list[TableChange] = []
            for last in reversed(changes):
                if done and not (group and last.group == group):
                    break
                done.append(last.inverse(why) if why == "undo" else replace(last, why=why))
            self._do(*done)
            return done[-1]

    def _do(self, *changes: TableChange) -> None:
        if not changes:
            return
        for change in changes:
            self._check(change)
        self._journal.append(*changes)
        for change in changes:
            self._state.note(change)
            self._apply(change)
        self._save_soon()

    def _check(self, change: TableChange) -> None:
        """HrdgraphError where the change cannot be made."""
        if self._file is None:
            raise HrdgraphError(
                "workbench-file-not-written", file=self._path.name, hint="save-as-table"
            )
        for text in (change.new, *change.cells):
            if code := self._file.refusal(text):
                raise HrdgraphError(code, value=text)
        if change.kind == ADD:
            if self.table.facts is not None and self.table.facts.last:
                raise HrdgraphError("workbench-table-below")
            return
        row = self.row(change.row)
        if change.kind == DELETE and row.cells != change.cells:
            raise CellConflict(" · ".join(filter(None, row.cells)))
        if change.kind != SET:
            return
        if not 0 <= change.column < len(self.headings):
            raise HrdgraphError("not-as-expected", hint="load-page-again")
        if row.cells[change.column] != change.old:
            raise CellConflict(row.cells[change.column])
        if (row.number, change.column) in self.find_locked:
            raise HrdgraphError("workbench-cell-locked")

    def _apply(self, change: TableChange) -> None:
        if change.kind == SET:
            row = self.row(change.row)
            row.cells[change.column], row.searched = change.new, ""
            row.changed.add(change.column)
        elif change.kind == ADD:
            before = self._by_id.get(change.after)
            at = 0 if change.after == 0 else len(self.rows)
            place = self.rows.index(before) + 1 if before else at
            typed_row = TypedRow(change.row, list(change.cells))
            self.rows.insert(place, typed_row)
            self._by_id[change.row] = typed_row
        else:
            gone = self._by_id.pop(change.row)
            self.rows.remove(gone)
            self._deleted += [gone.number] if gone.number else []
        self.revision += 1

    # --- writing

    def _save_soon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        # a large workbook takes seconds, so it is written when the typing has paused
        self._timer = threading.Timer(max(_WAIT, 2 * self._took), self.save)
        self._timer.daemon = True
        self._timer.start()

    def save(self) -> None:
        """Write what is not in the file yet. Where another program changed the file meanwhile,
        what it wrote stays, and the changes are made anew in it."""
        with self._changing:
            if self._timer is None:
                return
            self._timer.cancel()
            self._timer, self._is_writing, began = None, True, time.monotonic()
            try:
                self._write()
                self.problem = None
            except HrdgraphError as error:
                self.problem = error
            self._is_writing, self._took = False, time.monotonic() - began

    def _write(self) -> None:
        assert self._file is not None
        if _digest(self._path) != self.digest:
            with self.lock:
                self._load()
            return
        self.digest = self._file.write(self.rows, self._deleted)
        with self.lock:
            self._deleted = []
            self.rows.sort(key=lambda row: row.number)  # where the file has put new ones
            self.find_locked = self._file.find_locked()
            self.revision += 1
        self._journal.note_saved(self.digest, [row.id for row in self.rows])
        self._state.digest = self.digest

    @property
    def can_undo(self) -> bool:
        return bool(self._state.undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._state.redo)


def _digest(path: Path) -> str:
    return sha256(read_bytes(path)).hexdigest()
