"""Changes of a table into lines of a file, on the disk before they are answered, and back: what is
not in the table's file yet, and what can be undone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from hrdgraph.atomic_files import told, write_file

SET, ADD, DELETE = "set", "add", "delete"
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
        """The change that takes this one back."""
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
        """All that it says; a last line that was torn by a crash was never answered, and does
        not count."""
        state = JournalState()
        _mend(self._path)
        for line in _lines(self._path):
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
        write_file(self._path, [_line({"op": _BASE, "digest": digest})])
        self._path.chmod(0o600)

    def append(self, *changes: TableChange) -> None:
        """Write changes to the disk."""
        self._write(*({"op": "change", "change": asdict(change)} for change in changes))

    def saved(self, digest: str, order: Sequence[int]) -> None:
        """Note that the file has all changes now, and the names of its rows."""
        self._write({"op": _SAVED, "digest": digest, "order": ranges_of(order)})

    def _write(self, *lines: dict[str, Any]) -> None:
        with told(self._path), self._path.open("ab") as stream:
            stream.write(b"".join(map(_line, lines)))
            stream.flush()
            os.fsync(stream.fileno())


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _mend(path: Path) -> None:
    """Take away a last line that a crash left torn, or the next would be joined to it."""
    data = path.read_bytes() if path.is_file() else b""
    if data and not data.endswith(b"\n"):
        with path.open("r+b") as stream:
            stream.truncate(data.rfind(b"\n") + 1)


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
