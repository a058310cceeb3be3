"""Cells that a program damaged: told with their place and the way out, unless they are withheld."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph.cli.app import run
from hrdgraph.errors import Origin
from hrdgraph.findings.model import Finding
from hrdgraph.pipeline import BuildOptions, Result, build
from hrdgraph.project import open_project

EXAMPLE = Path("data/sources/example")
PEOPLE = "data/sources/example/people.csv"
PAGE = "https://example.org/award/2024"


def built_with(project: Path, *rows: str) -> Result:
    """The build with more people."""
    with (project / PEOPLE).open("a", encoding="utf-8") as file:
        file.writelines(f"{row},{PAGE}\n" for row in rows)
    return build(open_project(project), BuildOptions(validate=False))


def damaged(result: Result) -> list[Finding]:
    return [
        finding
        for finding in result.findings
        if finding.rule in ("spreadsheet-error", "broken-letters", "decomposed-letters")
    ]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The build of a table with all that a spreadsheet does to names."""
    folder = tmp_path_factory.mktemp("encoding") / "small"
    create_small_project(folder, "Small")
    rows = (
        "C,#¿NOMBRE?", "D,Dora #1", "E,JosÃ© NuÃ±ez", "F,São Ângela", "G,Jos\ufffd", "H,Ã",
        "I,Jose\u0301 Lima Araújo", "J,José Lima Araújo", "K,Ọ̀ṣun",
    )  # fmt: skip
    return built_with(folder, *rows)


def of_rule(result: Result, rule: str) -> list[Finding]:
    return [finding for finding in damaged(result) if finding.rule == rule]


def test_an_error_of_a_spreadsheet_is_no_name(result: Result) -> None:
    [found] = of_rule(result, "spreadsheet-error")
    assert (found.severity.value, found.value, found.origins) == (
        "violation",
        "#¿NOMBRE?",
        (Origin(PEOPLE, 4, "name"),),
    )
    assert found.message("fr").startswith("« #¿NOMBRE? » est une erreur du tableur")
    assert result.failed


def test_broken_letters_are_told_with_what_they_were(result: Result) -> None:
    told = [
        (finding.severity.value, finding.suggestion, finding.origins[0].row)
        for finding in of_rule(result, "broken-letters")
    ]
    assert told == [("warning", "José Nuñez", 6), ("warning", "", 8)]


def test_accents_of_their_own_are_told_with_what_is_typed(result: Result) -> None:
    [found] = of_rule(result, "decomposed-letters")
    assert (found.severity.value, found.suggestion, found.origins[0].row) == (
        "warning",
        "José Lima Araújo",
        10,
    )
    assert "comme macOS écrit les noms de fichiers" in found.message("fr")


@pytest.mark.heavy
def test_an_error_that_became_a_key_leads_to_its_cells(small: Path) -> None:
    description = small / EXAMPLE / "source.toml"
    text = (
        description.read_text("utf-8")
        .replace(', pattern = "[A-Za-z0-9_]+"', "")
        .replace(', references = "people.csv:key"', "")
    )
    description.write_text(text, encoding="utf-8")
    with (small / EXAMPLE / "conferrals.csv").open("a", encoding="utf-8") as file:
        file.write(f"example-award,2024,#N/A,laureate,2024-12,{PAGE}\n")
    places = {
        origin for finding in damaged(built_with(small, "#N/A,Carla")) for origin in finding.origins
    }
    assert places == {
        Origin(PEOPLE, 4, "key"),
        Origin("data/sources/example/conferrals.csv", 4, "person_key"),
    }


@pytest.mark.heavy
def test_what_is_explained_is_known(small: Path) -> None:
    with (small / "data" / "known_findings.csv").open("a", encoding="utf-8") as file:
        file.write(
            "spreadsheet-error,https://example.org/id/person/example/C,a group calls itself so\n"
        )
    assert [finding.known for finding in damaged(built_with(small, "C,#REF!"))] == [
        "a group calls itself so"
    ]


def test_a_withheld_cell_is_not_told(small: Path) -> None:
    description = small / EXAMPLE / "source.toml"
    text = description.read_text("utf-8").replace(
        "name = { required = true }", 'name = { required = true, visibility = "withheld" }'
    )
    description.write_text(text, encoding="utf-8")
    assert damaged(built_with(small, "C,#REF!", "D,JosÃ©")) == []


def test_map_takes_such_texts_as_data(
    small: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with (small / PEOPLE).open("a", encoding="utf-8") as file:
        file.write(f"C,#REF!,{PAGE}\n")
    assert run(["map", str(small / EXAMPLE / "mapping.ttl")]) == 0
    assert b'"#REF!"' in capfdbinary.readouterr().out
