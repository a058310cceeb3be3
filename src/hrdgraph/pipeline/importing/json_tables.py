"""Turn JSON and JSON lines into a text table that a person can look at, which is then imported:
each record is a row, what is nested a column such as `birth.country`, and nothing is left out
unsaid. A text table whose quotes have backslashes, as some programs write them, is mended
alike."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.fact_kinds.headings import words_pattern
from hrdgraph.sources.fact_table import unique_names
from hrdgraph.sources.json.stream import DecimalNumber, parse_value
from hrdgraph.sources.text import delimiter_of, encoding_of, read_bytes

JSON: Final = (".json", ".jsonl", ".ndjson", ".geojson")
_TEXTS: Final = (".csv", ".tsv", ".tab")
_DEEPEST: Final = 4  # objects around the records
_FILLED: Final = re.compile(r"\S")
Cells = dict[tuple[str, ...], str]


class JsonTable(NamedTuple):
    """The name of the text table, its bytes and size, the list in a record of which each item has
    a row ("" for none), and the names of what stands beside the records and is in no row."""

    name: str
    data: bytes
    rows: int
    columns: int
    parted: str
    left_out: tuple[str, ...]

    def messages(self, file: str) -> Iterator[Message]:
        """Say what was made of a file."""
        sums = {"table": self.name, "count": self.rows, "columns": self.columns}
        yield Message("json-became-table", file=file, **sums)
        if self.parted:
            yield Message("json-item-has-row", column=self.parted)
        if self.left_out:
            yield Message("json-left-out", names=self.left_out)


def read_json_table(path: Path, data: bytes) -> JsonTable:
    """Make a table of the bytes of a file. SourceError where it is no JSON, or has no records."""
    text = data.decode(encoding_of(data)).removeprefix("\ufeff")
    try:
        values = list(_values(text))
    except ValueError as error:
        raise SourceError.unreadable(path, error) from error
    records, left_out = _find_records(values if len(values) > 1 else values[0] if values else [])
    if not records:
        raise SourceError("facts-not-found", origin=Origin(str(path)), name=path.name)
    parted = _list_with_rows(records)
    if parted:  # a table within a record, such as counts by month, would stand in each of its rows
        tables = dict.fromkeys(
            name for record in records for name in record if _is_keyed(record[name])
        )
        left_out += tables
        records = [
            {n: value for n, value in record.items() if n not in tables} for record in records
        ]
    rows = [cells for record in records for cells in _rows_of(record, parted)]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    items = {key for key in keys if key[0] == parted and key[1:] and key[1:] not in keys}
    names = [".".join(key[1:] if key in items else key) for key in keys]
    # the name of a group is no key of what is in it
    writer.writerow(unique_names(["group" if parted and one == "key" else one for one in names]))
    writer.writerows([row.get(key, "") for key in keys] for row in rows)
    name, made = f"{path.stem}.csv", out.getvalue().encode()
    return JsonTable(name, made, len(rows), len(keys), parted, tuple(left_out))


def make_text_tables(files: Iterable[Path], folder: Path) -> tuple[list[Path], list[Message]]:
    """Write a table into a folder for each file of JSON, or with quotes that are no CSV; the files
    with these in their place, and what to say of them."""
    tables: list[Path] = []
    messages: list[Message] = []
    for file in files:
        if file.suffix.lower() in JSON:
            table = read_json_table(file, read_bytes(file))
            messages += table.messages(file.name)
            file = folder / table.name
            file.write_bytes(table.data)
        elif file.suffix.lower() in _TEXTS and (mended := mend_quotes(read_bytes(file))):
            messages.append(Message("quotes-mended", file=file.name))
            file = folder / file.name
            file.write_bytes(mended)
        tables.append(file)
    return tables, messages


def mend_quotes(data: bytes) -> bytes | None:
    """Double the quotes that follow a backslash, where only then a text is CSV."""
    if b'\\"' not in data or _is_csv(data):
        return None
    mended = data.replace(b'\\"', b'""')
    return mended if _is_csv(mended) else None


def _is_csv(data: bytes) -> bool:
    text = data.decode(encoding_of(data))
    try:
        for _ in csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True
        ):
            pass
    except csv.Error:
        return False
    return True


def _values(text: str) -> Iterator[Any]:
    """Yield the values of a text: one, or one a line."""
    place = len(text) - len(text.lstrip())
    while place < len(text):
        value, place = parse_value(text, place)
        yield value
        place = next((m.start() for m in _FILLED.finditer(text, place)), len(text))


def _find_records(value: Any) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Find the list of objects in a value that makes most rows, and the names of all that stands
    beside it. An object of objects is a list of these, each with its name."""
    longest = max(_lists(value, (), 0), key=lambda one: _count_rows(one[1]), default=None)
    if longest is None:
        return ([value], []) if isinstance(value, dict) else ([], [])
    path, records = longest
    beside: list[str] = []
    for step in path:
        beside += [name for name in value if name != step]
        value = value[step]
    return [record if isinstance(record, dict) else {"value": record} for record in records], beside


def _lists(
    value: Any, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield path, value
    elif isinstance(value, dict) and depth < _DEEPEST:
        if _is_keyed(value):
            yield path, [{"key": name, **one} for name, one in value.items()]
        for name, inner in value.items():
            yield from _lists(inner, (*path, name), depth + 1)


def _is_keyed(value: Any) -> bool:
    """Tell whether a value is an object of objects: a table whose rows have names."""
    objects = value.values() if isinstance(value, dict) else ()
    return len(objects) > 1 and all(isinstance(record, dict) for record in objects)


def _count_rows(records: Sequence[Any]) -> int:
    """Count the rows of records; the items of a list in them where most have it, as regions each
    have people."""
    objects = [record for record in records if isinstance(record, dict)]
    parted = _list_with_rows(objects)
    lists = [
        record[parted] for record in objects if parted and isinstance(record.get(parted), list)
    ]
    is_parted = 2 * len(lists) > len(records)
    return len(records) - len(lists) + sum(map(len, lists)) if is_parted else len(records)


def _list_with_rows(records: Sequence[Mapping[str, Any]]) -> str:
    """Find the one list of objects in the records of which each item is a row of its own: prizes
    of a laureate; no sources, of which several stand for one fact."""
    names = {
        name
        for record in records
        for name, value in record.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    }
    kept = [name for name in names if not words_pattern("json-lists-kept").search(name.casefold())]
    return kept[0] if len(kept) == 1 else ""


def _rows_of(record: Mapping[str, Any], parted: str) -> Iterator[Cells]:
    own = dict(_flat({name: value for name, value in record.items() if name != parted}, ()))
    items = record.get(parted) if parted else None
    for item in items if isinstance(items, list) and items else [items]:
        yield own | (dict(_flat(item, (parted,))) if parted and item not in (None, []) else {})


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each text in a value, with the names that lead to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, (*path, name))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        rows = [dict(_flat(item, path)) for item in value]
        for key in dict.fromkeys(key for item in rows for key in item):
            yield key, _join([item.get(key, "") for item in rows])
    elif isinstance(value, list):
        yield path, _join([_text(item) for item in value])
    else:
        yield path, _text(value)


def _join(texts: Sequence[str]) -> str:
    """Join several texts in one cell; empty ones keep the places of the others."""
    sign = "\n" if any(";" in text for text in texts) else "; "
    return sign.join(texts) if any(texts) else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, DecimalNumber):
        return value.text
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
