"""`hrdgraph import`: from a messy workbook to a source that builds, with nothing typed."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from tests.kinds.messy import ACTS_FR, FR, MESSY
from tests.small_projects import add_countries, create_bare_project, publish_without_source

from hrdgraph.catalogue.message import render
from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError, SourceError
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.result import Accountability
from hrdgraph.project import open_project
from hrdgraph.vocab import HRD

QUICK = BuildOptions(validate=False)
FOR_US = Accountability("Awa Ndiaye", "to see what is restricted", date(2026, 1, 1))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_bare_project(tmp_path / "project", "Trial", "fr")
    return tmp_path / "project"


def run(root: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app,
        ["import", "--project", str(root), "--lang", "en", *arguments],
        catch_exceptions=False,
        standalone_mode=False,
    )
    return int(result.return_value or 0), result.output


def made(name: str, folder: Path) -> Path:
    return next(item for item in MESSY if item.name == name).make(folder)


def test_a_workbook_becomes_a_source_that_builds(root: Path, tmp_path: Path) -> None:
    code, output = run(root, str(made("title-above.xlsx", tmp_path)), "--yes", "--public")
    assert code == 0, output
    assert "détention: Marie Mukendi, Goma, RDC, 04/03/2021." in output
    publish_without_source(root)
    graph = build(open_project(root), QUICK).graph
    assert any("Marie_Mukendi" in quad.subject.n3() for quad in graph)


def test_a_file_is_imported_where_one_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made("plain.xlsx", root.parent)
    monkeypatch.chdir(root)
    for place in (".", "../project"):
        code, output = run(
            Path(place), "../plain.xlsx", "--yes", "--name", f"registre-{len(place)}"
        )
        assert code == 0, output
    kept = root / "data" / "private" / "updates" / "imported" / "registre-1" / "plain.xlsx"
    assert kept.read_bytes() == Path("../plain.xlsx").read_bytes()


@pytest.mark.parametrize("gone", ["sources", "sources/*"])
def test_the_first_source_is_imported_into_a_project_without_any(
    root: Path, tmp_path: Path, gone: str
) -> None:
    for folder in (root / "data").glob(gone):
        shutil.rmtree(folder)
    with pytest.raises(HrdgraphError, match="there is no source"):
        build(open_project(root), QUICK)
    code, output = run(root, str(made("plain.xlsx", tmp_path)), "--yes")
    assert code == 0, output


STATES = """Nombre,Acto,Fecha,Estado,Fuente
Marisela Ortiz Peña,homicidio,2001-02-03,Guerrero,https://example.org/a
Itzel Xóchitl Nájera,amenaza,2001-02-05,Oaxaca,https://example.org/c
"""


def test_a_heading_that_is_left_unread_leaves_the_usual_meaning(root: Path, tmp_path: Path) -> None:
    add_countries(root)
    (tmp_path / "hechos.csv").write_text(STATES, "utf-8")
    code, output = run(root, str(tmp_path / "hechos.csv"), "--yes", "--public")
    assert code == 0, output
    source = root / "data" / "sources" / "hechos" / "source.toml"
    assert 'withheld = ["Estado"]' in source.read_text("utf-8")
    source.write_text(source.read_text("utf-8") + '[table.columns]\nvisibility = ""\n', "utf-8")
    result = build(open_project(root))
    assert not [one for one in result.findings if one.severity == "violation"]
    graph = result.graph
    claims = {quad.subject for quad in graph if "/act/hechos/" in quad.subject.n3()}
    assert claims
    for claim in claims:
        assert [term.n3().rpartition("/")[2] for term in graph.objects(claim, HRD.claimStatus)] == [
            "asserted>"
        ]


def test_rows_say_who_may_see_them_beside_a_column_that_is_left_unread(
    root: Path, tmp_path: Path
) -> None:
    add_countries(root)
    lines = STATES.replace("Estado", "Confidencial").replace("Guerrero", "no")
    (tmp_path / "hechos.csv").write_text(lines.replace("Oaxaca", "sí"), "utf-8")
    run(root, str(tmp_path / "hechos.csv"), "--yes", "--public")
    source = root / "data" / "sources" / "hechos" / "source.toml"
    said = source.read_text("utf-8").partition("[table.columns]")[0]
    rows = '[table.columns]\nvisibility = ""\n[table.rows.Confidencial]\n"no" = "public"\n"sí" = "withheld"\n'
    source.write_text(
        said.replace('visibility = "restricted"', 'visibility = "public"') + rows, "utf-8"
    )
    result = build(open_project(root))
    assert not [one for one in result.findings if one.severity == "violation"]
    text = result.graph.document().decode()
    assert "Marisela" in text
    assert "Itzel" not in text


def test_what_is_in_doubt_is_not_written(root: Path, tmp_path: Path) -> None:
    code, output = run(root, str(made("free-words.xlsx", tmp_path)))
    assert code == 1
    assert "1 question is open" in output
    assert not (root / "data" / "sources" / "free-words").exists()


def test_a_dry_run_writes_nothing(root: Path, tmp_path: Path) -> None:
    code, output = run(root, str(made("two-sheets.xlsx", tmp_path)), "--dry-run", "--json")
    told = json.loads(output)
    assert code == 0
    assert [table["kind"] for table in told["tables"]] == ["act", "conferral"]
    assert not (root / "data" / "sources" / "two-sheets").exists()


def test_a_dry_run_fails_where_the_import_would(root: Path, tmp_path: Path) -> None:
    file, answers = tmp_path / "autos.csv", tmp_path / "autos.json"
    file.write_text("Hecho,Detalle\nCareo,Íñigo Ñahui no declaró\nVista,se aplazó\n", "utf-8")
    answers.write_text('{"autos.csv": {"kind": "document", "everybody": ["Hecho"]}}', "utf-8")
    given = (str(file), "--answers", str(answers), "--yes")
    told = []
    for more in ((), ("--dry-run",)):
        with pytest.raises(SourceError) as caught:
            run(root, *given, *more)
        told.append(caught.value.text("en"))
    assert told[0] == told[1]


def test_a_newer_copy_brings_it_up_to_date(root: Path, tmp_path: Path) -> None:
    file = made("plain.xlsx", tmp_path)
    run(root, str(file), "--yes")
    description = root / "data" / "sources" / "plain" / "source.toml"
    description.write_text(
        description.read_text("utf-8").replace('title = "plain"', 'title = "Mine"'), "utf-8"
    )
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Feuille1"
    for row in [FR, *ACTS_FR, ["Zoé Kasa", "menace", "18/05/2020", "Goma", "RDC"]]:
        book.active.append(row)
    book.save(file)
    code, output = run(root, str(file))
    assert code == 0
    assert "3 rows before, 4 now" in output
    assert 'title = "Mine"' in description.read_text("utf-8")


def test_cells_that_cannot_be_read_are_told_with_their_place(root: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [FR, *ACTS_FR, ["Zoé Kasa", "promenade", "31/02/2020", "Goma", "Congo"]]:
        book.active.append(row)
    book.save(tmp_path / "bad.xlsx")
    code, output = run(root, str(tmp_path / "bad.xlsx"), "--yes")
    assert code == 0
    assert "not understood in the column 'Type de violation': promenade (1)" in output
    assert "row 5, column 'Date des faits'" in output
    assert "Congo-Brazzaville (CG) or Congo-Kinshasa (CD)" in output


def test_what_is_no_table_is_said(root: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("Chère collègue,\nvoici une lettre.\n", "utf-8")
    with pytest.raises(Exception, match="no table of facts in it"):
        run(root, str(tmp_path / "letter.csv"), "--yes")


PRIZES = """Nom du prix;Année ;Lauréat(e);Pays;Remis le
Prix Exemple;2011;Ana Pérez;France;12/03/2011
;2012; Jean  Dupont ;Belgique;mars 2012
Prix Exemple;2013;"Ligue, des droits";france;
Prix Exemple;20l4;Ana Perez;Etats-Unis;31/02/2014
;;;;
Total;4;;;
"""


@pytest.fixture
def prizes(tmp_path: Path) -> Path:
    (tmp_path / "prix.csv").write_text(PRIZES, "latin-1")
    return tmp_path / "prix.csv"


def test_a_total_below_a_blank_row_is_left_out_and_told(root: Path, prizes: Path) -> None:
    _, output = run(root, str(prizes), "--yes")
    assert "totals or remarks, left out: row 7" in output
    assert "row 7, column" not in output
    assert "totals = true" in (root / "data/sources/prix/source.toml").read_text("utf-8")


def test_the_next_step_after_unreadable_cells_is_one_that_works(root: Path, prizes: Path) -> None:
    way = f"hrdgraph build {root}"
    first, updated = run(root, str(prizes), "--yes", "--public"), run(root, str(prizes))
    assert (first[0], updated[0]) == (0, 0)
    assert way in first[1]
    assert way in updated[1]
    assert "copy that cell" in first[1]  # an award left empty below one
    built = build(open_project(root), BuildOptions(validate=False, on_error="row", answer=FOR_US))
    assert {error.origin.row for error in built.left_out} == {3, 5}
    terms = {term.n3() for quad in built.graph for term in (quad.subject, quad.object)}
    assert '"Ana Pérez"' in terms
    assert '"Ligue, des droits"' in terms
    prizes.write_text("\n".join(PRIZES.splitlines()[:2]), "latin-1")
    assert f"next:    hrdgraph build {root}\n" in run(root, str(prizes))[1]


def test_rows_are_read_aloud_in_the_language_with_their_gaps(root: Path, prizes: Path) -> None:
    _, output = run(root, str(prizes), "--dry-run", "--lang", "fr")
    assert "Jean Dupont (Belgique) : prix remporté, …, 2012." in output.replace(
        "  Dupont", " Dupont"
    )


@pytest.mark.parametrize(("language", "told"), [
    ("fr", "aucune colonne ne donne « Année », que les lignes du type « lauréats et lauréates » demandent"),
    ("es", "ninguna columna da «Año», que las filas del tipo «personas galardonadas» necesitan"),
])  # fmt: skip
def test_a_missing_column_is_named_in_the_language(
    language: str, told: str, root: Path, prizes: Path
) -> None:
    run(root, str(prizes), "--yes")
    (root / "data/sources/prix/prix.csv").write_text(PRIZES.replace("Année", "X"), "latin-1")
    with pytest.raises(HrdgraphError) as raised:
        build(open_project(root), QUICK)
    assert told in render(raised.value.message, language)


ACTS = """Registre des arrestations et menaces;;;;
N°;Nom et prénom;Type d'incident;Date des faits;Pays
1;Zoé Kasa;menaces de mort;12 janv. 2023;RDC
2;Zoé KASA;Menaces;14/02/2023;République démocratique du Congo
3;Aline Nzuzi;Arrestations;2023;RD Congo
"""


def test_acts_in_the_plural_are_acts_and_one_country_is_one(root: Path, tmp_path: Path) -> None:
    (tmp_path / "actes.csv").write_text(ACTS, "utf-8")
    code, output = run(root, str(tmp_path / "actes.csv"), "--yes", "--json", "--lang", "fr")
    [table] = json.loads(output)["tables"]
    assert code == 0
    assert ("Type d'incident", "type") in {
        (one["heading"], one["column"]) for one in table["columns"]
    }
    assert table["namesakes"] == []


def test_what_no_guess_says_is_not_to_be_accepted(root: Path, tmp_path: Path) -> None:
    untold = ACTS.replace("Type d'incident", "Divers").replace("enaces", "-").replace("Arrest", "-")
    (tmp_path / "actes.csv").write_text(untold, "utf-8")
    with pytest.raises(SourceError) as failure:
        run(root, str(tmp_path / "actes.csv"), "--yes", "--kind", "act", "--lang", "fr")
    assert "il faut : Acte" in failure.value.text("fr")


GROUPED = """PREMIOS RECIBIDOS;;;;;
Premio;;Persona u organización premiada;;Fecha;Notas
Nombre;Otorgado por;Nombre;País;Año;Notas
Premio Faro;Red Faro;Ana Ruiz;Perú;2019;entregado en Lima
Premio Lago;Red Faro;María Núñez;Colombia;2018 aprox.;ver acta
"""


def test_a_heading_that_stands_twice_means_its_group(root: Path, tmp_path: Path) -> None:
    (tmp_path / "premios.csv").write_text(GROUPED, "utf-8")
    _, output = run(root, str(tmp_path / "premios.csv"), "--yes", "--json", "--lang", "es")
    [table] = json.loads(output)["tables"]
    found = {one["column"]: (one["heading"], one["in_doubt"]) for one in table["columns"]}
    assert (table["kind"], table["header"], table["rows"]) == ("conferral", 3, 2)
    assert found["award"] == ("Nombre", True)
    assert found["recipient"] == ("Nombre [2]", True)
    graph = build(
        open_project(root), BuildOptions(validate=False, on_error="row", answer=FOR_US)
    ).graph
    assert '"Ana Ruiz"' in {quad.object.n3() for quad in graph}


THREATS = """Fecha del hecho,Víctima,Lugar,País,Notas internas
15-03-2021,Rosa Tovar,Tumaco,Colombia,casa segura 7
"""


@pytest.mark.sampled(1)
@pytest.mark.parametrize("heading", ["Notas internas", "Note interne", "Observations (privées)"])
def test_internal_notes_are_not_published_on_a_guess(
    heading: str, root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "amenazas.csv"
    file.write_text(THREATS.replace("Notas internas", heading), "utf-8")
    answers = tmp_path / "said.toml"
    answers.write_text(f'["amenazas.csv".columns."{heading}"]\nprivate = []', "utf-8")
    said = ("--answers", str(answers), "--what", "amenaza", "--json", "--lang", "es")
    told = run(root, str(file), "--yes", "--public", *said)[1]
    [table] = json.loads(told)["tables"]
    assert table["not_read"] == [heading]
    publish_without_source(root)
    build(open_project(root), QUICK)
    graph = (root / "build" / "graph.nq").read_text("utf-8")
    assert "Rosa Tovar" in graph
    assert "casa segura" not in graph


def test_an_option_that_an_update_does_not_use_is_told(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "amenazas.csv"
    file.write_text(THREATS, "utf-8")
    run(root, str(file), "--yes", "--what", "amenaza")
    code, output = run(root, str(file), "--what", "asesinato")
    assert code == 0
    assert "no effect here: --what;" in output


WINNERS = """Award name,Year awarded,Winner(s),Country of winner
Example Prize,2019,Jane Doe,USA
Example Prize,2020-21,Jane Doe,United States
Example Prize,2022,"Doe, John",U.K.
"""


def test_an_ending_in_brackets_is_no_part_of_a_heading(root: Path, tmp_path: Path) -> None:
    (tmp_path / "winners.csv").write_text(WINNERS, "utf-8")
    code, output = run(root, str(tmp_path / "winners.csv"), "--yes")
    assert code == 0
    assert "3 rows: laureates" in output
    assert 'recipient = "Winner(s)"' in (root / "data/sources/winners/source.toml").read_text(
        "utf-8"
    )
    assert "row 3, column 'Year awarded': '2020-21' is not a year" in output


TOTALLED = """Victime;Fait;Date
Total;2 faits;
Ana Ruiz;menace;2020-01-02
Rosa Paz;menace;2020-01-03
"""


@pytest.mark.sampled(1)
@pytest.mark.parametrize("kept", [False, True])
def test_a_total_in_a_newer_copy_is_no_victim(kept: bool, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "faits.csv"
    file.write_text(TOTALLED.replace("Total;2 faits;\n", ""), "utf-8")
    run(root, str(file), "--yes", "--public")
    source = root / "data/sources/faits/source.toml"
    if kept:  # a person has looked
        text = source.read_text("utf-8")
        source.write_text(text.replace("[[table]]", "[[table]]\ntotals = false"), "utf-8")
    before = source.read_text("utf-8")
    file.write_text(TOTALLED, "utf-8")
    code, output = run(root, str(file))
    assert code == 0
    assert ("left out: row 2" in output) != kept
    assert source.read_text("utf-8") == (
        before if kept else before.replace("[[table]]", "[[table]]\ntotals = true")
    )
    if not kept:
        publish_without_source(root)
        build(open_project(root), QUICK)
        assert "Rosa Paz" in (root / "build/graph.nq").read_text("utf-8")
        assert "Total" not in (root / "build/graph.nq").read_text("utf-8")
