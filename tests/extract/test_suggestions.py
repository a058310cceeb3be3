"""Rows that cite a page as a whole, and the words of its snapshot that fit them: one place or none,
nothing of what contradicts, nothing published of what is withheld."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.small_projects import create_small_project

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.extraction.review.rows import fact_rows
from hrdgraph.extraction.review.suggestions import alike
from hrdgraph.project import open_project

ADDRESS = "https://example.org/lamp"
TEXT = (
    "Bolivian lawyer Rosa Lamp is president of the Lantern Committee. She received the Beacon Award "
    "in 2014. On 3 March 2016 she was arrested in La Paz.\n"
)
SOURCE = """title = "Lamps"
publisher = "me"
licence = "Facts only."
language = "en"
[facts]
language = "en"
[[table]]
file = "conferrals.csv"
kind = "conferral"
[[table]]
file = "roles.csv"
kind = "role"
[[table]]
file = "documents.csv"
kind = "document"
"""
DOCUMENTS = f"address,title,publisher,language,reliability\n{ADDRESS},Lamp,me,en,press\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    create_small_project(tmp_path / "project", "Trial")
    root = tmp_path / "project"
    folder = root / "data/sources/lamps"
    folder.mkdir()
    (folder / "source.toml").write_text(SOURCE, "utf-8")
    (folder / "documents.csv").write_text(DOCUMENTS, "utf-8")
    (folder / "conferrals.csv").write_text(
        "id,award,year,recipient,outcome,document,visibility\n"
        f"c1,Beacon Award,2014,Rosa Lamp,laureate,{ADDRESS},\n"
        f"c2,Beacon Award,2011,Rosa Lamp,laureate,{ADDRESS},\n"
        f"c3,Torch Prize,2014,Rosa Lamp,laureate,{ADDRESS},\n"
        "c4,Beacon Award,2014,Rosa Lamp,laureate,https://example.org/other,\n",
        "utf-8",
    )
    (folder / "roles.csv").write_text(
        "id,member,role,organisation,document,visibility\n"
        f"r1,Rosa Lamp,president,Lantern Committee,{ADDRESS},withheld\n",
        "utf-8",
    )
    page = tmp_path / "page.txt"
    page.write_text(TEXT, "utf-8")
    assert (
        run(["snapshot", str(page), "--source", "lamps", "--address", ADDRESS, "-p", str(root)])
        == 0
    )
    return root


def test_words_are_found_for_what_the_page_says_and_nothing_else(project: Path) -> None:
    found = hrdgraph.suggest_citations(project, source="lamps")
    assert (found.cited, found.uncited, found.at_hand) == (0, 5, 4)
    assert {item.row.fact for item in found.certain} == {"c1", "r1"}
    [award] = [item for item in found.certain if item.row.fact == "c1"]
    assert "Beacon Award in 2014" in " ".join(award.candidate.words.split())
    assert award.candidate.words == TEXT[award.candidate.start : award.candidate.end]


def test_the_table_that_is_written_builds_and_tells_nothing_withheld(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = project / "data/sources/lamps/further.csv"
    arguments = ["cite", "--suggest", "--source", "lamps", "-p", str(project), "-o", str(table)]
    assert run(arguments) == 0
    assert "rows with words: 0 of 5, with these 2" in capsys.readouterr().out
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [row["id"] for row in rows] == ["c1"]
    described = project / "data/sources/lamps/source.toml"
    described.write_text(SOURCE + '[[table]]\nfile = "further.csv"\nkind = "evidence"\n', "utf-8")
    [source] = [item for item in open_project(project).sources if item.name == "lamps"]
    cited = {row.fact for row in fact_rows(open_project(project), source).rows if row.is_cited}
    assert cited == {"c1"}
    assert hrdgraph.suggest_citations(project, source="lamps").cited == 1


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("Rosa Lamp", "LAMP Rosa", True),
        ("Lamp", "Rosa Lamp", True),
        ("Rosa Lamp", "Rosa Lump", False),
        ("Манучехр Холикназаров", "Манучехра Холикназарова", True),
        ("María", "Maria", True),
        ("", "Rosa", False),
        ("Ana", "Ann", False),
    ],
)
def test_names_are_alike_by_all_their_words(one: str, other: str, wanted: bool) -> None:
    assert alike(one, other) is wanted


def test_an_unknown_source_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cite", "--suggest", "--source", "lamp", "-p", str(project)]) == 1
    assert "lamps" in capsys.readouterr().err
