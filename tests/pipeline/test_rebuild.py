"""A build over an earlier one gives what a first build gives, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

from hrdgraph.pipeline import build
from hrdgraph.project import open_project


def read_build(root: Path) -> dict[str, bytes]:
    """The files of a build that do not depend on when it was made or what was there before."""
    return {
        path.name: path.read_bytes()
        for folder in (root / "build", root / "build" / "columns")
        for path in folder.iterdir()
        if path.is_file() and path.name not in {"manifest.json", "report.html"}
    }


def test_a_rebuild_after_an_edit_gives_the_bytes_of_a_first_build(
    small: Path, tmp_path: Path
) -> None:
    build(open_project(small))
    people = small / "data" / "sources" / "example" / "people.csv"
    text = people.read_text("utf-8")
    people.write_text(text.replace("Ada Example", "Nguyễn Thị Ánh Example", 1), "utf-8")
    shutil.copytree(small, tmp_path / "fresh", ignore=shutil.ignore_patterns("build", ".*"))
    build(open_project(small))
    build(open_project(tmp_path / "fresh"))
    rebuilt = read_build(small)
    assert "Nguyễn Thị Ánh" in rebuilt["graph.nq"].decode()
    assert rebuilt == read_build(tmp_path / "fresh")
