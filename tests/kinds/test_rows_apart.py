"""Two rows of a table are one thing only if nothing in their cells tells them apart, whoever may see what does."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project

import hrdgraph
from hrdgraph.cli.app import app

SPEECHES = (
    "Dossier,Oratrice,Date,Sujet,Texte\n"
    "A-17,Ndèye Fatou Sarr,2021-03-04,eau,Elle demande la réouverture du forage de Thiès.\n"
    "A-18,Ndèye Fatou Sarr,2021-03-04,terre,Elle demande le cadastre des terres de Fatick.\n"
    "A-19,Ndèye Fatou Sarr,2021-03-04,terre,Elle demande la copie du plan de Fatick.\n"
    "A-20,Łucja Wójcik-Dąbrowska,2021-03-05,eau,Elle demande la réouverture du forage de Thiès.\n"
)
GATHERINGS = (
    "Ville,Point de rendez-vous,Heure\n"
    "Saint-Étienne,12 rue Gambetta,14h\n"
    "Saint-Étienne,48 avenue de Verdun,14h\n"
    "Châteauroux,3 place Voltaire,15h\n"
)
REPORTERS = (
    "Victim,Date,Organisation,Type,Source\n"
    "Łucja Wójcik,2021-03-04,Freelance,killing,https://cpj.org/data/people/1\n"
    "José Lima Araújo,2021-03-05,Rádio Tucumã,killing,https://cpj.org/data/people/2\n"
)
CASES = (
    "Tribunal,Rol,Publicar\n"
    "Juzgado de Letras de Ñuble,C-17,no\n"
    "Juzgado de Letras de Ñuble,C-18,sí\n"
    "Corte de Łódź,C-19,no\n"
    "Corte de Łódź,C-20,sí\n"
)
FESTIVAL = "Título,Lugar\n" + "".join(
    f"Marcha por el agua {n},{place}\n"
    for n, place in enumerate([*[f"plaza de Ñemby {n}" for n in range(60)], "Calle Sucre 1480"])
)


@dataclass
class Taken:
    """What was said of a table that was imported with answers, and what source.toml keeps of it."""

    said: str
    table: dict[str, Any]


def take(root: Path, file: str, text: str, answers: dict[str, Any]) -> Taken:
    """Import a table with answers for everybody to see."""
    (root / file).write_text(text, encoding="utf-8")
    (root / "answers.json").write_text(json.dumps({file: answers}), encoding="utf-8")
    given = ["import", str(root / file), "-p", str(root), "--yes", "--public", "--lang", "fr"]
    result = CliRunner().invoke(app, [*given, "--answers", str(root / "answers.json")])
    assert result.exit_code == 0, result.output
    folder = next(one for one in (root / "data/sources").iterdir() if (one / file).exists())
    text = (folder / "source.toml").read_text("utf-8")
    return Taken(result.output, tomllib.loads(text)["table"][0])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("apart") / "p"
    create_bare_project(root, "Registre")
    return root


TABLES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "discours.csv": (SPEECHES, {
        "kind": "quotation", "everybody": ["Dossier", "Sujet"], "columns": {"Texte": {"who": "public"}},
        "means": {"Oratrice": "speaker", "Dossier": "", "Sujet": ""},
    }),
    "lieux.csv": (GATHERINGS, {
        "kind": "assembly", "everybody": ["Heure"], "means": {"Ville": "place", "Point de rendez-vous": "place"},
    }),
    "marchas.csv": (FESTIVAL, {
        "kind": "assembly", "everybody": ["Título"], "means": {"Lugar": "place", "Título": ""},
    }),
    "reporters.csv": (REPORTERS, {"kind": "act"}),
    "causas.csv": (CASES, {
        "kind": "proceeding", "unsourced": "public", "means": {"Rol": "file_number", "Tribunal": "court"},
        "columns": {"Publicar": {"means": "", "private": ["no"], "public": ["sí"]}},
    }),
}  # fmt: skip


@dataclass
class Register:
    """A project with these tables, and what a build of all of them says."""

    root: Path
    taken: dict[str, Taken]
    built: str

    def find(self, pattern: str) -> set[str]:
        rows = hrdgraph.open(self.root).query(f"SELECT ?x {{ {pattern} }}")
        return {str(row["x"]) for row in rows}

    def read_public(self) -> str:
        files = (self.root / "build").glob("graph.*")
        return "\n".join(one.read_text("utf-8") for one in files)


@pytest.fixture(scope="module")
def register(root: Path) -> Register:
    taken = {file: take(root, file, *given) for file, given in TABLES.items()}
    built = CliRunner().invoke(app, ["build", str(root), "--lang", "fr"])
    return Register(root, taken, built.output)


@pytest.mark.heavy
def test_speeches_of_one_day_stay_as_many_as_there_are_rows(register: Register) -> None:
    assert register.taken["discours.csv"].table["rows_apart"] == ["Dossier"]
    found = {one for one in register.find("?x a schema:Quotation") if "/discours/" in one}
    assert len(found) == 4


def test_a_private_meeting_point_hides_no_town_and_joins_no_rows(register: Register) -> None:
    assert "sont lues ensemble" not in register.taken["lieux.csv"].said
    assert register.taken["lieux.csv"].table["rows_apart"] == ["Point de rendez-vous"]
    found = {one for one in register.find("?x a hrd:Assembly") if "/lieux/" in one}
    assert len(found) == 3
    public = register.read_public()
    assert "Châteauroux" in public
    assert "Saint-Étienne" in public
    assert not re.search("Gambetta|Verdun|Voltaire", public)


def test_a_row_that_names_nobody_is_public_after_a_private_one(register: Register) -> None:
    found = {one for one in register.find("?x a hrd:Proceeding") if "/causas/" in one}
    assert len(found) == 2
    public = register.read_public()
    assert "C-18" in public
    assert "C-20" in public
    assert "C-17" not in public
    assert "C-19" not in public


def test_one_cell_with_an_address_among_many_is_left_out_and_named(register: Register) -> None:
    assert "withheld" not in register.taken["marchas.csv"].table
    assert "restricted" not in register.taken["marchas.csv"].table
    public = register.read_public()
    assert "plaza de Ñemby 41" in public
    assert "Sucre" not in public
    assert "ligne 62" in register.built
    assert "adresse" in register.built


def test_who_works_alone_has_no_organisation(register: Register) -> None:
    assert register.taken["reporters.csv"].table["values"] == {
        "victim_organisation": {"Freelance": ""}
    }
    found = register.find("?o a org:Organization ; skos:prefLabel ?x")
    assert "Rádio Tucumã" in found
    assert "Freelance" not in found


def test_a_name_whose_other_cells_differ_may_be_of_two_laureates(root: Path) -> None:
    names = ["Ana Ñáñez", "Lúcio Bâ", "Igor Kalyapin", "Marta Sánchez Gil", "Rosa Ìdòwú"]
    rows = [f"{year},{one},Dr.,Letras,Lima" for one in names for year in (2015, 2016)]
    rows += ["2015,Ravi,Sra.,Artes,Cusco", "2016,Ravi,Dr.,Medicina,Puno"]
    text = "Año,Galardonado,Trato,Campo,Lugar\n" + "\n".join(rows)
    premios = take(root, "premios.csv", text, {"kind": "conferral", "what": "Premio Nacional"})
    assert premios.table["apart"] == ["Ravi"]
    assert "Ravi" in premios.said


def test_people_with_commas_in_their_names_are_split_and_names_with_a_comma_are_not(
    root: Path,
) -> None:
    text = "Autores,Fecha,Bancada\n"
    for pair in ("Ñáñez, Ana; Lima, José", "Wójcik, Łucja; Lima, José", "Paz, Inés; Bâ, Lúcio"):
        text += f'"{pair}",2021-03-04,"Frente contra la Corrupción, por la Transparencia"\n'
        text += f'"{pair}",2021-03-05,Lista Celeste\n'
    means = {"Autores": "speaker", "Bancada": "about"}
    firmas = take(root, "firmas.csv", text, {"kind": "quotation", "means": means})
    assert firmas.table["columns"]["speaker"]["split"] == [";"]
    assert "Ñáñez, Ana | Lima, José" in firmas.said
    assert "Corrupción |" not in firmas.said
