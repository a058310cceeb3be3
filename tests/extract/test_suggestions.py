"""Rows that cite a page as a whole, and the passage of its snapshot that says the same: with a
score; none certain where the page says another year or person; nothing published of what is withheld."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.small_projects import add_countries, create_small_project
from tests.workbench.test_gate import Client

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.extraction.passages import PagePassages, WantedFact
from hrdgraph.extraction.reading.lexicon import lexicons
from hrdgraph.extraction.review.rows import fact_rows
from hrdgraph.project import open_project

ADDRESS = "https://example.org/lamp"
TEXT = (
    "Bolivian lawyer Rosa Lamp is president of the Lantern Committee. Rosa Lamp received the Beacon "
    "Award in 2014. On 3 March 2016 she was arrested in La Paz.\n"
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
        run(
            [
                "pages",
                "snapshot",
                str(page),
                "--source",
                "lamps",
                "--address",
                ADDRESS,
                "-p",
                str(root),
            ]
        )
        == 0
    )
    return root


def test_a_passage_is_found_for_what_the_page_says_and_not_certain_for_anything_else(
    project: Path,
) -> None:
    found = hrdgraph.suggest_citations(project, source="lamps")
    assert (found.cited, found.uncited, found.at_hand) == (0, 5, 4)
    assert "c2" not in {item.row.fact for item in found.certain}  # another year
    [award] = [item for item in found.found if item.row.fact == "c1"]
    assert "Beacon Award in 2014" in award.words
    assert award.words == TEXT[award.passage.start : award.passage.end]
    assert 0 < award.passage.score <= 1


def test_the_project_and_the_command_say_what_is_certain(project: Path) -> None:
    settings = project / "hrdgraph.toml"
    settings.write_text(settings.read_text("utf-8") + "certain = 0.01\n", "utf-8")
    every = hrdgraph.suggest_citations(project, source="lamps")
    assert {"c1", "r1"} <= {item.row.fact for item in every.certain}
    assert not hrdgraph.suggest_citations(project, source="lamps", certain=1.0).certain


LIST = """Prix Boussole 2014

Aïssatou Coulibaly-N'Diaye, Mali
Дарья Ковалёва, Россия

Prix Boussole 2016

Maryam bint Khalid, Oman
"""


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (
            WantedFact("conferral", ("Aïssatou Coulibaly-N'Diaye",), (("Prix Boussole",),), "2014"),
            "Aïssatou Coulibaly-N'Diaye, Mali",
        ),
        (
            WantedFact("conferral", ("Daria Kovaleva",), (("Prix Boussole",),), "2014"),
            "Дарья Ковалёва, Россия",
        ),
        (
            WantedFact("conferral", ("Maryam bint Khalid",), (("Prix Boussole",),), "2016"),
            "Maryam bint Khalid, Oman",
        ),
    ],
)
def test_an_item_is_found_by_a_name_in_any_script_under_its_heading(
    wanted: WantedFact, words: str
) -> None:
    rules = Path(__file__).parents[2] / "ontology" / "extraction"
    page = PagePassages(LIST, lexicons(rules), language="fr")
    best = page.rank(wanted)[0]
    assert LIST[best.start : best.end] == words


def test_the_table_that_is_written_builds_and_tells_nothing_withheld(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = project / "data/sources/lamps/further.csv"
    arguments = [
        "pages",
        "cite",
        "--suggest",
        "--source",
        "lamps",
        "-p",
        str(project),
        "-o",
        str(table),
        "--certain",
        "0.5",
    ]
    assert run(arguments) == 0
    assert "rows that quote their page: 0 of 5; with these: 2" in capsys.readouterr().out
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert [row["id"] for row in rows] == ["c1"]
    described = project / "data/sources/lamps/source.toml"
    described.write_text(SOURCE + '[[table]]\nfile = "further.csv"\nkind = "evidence"\n', "utf-8")
    [source] = [item for item in open_project(project).sources if item.name == "lamps"]
    cited = {row.fact for row in fact_rows(open_project(project), source).rows if row.is_cited}
    assert cited == {"c1"}
    assert hrdgraph.suggest_citations(project, source="lamps").cited == 1


def test_an_unknown_source_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pages", "cite", "--suggest", "--source", "lamp", "-p", str(project)]) == 1
    assert "lamps" in capsys.readouterr().err


@pytest.mark.heavy
def test_rows_are_cited_in_the_workbench_one_by_one_and_together(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_countries(project)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    client = Client(project, tmp_path)
    page = client.ask("/citing?source=lamps", headers={"Accept-Language": "fr"}).text
    assert "Rosa Lamp received the Beacon Award in 2014." in page
    assert "Score" in page
    assert "Lantern Committee" not in page.partition("<main")[2].replace(TEXT.split(". ")[0], "")
    start = TEXT.index("Rosa Lamp received")
    place = f"{start}-{TEXT.index(' On 3 March')}"
    given = {"source": "lamps", "what": "row", "row": "lamps/conferrals.csv:4", "place": place}
    assert client.post("/citing", given).status_code == 303
    assert client.post("/citing", {"source": "lamps", "what": "all"}).status_code == 303
    file = project / "data/sources/lamps/extracted-evidence.csv"
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["id"] for row in rows] == ["c3", "c1"]
    assert rows[0]["evidence_start"] == str(start)
    assert client.post("/citing", given).status_code == 400  # it is cited now
    client.workplace.close()
    assert run(["build", "-p", str(project)]) == 0
