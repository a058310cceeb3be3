"""`hrdgraph import`: from a messy workbook to a source that builds, with nothing typed."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from tests.kinds.messy import ACTS_FR, FR, MESSY

from hrdgraph.cli.app import app
from hrdgraph.pipeline import build
from hrdgraph.project import create_project, open_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_project(tmp_path / "project", "Trial", "fr")
    return tmp_path / "project"


def run(root: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app,
        ["import", "--project", str(root), "--lang", "en", *arguments],
        catch_exceptions=False,
        standalone_mode=False,
    )
    return int(result.return_value or 0), result.output


def made(name: str, folder: Path) -> Path:
    return next(item for item in MESSY if item.name == name).make(folder)


def test_a_workbook_becomes_a_source_that_builds(root: Path, tmp_path: Path) -> None:
    code, output = run(root, str(made("title-above.xlsx", tmp_path)), "--yes")
    assert code == 0, output
    assert "détention: Marie Mukendi, Goma, RDC, 04/03/2021." in output
    graph = build(open_project(root)).graph
    assert any("Marie_Mukendi" in quad.subject.n3() for quad in graph)


def test_what_is_in_doubt_is_not_written(root: Path, tmp_path: Path) -> None:
    code, output = run(root, str(made("free-words.xlsx", tmp_path)))
    assert code == 1
    assert "in doubt" in output
    assert not (root / "data" / "sources" / "free-words").exists()


def test_a_dry_run_writes_nothing(root: Path, tmp_path: Path) -> None:
    code, output = run(root, str(made("two-sheets.xlsx", tmp_path)), "--dry-run", "--json")
    told = json.loads(output)
    assert code == 0
    assert [table["kind"] for table in told["tables"]] == ["act", "conferral"]
    assert not (root / "data" / "sources" / "two-sheets").exists()


def test_a_newer_copy_brings_it_up_to_date(root: Path, tmp_path: Path) -> None:
    file = made("plain.xlsx", tmp_path)
    run(root, str(file), "--yes")
    description = root / "data" / "sources" / "plain" / "source.toml"
    description.write_text(
        description.read_text("utf-8").replace('title = "plain"', 'title = "Mine"'), "utf-8"
    )
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Feuille1"
    for row in [FR, *ACTS_FR, ["Zoé Kasa", "menace", "18/05/2020", "Goma", "RDC"]]:
        book.active.append(row)
    book.save(file)
    code, output = run(root, str(file))
    assert code == 0
    assert "3 rows before, 4 now" in output
    assert 'title = "Mine"' in description.read_text("utf-8")


def test_cells_that_cannot_be_read_are_told_with_their_place(root: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [FR, *ACTS_FR, ["Zoé Kasa", "promenade", "31/02/2020", "Goma", "Congo"]]:
        book.active.append(row)
    book.save(tmp_path / "bad.xlsx")
    code, output = run(root, str(tmp_path / "bad.xlsx"), "--yes")
    assert code == 1
    assert "row 5, column 'Type de violation'" in output
    assert "Congo-Brazzaville (CG) or Congo-Kinshasa (CD)" in output


def test_what_is_no_table_is_said(root: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("Chère collègue,\nvoici une lettre.\n", "utf-8")
    with pytest.raises(Exception, match="no table of facts is found"):
        run(root, str(tmp_path / "letter.csv"), "--yes")
