"""Batches of files with long cells: fewer rows of them, whatever the format."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hrdgraph.errors import NOWHERE
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources import xml_documents as xml
from hrdgraph.sources.database import connections as sql
from hrdgraph.sources.json import documents as json_reader

ROWS = [{"id": f"{number}", "text": f"{number:04}" * 2500} for number in range(1200)]  # 12 MB


def write_array(path: Path) -> None:
    path.write_text(json.dumps(ROWS), "utf-8")


def write_lines(path: Path) -> None:
    path.write_text("\n".join(map(json.dumps, ROWS)), "utf-8")


def write_xml(path: Path) -> None:
    path.write_text(
        "<r>"
        + "".join(f"<p><id>{row['id']}</id><text>{row['text']}</text></p>" for row in ROWS)
        + "</r>",
        "utf-8",
    )


def write_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (id TEXT, text TEXT)")
        database.executemany("INSERT INTO t VALUES (:id, :text)", ROWS)


@pytest.mark.parametrize(
    ("name", "write", "formulation", "iterator"),
    [
        ("t.json", write_array, "JSONPath", "$[*]"),
        ("t.jsonl", write_lines, "JSONPath", "$"),
        ("t.xml", write_xml, "XPath", "/r/p"),
        ("t.db", write_table, "SQL2008Table", "t"),
    ],
)
def test_batches_of_long_cells_are_of_few_rows(
    name: str,
    write: Callable[[Path], None],
    formulation: str,
    iterator: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path / name)
    monkeypatch.setattr(json_reader, "BYTES", 1 << 20)
    monkeypatch.setattr(xml, "CHARACTERS", 1 << 20)
    monkeypatch.setattr(sql, "CHARACTERS", 1 << 20)
    frames = [
        *read(formulation, tmp_path / name, Dialect(iterator=iterator), ["id", "text"], NOWHERE)
    ]
    assert [row for frame in frames for row in frame[ROW]] == [*range(1, len(ROWS) + 1)]
    cells = [
        cell for frame in frames for cell in frame["text"].to_list()
    ]  # lists in a large XML document
    assert [cell if isinstance(cell, str) else cell[0] for cell in cells] == [
        row["text"] for row in ROWS
    ]
    assert max(frame.estimated_size() for frame in frames) < 4 << 20
    assert len({tuple(frame.schema.items()) for frame in frames}) == 1
