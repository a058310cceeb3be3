"""Cells of a table that cites a page are changed in place, and the other rows stay to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import Origin, SourceError
from hrdgraph.pipeline.reanchoring import Edit, edit_cells

PLACE = Path("citations.csv")
CSV = b'\xef\xbb\xbfid,"a note",start\r\n\r\n1,"with ""quotes"",\r\nand lines",12\r\nAung San Suu Kyi,,"34"\r\n"\xc3\xa9",y,12'


def edit(row: int, column: str, old: str, new: str) -> Edit:
    return Edit(Origin("citations.csv", row, column), old, new)


def test_a_cell_changes_and_other_rows_stay() -> None:
    edits = [edit(3, "start", "12", "120"), edit(5, "start", "12", "7")]
    made = edit_cells(PLACE, CSV, edits, ",")
    assert made == CSV.replace(b'lines",12', b'lines",120').replace(
        b'"\xc3\xa9",y,12', b"\xc3\xa9,y,7\r\n"
    )


@pytest.mark.parametrize(
    ("row", "column", "old"),
    [
        (3, "start", "13"),
        (9, "start", "12"),
        (3, "end", "12"),
        (2, "start", ""),
        (1, "start", "12"),
    ],
)
def test_a_cell_that_is_not_what_it_was_is_an_error(row: int, column: str, old: str) -> None:
    with pytest.raises(SourceError, match="it was changed meanwhile"):
        edit_cells(PLACE, CSV, [edit(row, column, old, "1")], ",")
