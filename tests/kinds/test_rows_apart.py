"""Two rows of a table are one thing only if nothing in their cells tells them apart, whoever may see what does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_projects import create_small_project

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
FESTIVAL = "Título,Lugar\n" + "".join(
    f"Marcha por el agua {n},{place}\n"
    for n, place in enumerate([*[f"plaza de Ñemby {n}" for n in range(60)], "Calle Sucre 1480"])
)


def take(root: Path, file: str, text: str, answers: str) -> tuple[str, dict[str, object]]:
    """Import a table with answers and publish it; what was said, and the table of source.toml."""
    (root / file).write_text(text, encoding="utf-8")
    (root / "answers.toml").write_text(answers, encoding="utf-8")
    given = ["import", str(root / file), "-p", str(root), "--yes", "--public", "--lang", "fr"]
    result = CliRunner().invoke(app, [*given, "--answers", str(root / "answers.toml")])
    assert result.exit_code == 0, result.output
    folder = next(one for one in (root / "data/sources").iterdir() if (one / file).exists())
    return result.output, tomllib.loads((folder / "source.toml").read_text("utf-8"))["table"][0]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("apart") / "p"
    create_small_project(root, "Registre")
    return root


def things(root: Path, kind: str) -> set[str]:
    graph = hrdgraph.build(root).graph()
    return {str(row["x"]) for row in graph.query(f"SELECT ?x WHERE {{ ?x a {kind} }}")}


def read_public(root: Path) -> str:
    return "\n".join(one.read_text("utf-8") for one in (root / "build").glob("graph.*"))


def test_speeches_of_one_day_stay_as_many_as_there_are_rows(root: Path) -> None:
    answers = """["discours.csv"]
kind = "quotation"
own_words = ["Dossier", "Sujet"]
means = { Oratrice = "speaker", Dossier = "", Sujet = "" }
["discours.csv".columns.Texte]
who = "public"
"""
    _, table = take(root, "discours.csv", SPEECHES, answers)
    assert table["rows_apart"] == ["Dossier"]
    found = {one for one in things(root, "schema:Quotation") if "/discours/" in one}
    assert len(found) == 4


def test_a_private_meeting_point_hides_no_town_and_joins_no_rows(root: Path) -> None:
    answers = """["lieux.csv"]
kind = "assembly"
own_words = ["Heure"]
means = { Ville = "place", "Point de rendez-vous" = "place" }
"""
    said, table = take(root, "lieux.csv", GATHERINGS, answers)
    assert "sont lues ensemble" not in said
    assert table["rows_apart"] == ["Point de rendez-vous"]
    found = {one for one in things(root, "hrd:Assembly") if "/lieux/" in one}
    assert len(found) == 3
    public = read_public(root)
    assert "Châteauroux" in public
    assert "Saint-Étienne" in public
    assert not re.search("Gambetta|Verdun|Voltaire", public)


def test_one_cell_with_an_address_among_many_is_left_out_and_named(root: Path) -> None:
    answers = """["marchas.csv"]
kind = "assembly"
own_words = ["Título"]
means = { Lugar = "place", "Título" = "" }
"""
    _, table = take(root, "marchas.csv", FESTIVAL, answers)
    assert "withheld" not in table
    assert "restricted" not in table
    built = CliRunner().invoke(app, ["build", str(root), "--lang", "fr"])
    public = read_public(root)
    assert "plaza de Ñemby 41" in public
    assert "Sucre" not in public
    assert "ligne 62" in built.output
    assert "adresse" in built.output


def test_a_name_whose_other_cells_differ_may_be_of_two_laureates(root: Path) -> None:
    names = ["Ana Ñáñez", "Lúcio Bâ", "Igor Kalyapin", "Marta Sánchez Gil", "Rosa Ìdòwú"]
    rows = [f"{year},{one},Dr.,Letras,Lima" for one in names for year in (2015, 2016)]
    rows += ["2015,Ravi,Sra.,Artes,Cusco", "2016,Ravi,Dr.,Medicina,Puno"]
    text = "Año,Galardonado,Trato,Campo,Lugar\n" + "\n".join(rows)
    answers = """["premios.csv"]
kind = "conferral"
what = "Premio Nacional"
"""
    said, table = take(root, "premios.csv", text, answers)
    assert table["apart"] == ["Ravi"]
    assert "Ravi" in said


def test_people_with_commas_in_their_names_are_split_and_names_with_a_comma_are_not(
    root: Path,
) -> None:
    text = "Autores,Fecha,Bancada\n"
    for pair in ("Ñáñez, Ana; Lima, José", "Wójcik, Łucja; Lima, José", "Paz, Inés; Bâ, Lúcio"):
        text += f'"{pair}",2021-03-04,"Frente contra la Corrupción, por la Transparencia"\n'
        text += f'"{pair}",2021-03-05,Lista Celeste\n'
    answers = """["firmas.csv"]
kind = "quotation"
means = { Autores = "speaker", Bancada = "about" }
"""
    said, table = take(root, "firmas.csv", text, answers)
    assert table["columns"]["speaker"]["split"] == [";"]
    assert "Ñáñez, Ana | Lima, José" in said
    assert "Corrupción |" not in said


def test_who_works_alone_has_no_organisation(root: Path) -> None:
    text = "Victim,Date,Organisation,Type,Source\n"
    text += "Łucja Wójcik,2021-03-04,Freelance,killing,https://cpj.org/data/people/1\n"
    text += "José Lima Araújo,2021-03-05,Rádio Tucumã,killing,https://cpj.org/data/people/2\n"
    _, table = take(root, "reporters.csv", text, '["reporters.csv"]\nkind = "act"\n')
    assert table["values"] == {"victim_organisation": {"Freelance": ""}}
    graph = hrdgraph.build(root).graph()
    names = graph.query("SELECT ?name WHERE { ?o a org:Organization ; skos:prefLabel ?name }")
    found = {str(row["name"]) for row in names}
    assert "Rádio Tucumã" in found
    assert "Freelance" not in found
