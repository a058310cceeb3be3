"""A newer copy of a table keeps what was corrected here; what both sides changed is decided by a person; and an update can be taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project
from tests.test_fuzz import ods

from hrdgraph.cli.app import app
from hrdgraph.errors import SourceError
from hrdgraph.library.importing import import_tables
from hrdgraph.pipeline.importing.update import (
    find_similar_sources,
    keep_before,
    match_rows,
    undo_update,
    update_files,
)
from hrdgraph.pipeline.importing.workbook_writer import make_editable
from hrdgraph.project import open_project
from hrdgraph.sources.fact_table import cells_of

HEAD = ["N°", "Nom de la victime", "Nature des faits", "Date des faits", "Pays"]
ROWS = [
    ["1", "Aïssata Traoré", "arrestation", "2024-03-04", "Mali"],
    ["2", "José Ñúñez de la Peña", "menace", "2024-05-12", "Pérou"],
    ["3", "王小明", "arrestation", "2024-06-01", "Chine"],
    ["4", "نسرین ستوده", "détention", "2024-06-13", "Iran"],
    ["5", "Marie-Thérèse Mukendi wa Kabongo", "menace", "2024-07-30", "RDC"],
]  # fmt: skip
Writer = Callable[[Path, list[list[str]]], Path]


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    path = path.with_suffix(".csv")
    path.write_text("".join(";".join(row) + "\r\n" for row in [HEAD, *rows]), "utf-8", newline="")
    return path


def write_xlsx(path: Path, rows: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    book.create_sheet("Notes")["A1"] = "à relire"
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def write_ods(path: Path, rows: list[list[str]]) -> Path:
    lines = "".join(
        "<table:table-row>" + "".join(f"<table:table-cell office:value-type='string'><text:p>{cell}</text:p></table:table-cell>" for cell in row) + "</table:table-row>"
        for row in [HEAD, *rows]
    )  # fmt: skip
    path.with_suffix(".ods").write_bytes(ods(lines))
    return path.with_suffix(".ods")


WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}


def changed(*changes: tuple[int, int, str], rows: list[list[str]] = ROWS) -> list[list[str]]:
    copy = [list(row) for row in rows]
    for row, column, text in changes:
        copy[row][column] = text
    return copy


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the register as a source, once as each kind of file."""
    folder = tmp_path_factory.mktemp("updates")
    create_bare_project(folder / "project", "Registre", "fr")
    for ending, write in WRITERS.items():
        file = write(folder / f"registre-{ending}", ROWS)
        shutil.copy(file, folder / f"original.{ending}")
        import_tables(file, name=ending, project=folder / "project", lang="fr")
    return folder


