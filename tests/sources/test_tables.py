"""Parquet and spreadsheets: their types, their row numbers, and files that are none of these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import NOWHERE, SourceError
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.reference_columns import (
    BINARY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    INTEGER,
    STRUCTURE,
    TIME,
    kinds_of,
)
from hrdgraph.sources.registry import FORMAT, formulation

Typed = Callable[..., list[tuple[object, ...]]]
Frame = Callable[..., pl.DataFrame]
PARQUET, SHEET = FORMAT.Parquet.value, FORMAT.Spreadsheet.value


def days(*numbers: int | None) -> pl.Series:
    """Dates, as days from 1970."""
    return pl.Series(numbers, dtype=pl.Int32).cast(pl.Date)


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        (pl.Series([1, None]), INTEGER, ["1", None]),
        (pl.Series([2**63], dtype=pl.UInt64), INTEGER, [str(2**63)]),
        (pl.Series([1.5, float("nan"), 1e30]), DOUBLE, ["1.5E0", "NaN", "1.0E30"]),
        (pl.Series([0.1], dtype=pl.Float32), DOUBLE, ["1.0E-1"]),
        (pl.Series([True, False]), BOOLEAN, ["true", "false"]),
        (pl.Series([Decimal("80.20"), Decimal("15.00")]), DECIMAL, ["80.2", "15"]),
        (pl.Series([dt.date(2001, 2, 3)]), DATE, ["2001-02-03"]),
        (
            days(4_000_000, None, -719_528, -719_529, -800_000),
            DATE,
            ["12921-08-18", None, "0000-01-01", "-0001-12-31", "-0221-09-04"],
        ),
        (days(-96_465_292, 95_026_236), DATE, ["-262143-01-01", "262142-12-31"]),
        (
            pl.Series([2**62, 0]).cast(pl.Datetime("us")),
            DATETIME,
            ["148108-07-06T14:00:27.387904", "1970-01-01T00:00:00"],
        ),
        (
            pl.Series([-62_198_755_200_000]).cast(pl.Datetime("ms", "Europe/Paris")),
            DATETIME,
            ["-0001-01-01T00:00:00Z"],
        ),
        (pl.Series([-1]).cast(pl.Datetime("ns")), DATETIME, ["1969-12-31T23:59:59.999999999"]),
        (
            pl.Series([dt.time(1, 2, 3), dt.time(1, 2, 3, 500_000)]),
            TIME,
            ["01:02:03", "01:02:03.5"],
        ),
        (
            pl.Series([dt.datetime(2001, 2, 3, 4, 5, 6, 120_000)]),
            DATETIME,
            ["2001-02-03T04:05:06.12"],
        ),
        (
            pl.Series([dt.datetime(2001, 2, 3, 4)]).dt.replace_time_zone("Europe/Paris"),
            DATETIME,
            ["2001-02-03T03:00:00Z"],
        ),
        (pl.Series([b"\x00\xaf"]), BINARY, ["00AF"]),
        (pl.Series(["x", None]), None, ["x", None]),
        (pl.Series(["x"], dtype=pl.Categorical), None, ["x"]),
        (pl.Series([None], dtype=pl.Null), None, [None]),
        (pl.Series([dt.timedelta(days=1, hours=2)]), None, ["P1DT2H"]),
        (pl.Series([["a", None, "b"], [], None]), None, [["a", "b"], None, None]),
        (pl.Series([{"x": 1}, None]), STRUCTURE, ['{"x":1}', None]),
    ],
)
def test_types_of_parquet(
    values: pl.Series, kind: int | None, texts: list[object], tmp_path: Path, frame: Frame
) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"v": values}).write_parquet(path)
    found = frame(PARQUET, path, ["v"])
    assert found["v"].to_list() == texts
    kinds = (
        found[kinds_of("v")].to_list() if kinds_of("v") in found.columns else [None] * len(texts)
    )
    assert kinds == [kind if text is not None else None for text in texts]


def test_lists_and_structures_of_parquet(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"n": [[1, 2], []], "s": [{"a": "x", "b": {"c": 1}}, None]}).write_parquet(path)
    assert formulation(PARQUET, NOWHERE).columns(path, Dialect(), []) == [
        "n",
        "s",
        "s.a",
        "s.b",
        "s.b.c",
    ]
    found = frame(PARQUET, path, ["n", "s.a", "s.b.c"])
    assert found.select(ROW, "n", kinds_of("n"), "s.a", "s.b.c").rows() == [
        (1, ["1", "2"], [INTEGER, INTEGER], "x", "1"),
        (2, None, None, None, None),
    ]


@pytest.mark.parametrize(
    "values",
    [
        days(2**31 - 1),
        days(-(2**31), None),
        pl.Series([2**63 - 1]).cast(pl.Datetime("us")),
        pl.Series([-(2**62)]).cast(pl.Datetime("ms")),
    ],
)
def test_years_of_parquet_that_cannot_be_written(
    values: pl.Series, tmp_path: Path, frame: Frame
) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"n": range(len(values)), "v": values}).write_parquet(path)
    with pytest.raises(SourceError, match="'v' holds a date or time beyond") as caught:
        frame(PARQUET, path, ["v"])
    assert "convert it to text" in caught.value.hint
    assert frame(PARQUET, path, ["n"]).height == len(values)


def test_a_column_of_parquet_called_like_a_field(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"s": [{"a": "field", "b": 1}], "s.a": ["column"]}).write_parquet(path)
    assert frame(PARQUET, path, ["s.b"])["s.b"].to_list() == ["1"]
    with pytest.raises(SourceError, match=r"'s\.a' appears twice"):
        frame(PARQUET, path, ["s.a"])


def test_types_that_are_not_read_from_parquet(tmp_path: Path, frame: Frame) -> None:
    duckdb = pytest.importorskip("duckdb", reason="pip install 'hrdgraph[duckdb]'")
    path = tmp_path / "t.parquet"
    for value in ("INTERVAL '1 day'", "{'a': 'infinity'::date}"):
        duckdb.connect().execute(f"COPY (SELECT {value} AS v) TO '{path}' (FORMAT PARQUET)")
        with pytest.raises(SourceError, match="cannot be read") as caught:
            frame(PARQUET, path, ["v"])
        assert "is the file complete" in caught.value.hint


def test_lists_of_lists_in_parquet(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"n": [1], "ll": [[[1]]]}).write_parquet(path)
    assert frame(PARQUET, path, ["n"])["n"].to_list() == ["1"]
    with pytest.raises(SourceError, match=r"column 'll' is of the type List\(List\(Int64\)\)"):
        frame(PARQUET, path, ["ll"])


def test_large_parquet_comes_in_batches_with_its_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"v": range(120_001)}).write_parquet(path)
    frames = list(read(PARQUET, path, Dialect(), ["v"], NOWHERE))
    assert len(frames) > 1
    assert [(row, text) for row, text in pl.concat(frames).select(ROW, "v").rows()] == [
        (n + 1, str(n)) for n in range(120_001)
    ]


def test_no_row_of_parquet(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame(schema={"v": pl.Int64}).write_parquet(path)
    assert frame(PARQUET, path, ["v"]).height == 0


@pytest.fixture
def book(tmp_path: Path) -> Path:
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "People"
    for row in (
        [None, None],
        ["name", "n", "x", "ok", "born", "seen", "at"],
        ["Ann", 1, 1.25, True, dt.date(2001, 2, 3), dt.datetime(2001, 2, 3, 4, 5), dt.time(6, 7)],
        [],
        ["Bea", 1e15],
    ):
        sheet.append(row)
    other = book.create_sheet("Other")
    other.append(["a"])
    other.append(["x"])
    path = tmp_path / "t.xlsx"
    book.save(path)
    return path


def test_a_spreadsheet(book: Path, typed: Typed) -> None:
    names = ["name", "n", "x", "ok", "born", "seen", "at"]
    assert typed(SHEET, book, names) == [
        (
            3,
            "Ann",
            None,
            "1",
            INTEGER,
            "1.25",
            DOUBLE,
            "true",
            BOOLEAN,
            "2001-02-03",
            DATE,
            "2001-02-03T04:05:00",
            DATETIME,
            "06:07:00",
            TIME,
        ),
        (5, "Bea", None, "1000000000000000", INTEGER, *[None] * 10),
    ]


@pytest.mark.parametrize("sheet", ["Other", "2"])
def test_another_sheet(sheet: str, book: Path, typed: Typed) -> None:
    assert typed(SHEET, book, iterator=sheet) == [(2, "x", None)]


def test_sheets_and_columns_that_are_not_there(book: Path, frame: Frame) -> None:
    with pytest.raises(SourceError, match="'People2' is not known here") as caught:
        frame(SHEET, book, iterator="People2")
    assert "People, Other" in caught.value.hint
    with pytest.raises(SourceError, match="no column 'nam'") as caught:
        frame(SHEET, book, ["nam"])
    assert "did you mean 'name'" in caught.value.hint


ODS = """<?xml version="1.0"?>\
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>\
<office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>\
<table:table-cell office:value-type="string"><text:p>d</text:p></table:table-cell></table:table-row><table:table-row>\
<table:table-cell office:value-type="float" office:value="3"><text:p>3</text:p></table:table-cell>\
<table:table-cell office:value-type="date" office:date-value="2001-02-03"><text:p>x</text:p></table:table-cell></table:table-row></table:table>\
</office:spreadsheet></office:body></office:document-content>"""


MANIFEST = """<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""


