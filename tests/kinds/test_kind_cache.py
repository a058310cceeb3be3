"""Kinds that the last process kept are those that would be read; one changed file, and all are read anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds import model as load
from hrdgraph.project import find_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HRDGRAPH_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(find_folder("ontology") / "tables", tmp_path / "tables")


def _as_next_process(folder: Path) -> dict[str, Kind]:
    load._recall_kinds.cache_clear()
    return load.load_kinds(folder)


def _read_anew(folder: Path) -> Mapping[str, Kind]:
    return load._load(sorted(folder.glob("*.yml")), None)


def test_kinds_are_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _as_next_process(folder)
    monkeypatch.setattr(load, "_load", None)
    assert _as_next_process(folder) == first
    assert len(list((folder.parent / "cache").iterdir())) == 1


def test_a_change_that_leaves_the_time_is_seen(folder: Path) -> None:
    first, path = _as_next_process(folder), folder / "person.yml"
    state, text = path.stat(), path.read_text("utf-8")
    path.write_text(text.replace("required: true", "required: false"), "utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert first != _as_next_process(folder) == _read_anew(folder)


def test_a_folder_without_files_has_no_kinds(folder: Path) -> None:
    assert load.load_kinds(folder / "none") == {}
