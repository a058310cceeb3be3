"""What a person sees in a workbook and its cells do not hold: merged cells, hidden sheets, headings that stand again, files of another kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.test_fuzz import ods

from hrdgraph.errors import NOWHERE, Origin, SourceError
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.registry import FORMAT
from hrdgraph.sources.spreadsheet.workbook import with_merged

SHEET = FORMAT.Spreadsheet.value
APART = "unmerge the cells, and type into each row what it says"
Fill = Callable[[Any], object]


def workbook(path: Path, *rows: list[Any], fill: Fill | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if fill is not None:
        fill(sheet)
    book.close()
    return path


def rows_of(
    path: Path, columns: list[str] | None = None, told: list[SourceError] | None = None
) -> list[tuple[Any, ...]]:
    (found,) = read(
        SHEET, path, Dialect(), columns, NOWHERE, *([] if told is None else [told.append])
    )
    return found.select(
        [name for name in found.columns if name == ROW or not name.startswith("\0")]
    ).rows()


def test_a_row_below_a_merged_cell_is_told(tmp_path: Path) -> None:
    rows = [["id", "name", "note"], ["a", "", "x"], ["b", "", "y"], ["c", "Cora", "z"], [], []]
    path = workbook(
        tmp_path / "t.xlsx", *rows, fill=lambda sheet: sheet.merge_range("B2:B3", "Ada")
    )
    told: list[SourceError] = []
    assert rows_of(path, ["id", "name"], told) == [(2, "a", "Ada"), (4, "c", "Cora")]
    assert [(error.fact, error.origin, error.hint) for error in told] == [
        ("the cell is merged with B2", Origin(str(path), 3, "name"), APART)
    ]
    with pytest.raises(SourceError, match="row 3, column 'name': the cell is merged with B2"):
        rows_of(path, ["name"])
    assert rows_of(path, ["id", "note"]) == [
        (2, "a", "x"),
        (3, "b", "y"),
        (4, "c", "z"),
    ]  # columns that are not used may be merged


def test_a_row_below_a_merged_cell_of_ods_is_told(tmp_path: Path) -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell office:value-type='string' {more}><text:p>{text}</text:p></table:table-cell>"

    heads = cell("name") + cell("public")
    first = cell("Ndèye") + cell(
        "no", 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    )
    rows = [
        heads,
        first,
        cell("Łukasz") + "<table:covered-table-cell/>",
        cell("Şükran") + cell("yes"),
    ]
    path = tmp_path / "t.ods"
    path.write_bytes(ods("".join(f"<table:table-row>{row}</table:table-row>" for row in rows)))
    with pytest.raises(SourceError, match="row 3, column 'public': the cell is merged with B2"):
        rows_of(path)


@pytest.mark.parametrize("merged", ["B5:B9", "B1:C1", "A5:C6"])
def test_merged_cells_that_hide_nothing_are_let_be(merged: str, tmp_path: Path) -> None:
    """Of rows without another text, of headings, and blank ones."""

    def fill(sheet: Any) -> None:
        sheet.merge_range(merged, "name" if merged == "B1:C1" else "")

    path = workbook(tmp_path / "t.xlsx", ["id", "name"], ["a", "Ada"], fill=fill)
    assert rows_of(path, ["id", "name"]) == [(2, "a", "Ada")]


def test_without_a_name_the_first_sheet_is_one_that_is_shown(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    for name in ("old", "now", "next"):
        book.add_worksheet(name).write_column(0, 0, ["name", name])
    book.get_worksheet_by_name("old").hide()
    book.get_worksheet_by_name("now").activate()
    book.close()
    assert rows_of(tmp_path / "t.xlsx") == [(2, "now")]


def test_headings_that_stand_again_are_no_row(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        ["id", "name"],
        ["a", "Ada"],
        ["id", "name"],
        ["b", "Berta"],
        ["id", "x"],
    )
    told: list[SourceError] = []
    assert rows_of(path, None, told) == [(2, "a", "Ada"), (4, "b", "Berta"), (5, "id", "x")]
    assert [(error.fact, error.origin.row) for error in told] == [
        ("the row of headings is repeated here", 3)
    ]
    assert rows_of(workbook(tmp_path / "one.xlsx", ["name"], ["name"])) == [
        (2, "name")
    ]  # one cell alone may be a name


@pytest.mark.parametrize(
    "text",
    ["<html><table><tr><th>id</table>", "id\tname\na\tAda\n", "id;name\n", "id;prénom\n1;José\n"],
)
def test_a_text_that_is_called_a_workbook_says_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.xls").write_text(text, "utf-8")
    with pytest.raises(
        SourceError, match="this is a text file, although its name says workbook"
    ) as caught:
        rows_of(tmp_path / "t.xls")
    assert "save it as .xlsx" in caught.value.hint


def test_a_merged_cell_as_large_as_the_sheet_can_be_costs_no_more_than_what_is_filled() -> None:
    """A merged cell of 16,384 columns and a million rows, in a sheet of two columns and three rows."""
    cells = [["id", "name"], ["a", "Ada"], ["b", ""]]
    told = with_merged({}, cells, [((1, 1), (1_048_575, 16_383))])
    assert [(row, list(columns)) for row, columns in told.items()] == [(3, [2])]