def test_an_opendocument_spreadsheet(tmp_path: Path, typed: Typed) -> None:
    import zipfile

    path = tmp_path / "t.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS)
    assert typed(SHEET, path, ["a", "d"]) == [(2, "3", INTEGER, "2001-02-03", DATE)]


def test_a_spreadsheet_that_is_a_bomb(tmp_path: Path, frame: Frame) -> None:
    import zipfile

    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(80 << 20))
    with pytest.raises(SourceError, match="decompression bomb"):
        frame(SHEET, path)


ALL = [PARQUET, SHEET, "SQL2008Table"]


@pytest.mark.parametrize("name", ALL)
def test_a_missing_file(name: str, tmp_path: Path, frame: Frame) -> None:
    with pytest.raises(SourceError) as caught:
        frame(name, tmp_path / "none", iterator="t")
    assert caught.value.origin.file == str(tmp_path / "none")


@settings(max_examples=examples(50), deadline=None)
@given(
    st.one_of(
        st.binary(max_size=100),
        st.text("<table>rdh/ =\"'&;{}[]:,?\t\n", max_size=80).map(str.encode),
        st.sampled_from([b"PAR1", b"PK\x03\x04"]),
    )
)
@pytest.mark.parametrize("name", ALL)
def test_any_bytes_give_frames_or_an_error(
    name: str, tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path, place = tmp_path_factory.getbasetemp() / "fuzz.any", ""
    path.write_bytes(data)
    try:
        list(read(name, path, Dialect(iterator="1"), None, NOWHERE))
    except SourceError as error:
        place = error.origin.file
    assert place in ("", str(path))


@pytest.mark.parametrize("name", [PARQUET, SHEET])
@settings(max_examples=examples(40), deadline=None)
@given(at=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_file(
    name: str, at: int, byte: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / "damaged.any"
    frame = pl.DataFrame({"a": ["x", "y"] * 50, "b": [1, 2] * 50})
    if name == PARQUET:
        frame.write_parquet(path)
    else:
        openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
        book = openpyxl.Workbook()
        for row in [["a", "b"], *frame.rows()]:
            book.active.append(row)
        book.save(path)
    data = bytearray(path.read_bytes())
    data[at % len(data)] = byte
    path.write_bytes(data[: at % len(data)] if cut else data)
    place = ""
    try:
        list(read(name, path, Dialect(), None, NOWHERE))
    except SourceError as error:
        place = error.origin.file
    assert place in ("", str(path))
