"""Addresses that people write short are read whole and told; what only looks like one is told to whoever builds, and to nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph.findings.model import Finding
from hrdgraph.pipeline import build
from hrdgraph.pipeline.stages.table_findings import COMPLETED, UNLIKELY
from hrdgraph.project import open_project

SOURCE = """title = "Acts"
publisher = "Ada"
licence = "CC0-1.0"
language = "en"
[[table]]
file = "acts.csv"
kind = "act"
"""
ROW = "Ada Example,threat,2020-01-02,{}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_small_project(tmp_path / "p", "Small")
    (tmp_path / "p/data/sources/acts").mkdir(parents=True)
    return tmp_path / "p"


def told(root: Path, *cells: str) -> list[Finding]:
    folder = root / "data" / "sources" / "acts"
    rows = "".join(map(ROW.format, cells))
    (folder / "acts.csv").write_text(f"Victim,Act,Date,Source\n{rows}", "utf-8")
    (folder / "source.toml").write_text(SOURCE, "utf-8")
    found = build(open_project(root)).findings
    return [one for one in found if one.rule in (COMPLETED, UNLIKELY)]


def test_a_short_address_is_a_page(root: Path) -> None:
    (found,) = told(root, "www.example.org/a", "https://example.org/b", "example.org/c")
    assert (found.rule, [place.row for place in found.origins]) == (COMPLETED, [2, 4])
    graph = (root / "build" / "graph.nq").read_text("utf-8")
    for address in ("https://www.example.org/a", "https://example.org/b", "https://example.org/c"):
        assert f"<{address}>" in graph


def test_what_looks_like_an_address_is_told_in_private(root: Path) -> None:
    (found,) = told(root, "htp://zeugin77.example", "interview 12")
    assert (found.rule, found.value) == (UNLIKELY, "htp://zeugin77.example")
    public = [path for path in (root / "build").rglob("*") if "private" not in path.parts]
    assert not [path for path in public if path.is_file() and b"zeugin77" in path.read_bytes()]
    private = (root / "build" / "private" / "report.html").read_text("utf-8")
    assert "htp://zeugin77.example" in private


@pytest.mark.heavy
def test_nothing_is_told_of_whole_addresses_and_papers(root: Path) -> None:
    assert told(root, "https://example.org/a", "interview 12", "", "file 3.a") == []
