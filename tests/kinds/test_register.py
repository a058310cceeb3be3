"""A messy register with what trips people: two people of one name, an alleged perpetrator beside the act, a day that does not exist, a
column that nobody asked about."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from tests.small_projects import add_countries, create_bare_project, publish_without_source

from hrdgraph.cli.app import app
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import Project

ROOT = Path(__file__).parents[2]
HEADINGS = [
    "N°",
    "Nom et prénoms",
    "Sexe",
    "Type de violation",
    "Date des faits",
    "Lieu",
    "Pays",
    "Auteurs présumés",
    "Téléphone",
]
ROWS = [
    [1, "Jean Ilunga", "M", "assassinat", "17/05/2020", "Bukavu", "RDC", "hommes armés non identifiés", "+243 1"],
    [2, "Jean Ilunga", "F", "détention arbitraire", "04/03/2021", "Goma", "RDC", "police", ""],
    [3, "Marie Mukendi", "F", "menaces", "?", "Kinshasa", "Zaïre", "", ""],
    [4, "Елена Петрова", "F", "détention", "31/02/2021", "Moscou", "Russie", "", ""],
]  # fmt: skip


def register(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in [["Registre 2021"], [], HEADINGS, *ROWS, ["Total", 4]]:
        sheet.append(row)
    sheet.merge_cells("A1:I1")
    book.save(folder / "registre.xlsx")
    return folder / "registre.xlsx"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)
    return int(result.return_value or 0), result.output


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("register") / "project"
    create_bare_project(root, "Trial", "fr")
    add_countries(root)
    return root


@pytest.fixture(scope="module")
def imported(project: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    book = register(tmp_path_factory.mktemp("book"))
    return run("import", str(book), "-p", str(project), "--lang", "fr", "--yes", "--public")[1]


@pytest.fixture(scope="module")
def built(project: Path, imported: str) -> str:
    assert imported
    # a heading that came with a newer copy: nobody has said that it means nothing
    path = project / "data" / "sources" / "registre" / "source.toml"
    path.write_text(path.read_text("utf-8").replace('"Téléphone"]', "]"), encoding="utf-8")
    publish_without_source(project)
    code, output = run("build", "-p", str(project), "--lang", "fr", "--on-error", "row")
    assert code == 0, output
    return output


def lines(project: Path) -> list[str]:
    text = (project / "build" / "graph.nq").read_text("utf-8")
    return [
        line
        for line in text.splitlines()
        if "/registre/" in line or line.endswith("/graph/registre> .")
    ]


def test_a_date_that_is_none_is_told_in_the_language_of_the_person(imported: str) -> None:
    assert "février 2021 a 28 jours ; écrivez 2021-02" in imported
    assert "ligne 7, colonne « Date des faits »" in imported


def test_two_people_of_one_name_are_asked_about(imported: str, tmp_path: Path) -> None:
    assert "« Jean Ilunga » est sur 2 lignes où « Sexe » diffère" in imported
    found, _ = PROPOSER.of(register(tmp_path))
    assert [item.names for item in found[0].namesakes] == [("Jean Ilunga",)]


@pytest.mark.heavy
def test_and_stay_two_until_somebody_says_otherwise(project: Path, built: str) -> None:
    people = {line.split()[0] for line in lines(project) if '"Jean Ilunga"' in line}
    victims = {line.split()[2] for line in lines(project) if "#victim>" in line and "Jean" in line}
    assert len(people) == len(victims) == 2
    assert people == victims
    assert "checks/same-name-in-source" in built


def test_an_alleged_perpetrator_is_read_and_not_published(project: Path, built: str) -> None:
    assert built
    assert not any("hommes armés" in line or "Involvement" in line for line in lines(project))
    arguments = ("--include", "restricted", "--who", "Ana", "--reason", "test", "--i-answer-for-it")
    assert (
        run("build", "-p", str(project), "--on-error", "row", "--no-validate", *arguments)[0] == 0
    )
    text = (project / "build-restricted" / "graph.restricted.nq").read_text("utf-8")
    said = [line for line in text.splitlines() if "/involvement/registre/" in line]
    assert any('"hommes armés non identifiés"@fr' in line for line in said)
    assert any("perpetrator-kind/police" in line for line in said)


def test_a_column_that_nothing_reads_is_named_to_who_builds(project: Path, built: str) -> None:
    assert "La colonne « Téléphone » de" in built
    assert "Sexe" not in built  # the person was told, and said yes
    private = (project / "build" / "private" / "report.html").read_text("utf-8")
    assert "column-unread" in private
    public = (project / "build" / "report.html").read_text("utf-8")
    assert "column-unread" not in public
    assert "+243" not in public


def test_a_row_that_is_left_out_does_not_stop_the_explanation(project: Path, built: str) -> None:
    assert "laissée de côté : 1 cellule" in built
    code, output = run("explain", "Marie Mukendi", "-p", str(project), "--lang", "en")
    assert code == 0
    assert "registre.xlsx" in output


def test_the_mapping_that_kinds_give_can_be_looked_at(
    project: Path, imported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    code, output = run("mappings", "plan", "registre", "--json")
    assert imported
    assert code == 0
    assert "registre.xlsx" in json.dumps(json.loads(output))


PROPOSER = TableProposer(Project(ROOT, "", "", "", ("fr",), (), ()), "fr")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([["Ana Ruiz", "killing", "2020-01-02", "Cali"], ["Ana Ruiz", "killing", "2021-01-02", "Cali"]], ["Ana Ruiz"]),
        ([["Ana Ruiz", "threat", "2020-01-02", "Cali"], ["Ana Ruiz", "killing", "2021-01-02", "Cali"]], []),
        ([["Ana Ruiz", "killing", "2020-01-02", "Cali"], ["ANA RUÍZ", "killing", "2021-01-02", "Cali"]], ["ANA RUÍZ", "Ana Ruiz"]),
    ],
)  # fmt: skip
def test_nobody_is_killed_twice(rows: list[list[str]], names: list[str], tmp_path: Path) -> None:
    path = tmp_path / "acts.csv"
    text = "\n".join(
        ",".join(row) for row in [["Victim name", "Type of violation", "Date", "Place"], *rows]
    )
    path.write_text(text, encoding="utf-8")
    found, _ = PROPOSER.of(path)
    assert [name for item in found[0].namesakes for name in item.names] == names
