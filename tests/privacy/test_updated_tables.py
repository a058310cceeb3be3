"""What is private in a newer copy of a table, and was not when somebody said who may see it, is for us alone until they say so again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from click.testing import CliRunner
from tests.pipeline.canaries import read_outputs
from tests.small_projects import create_small_project

from hrdgraph.catalogue import Message, render
from hrdgraph.cli.app import app
from hrdgraph.library.importing import import_tables
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.importing.update import ClosedPart, undo_update, update_files
from hrdgraph.project import open_project
from hrdgraph.workbench_app.tasks.named import build_project

HEAD: Final = ["Víctima", "Hecho", "Fecha", "Lugar", "Fuente", "Se puede publicar", "Observaciones"]
PAGE: Final = "https://www.eltiempo.com/justicia/lideres-2021"
ROWS: Final = [
    ["Yolanda Ñáñez de la Peña", "homicidio", "2021-03-04", "Quibdó", PAGE, "sí", "primera visita"],
    ["Jesús Ángel Güiza", "homicidio", "2021-05-12", "Tumaco", PAGE, "sí", "sin abogado"],
    ["Leyner Palacios Asprilla", "amenaza", "2021-06-01", "Bojayá", PAGE, "sí", ""],
]  # fmt: skip
NO_REMARK: Final = {"columns": {"Observaciones": {"private": []}}}  # that keeps its row back
PRIVATE: Final = {
    "who-holds-phone": "Tumaco, llamar al +57 301 555 0142",
    "who-holds-email": "Tumaco (jesus.guiza@example.org)",
    "who-holds-street": "Carrera 12 No. 45, Tumaco",
    "who-holds-coordinates": "1.80625, -78.76472",
    "who-holds-identity-number": "Tumaco, c.c. 1.087.456.321",
    "who-holds-birth-date": "Tumaco (nacido 4 de mayo de 1981)",
}


def write(path: Path, rows: list[list[str]], *, title: str = "", hidden: int = 0) -> Path:
    """A workbook as an office types it; some row may be hidden, a title may stand above."""
    book = openpyxl.Workbook()
    for row in [[title or "Registro 2021"], HEAD, *rows]:
        book.active.append(row)
    if hidden:
        book.active.row_dimensions[hidden].hidden = True
    book.save(path)
    return path


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a register whose columns somebody has published."""
    folder = tmp_path_factory.mktemp("updated")
    create_small_project(folder / "project", "Registro", "es")
    shutil.rmtree(folder / "project" / "data" / "sources" / "example")
    import_tables(
        write(folder / "registro.xlsx", ROWS), kind="act", publish={"Lugar": "public", "Fecha": "public"},
        answers={"registro.xlsx": NO_REMARK}, project=folder / "project", lang="es",
    )  # fmt: skip
    return folder / "project"


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "project")


def description(root: Path) -> str:
    return (root / "data" / "sources" / "registro" / "source.toml").read_text("utf-8")


def with_cell(row: int, column: int, text: str) -> list[list[str]]:
    rows = [list(one) for one in ROWS]
    rows[row][column] = text
    return rows


def update(root: Path, file: Path) -> tuple[ClosedPart, ...]:
    done = update_files(open_project(root), "registro", [file])
    assert done is not None
    assert not done.conflicts
    return done.kept_back


def public_text(root: Path) -> str:
    build(open_project(root), BuildOptions(validate=False))
    return "\n".join(text.decode("utf-8", "replace") for _, text in read_outputs(root / "build"))


@pytest.mark.parametrize("reason", PRIVATE)
def test_a_column_with_something_private_is_for_us_alone(
    root: Path, tmp_path: Path, reason: str
) -> None:
    before = description(root)
    kept = update(root, write(tmp_path / "registro.xlsx", with_cell(1, 3, PRIVATE[reason])))
    assert [(one.heading, one.reason) for one in kept] == [("Lugar", reason)]
    assert description(root).count('"Lugar"') == before.count('"Lugar"') + 1
    again = update(root, write(tmp_path / "registro.xlsx", with_cell(2, 3, PRIVATE[reason])))
    assert again == ()
    assert description(root).count('"Lugar"') == before.count('"Lugar"') + 1


def test_what_was_for_everybody_before_stays_so(root: Path, tmp_path: Path) -> None:
    assert update(root, write(tmp_path / "registro.xlsx", with_cell(0, 3, "Istmina"))) == ()
    words = public_text(root)
    assert "Yolanda Ñáñez de la Peña" in words
    assert "Istmina" in words


