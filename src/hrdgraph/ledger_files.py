"""Read and write ledgers: tables in CSV to which hrdgraph and people add rows. A ledger says by its
columns which version wrote it; what they mean goes with the `format` of hrdgraph.toml."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.nearest import nearest


def read_ledger_rows(
    path: Path, columns: Sequence[str], file: str = "", delimiters: str = ","
) -> list[tuple[int, list[str]]]:
    """Read the rows below the header, each with its number and its cells in the order of
    `columns`; `file` is how messages call it. Of `delimiters` the one holds that the header has.

    A byte order mark, CRLF, empty rows, spaces around cells and another order of columns are
    tolerated, nothing else. All that is wrong is reported at once (SourceError, or Problems), and
    no message repeats a cell: a ledger may hold names that nobody should read.
    """
    place = file or str(path)
    text = _text(path, place)
    delimiter = max(delimiters, key=text.partition("\n")[0].count)
    header, *body = _records(text, place, delimiter) or [[]]
    raise_all(_header_errors(header, columns, place))
    numbered_rows = [(number, cells) for number, cells in enumerate(body, 2) if any(cells)]
    raise_all(
        [
            SourceError(
                "cells-beyond-header", count=len(cells), width=len(header),
                origin=Origin(place, number), hint="put-cell-holds-comma-or",
            )
            for number, cells in numbered_rows
            if len(cells) != len(header)
        ]
    )  # fmt: skip
    order = [header.index(name) for name in columns]
    return [(number, [cells[at] for at in order]) for number, cells in numbered_rows]


def _text(path: Path, file: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            "unreadable", reason=error.strerror, origin=Origin(file), hint="unreadable.hint"
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the row is counted as CSV counts it: a cell may hold line breaks
        row = len(_records(data[: error.start].decode("utf-8-sig", "replace") + "x", file, ","))
        raise SourceError(
            "not-in-encoding", encoding="UTF-8", origin=Origin(file, row),
            hint="save-csv-utf8",
        ) from None  # fmt: skip


def _records(text: str, file: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
        )
    except csv.Error as error:
        raise SourceError(
            "not-valid", format="CSV", hint="close-every-quote", reason=error,
            origin=Origin(file, len(rows) + 1),
        ) from None  # fmt: skip
    return rows


def _header_errors(header: Sequence[str], columns: Sequence[str], file: str) -> list[HrdgraphError]:
    first, whole = Origin(file, 1), Message("first-row-names-columns", known=",".join(columns))
    if not header:
        return [SourceError("file-empty", origin=first, hint=whole)]
    if len(header) == 1 and (mark := next((mark for mark in ";\t" if mark in header[0]), "")):
        sign = Message("mark-tabs") if mark == "\t" else repr(mark)
        return [SourceError("separated-not-by-commas", mark=sign, origin=first)]
    more = [name for name in header if name and name not in columns]
    if more and {*columns} < {*header}:  # a newer version has added them
        return [SourceError("ledger-newer", columns=more, origin=first, hint="upgrade")]
    missing = [name for name in columns if name not in header]
    if missing:
        near = [name for name in header if nearest(name.lower(), columns) == missing[0]]
        rename = Message("rename-to", found=near[0], name=missing[0]) if near else whole
        hint = rename if len(missing) == 1 else whole
        return [SourceError("column-unknown", column=missing[0], origin=first, hint=hint)]
    return [
        SourceError("there-twice", name=name, origin=Origin(file, 1, name), hint=whole)
        for place, name in enumerate(header)
        if name in header[:place]
    ]


def ledger_text(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Write a ledger as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([columns, *rows])
    return out.getvalue()
