"""A cell that cannot be read costs the cell: the row stays, and a list says what was left out and why."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project

import hrdgraph
from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.importing import template
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import open_project
from hrdgraph.sources.fact_table import mark_facts

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
    create_bare_project(root, "Faits", "fr")
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
    assert "et 1 de plus" in done.output
    assert "1 ligne ne dit rien sans une telle cellule" in done.output
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
    assert mark_facts([cells], []) == [is_data]


TOP = ["Nombre", "Fecha", "Lugar", "Fuente"]
FACTS = [
    ["Наталья Эстемирова", "2009-07-15", "Грозный", ""],
    ["Suma Devi Chaudhary", "2015", "Dhangadhi", "https://kathmandupost.com"],
    ["Total Énergies", "menace", "Pau", ""],
]


@pytest.mark.parametrize(
    "last",
    [
        ["razem", "", "3", ""],
        ["3 rues", "", "", ""],
        ["", "", "", "3"],
        ["3 человека", "", "", ""],
        ["", "TOPLAM", "202", ""],
        ["Total 45 personnes", "", "", ""],
        ["Total de filas", "300", "", ""],
        ["TOTAL cas", "", "240", ""],
        ["जम्मा / total", "", "9", ""],
        TOP,
    ],
)
def test_what_sums_up_below_the_rows_is_no_row(last: list[str]) -> None:
    assert mark_facts([*FACTS, last, ["", "", "", ""]], TOP) == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    "last",
    [
        ["5 de Mayo", "", "Puebla", ""],
        ["María Ñáñez", "", "", "https://example.org/3"],
        ["María Ñáñez", "3", "", ""],
        ["Suma", "Devi", "", "3"],
        ["Total Énergies", "3", "", ""],
        ["Jumlah", "", "", "https://example.org/3"],
    ],
)
def test_a_last_row_that_names_somebody_is_a_row(last: list[str]) -> None:
    assert mark_facts([*FACTS, last], TOP) == [True] * 4


NASTY = ("http://[::1", "😀", "1e999")


@pytest.mark.heavy
@pytest.mark.parametrize("text", NASTY)
def test_no_cell_of_any_type_stops_a_build(text: str, tmp_path: Path) -> None:
    """Tables that have columns of every type have this text once in each column."""
    root, spoilt = tmp_path / "p", dict[tuple[str, int], str]()
    create_bare_project(root, "Faits", "fr")
    kinds = open_project(root).kinds
    chosen = [
        kinds[name] for name in ("act", "proceeding", "award", "document", "person", "situation")
    ]
    types = {one.type for kind in kinds.values() for one in kind.columns if not one.technical}
    assert types == {one.type for kind in chosen for one in kind.columns if not one.technical}
    for kind in chosen:
        folder = root / "data/sources" / kind.name
        folder.mkdir()
        columns = [one for one in kind.columns if not one.technical]
        rows = [[one.name for one in columns], [one.example for one in columns]]
        for column in columns:
            rows.append([text if one is column else one.example for one in columns])
            spoilt[kind.name, len(rows)] = column.name
        with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        headings = "".join(f"{name} = {name!r}\n" for name in rows[0])
        (folder / "source.toml").write_text(
            f'title = "F"\npublisher = "N"\nlicence = "x"\nlanguage = "fr"\n[[table]]\nfile = "t.csv"\nkind = "{kind.name}"\n[table.columns]\n{headings}',
            "utf-8",
        )
    left_out = build(open_project(root), BuildOptions(validate=False)).left_out
    assert len(left_out) > 10
    for error in left_out:
        kind_name = Path(error.origin.file).parent.name
        assert spoilt[kind_name, error.origin.row or 0] in str(error.origin.column)
        assert "made by" not in str(error)


def test_headings_in_the_middle_hide_no_other_bad_cell(root: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    shutil.copytree(root, project, ignore=shutil.ignore_patterns("build"))
    lines = ACTS.splitlines(keepends=True)
    table = project / "data/sources/faits/faits.csv"
    table.write_text("".join([*lines[:2], lines[0], *lines[2:4], lines[0], *lines[4:]]), "utf-8")
    left_out = build(open_project(project), BuildOptions(validate=False)).left_out
    assert {(error.origin.row, error.origin.column) for error in left_out} == {
        (3, None), (6, None), (2, "Pays"), (4, "Date"), (5, "Acte"), (7, "Pays"),
    }  # fmt: skip


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "header",
    [
        ",Organisation,Pays,Fondation",
        "Organisation,,Pays,Fondation",
        "Organisation,Pays,Note,Note",
    ],
)
def test_a_column_without_a_name_of_its_own_is_imported_and_built(
    header: str, tmp_path: Path
) -> None:
    root, file = tmp_path / "p", tmp_path / "liste.csv"
    create_bare_project(root, "Faits", "fr")
    cells = {"Organisation": "Réseau Ñandú", "Pays": "France", "Fondation": "1990", "": "2057", "Note": "2057"}  # fmt: skip
    file.write_text(f"{header}\n{','.join(cells[one] for one in header.split(','))}\n", "utf-8")
    for arguments in (
        ["import", str(file), "-p", str(root), "--kind", "organisation", "--yes", "--public"],
        ["build", str(root)],
    ):
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert '"Réseau Ñandú"' in published(root)
    toml = root / "data/sources/liste/source.toml"
    if "Note" not in header:  # a table that somebody described by hand is read the same way
        toml.write_text(SOURCE.replace("faits.csv", "liste.csv").replace('"act"', '"organisation"'), "utf-8")  # fmt: skip
        hrdgraph.build(root, validate=False)
        assert '"Réseau Ñandú"' in published(root)


def test_a_document_keeps_its_own_words_and_a_heading_its_spaces(tmp_path: Path) -> None:
    root, file, answers = tmp_path / "p", tmp_path / "boletín.csv", tmp_path / "a.toml"
    create_bare_project(root, "Faits", "es")
    file.write_text(
        "título,Autora ,url,fecha\nInforme de tierras,Lucía Benítez Ñandú,https://example.org/a,2019-03-02\n",
        "utf-8",
    )
    answers.write_text('["boletín.csv"]\nkind = "document"\neverybody = ["Autora"]\n', "utf-8")
    chosen = ["--answers", str(answers), "--yes", "--public"]
    for arguments in (["import", str(file), "-p", str(root), *chosen], ["build", str(root)]):
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert '"Autora: Lucía Benítez Ñandú"' in published(root)


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
