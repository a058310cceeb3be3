"""Records into rows of a table: a reference becomes two columns, its label and its address;
several values stand in one cell."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO, StringIO
from typing import Any, Final

_BETWEEN: Final = "; "
_CELL: Final = 32_767  # characters that a cell of a workbook can hold
_WIDEST: Final = 60  # characters of a column that one sees at once
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # equal rows, equal bytes
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


def xlsx_of(rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """Rows as a workbook with one sheet, text as text and never as a formula. ImportError where
    the library for it is not installed."""
    xlsxwriter = import_module("xlsxwriter")
    names, made = columns or columns_of(rows), BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True})
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, head)
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(names):
            _put(sheet, number, column, row.get(name))
    for column, name in enumerate(names):
        longest = max([len(name), *(len(str(row.get(name) or "")) for row in rows)])
        sheet.set_column(column, column, min(longest + 2, _WIDEST))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)
    book.close()
    return made.getvalue()


def _put(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell[:_CELL])
