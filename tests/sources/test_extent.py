"""How far the cells of a sheet lie apart is looked at before places are kept for all of them."""

from __future__ import annotations

import io
import zipfile

import pytest

from hrdgraph.sources.spreadsheet.workbook import is_too_wide


def book(*places: str) -> bytes:
    cells = "".join(f'<c r="{place}"><v>1</v></c>' for place in places)
    return archived("xl/worksheets/sheet1.xml", f"<sheetData><row>{cells}</row></sheetData>")


def archived(name: str, text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("places", "wide"),
    [
        (("A1", "B2"), False),
        (("A1", "A1048576"), False),
        (("A1", "XFD1"), False),
        (("A1", "XFD1048576"), True),
        (("XFD1", "A1048576"), True),
        (("A1", "A1048577"), True),
        (("A1", "XFE1"), True),
        (("A1", "ZZZ99999999"), True),
        (("A1", "!!"), False),
        ((), False),
    ],
)
def test_the_area_counts(places: tuple[str, ...], wide: bool) -> None:
    assert is_too_wide(book(*places)) is wide


@pytest.mark.parametrize(
    ("row", "wide"),
    [
        ('<row><c t="n" r="XFD1048576"/></row>', True),
        ("<row><c t='n' r = 'XFD1048576'/></row>", True),
        ('<row><x:c s="1" r="$XFD$1048576"/></row>', True),
        (f'<row><c r="{"A" * 200}1"/></row>', True),
        ('<row r="4294967295"><c><v>1</v></c></row>', True),
        ('<row r="1"><c r="A1"/></row><row s="2" r="900000000"><c/></row>', True),
        (f'<row r="1"/><row r="999999">{"<c><v>1</v></c>" * 1000}</row>', True),
        (f'<row r="1"/><row r="999">{"<c><v>1</v></c>" * 1000}</row>', False),
        ('<row r="1048576"><c t="n" r="C1048576"/></row>', False),
    ],
)
def test_however_the_place_is_written(row: str, wide: bool) -> None:
    assert is_too_wide(archived("xl/worksheets/sheet1.xml", f"<sheetData>{row}")) is wide


CELL = '<table:table-cell office:value-type="string" table:number-columns-repeated="{}"><text:p>a'
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


@pytest.mark.parametrize(
    ("rows", "cells", "wide"),
    [
        ("1", CELL.format(1_000_000_000), True),
        ("1", CELL.format("9" * 5000), True),
        ("1", CELL.format(16_384), False),
        ("1000000000", CELL.format(2), True),
        ("2000000000", BLANK, True),
        ("1048576", CELL.format(1), False),
        ("1048576", BLANK, False),
        ("1048576", CELL.format(1) + BLANK, False),
        ("1048576", BLANK + CELL.format(1), True),
        ("100000", CELL.format(10_000), True),
        ("1", '<table:table-cell><text:p><text:s text:c="2000000000"/>a', True),
        ("1", '<table:table-cell><text:p><text:s text:c="20"/>a', False),
        ("1", '<table:table-cell><text:p><text:s xml:c="1" text:c="2000000000"/>a', True),
        (
            "1",
            f'<table:table-cell><text:p><text:s xml:space="{">" * 300}" text:c="2000000000"/>a',
            True,
        ),
        (
            "1",
            '<table:table-cell table:number-columns-repeated="1000"><text:p><text:s text:c="40000000"/>a',
            True,
        ),
        ("100000", '<table:table-cell><text:p><text:s text:c="1000000"/>a', True),
        ("1000", CELL.format(1) + "ж" * 600_000, True),
    ],
)
def test_repetitions_of_ods_count(rows: str, cells: str, wide: bool) -> None:
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'
    assert is_too_wide(archived("content.xml", row)) is wide


def test_what_is_no_archive_is_left_to_the_reader() -> None:
    assert not is_too_wide(b"PK nothing")
