"""How far the cells of a sheet lie apart is looked at before places are kept for all of them."""

from __future__ import annotations

import io
import zipfile

import pytest

from hrdgraph.sources.spreadsheet.extent import is_too_wide


def book(*places: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        cells = "".join(f'<c r="{place}"><v>1</v></c>' for place in places)
        archive.writestr("xl/worksheets/sheet1.xml", f"<sheetData><row>{cells}</row></sheetData>")
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


def test_what_is_no_archive_is_left_to_the_reader() -> None:
    assert not is_too_wide(b"PK nothing")
