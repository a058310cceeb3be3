"""A workbook whose headings were looked at is not opened again for its cells, unless it has
changed since."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from hrdgraph.sources.spreadsheet import workbook
from hrdgraph.sources.table_cache import handing_on


def write(path: Path, name: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["key", "name", "since"])
        sheet.write_row(1, 0, ["a", name, 2.5])
        sheet.write_row(2, 0, ["b", "", 3])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    known = workbook._read_checked

    def counting(data: bytes, sheet: str, path: Path):  # type: ignore[no-untyped-def]
        calls.append(path.name)
        return known(data, sheet, path)

    monkeypatch.setattr(workbook, "_read_checked", counting)
    return calls


def looked_and_read(path: Path) -> list[tuple[object, ...]]:
    assert workbook.spreadsheet_header(path, "") == ["key", "name", "since"]
    (frame,) = workbook.read_spreadsheet(path, "", None, row_column="row")
    return frame.select("row", "key", "name", "since").rows()


def test_it_is_opened_once(tmp_path: Path, opened: list[str]) -> None:
    path = tmp_path / "list.xlsx"
    write(path, "one")
    alone = looked_and_read(path)
    assert len(opened) == 2
    with handing_on():
        assert looked_and_read(path) == alone
        assert len(opened) == 3
        assert looked_and_read(path) == alone  # what was read is let go
        assert len(opened) == 4
    assert alone == [(2, "a", "one", "2.5"), (3, "b", None, "3")]


def test_a_change_between_the_two_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(path, "one")
    with handing_on():
        workbook.spreadsheet_header(path, "")
        write(path, "another")
        (frame,) = workbook.read_spreadsheet(path, "", None, row_column="row")
    assert frame["name"].to_list() == ["another", None]


def test_only_the_last_one_waits(tmp_path: Path, opened: list[str]) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, name)
    with handing_on():
        for name in ("a.xlsx", "b.xlsx"):
            workbook.spreadsheet_header(tmp_path / name, "")
        for name in ("b.xlsx", "a.xlsx"):
            list(workbook.read_spreadsheet(tmp_path / name, "", None, row_column="row"))
    assert opened == ["a.xlsx", "b.xlsx", "a.xlsx"]
