"""Names in several columns: one name, which leads back to each of its cells, and is hidden with any of them."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples
from tests.small_projects import create_bare_project, publish_without_source

from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.fact_kinds.name_parts import find_parted_names, join_name
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.workbench_app.tables.open_table import OpenTable
from hrdgraph.workbench_app.tables.open_tables import CheckedTable

QUICK = BuildOptions(validate=False)
TABLE = """Apellidos;Fecha;Nombre;Hecho;País
Ruiz Paz;2019-03-01;Ana;detención;Perú
;2020-03-01;Luis;amenaza;Perú
Solís;2021-03-01;;amenaza;Perú
"""
PEOPLE = "Prénom;Nom;Pays;Né le\nJean;Ilunga;RDC;1960\nJean;Ilunga;RDC;1985\nJean;Kasa;RDC;1970\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create_bare_project(tmp_path / "project", "Trial", "es")
    return tmp_path / "project"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)
    return result.output


def imported(root: Path, text: str, name: str = "hechos") -> Path:
    file = root.parent / f"{name}.csv"
    file.write_text(text, "utf-8")
    run("import", str(file), "-p", str(root), "--yes", "--public", "--lang", "es")
    publish_without_source(root)
    return root / "data" / "sources" / name


def names(root: Path) -> set[str]:
    graph = build(open_project(root), BuildOptions(validate=False, on_error="row")).graph
    return {quad.object.n3() for quad in graph if quad.predicate.n3().endswith("#prefLabel>")}


def test_a_list_of_people_in_the_order_of_their_names(root: Path) -> None:
    imported(root, "Nom;Prénom;Profession\nBattistel;Marie-Noëlle;avocate\n", "membres")
    assert '"Marie-Noëlle Battistel"' in names(root)


def test_words_of_a_table_have_its_language_not_that_of_the_person(root: Path) -> None:
    rows = "".join(f"Persona {n};Presidenta de la junta de vecinos del barrio {n}\n" for n in "ABC")
    (root.parent / "cargos.csv").write_text(f"Nombre;Descripción del cargo\n{rows}", "utf-8")
    run("import", str(root.parent / "cargos.csv"), "-p", str(root), "--yes", "--lang", "en")
    said = (root / "data/sources/cargos/source.toml").read_text("utf-8")
    assert 'language = "es"' in said.partition("[[table]]")[2]


@pytest.mark.parametrize(
    ("dates", "language"),
    [
        (("12. März 2019", "26. Oktober 2015", "7. Januar 2016"), 'language = "de"'),
        # Polish or Croatian
        (("15. listopada 2001", "3. listopada 2004", "9. listopada 2006"), ""),
    ],
)
def test_the_language_of_dates_in_words_is_found(
    dates: tuple[str, ...], language: str, root: Path
) -> None:
    rows = "".join(
        f"Anna Berg;member;City Council;{date}\n" for date in (*dates, "2016-02-03", "2016-02-04")
    )
    (root.parent / "talks.csv").write_text(f"Person;Role;Organisation;From\n{rows}", "utf-8")
    run("import", str(root.parent / "talks.csv"), "-p", str(root), "--yes", "--lang", "en")
    table = (root / "data/sources/talks/source.toml").read_text("utf-8").partition("[[table]]")[2]
    assert language in table
    assert language or "language" not in table


def test_surnames_first_in_few_cells_are_no_two_people(root: Path) -> None:
    table = "Persona;Cargo\nAldana Reyes, Héctor Adolfo;diputado\nMaría Paz Soto;senadora\n"
    imported(root, table + "Luis Alberto Lacalle;senador\n", "cargos")
    assert not names(root) & {'"Aldana Reyes"', '"Héctor Adolfo"'}


def test_a_statement_leads_to_each_cell_of_the_name(root: Path) -> None:
    imported(root, TABLE)
    assert {'"Ana Ruiz Paz"', '"Luis"', '"Solís"'} <= names(root)
    told = run("explain", "Ana Ruiz Paz", "-p", str(root), "--lang", "es")
    assert "hechos.csv fila 2: Nombre = Ana, Apellidos = Ruiz Paz" in told


@pytest.mark.sampled(1)
@pytest.mark.parametrize("hidden", ["Nombre", "Apellidos"])
def test_a_name_is_as_hidden_as_any_of_its_parts(hidden: str, root: Path) -> None:
    folder = imported(root, TABLE)
    source = folder / "source.toml"
    level = f'\n[table.fields]\n{hidden} = {{ visibility = "withheld" }}\n'
    source.write_text(source.read_text("utf-8") + level, "utf-8")
    build(open_project(root), QUICK)
    public = [path for path in (root / "build").rglob("*") if "private" not in path.parts]
    texts = [path.read_bytes() for path in public if path.is_file()]
    assert not [text for text in texts if b"Ruiz Paz" in text or b"Ruiz_Paz" in text]


def test_two_of_one_whole_name_are_asked_about(root: Path) -> None:
    folder = imported(root, PEOPLE, "personas")
    source = folder / "source.toml"
    assert 'apart = ["Jean Ilunga"]' in source.read_text("utf-8")
    source.write_text(source.read_text("utf-8").replace('apart = ["Jean Ilunga"]\n', ""), "utf-8")
    found = [one.rule for one in build(open_project(root), QUICK).findings]
    assert found.count("namesakes-joined") == 1


def test_a_row_that_is_typed_is_read_aloud_with_its_whole_name(root: Path) -> None:
    imported(root, TABLE)
    project = open_project(root)
    source = project.source("hechos")
    table = CheckedTable(project, OpenTable(source, source.tables[0], root.parent / "journal"))
    assert "Ana Ruiz Paz" in table.aloud(table.rows.rows[0], "es")
    assert [column and column.name for column in table.columns].count("victim") == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{ joined = ["Nombre", "Apelido"] }', "column-unknown"),
        ('{ joined = ["Nombre", "Apellidos"], value = "x" }', "several-of"),
        (
            '{ joined = ["Nombre", "Apellidos"], without = "a.csv", key = "a" }',
            "not-together",
        ),
    ],
)
def test_what_cannot_be_joined_is_said(said: str, code: str, root: Path) -> None:
    source = imported(root, TABLE) / "source.toml"
    text = source.read_text("utf-8")
    source.write_text(text.replace('{ joined = ["Nombre", "Apellidos"] }', said), "utf-8")
    with pytest.raises(HrdgraphError) as raised:
        build(open_project(root), QUICK)
    assert code in {error.code for error in getattr(raised.value, "errors", (raised.value,))}


PARTS = ("Prénom", "Deuxième prénom", "Nom de famille", "Post-nom")
WORDS = st.sampled_from(["", "Ana", "Luz", "Ruiz", "de la Paz", " Kasa  Tshi "])


@pytest.mark.parametrize("headings", [*permutations(PARTS, 3)])
@settings(max_examples=examples(30))
@given(rows=st.lists(st.tuples(*[WORDS] * 3), max_size=4))
def test_the_order_of_a_name_is_not_that_of_the_columns(
    headings: tuple[str, ...], rows: list[tuple[str, ...]]
) -> None:
    columns = {
        heading: [row[place] for row in rows]
        for place, heading in enumerate(("Date", *headings), -1)
    } | {"Date": ["2020"] * len(rows)}
    assert len(find_parted_names({name: [] for name in columns})) == 1
    for found in find_parted_names(columns):
        assert list(found.headings) == [part for part in PARTS if part in headings]
        for place, row in enumerate(rows):
            cells = [columns[heading][place] for heading in found.headings]
            assert join_name(cells).split() == " ".join(cells).split()
            assert sorted(join_name(cells).split()) == sorted(" ".join(row).split())


def test_short_headings_of_parts_are_put_in_order() -> None:
    columns = {"LAST": ["Ñandú"], "FIRST": ["José"], "MIDDLE": ["Ángel"], "Last seen": ["2001"]}
    assert [one.headings for one in find_parted_names(columns)] == [("FIRST", "MIDDLE", "LAST")]
