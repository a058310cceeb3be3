"""Rows that are alone in their group are told to whoever builds, and to nobody else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest
from tests.small_projects import create_small_project

from hrdgraph.errors import ProjectError
from hrdgraph.explain.lineage import plan_sources
from hrdgraph.findings.model import Finding, Severity
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.ontology import load
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.redaction import secrets_of
from hrdgraph.privacy.warnings import SHOWN, find_alone
from hrdgraph.project import open_project

PEOPLE: Final = (
    "Nom,Naissance,Pays,Profession,Téléphone\n"
    "María José Ñáñez de la Peña,1968,NO,avocate,+47 22 55 01\n"
    "王小明,1970,SE,journaliste,\n"
    "عبد الرحمن الشامي,1971,SE,journaliste,+46 8 55 02\n"
    "Łucja Wójcik-Dąbrowska,,DK,avocate,\n"
    "Ōe Kenzaburō,1980, SE ,avocate,+46 8 55 03\n"
    "Sinegugu O'Brien,1981,,,+27 11 55 04\n"
)
COUNTRY: Final = 'quasi_identifiers = ["Pays"]\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("groupes") / "registre"
    create_small_project(folder, "Registre")
    shutil.rmtree(folder / "data" / "sources" / "example")
    return folder


def write(folder: Path, more: str, rows: str = PEOPLE) -> None:
    source = folder / "data" / "sources" / "registre"
    source.mkdir(exist_ok=True)
    (source / "gens.csv").write_text(rows, "utf-8")
    (source / "source.toml").write_text(
        'title = "Registre"\npublisher = "Comité"\nlicence = "CC0-1.0"\nlanguage = "fr"\n'
        '[[table]]\nfile = "gens.csv"\nkind = "person"\n'
        f'fields = {{ "Profession" = {{}} }}\n{more}',
        "utf-8",
    )


def alone(folder: Path, more: str, rows: str = PEOPLE) -> list[Finding]:
    """What is found in the table, described in some way."""
    write(folder, more, rows)
    project = open_project(folder)
    plans = plan_sources(project, project.sources)
    properties = {
        iri: item.default_visibility
        for iri, item in load(project).properties.items()
        if item.default_visibility
    }
    secrets = secrets_of(project, plans, Policy(properties))
    return find_alone(
        project, project.sources, secrets, TypedRows(project.root, project.sources, plans)
    )


def rows_told(findings: list[Finding]) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.origins[0].row) for finding in findings]


PHONE: Final = 'withheld = ["Téléphone", "Naissance"]\n'


def test_who_is_alone_in_a_group_is_told_with_the_row(folder: Path) -> None:
    [nobody] = alone(folder, PHONE)
    assert (nobody.rule, nobody.severity, nobody.focus) == (
        "nobody-looked", Severity.INFO, "data/sources/registre/gens.csv"
    )  # fmt: skip
    found = alone(folder, PHONE + COUNTRY)
    # of Denmark nothing is hidden; three are of Sweden; of whom no country is told, none is alone
    assert rows_told(found) == [("alone-in-group", 2)]
    assert found[0].severity is Severity.WARNING
    assert found[0].focus == "data/sources/registre/gens.csv#row=2"
    assert "Pays 'NO'" in found[0].message("en")
    assert "1" in found[0].message("en")


def test_the_group_is_as_large_as_somebody_says_and_of_all_columns(folder: Path) -> None:
    assert [row for _, row in rows_told(alone(folder, PHONE + COUNTRY + "group = 3\n"))] == [2]
    assert [row for _, row in rows_told(alone(folder, PHONE + COUNTRY + "group = 4\n"))] == [
        2, 3, 4, 6
    ]  # fmt: skip
    both = 'quasi_identifiers = ["Pays", "Profession"]\n'
    assert [row for _, row in rows_told(alone(folder, PHONE + both))] == [2, 6]


def test_a_column_that_is_hidden_tells_nobody_apart(folder: Path) -> None:
    assert alone(folder, 'withheld = ["Téléphone", "Pays"]\n' + COUNTRY) == []
    assert alone(folder, 'visibility = "withheld"\n' + COUNTRY) == []


def test_of_a_long_table_the_first_rows_are_told(folder: Path) -> None:
    rows = "Nom,Naissance,Pays,Profession,Téléphone\n" + "".join(
        f"Ñusta Wari {number},19{number % 90 + 10},PE,oficio {number},+51 {number}\n"
        for number in range(SHOWN + 5)
    )
    found = alone(folder, PHONE + 'quasi_identifiers = ["Profession"]\n', rows)
    assert [row for _, row in rows_told(found)] == list(range(2, SHOWN + 2))


def test_a_misspelt_column_is_an_error(folder: Path) -> None:
    with pytest.raises(ProjectError, match="no column 'Pay'") as caught:
        alone(folder, PHONE + 'quasi_identifiers = ["Pay"]\n')
    assert "Pays" in caught.value.hint
    assert caught.value.origin.file.endswith("registre/source.toml")


def test_it_is_in_nothing_that_is_published(folder: Path) -> None:
    write(folder, PHONE + COUNTRY)
    result = build(open_project(folder), BuildOptions(validate=False))
    told = [finding for finding in result.findings if finding not in result.public]
    assert ("alone-in-group", 2) in rows_told(told)
    assert "alone-in-group" not in (folder / "build" / "findings.json").read_text("utf-8")
    private = (folder / "build" / "private" / "findings.json").read_text("utf-8")
    assert "alone-in-group" in private
