"""A delimited text file into its records, each with its own characters, and back: records that
were not changed stay as they were written."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import told, whole_file
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.sniffing import encoding_of

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
        """Whether the encoding of the file has these characters."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def write(self, records: Sequence[Written]) -> None:
        """Write the records: those without new cells as they were. Whole or not at all, and on
        the disk."""
        parts = []
        for number, cells in records:
            raw = self.raw[number - 1] if number and cells is None else self._line(cells or ())
            parts.append(raw if raw.endswith(("\n", "\r")) else raw + self.ending)
        with told(self.path), whole_file(self.path, lasting=True) as stream:
            stream.write("".join(parts).encode(self.encoding))

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
        raise SourceError("table-unreadable", reason=error, origin=Origin(str(path))) from error
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
        raise SourceError("table-unreadable", reason=error, origin=Origin(str(path))) from error
    if raw:
        raw[0] = mark + raw[0]
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    return DelimitedFile(path, cells, raw, delimiter, encoding, ending)
