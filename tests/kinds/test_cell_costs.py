"""A cell that cannot be read costs the cell: the row stays, and a list says what was left out and why."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_projects import create_small_project

import hrdgraph
from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.importing import template
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import open_project
from hrdgraph.sources.fact_table import is_row

ACTS = (
    "Victime,Acte,Date,Pays,Source\n"
    "María José Ñáñez-O’Brien de la Peña,homicide,2021-03-04,Nulleparterre,https://example.org/a\n"
    "Наталья Эстемирова ,homicide,le jour du marché,RU,https://example.org/b\n"
    "Ndèye Fatou Sarr,promenade,2020-01-02,SN,https://example.org/c\n"
    "José Lima Araújo,menace,2020-01-02,Nulleparterre,https://example.org/d\n"
)
SOURCE = 'title = "Faits"\npublisher = "Nous"\nlicence = "x"\nlanguage = "fr"\n[facts]\nlanguage = "fr"\n[[table]]\nfile = "faits.csv"\nkind = "act"\n'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("costs") / "p"
    create_small_project(root, "Faits", "fr")
    folder = root / "data/sources/faits"
    folder.mkdir()
    (folder / "source.toml").write_text(SOURCE, "utf-8")
    (folder / "faits.csv").write_text(ACTS, "utf-8")
    return root


def published(root: Path) -> str:
    return (root / "build/graph.nq").read_text("utf-8")


def test_a_bad_cell_costs_the_cell_and_is_listed_by_reason(root: Path) -> None:
    done = CliRunner().invoke(app, ["build", str(root), "--lang", "fr"], standalone_mode=False)
    graph = published(root)
    for name in ("María José Ñáñez-O’Brien de la Peña", "Наталья Эстемирова", "José Lima Araújo"):
        assert f'"{name}"' in graph
    assert "Ndèye Fatou Sarr" not in graph  # what was done to her is what the row says
    assert "4 cellules" in done.output
    assert "1 autre cellule pareille" in done.output
    assert "Nulleparterre" not in done.output  # a log may be read by anybody
    with (root / "build/private/left-out.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [(row["row"], row["column"]) for row in csv.DictReader(file)]
    assert listed == [("4", "Acte"), ("3", "Date"), ("2", "Pays"), ("5", "Pays")]


def test_the_row_or_the_build_can_be_chosen_instead(root: Path) -> None:
    hrdgraph.build(root, on_error="row", validate=False)
    graph = published(root)
    assert not any(name in graph for name in ("María José", "José Lima Araújo"))
    with pytest.raises(HrdgraphError, match="Nulleparterre"):
        hrdgraph.build(root, on_error="stop")
    toml = root / "data/sources/faits/source.toml"
    toml.write_text(SOURCE.replace("[facts]\n", '[facts]\non_error = "stop"\n'), "utf-8")
    with pytest.raises(HrdgraphError, match="Nulleparterre"):  # as its settings say
        hrdgraph.build(root)
    toml.write_text(SOURCE, "utf-8")


@pytest.mark.parametrize(
    ("cells", "is_data"),
    [
        (["Наталья Эстемирова", "", "", ""], True),
        (["", "عبد الهادي الخواجة", "", ""], True),
        (["Total Energies", "menace", "", ""], True),
        (["Total", "12", "", ""], False),
        (["Total général : 12", "", "", ""], False),
        (["Source : ministère de l’Intérieur", "", "", ""], False),
        (["liste provisoire", "", "", ""], False),
        (["2021", "", "", ""], False),
    ],
)
def test_a_name_alone_is_a_row_and_a_total_is_none(cells: list[str], is_data: bool) -> None:
    assert is_row(cells) is is_data


def test_our_own_template_has_no_rows_of_explanations(root: Path, tmp_path: Path) -> None:
    import openpyxl

    path = template("person", "award", output=tmp_path / "modèle.xlsx", project=root, lang="fr")
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["Ndèye Fatou Sarr", "", "SN"])
    book.worksheets[0].append(["Наталья Эстемирова"])
    book.save(path)
    found, left = TableProposer(open_project(root), "fr").of(path)
    assert [(one.guess.kind, len(one.rows)) for one in found if one.rows] == [("person", 2)]
    places = {one.name: one.code for one in left}
    assert places["modèle.xlsx#Prix"] == "sheet-without-headings"  # an empty sheet
    assert places["modèle.xlsx#Explications"] == "place-explains"