def test_no_public_byte_tells_what_the_new_copy_has(root: Path, tmp_path: Path) -> None:
    rows = with_cell(1, 3, PRIVATE["who-holds-phone"])
    result = CliRunner().invoke(
        app, ["import", str(write(tmp_path / "registro.xlsx", rows)), "--yes", "--lang", "es", "-p", str(root)]
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "solo nosotros" in result.output
    assert "«Lugar»" in result.output
    words = public_text(root)
    assert "555 0142" not in words
    assert "Jesús Ángel Güiza" in words
    assert "2021-05-12" in words
    undo_update(open_project(root), "registro")
    assert "restricted = [" not in description(root) or '"Lugar"' not in description(root).split("restricted = [")[1].split("]")[0]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "CONFIDENCIAL – solo uso interno"}, "who-copy-says-private"),
        ({"hidden": 4}, "who-rows-marked"),
    ],
)
def test_a_table_that_says_now_that_it_is_private_is_for_us_alone(
    root: Path, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    kept = update(root, write(tmp_path / "registro.xlsx", ROWS, **change))  # type: ignore[arg-type]
    assert [one.reason for one in kept] == [reason]
    words = public_text(root)
    assert "Jesús Ángel Güiza" not in words
    assert "2021-05-12" not in words


def test_a_remark_that_says_that_something_is_private_closes_the_table(
    root: Path, tmp_path: Path
) -> None:
    kept = update(root, write(tmp_path / "registro.xlsx", with_cell(2, 6, "confidencial")))
    assert [(one.heading, one.reason) for one in kept] == [("", "who-copy-says-private")]
    assert "Leyner Palacios Asprilla" not in public_text(root)


def test_a_level_that_is_read_anyhow_closes_its_row_alone(root: Path, tmp_path: Path) -> None:
    assert update(root, write(tmp_path / "registro.xlsx", with_cell(2, 5, "confidencial"))) == ()
    words = public_text(root)
    assert "Leyner Palacios Asprilla" not in words
    assert "Jesús Ángel Güiza" in words


def test_a_description_of_another_shape_closes_the_source(root: Path, tmp_path: Path) -> None:
    file = root / "data" / "sources" / "registro" / "source.toml"
    head, _, tail = file.read_text("utf-8").partition("[[table]]")
    file.write_text(f"{head}[[ table ]]{tail}", "utf-8")
    update(root, write(tmp_path / "registro.xlsx", with_cell(1, 3, PRIVATE["who-holds-phone"])))
    assert open_project(root).source("registro").visibility == "restricted"


def typed(root: Path, row: int, column: int, text: str) -> None:
    """Type a cell into the file of the source, as whoever opens it in a spreadsheet does."""
    write(root / "data" / "sources" / "registro" / "registro.xlsx", with_cell(row, column, text))


@pytest.mark.sampled(1)
@pytest.mark.parametrize("reason", PRIVATE)
def test_a_private_cell_that_is_typed_by_hand_is_not_published(root: Path, reason: str) -> None:
    typed(root, 1, 3, PRIVATE[reason])
    done = build_project({"project": str(root)}, lambda *_: None)  # as the workbench does
    public = "\n".join(text.decode("utf-8", "replace") for _, text in read_outputs(root / "build"))
    assert PRIVATE[reason] not in public
    assert [name for name in ("Quibdó", "Jesús Ángel Güiza") if name not in public] == []
    [found] = done["unread"]
    assert (found["row"], found["column"]) == (4, "Lugar")
    assert found["file"].endswith("registro.xlsx")
    shown = CliRunner().invoke(app, ["build", "-p", str(root), "--lang", "es", "--no-validate"])
    assert 'public = ["Lugar"]' in shown.output
    assert render(Message(reason), "es") in shown.output
    assert PRIVATE[reason] not in shown.output
    file = root / "data" / "sources" / "registro" / "source.toml"
    file.write_text(
        description(root).replace("[[table]]", '[[table]]\npublic = ["Lugar"]', 1), "utf-8"
    )
    assert PRIVATE[reason] in public_text(root)


def test_a_name_with_a_phone_number_costs_its_row(root: Path) -> None:
    typed(root, 1, 0, "Jesús Ángel Güiza, cel. 301 555 0142")
    text = public_text(root)
    assert "301 555 0142" not in text
    assert "Yolanda Ñáñez de la Peña" in text


def test_a_private_cell_of_a_row_that_is_kept_back_is_no_question(root: Path) -> None:
    rows = with_cell(1, 3, PRIVATE["who-holds-phone"])
    rows[1][5] = "no"
    write(root / "data" / "sources" / "registro" / "registro.xlsx", rows)
    assert build(open_project(root), BuildOptions(validate=False)).left_out == ()
    assert "555 0142" not in public_text(root)


def test_what_a_person_published_at_import_stays_public(root: Path, tmp_path: Path) -> None:
    cell = PRIVATE["who-holds-street"]
    file = write(tmp_path / "visitas.xlsx", with_cell(1, 3, cell))
    publish = {"Lugar": "public", "Fecha": "public"}
    answers = {"visitas.xlsx": NO_REMARK}
    import_tables(file, kind="act", publish=publish, answers=answers, project=root, lang="es")
    written = (root / "data" / "sources" / "visitas" / "source.toml").read_text("utf-8")
    assert 'public = ["Lugar"]' in written
    assert cell in public_text(root)


def test_an_empty_cell_that_was_filled_here_stays_so(root: Path, tmp_path: Path) -> None:
    own = root / "data" / "sources" / "registro" / "registro.xlsx"
    book = openpyxl.load_workbook(own)
    assert book.active.cell(5, 7).value is None
    book.active.cell(5, 7).value = "con abogada"
    book.save(own)
    update(root, write(tmp_path / "registro.xlsx", ROWS))
    sheet = openpyxl.load_workbook(own).active
    assert [sheet.cell(row, 7).value for row in (3, 4, 5)] == [
        ROWS[0][6],
        ROWS[1][6],
        "con abogada",
    ]
    assert [cell.value for cell in sheet[5]][:6] == ROWS[2][:6]
