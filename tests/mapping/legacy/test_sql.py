"""R2RML over a database (SQLite), named in the mapping or beside it, gives the quads that its specification says.

A new case is a new folder.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

FOLDERS = sorted(path for path in (Path(__file__).parent / "sql").iterdir() if path.is_dir())


def canonical(lines: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def lines_of(mapping: Path, database: str) -> str:
    sink = GraphSink()
    run(bind(read_mapping(mapping, database=database)), sink)
    return "\n".join(sink.graph().lines())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_case(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "mapping.ttl", tmp_path)
    with closing(sqlite3.connect(tmp_path / "database.db")) as database:
        database.executescript((folder / "database.sql").read_text("utf-8"))
        database.commit()
    expected = canonical((folder / "expected.nq").read_text("utf-8"))
    assert canonical(lines_of(tmp_path / "mapping.ttl", "")) == expected
    bare = tmp_path / "bare.ttl"
    bare.write_text(
        (folder / "mapping.ttl").read_text("utf-8").replace("rml:source <#DB> ; ", ""), "utf-8"
    )
    assert canonical(lines_of(bare, "jdbc:sqlite:database.db")) == expected
