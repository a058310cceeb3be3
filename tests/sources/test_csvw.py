"""CSV dialects of the web (CSVW): what is skipped, and that rows keep the numbers they have in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import NOWHERE, SourceError
from hrdgraph.sources import Dialect, header_of, is_bare, read

Frame = Callable[..., pl.DataFrame]


@pytest.mark.parametrize(
    ("text", "dialect", "rows"),
    [
        ("note\n\nid,v\n1,x\n", {"skip_rows": 1}, [(4, "1", "x")]),
        ("# a\n#b,c\nid,v\n1,x\n# d\n2,y\n", {"comment": "#"}, [(4, "1", "x"), (6, "2", "y")]),
        (
            'id,v\n1,"x\n# no comment"\n2,y\n',
            {"comment": "#"},
            [(2, "1", "x\n# no comment"), (3, "2", "y")],
        ),
        ("1,x\n2,y\n", {"header": False}, [(1, "1", "x"), (2, "2", "y")]),
        (
            'skip\n"a\n",x\n2,y\n',
            {"header": False, "skip_rows": 1},
            [(2, "a\n", "x"), (3, "2", "y")],
        ),
        ("id,v\n 1 , x \n", {"trim": "both"}, [(2, "1", "x")]),
        ("id,v\n 1 , x \n", {"trim": "start"}, [(2, "1 ", "x ")]),
        ("id,v\n 1 , x \n", {"trim": "end"}, [(2, " 1", " x")]),
        ("id;v\n1;'x;''y'\n", {"delimiter": ";", "quote": "'"}, [(2, "1", "x;'y")]),
    ],
)
def test_dialects(
    text: str,
    dialect: dict[str, object],
    rows: list[tuple[object, ...]],
    tmp_path: Path,
    frame: Frame,
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    assert frame("CSV", path, **dialect).rows() == rows


def test_headings_that_are_not_there_have_the_names_of_csvw(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\ufeffa,b,c\n", "utf-8")
    assert header_of(path, Dialect(header=False)) == ["_col.1", "_col.2", "_col.3"]


def test_errors_name_the_row_of_the_file(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.csv"
    path.write_text("note\nid,v\n1,x\n2\n", "utf-8")
    with pytest.raises(SourceError, match="1 cell, but") as caught:
        frame("CSV", path, skip_rows=1)
    assert (caught.value.origin.file, caught.value.origin.row) == (str(path), 4)


def test_nothing_left(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.csv"
    path.write_text("note\n", "utf-8")
    for dialect in ({"skip_rows": 5}, {"comment": "n"}, {"header": False, "skip_rows": 1}):
        with pytest.raises(SourceError):
            frame("CSV", path, **dialect)
    with pytest.raises(SourceError, match="cannot be read"):
        frame("CSV", tmp_path / "none.csv", skip_rows=1)


@pytest.mark.parametrize(
    ("data", "dialect", "bare"),
    [
        (b"id,v\n1,x\r\n", {}, True),
        ("\ufeffid,v\n1,é".encode(), {}, True),
        (b"id\tv\n1\tx\n", {"delimiter": "\t"}, True),  # cells without quotes have no delimiter
        (b"id\tv\n1\tx\n", {}, False),
        (b'id"v\n1"x\n', {"delimiter": '"', "quote": "'"}, True),
        (b'id,v\n1,"x"\n', {}, False),
        (b"id,v\n1,'x\ny'\n", {"quote": "'"}, False),
        (b"id,v\n1,it's\n", {}, True),
        (b"id,v\n1,\\\n", {}, False),
        (b"id,v\n1,\x7f\n", {}, False),
        (b"id,v\n1,x\n", {"encoding": "latin-1"}, False),  # what it is as UTF-8, only reading tells
        (b"id,v\n1,x\n", {"compression": "gzip"}, False),
        ("id§v\n1§x\n".encode(), {"delimiter": "§"}, False),
        (b"id,v\n" + b"1,x\n" * 100_000 + b'1,"\n', {}, False),
        (b"id,v\n" + b"1,x\n" * 100_000, {}, True),
        (None, {}, False),
    ],
)
def test_whether_no_cell_has_anything_to_escape(
    data: bytes | None, dialect: dict[str, str], bare: bool, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    if data is not None:
        path.write_bytes(data)
    assert is_bare("CSV", path, Dialect(**dialect), NOWHERE) == bare
    assert not is_bare("JSONPath", path, Dialect(), NOWHERE)


@given(
    st.one_of(st.text("ab,\"\n#;\\\t\r'", max_size=40).map(str.encode), st.binary(max_size=40)),
    st.builds(
        Dialect,
        delimiter=st.sampled_from([",", ";", "\t"]),
        quote=st.sampled_from(['"', "'"]),
        header=st.booleans(),
        skip_rows=st.integers(0, 2),
        comment=st.sampled_from(["", "#"]),
    ),
)
def test_any_bytes_give_frames_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, dialect: Dialect
) -> None:
    path, place = tmp_path_factory.getbasetemp() / "fuzz.csv", ""
    path.write_bytes(data)
    frames = list[pl.DataFrame]()
    try:
        frames += read("CSV", path, dialect, None, NOWHERE)
    except SourceError as error:
        place = error.origin.file
    assert place in ("", str(path))
    if is_bare("CSV", path, dialect, NOWHERE):
        assert not any(
            frame.select(pl.col(pl.String).str.contains(r'["\\\x00-\x1f\x7f]').any())
            .sum_horizontal()
            .sum()
            for frame in frames
        )
