"""What a person answered of the texts in cells, and of cells that are lists, as source.toml keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_bare_project

import hrdgraph
from hrdgraph.fact_kinds.cell_values import read_items
from hrdgraph.library.importing import cell_errors

HEAD = 'title = "Liste"\npublisher = "Nous"\nlicence = "x"\nlanguage = "fr"\n[facts]\nlanguage = "fr"\nunsourced = "public"\n'
PRIZES = (
    "Prix,Année,Lauréat,Résultat,Pays\n"
    "Prix Rafto,2019,Ndèye Fatou Sarr et José Lima Araújo,partagé,SN/BR\n"
    "Prix Rafto,2020,Наталья Эстемирова,hors palmarès,Russie\n"
    "Prix Rafto,2021,María José Ñáñez-O’Brien de la Peña,sans suite,Israël et Territoire palestinien\n"
)
PRIZES_TOML = HEAD + """[[table]]
file = "prix.csv"
kind = "conferral"
[table.columns]
recipient = { column = "Lauréat", split = ["et", ";"] }
country = { column = "Pays", split = "/" }
[table.values.outcome]
"partagé" = "joint-laureate"
"hors palmarès" = "other"
"sans suite" = "finalist"
[table.values.country]
"Israël et Territoire palestinien" = ["IL", "PS"]
"""  # fmt: skip


def write(root: Path, name: str, toml: str, table: str) -> None:
    folder = root / "data/sources" / name
    folder.mkdir(exist_ok=True)
    (folder / "source.toml").write_text(toml, "utf-8")
    (folder / f"{name}.csv").write_text(table, "utf-8")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> hrdgraph.Graph:
    root = tmp_path_factory.mktemp("values") / "p"
    create_bare_project(root, "Liste", "fr")
    write(root, "prix", PRIZES_TOML, PRIZES)
    assert cell_errors(root, "prix") == []
    return hrdgraph.build(root).graph()


def asked(graph: hrdgraph.Graph, query: str) -> set[tuple[str, ...]]:
    return {tuple(map(str, row.values())) for row in graph.query(query)}


def test_two_who_share_a_prize_have_a_conferral_each(graph: hrdgraph.Graph) -> None:
    found = asked(graph, 'SELECT ?name (COUNT(?c) AS ?n) WHERE { ?c hrd:recipient ?p ; hrd:outcome <https://w3id.org/hrdgraph/vocabulary/outcome/joint-laureate> . ?p skos:prefLabel ?name } GROUP BY ?name')  # fmt: skip
    assert {row[0] for row in found} == {"Ndèye Fatou Sarr", "José Lima Araújo"}
    shared = asked(graph, "SELECT ?c WHERE { ?c hrd:recipient ?p, ?q FILTER(?p != ?q) }")
    assert shared == set()


def test_a_text_means_what_was_answered_or_stands_in_its_own_words(graph: hrdgraph.Graph) -> None:
    found = asked(graph, 'SELECT ?name ?note WHERE { ?c hrd:recipient/skos:prefLabel ?name ; hrd:outcome <https://w3id.org/hrdgraph/vocabulary/outcome/other> ; hrd:sourceWords ?note }')  # fmt: skip
    assert found == {("Наталья Эстемирова", "hors palmarès")}


def test_several_countries_in_a_cell_are_several(graph: hrdgraph.Graph) -> None:
    found = asked(graph, 'SELECT ?country WHERE { ?c hrd:recipient/skos:prefLabel "María José Ñáñez-O’Brien de la Peña" ; hrd:recipientCountry ?country }')  # fmt: skip
    assert {row[0].rpartition("/")[2] for row in found} == {"IL", "PS"}


@pytest.mark.parametrize(
    ("text", "separators", "items"),
    [
        ("Ana y Luis; Rosa", ("y", ";"), ["Ana", "Luis", "Rosa"]),
        ("Андрей и Ирина", ("и",), ["Андрей", "Ирина"]),
        ("أحمد و مريم", ("و",), ["أحمد", "مريم"]),
        ("وفاء مشهور وجيه الوحيدي", ("و",), ["وفاء مشهور وجيه الوحيدي"]),
        ("Yves\nEtienne\r\nAndy", ("\n",), ["Yves", "Etienne", "Andy"]),
        ("Etienne et Yvette", ("et",), ["Etienne", "Yvette"]),
        ("José Ortega y Gasset; Ana Paz", ("y", ";"), ["José Ortega y Gasset", "Ana Paz"]),
    ],
)
def test_cells_split_at_signs_and_at_whole_words(
    text: str, separators: tuple[str, ...], items: list[str]
) -> None:
    assert read_items(text, separators, {}) == items
