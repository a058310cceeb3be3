"""A CSV file and new texts for some of its cells into the file with these cells changed, and
every other byte as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hrdgraph.errors import Origin, SourceError

Cell = tuple[int, str]  # the row, as a spreadsheet counts it, and the name of the column


@dataclass(frozen=True, slots=True)
class Change:
    """What a cell holds, and what it shall hold: texts that need no quotes."""

    old: str
    new: str


def changed(
    data: bytes, changes: Mapping[Cell, Change], place: str, *, delimiter: str = ","
) -> bytes:
    """The file with the changes. SourceError, and no change, where a cell is not there or does
    not hold what it should."""
    spans = _spans(data, changes, place, delimiter)
    parts, end = [], 0
    for (start, stop), change in sorted(spans.items()):
        parts += [data[end:start], change.new.encode()]
        end = stop
    return b"".join([*parts, data[end:]])


def _spans(
    data: bytes, changes: Mapping[Cell, Change], place: str, delimiter: str
) -> dict[tuple[int, int], Change]:
    by_row: dict[int, list[tuple[str, Change]]] = {}
    for (row, column), change in changes.items():
        by_row.setdefault(row, []).append((column, change))
    names: list[str] = []
    found: dict[tuple[int, int], Change] = {}
    for row, record in enumerate(_records(data, delimiter.encode()), 1):
        # blank lines may come first
        names = names or [
            name for name in [_text(data, span) for span in record] if name or len(record) > 1
        ]
        for column, change in by_row.pop(row, ()):
            found[_span(data, record, names, (row, column), change, place)] = change
    if by_row:
        raise _stale(place, (min(by_row), by_row[min(by_row)][0][0]))
    return found


def _span(
    data: bytes,
    record: Sequence[tuple[int, int]],
    names: Sequence[str],
    cell: Cell,
    change: Change,
    place: str,
) -> tuple[int, int]:
    index = names.index(cell[1]) if cell[1] in names else len(record)
    if index >= len(record) or _text(data, record[index]).strip() != change.old:
        raise _stale(place, cell)
    start, end = record[index]
    quoted = data[start:end].startswith(b'"') and end - start > 1
    return (start + 1, end - 1) if quoted else (start, end)


def _stale(place: str, cell: Cell) -> SourceError:
    return SourceError("cell-changed-meanwhile", origin=Origin(place, cell[0], cell[1]))


def _text(data: bytes, span: tuple[int, int]) -> str:
    text = data[slice(*span)].decode("utf-8", "replace")
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _records(data: bytes, delimiter: bytes) -> Iterator[list[tuple[int, int]]]:
    """The places of the cells of each record, quotes included (RFC 4180); line ends of any kind."""
    position = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while position < len(data):
        record: list[tuple[int, int]] = []
        more = True
        while more:
            end = _end(data, position, delimiter)
            record.append((position, end))
            more = data[end : end + 1] == delimiter
            position = end + 1 if more else end
        position += 2 if data[position : position + 2] == b"\r\n" else 1
        yield record


def _end(data: bytes, start: int, delimiter: bytes) -> int:
    """Where a cell ends."""
    position = start
    if data[start : start + 1] == b'"':
        position = start + 1
        while position < len(data):
            position = data.find(b'"', position)
            if position < 0:
                return len(data)
            if data[position + 1 : position + 2] != b'"':
                break
            position += 2
    ends = [
        at for at in (data.find(mark, position) for mark in (delimiter, b"\n", b"\r")) if at >= 0
    ]
    return min(ends, default=len(data))
