"""Records into rows of a table: a reference becomes two columns, its label and its address;
several values stand in one cell."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any, Final

_BETWEEN: Final = "; "
Cell = str | int | bool | None
Row = dict[str, Cell]


def flat(record: Mapping[str, Any]) -> Row:
    """A record as one row."""
    row: Row = {}
    for name, value in record.items():
        row.update(_cells(name, value))
    return row


def _cells(name: str, value: Any) -> Row:
    if isinstance(value, Mapping) and "label" in value:
        return {name: value["label"], f"{name}_id": value["id"]}
    if isinstance(value, Mapping):
        return {name: json.dumps(value, ensure_ascii=False) if value else ""}
    if not isinstance(value, list):
        return {name: value}
    if any(isinstance(item, Mapping) and "id" in item for item in value):
        ids = [item.get("id", "") for item in value]
        return {name: _joined(map(_text, value)), f"{name}_id": _joined(ids)}
    return {name: _joined(map(_text, value))}


def _text(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    known = (value[key] for key in ("label", "text", "url") if key in value)
    return str(next(known, json.dumps(value, ensure_ascii=False)))


def _joined(texts: Iterable[str]) -> str:
    return _BETWEEN.join(text for text in texts if text)


def columns_of(rows: Iterable[Row]) -> list[str]:
    """The columns of rows, in the order in which they are met; the address of a reference right
    after its label."""
    found = list(dict.fromkeys(name for row in rows for name in row))
    ids = {f"{name}_id" for name in found} & {*found}
    made: list[str] = []
    for name in (name for name in found if name not in ids):
        made += [name, f"{name}_id"] if f"{name}_id" in ids else [name]
    return made


def csv_of(rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """Rows as CSV (RFC 4180) in UTF-8."""
    names = columns or columns_of(rows)
    stream = StringIO()
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _written(cell) for name, cell in row.items()})
    return stream.getvalue().encode()


def _written(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else cell
