"""One row of a list of killed people tells of a killing, of a person and of a job."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import add_countries, create_bare_project, publish_without_source

import hrdgraph
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import open_project

KILLED = (
    "Name,Date,Country_killed,Type_death,Organization,Job,Nationality,Sex,Age\n"
    '"Ndèye Fatou  Sarr ","March 4, 2016",Senegal,Murder,"Radio Okapi, Le Soleil",Camera Operator,Senegal,Female,34\n'
    "Наталья Эстемирова,2009-07-15,Russia,Dangerous Assignment,Мемориал,Journalist,Russia,Female,50\n"
    '"José ""Pepe"" Lima Araújo",2016-05-02,Brazil,,,,,Male,\n'
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("victims")
    create_bare_project(folder / "p", "Killed", "en")
    add_countries(folder / "p")
    (folder / "killed.csv").write_text(KILLED.replace('""', '\\"'), "utf-8")
    found = hrdgraph.import_tables(folder / "killed.csv", publish=True, project=folder / "p")
    assert [one.guess.kind for one in found.proposals] == ["act"]
    assert found.errors == []
    return folder / "p"


@pytest.fixture(scope="module")
def graph(root: Path) -> hrdgraph.Graph:
    publish_without_source(root)
    built = hrdgraph.build(root)
    assert not [one for one in built.findings if "killed.csv" in str(one.origins)]
    return built.graph()


def asked(graph: hrdgraph.Graph, query: str) -> set[tuple[str, ...]]:
    return {tuple(map(str, row.values())) for row in graph.query(query)}


def test_a_row_tells_of_the_person(graph: hrdgraph.Graph) -> None:
    found = asked(graph, 'SELECT ?country ?job WHERE { ?p skos:prefLabel "Ndèye Fatou Sarr" ; hrd:country ?country ; hrd:occupation ?job }')  # fmt: skip
    assert {(country.rpartition("/")[2], job) for country, job in found} == {
        ("SN", "Camera Operator")
    }


def test_a_row_tells_of_each_job(graph: hrdgraph.Graph) -> None:
    found = asked(graph, "SELECT ?who ?where WHERE { ?role org:member/skos:prefLabel ?who ; org:organization/skos:prefLabel ?where ; hrd:roleText ?text }")  # fmt: skip
    assert {pair for pair in found if pair[0] in ("Ndèye Fatou Sarr", "Наталья Эстемирова")} == {
        ("Ndèye Fatou Sarr", "Radio Okapi"),
        ("Ndèye Fatou Sarr", "Le Soleil"),
        ("Наталья Эстемирова", "Мемориал"),
    }


def test_a_row_without_a_known_act_stays(graph: hrdgraph.Graph) -> None:
    found = asked(graph, "SELECT ?name ?type WHERE { ?act hrd:victim/skos:prefLabel ?name ; hrd:actType ?type }")  # fmt: skip
    types = {name: kind.rpartition("/")[2] for name, kind in found}
    assert types["Ndèye Fatou Sarr"] == "killing"
    assert types["Наталья Эстемирова"] == types['José "Pepe" Lima Araújo'] == "other"


def test_sex_and_age_are_for_us_only(root: Path, graph: hrdgraph.Graph) -> None:
    assert graph
    text = (root / "build/graph.nq").read_text("utf-8")
    assert "victimAge" not in text.replace("ontology#victimAge>", "", 0) or not asked(
        graph, "SELECT ?age WHERE { ?act hrd:victimAge ?age }"
    )
    assert not asked(graph, "SELECT ?g WHERE { ?p hrd:statedGender ?g }")


def test_a_list_of_members_stays_a_list_of_people(root: Path, tmp_path: Path) -> None:
    (tmp_path / "membres.csv").write_text(
        "Nom,Organisation,Fonction,Sexe,Nationalité\nAwa Diop,Lumière Synergie,présidente,F,SN\n"
        "José Lima Araújo,Justiça Global,avocat,M,BR\n",
        "utf-8",
    )
    proposal = TableProposer(open_project(root), "fr").of(tmp_path / "membres.csv")[0][0]
    assert proposal.guess.kind in ("person", "role")


TWICE = """title = "Affaires"
publisher = "Nous"
licence = "x"
language = "fr"
[facts]
language = "fr"
unsourced = "public"
[[table]]
file = "affaires.csv"
kind = "act"
all = { type = "arrest" }
columns = { victim = "Nom", date = "Date" }
withheld = ["Notes"]
[table.rows."Diffusion"]
"non" = "restricted"
"oui" = "public"
[[table]]
file = "affaires.csv"
kind = "proceeding"
columns = { accused = "Nom", court = "Tribunal", file_number = "Dossier" }
ignore = ["Notes"]
"""


def test_a_table_named_twice_tells_two_facts_and_keeps_back_the_same(root: Path) -> None:
    folder = root / "data/sources/affaires"
    folder.mkdir()
    (folder / "source.toml").write_text(TWICE, "utf-8")
    (folder / "affaires.csv").write_text(
        "Nom,Date,Tribunal,Dossier,Notes,Diffusion\n"
        "Marie Mukendi Ngoy,2021-03-04,TGI de Goma,RP 1208/2021,se cache à Bukavu,oui\n"
        "José Lima Araújo,2021-03-05,TGI de Goma,RP 1209/2021,,non\n"
        ",,,RP 1210/2021,,oui\n",
        "utf-8",
    )
    built = hrdgraph.build(root, only=["affaires"], validate=False)
    assert len(built.result.left_out) == 1  # the third row, once
    graph = built.graph()
    assert asked(graph, "SELECT ?n WHERE { ?act hrd:victim/skos:prefLabel ?n }") == {
        ("Marie Mukendi Ngoy",)
    }
    assert asked(graph, "SELECT ?n ?f WHERE { ?p hrd:accused/skos:prefLabel ?n ; hrd:fileNumber ?f }") == {("Marie Mukendi Ngoy", "RP 1208/2021")}  # fmt: skip
    text = (root / "build/graph.nq").read_text("utf-8")
    assert not any(word in text for word in ("Bukavu", "Lima Araújo", "RP 1209/2021"))


NAMELESS = (
    "Víctima,Fecha,Lugar,Tipo de hecho,Fuente,Ficha\n"
    "Zoila Ñáñez,1976-07-04,Tucumán,asesinato,https://example.org/1,7\n"
    ",1976-07-04,Tucumán,asesinato,https://example.org/1,462\n"
    "NN,1976-07-04,Tucumán,asesinato,https://example.org/1,463\n"
    ",,,asesinato,https://example.org/1,464\n"
)


def test_somebody_without_a_name_is_one_all_the_same(tmp_path: Path) -> None:
    create_bare_project(tmp_path / "p", "Víctimas", "es")
    (tmp_path / "hechos.csv").write_text(NAMELESS, "utf-8")
    who = {"Ficha": "public"}
    found = hrdgraph.import_tables(
        tmp_path / "hechos.csv", publish=who, project=tmp_path / "p", lang="es"
    )
    assert len(found.errors) == 1  # the row that says neither who nor when nor where
    graph = hrdgraph.build(tmp_path / "p", validate=False).graph()
    acts = asked(graph, "SELECT ?act ?who ?note WHERE { ?act a hrd:Act ; hrd:sourceWords ?note . OPTIONAL { ?act hrd:victimText ?who } }")  # fmt: skip
    told = sorted((note, who) for _, who, note in acts if "Ficha" in note)
    assert told == [
        ("Ficha: 462", "nombre desconocido"),
        ("Ficha: 463", "nombre desconocido"),
        ("Ficha: 7", "None"),
    ]


def test_each_row_is_counted_once_for_each_use_of_its_table(tmp_path: Path) -> None:
    create_bare_project(tmp_path / "p", "Affaires", "en")
    folder = tmp_path / "p/data/sources/affaires"
    folder.mkdir()
    person = '[[table]]\nfile = "affaires.csv"\nkind = "person"\ncolumns = { name = "Nom" }\n'
    role = '[[table]]\nfile = "affaires.csv"\nkind = "role"\ncolumns = { member = "Nom", organisation = "Journal" }\nall = { role = "journaliste" }\n'
    text = TWICE.replace('unsourced = "public"', "").replace('date = "Date" }', 'date = "Date", document = "Source" }')  # fmt: skip
    act = text.partition('[[table]]\nfile = "affaires.csv"\nkind = "proceeding"')[0]
    (folder / "source.toml").write_text(act + person + role, "utf-8")
    (folder / "affaires.csv").write_text(
        "Nom,Date,Journal,Source,Notes,Diffusion\n"
        "Marie Mukendi Ngoy,2021-03-04,Le Soleil,https://example.org/1,,oui\n"
        "José Lima Araújo,2021-03-05,Le Soleil,,,non\n"
        "Zoila Ñáñez,2021-03-06,Мемориал,,,oui\n",
        "utf-8",
    )
    built = hrdgraph.build(tmp_path / "p", validate=False)
    counts = [one.message("en") for one in built.result.findings if one.rule == "rows-published"]
    assert sorted(counts) == [
        "Everybody may see 1 of 3 rows of affaires.csv (acts); only we see 1 because of the column 'Diffusion' and 1 without a source.",
        "Everybody may see 2 of 3 rows of affaires.csv (people, roles); only we see 1 because of the column 'Diffusion'.",
    ]
    assert not [one for one in built.findings if one.rule == "column-unread"]