@pytest.fixture
def root(imported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(imported / "project", tmp_path / "project")


def table(root: Path, ending: str) -> Path:
    """The file that the source is made of now."""
    source = open_project(root).source(ending)
    return source.table_file(source.tables[0])


def rows_of(path: Path) -> list[list[str]]:
    return [list(row) for row in cells_of(path, "")[1:] if any(row)]


def correct(root: Path, ending: str, rows: list[list[str]]) -> None:
    """Correct the table of a source, as somebody does in a spreadsheet."""
    WRITERS[ending](table(root, ending), rows)


@pytest.mark.parametrize("ending", WRITERS)
def test_corrections_stay_and_news_come(root: Path, tmp_path: Path, ending: str) -> None:
    correct(root, ending, changed((0, 4, "Burkina Faso"), (3, 1, "Nasrin Sotoudeh")))
    news = changed((1, 3, "2024-05-13"))
    del news[4]
    news.insert(0, ["6", "Ana Pérez", "menace", "2024-01-01", "Mexique"])
    new = WRITERS[ending](tmp_path / f"registre-{ending}", news)
    done = update_files(open_project(root), ending, [new])
    assert done is not None
    assert done.conflicts == ()
    [change] = done.files.values()
    assert (change.before, change.after, change.kept) == (5, 5, 2)
    wanted = [news[0], *changed((0, 4, "Burkina Faso"), (1, 3, "2024-05-13"), (3, 1, "Nasrin Sotoudeh"))[:4]]  # fmt: skip
    assert rows_of(table(root, ending)) == wanted
    undo_update(open_project(root), ending)
    assert rows_of(table(root, ending)) == changed((0, 4, "Burkina Faso"), (3, 1, "Nasrin Sotoudeh"))  # fmt: skip
    undo_update(open_project(root), ending)  # and forth again
    assert rows_of(table(root, ending)) == wanted
    again = update_files(open_project(root), ending, [new])  # nothing new: nothing is lost
    assert again is not None
    assert rows_of(table(root, ending)) == wanted


@pytest.mark.parametrize("ending", WRITERS)
def test_what_both_changed_is_decided(root: Path, tmp_path: Path, ending: str) -> None:
    correct(root, ending, changed((0, 4, "Burkina Faso"), (2, 4, "Taïwan")))
    before = table(root, ending).read_bytes()
    new = WRITERS[ending](tmp_path / f"registre-{ending}", changed((0, 4, "Niger")))
    done = update_files(open_project(root), ending, [new])
    assert done is not None
    assert done.files == {}
    [conflict] = done.conflicts
    assert conflict[1:] == (2, "Aïssata Traoré", "Pays", "Mali", "Burkina Faso", "Niger")
    assert table(root, ending).read_bytes() == before
    for choice, text in (("theirs", "Niger"), ("mine", "Burkina Faso")):
        copy = shutil.copytree(root, tmp_path / choice)
        decided = update_files(open_project(copy), ending, [new], {conflict.key: choice})
        assert decided is not None
        assert decided.conflicts == ()
        assert rows_of(table(copy, ending)) == changed((0, 4, text), (2, 4, "Taïwan"))


def test_rows_that_are_gone_or_added_on_one_side(root: Path, tmp_path: Path) -> None:
    mine = changed((4, 4, "Congo-Kinshasa"))
    del mine[1]
    mine.append(["", "Berta Cáceres", "assassinat", "2016-03-02", "Honduras"])
    correct(root, "csv", mine)
    theirs = changed((1, 4, "Bolivie"))[:4]
    new = write_csv(tmp_path / "registre-csv", theirs)
    done = update_files(open_project(root), "csv", [new])
    assert done is not None
    assert [(one.heading, one.mine, one.theirs) for one in done.conflicts] == [
        ("", "", "2 · José Ñúñez de la Peña · menace · 2024-05-12 · Bolivie"),
        ("", "5 · Marie-Thérèse Mukendi wa Kabongo · menace · 2024-07-30 · Congo-Kinshasa", ""),
    ]
    update_files(open_project(root), "csv", [new], prefer="mine")
    names = [row[1] for row in rows_of(table(root, "csv"))]
    assert names == [ROWS[0][1], ROWS[2][1], ROWS[3][1], ROWS[4][1], "Berta Cáceres"]


def test_a_correction_never_goes_to_somebody_else(root: Path, tmp_path: Path) -> None:
    """The new copy has another person in the row, all else alike."""
    correct(root, "csv", changed((0, 3, "2024-03-05")))
    new = write_csv(tmp_path / "registre-csv", changed((0, 1, "Fatoumata Diarra")))
    done = update_files(open_project(root), "csv", [new])
    assert done is not None
    assert [(one.name, one.heading, one.mine) for one in done.conflicts] == [
        ("Fatoumata Diarra", "Date des faits", "2024-03-05")
    ]


def test_without_what_was_imported_nothing_is_overwritten_unasked(
    root: Path, tmp_path: Path
) -> None:
    """A source of an earlier version, or a project that was moved without its private folder."""
    shutil.rmtree(root / "data/private")
    correct(root, "csv", changed((0, 4, "Burkina Faso"), (1, 4, "Bolivie")))
    new = write_csv(tmp_path / "registre-csv", changed((1, 3, "2024-05-13")))
    done = update_files(open_project(root), "csv", [new])
    assert done is not None
    assert {(one.before, one.mine, one.theirs) for one in done.conflicts} == {
        (None, "Burkina Faso", "Mali"), (None, "Bolivie", "Pérou"), (None, "2024-05-12", "2024-05-13"),
    }  # fmt: skip


def test_a_spreadsheet_that_was_copied_to_be_edited(root: Path, tmp_path: Path) -> None:
    project = open_project(root)
    name = make_editable(project, "ods", "registre-ods.ods")
    book = openpyxl.load_workbook(table(root, "ods"))
    book.active["E2"] = "Burkina Faso"
    book.save(table(root, "ods"))
    new = write_ods(tmp_path / "registre-ods", changed((1, 3, "2024-05-13")))
    done = update_files(open_project(root), "ods", [new])
    assert done is not None
    assert list(done.files) == [name]
    assert rows_of(table(root, "ods")) == changed((0, 4, "Burkina Faso"), (1, 3, "2024-05-13"))


def test_sheets_that_no_table_reads_come_with_the_new_copy(root: Path, tmp_path: Path) -> None:
    correct(root, "xlsx", changed((0, 4, "Burkina Faso")))
    new = write_xlsx(tmp_path / "registre-xlsx", ROWS)
    update_files(open_project(root), "xlsx", [new])
    assert cells_of(table(root, "xlsx"), "Notes")[0][0] == "à relire"
    assert table(root, "xlsx").stat().st_mode & 0o777 == new.stat().st_mode & 0o777


def run(root: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, ["import", "--project", str(root), "--lang", "fr", *arguments], catch_exceptions=False, standalone_mode=False,
    )  # fmt: skip
    return int(result.return_value or 0), result.output


def test_a_copy_with_fewer_rows_says_how_many_are_gone(root: Path, tmp_path: Path) -> None:
    _, output = run(root, str(write_csv(tmp_path / "registre-csv", ROWS)), "--name", "csv", "--yes")
    assert "n’y sont plus" not in output
    cut = write_csv(tmp_path / "registre-csv", ROWS[:2])
    code, output = run(root, str(cut), "--name", "csv", "--yes")
    assert (code, "3 lignes n’y sont plus" in output) == (0, True)


def test_the_same_workbook_under_another_name_is_recognised(root: Path, tmp_path: Path) -> None:
    correct(root, "csv", changed((0, 4, "Burkina Faso")))
    new = write_csv(tmp_path / "Registre (v3 définitif)", changed((1, 3, "2024-05-13")))
    assert [one[:3] for one in find_similar_sources(open_project(root), [new])] == [
        ("csv", "registre-csv.csv", 5)
    ]
    code, output = run(root, str(new), "--yes")
    assert code == 1
    assert "nouvelle copie de registre-csv.csv dans la source « csv » : 5 lignes sur 5" in output
    assert "--name csv" in output
    code, output = run(root, str(new), "--name", "csv")
    assert code == 0, output
    assert "1 correction faite ici est gardée" in output
    assert rows_of(table(root, "csv")) == changed((0, 4, "Burkina Faso"), (1, 3, "2024-05-13"))
    assert "--undo --name csv" in output
    answers = tmp_path / "answers.json"  # what is answered once more is no update of its own
    answers.write_text('{"registre-csv.csv": {"columns": {"Pays": {"who": "withheld"}}}}', "utf-8")
    again = ("--name", "csv", "--answers", str(answers), "--yes")
    code, output = run(root, str(table(root, "csv")), *again)
    assert (code, "Pays" in (table(root, "csv").parent / "source.toml").read_text("utf-8")) == (
        0,
        True,
    ), output
    code, output = run(root, "--undo", "--name", "csv")
    assert code == 0
    assert rows_of(table(root, "csv")) == changed((0, 4, "Burkina Faso"))


def test_another_month_of_the_same_form_is_no_newer_copy(root: Path, tmp_path: Path) -> None:
    rows = [["1", "Wangari Muta", "menace", "2024-08-02", "Kenya"], ["2", "Óscar Arnulfo", "arrestation", "2024-08-09", "Salvador"]]  # fmt: skip
    assert find_similar_sources(open_project(root), [write_csv(tmp_path / "août", rows)]) == []


def test_conflicts_are_listed_and_decided_in_the_command(root: Path, tmp_path: Path) -> None:
    correct(root, "csv", changed((0, 4, "Burkina Faso")))
    new = write_csv(tmp_path / "registre-csv", changed((0, 4, "Niger")))
    code, output = run(root, str(new), "--name", "csv")
    assert code == 1
    assert "ligne 2 (Aïssata Traoré), Pays : ici « Burkina Faso », dans la nouvelle copie « Niger », avant « Mali »" in output  # fmt: skip
    code, output = run(root, str(new), "--name", "csv", "--json")
    assert json.loads(output)["conflicts"][0]["mine"] == "Burkina Faso"
    assert run(root, str(new), "--name", "csv", "--conflicts", "theirs")[0] == 0
    assert rows_of(table(root, "csv")) == changed((0, 4, "Niger"))


def test_headings_that_changed_revert_no_correction(root: Path, tmp_path: Path) -> None:
    correct(root, "csv", changed((0, 4, "Burkina Faso")))
    new = tmp_path / "registre-csv.csv"
    text = write_csv(new, ROWS).read_text("utf-8").replace("Nature des faits", "Type de violation")
    new.write_text(text, "utf-8")
    with pytest.raises(SourceError, match="would undo the corrections"):
        import_tables(new, name="csv", project=root, lang="fr")
    assert rows_of(table(root, "csv")) == changed((0, 4, "Burkina Faso"))


def test_a_file_that_is_imported_from_its_own_place_keeps_its_base(root: Path) -> None:
    correct(root, "csv", changed((0, 4, "Burkina Faso")))
    update_files(open_project(root), "csv", [table(root, "csv")])
    assert keep_before(open_project(root), "csv", [table(root, "csv")]) == []
    base = root / "data/private/updates/imported/csv/registre-csv.csv"
    assert "Burkina" not in base.read_text("utf-8")
    assert (root / "data/private/updates").stat().st_mode & 0o077 == 0


def test_rows_are_known_wherever_they_moved() -> None:
    old = [list(row) for row in ROWS]
    new = [["1", *row[1:]] for row in reversed(changed((0, 4, "Niger")))]
    assert match_rows(old, new) == {0: 4, 1: 3, 2: 2, 3: 1, 4: 0}
    twice = [["a", "b"], ["a", "b"], ["c", "d"]]
    assert match_rows(twice, twice[1:]) == {0: 0, 2: 1}
    assert match_rows([["Ada"], ["Bob"]], [["Ada"], ["Robert"]], by_place=True) == {0: 0, 1: 1}
    assert match_rows([["Ada"], ["Bob"]], [["Ada"], ["Robert"]]) == {0: 0}
