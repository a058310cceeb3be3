"""Cells of a CSV file are changed in place, and every other byte stays."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hrdgraph.errors import SourceError
from hrdgraph.evidence.reanchoring import Change, changed

CSV = (
    b'\xef\xbb\xbfid,"a note",start\r\n\r\n1,"with ""quotes"",\r\nand lines", 12\n2;x,,"34"\r3,y,12'
)


def test_a_cell_changes_and_nothing_else() -> None:
    made = changed(
        CSV,
        {
            (3, "start"): Change("12", "120"),
            (4, "start"): Change("34", "5"),
            (5, "start"): Change("12", "7"),
        },
        "t.csv",
    )
    assert made == CSV.replace(b'lines", 12', b'lines",120').replace(b'"34"', b'"5"').replace(
        b"y,12", b"y,7"
    )


@pytest.mark.parametrize(
    ("cell", "old"),
    [
        ((3, "start"), "13"),
        ((9, "start"), "12"),
        ((3, "end"), "12"),
        ((2, "start"), ""),
        ((1, "start"), "12"),
        ((4, "id"), "2"),
    ],
)
def test_a_cell_that_is_not_what_it_was_is_an_error(cell: tuple[int, str], old: str) -> None:
    with pytest.raises(
        SourceError, match=r"t\.csv, row \d, column '\w+': the cell does not hold what it held"
    ):
        changed(CSV, {cell: Change(old, "1")}, "t.csv")


texts = st.text(st.sampled_from('ab1",;\t\n é'), max_size=5)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=5)
)


@given(tables, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.data())
def test_readers_see_the_change_and_no_other(
    rows: list[list[str]], delimiter: str, end: str, data: st.DataObject
) -> None:
    names = [f"c{number}" for number in range(len(rows[0]))]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([names, *rows])
    row, column = (
        data.draw(st.integers(0, len(rows) - 1)),
        data.draw(st.integers(0, len(names) - 1)),
    )
    old = rows[row][column]
    assume(old.strip() == old and '"' not in old)
    whole = out.getvalue().encode()
    made = changed(
        whole, {(row + 2, names[column]): Change(old, "42")}, "t.csv", delimiter=delimiter
    ).decode()
    expected = [list(cells) for cells in rows]
    expected[row][column] = "42"
    assert list(csv.reader(io.StringIO(made, newline=""), delimiter=delimiter)) == [
        names,
        *expected,
    ]
    assert changed(whole, {}, "t.csv", delimiter=delimiter) == whole
