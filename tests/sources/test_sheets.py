"""What spreadsheets hide: numbers behind exponents, dates behind midnight, spans, errors, formulas without a value."""

from __future__ import annotations

import datetime as dt
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import NOWHERE, Origin, SourceError
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.reference_columns import DATE, DATETIME, DOUBLE, DURATION, INTEGER, TIME
from hrdgraph.sources.registry import FORMAT
from hrdgraph.sources.spreadsheet.xlsx import parse_span, span_of

Typed = Callable[..., list[tuple[object, ...]]]
Frame = Callable[..., pl.DataFrame]
SHEET = FORMAT.Spreadsheet.value
SPAN, MOMENT, DAY, CLOCK = "[h]:mm:ss", "dd/mm/yyyy hh:mm", "dd/mm/yyyy", "hh:mm"
MEND = "correct the formula, or leave the cell empty"


def workbook(path: Path, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    """A workbook of one sheet."""
    openpyxl = pytest.importorskip("openpyxl", reason="pip install openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    book.save(path)
    return path


def changed(path: Path, old: str, new: str) -> Path:
    """The workbook with another text in the XML of its sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        old.encode(), new.encode()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def opendocument(path: Path, *rows: str) -> Path:
    """An OpenDocument spreadsheet of one sheet, of the XML of its rows."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    more = f'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" xmlns:draw="{urn}:drawing:1.0"'
    inner = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = f'<office:body><office:spreadsheet><table:table table:name="S">{inner}</table:table></office:spreadsheet></office:body>'
    manifest = f"""<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"><manifest:file-entry manifest:full-path="/"
      manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces} {more}>{body}</office:document-content>",
        )
    return path


def cell(text: str, kind: str = "string", more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'


def skipped(
    path: Path, columns: list[str] | None = None
) -> tuple[list[tuple[Any, ...]], list[tuple[str, Origin, str]]]:
    """The rows that are read, and what is told of those left out."""
    told: list[SourceError] = []
    (found,) = read(SHEET, path, Dialect(), columns, NOWHERE, told.append)
    names = [name for name in found.columns if name == ROW or not name.startswith("\0")]
    return found.select(names).rows(), [(error.fact, error.origin, error.hint) for error in told]


@pytest.mark.parametrize(
    ("number", "text", "kind"),
    [
        (1234567890123456, "1234567890123456", INTEGER),
        (2**53, "9007199254740992", INTEGER),
        (-(2**53), "-9007199254740992", INTEGER),
        (1e22, "10000000000000000000000", DOUBLE),
        (0.0000012, "0.0000012", DOUBLE),
        (-1.5e-7, "-0.00000015", DOUBLE),
        (80.25, "80.25", DOUBLE),
    ],
)
def test_numbers_have_their_digits(
    number: float, text: str, kind: int, tmp_path: Path, typed: Typed
) -> None:
    assert typed(SHEET, workbook(tmp_path / "t.xlsx", ["n"], [number])) == [(2, text, kind)]


def test_spans_of_time(tmp_path: Path, typed: Typed) -> None:
    spans = [
        dt.timedelta(hours=26, minutes=5),
        dt.timedelta(0),
        dt.timedelta(minutes=-90),
        "P1DT2H5M",
        "1 day, 2:05:00",
    ]
    formats = {f"A{row}": SPAN for row in (2, 3, 4)}
    path = workbook(tmp_path / "t.xlsx", ["s"], *([span] for span in spans), formats=formats)
    assert typed(SHEET, path) == [
        (2, "P1DT2H5M", DURATION), (3, "PT0S", DURATION), (4, "-PT1H30M", DURATION), (5, "P1DT2H5M", 0), (6, "1 day, 2:05:00", 0),
    ]  # fmt: skip


def test_spans_of_opendocument(tmp_path: Path, typed: Typed) -> None:
    rows = [cell("s") + cell("t") + cell("u")]
    for text in ("PT26H05M00S", "PT06H07M00S"):
        clock = cell("x", "time", 'office:time-value="PT06H07M00S"')
        rows.append(cell("x", "time", f'office:time-value="{text}"') + cell(text) + clock)
    assert typed(SHEET, opendocument(tmp_path / "t.ods", *rows)) == [
        (2, "P1DT2H5M", DURATION, "PT26H05M00S", None, "06:07:00", TIME),
        (3, "PT6H7M", DURATION, "PT06H07M00S", None, "06:07:00", TIME),
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT26H05M00S", "P1DT2H5M"),
        ("-PT0H90M0.500000000S", "-PT1H30M0.5S"),
        ("P0Y0M1DT0H0M0S", "P1D"),
        ("PT0S", "PT0S"),
        ("P1Y", None),
        ("P", None),
        ("", None),
    ],
)
def test_spans_that_are_written(text: str, span: str | None) -> None:
    assert str(parse_span(text)) == str(span)


@given(st.timedeltas(min_value=dt.timedelta(days=-99999), max_value=dt.timedelta(days=99999)))
def test_a_span_is_read_back(span: dt.timedelta) -> None:
    assert parse_span(span_of(span).text) == span_of(span)


def test_midnight_in_a_column_of_moments(tmp_path: Path, typed: Typed) -> None:
    rows = [
        [dt.datetime(2011, 4, 3, 23, 30), dt.datetime(2011, 4, 3)],
        [dt.datetime(2011, 4, 4), dt.datetime(2011, 4, 4)],
    ]
    formats = {f"{column}{row}": MOMENT for column in "AB" for row in (2, 3)}
    assert typed(SHEET, workbook(tmp_path / "t.xlsx", ["at", "on"], *rows, formats=formats)) == [
        (2, "2011-04-03T23:30:00", DATETIME, "2011-04-03", DATE),
        (3, "2011-04-04T00:00:00", DATETIME, "2011-04-04", DATE),
    ]


def test_no_date_in_a_column_of_dates(tmp_path: Path, frame: Frame, typed: Typed) -> None:
    rows = [["on", "n", "at"], [dt.date(2011, 4, 3), 1, dt.time(0)], [0, 2, dt.time(12)]]
    path = workbook(tmp_path / "t.xlsx", *rows, formats={"A3": DAY, "C2": CLOCK, "C3": CLOCK})
    assert typed(SHEET, path, ["n", "at"]) == [
        (2, "1", INTEGER, "00:00:00", TIME),
        (3, "2", INTEGER, "12:00:00", TIME),
    ]
    with pytest.raises(SourceError, match="'00:00:00' is a time, in a column of dates") as caught:
        frame(SHEET, path, ["on"])
    assert caught.value.origin == Origin(str(path), 3, "on")
    assert "00/01/1900 (or 01/01/1904)" in caught.value.hint
    found, told = skipped(path)
    assert [row[0] for row in found] == [2]
    assert [origin for _, origin, _ in told] == [Origin(str(path), 3, "on")]


def test_a_time_is_one_in_opendocument(tmp_path: Path, typed: Typed) -> None:
    rows = [
        cell("x", "date", 'office:date-value="2001-02-03"'),
        cell("x", "time", 'office:time-value="PT06H07M00S"'),
    ]
    assert typed(SHEET, opendocument(tmp_path / "t.ods", cell("a"), *rows)) == [
        (2, "2001-02-03", DATE),
        (3, "06:07:00", TIME),
    ]


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]
)
def test_errors_of_a_sheet(error: str, tmp_path: Path, frame: Frame) -> None:
    path = workbook(tmp_path / "t.xlsx", ["a", "b"], [1, "x"], [2, error], [3])
    assert frame(SHEET, path, ["a"]).height == 3
    with pytest.raises(SourceError) as caught:
        frame(SHEET, path)
    fact = f"'{error}' is an error of the spreadsheet"
    assert (caught.value.fact, caught.value.origin, caught.value.hint) == (
        fact,
        Origin(str(path), 3, "b"),
        MEND,
    )
    assert skipped(path) == (
        [(2, "1", "x"), (4, "3", None)],
        [(fact, Origin(str(path), 3, "b"), MEND)],
    )


def test_errors_in_odd_places(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ["a", "b"], [1, "x", "#N/A"], [2], ["#REF!"])
    fact = "'#REF!' is an error of the spreadsheet"
    beside = (
        "3 cells, but the header has 2",
        Origin(str(path), 2),
        "give each column a heading of its own, or delete empty columns; if there is a title above the headings, delete it",
    )
    assert skipped(path) == ([(3, "2", None)], [beside, (fact, Origin(str(path), 4, "a"), MEND)])


def test_an_error_for_a_heading(tmp_path: Path, frame: Frame) -> None:
    path = workbook(tmp_path / "t.xlsx", ["a", "#N/A"], [1, 2])
    with pytest.raises(SourceError, match="this cannot be used: '#N/A' is an error") as caught:
        frame(SHEET, path, ["a"])
    assert caught.value.origin == Origin(str(path), 1)


def test_formulas_without_a_value(tmp_path: Path, frame: Frame) -> None:
    path = workbook(tmp_path / "t.xlsx", ["a", "b"], [1, "=A2+1"])
    assert frame(SHEET, path, ["a"]).height == 1
    with pytest.raises(SourceError, match="the value of the formula was never stored") as caught:
        frame(SHEET, path)
    assert caught.value.origin == Origin(str(path), 2, "b")
    assert "save it" in caught.value.hint


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="B2" t="str"><f>""</f></c>', None),
        ('<c t="str"><f>"x"</f><v>x</v></c>', "x"),
        ('<c r="B2"><f t="shared" si="0"/><v>2</v></c>', "2"),
    ],
)
def test_formulas_with_a_value(xml: str, text: str | None, tmp_path: Path, frame: Frame) -> None:
    path = changed(
        workbook(tmp_path / "t.xlsx", ["a", "b"], [1, "=A2+1"]),
        '<c r="B2"><f>A2+1</f><v></v></c>',
        xml,
    )
    changed(path, "</sheetData>", "</sheetData><extLst><ext><f>A1</f></ext></extLst>")
    assert frame(SHEET, path, ["b"])["b"].to_list() == [text]


@pytest.mark.parametrize(
    "xml",
    [
        '<c t="e"><v>#N/A</v></c>',
        "<c><f>A2+1</f></c>",
        "<c><f/><v/></c>",
        "<c\n r=\"B2\"\n t='e' ><v>#N/A</v></c>",
    ],
)
def test_cells_that_are_written_in_other_ways(xml: str, tmp_path: Path, frame: Frame) -> None:
    path = changed(
        workbook(tmp_path / "t.xlsx", ["a", "b"], [1, "=A2+1"]),
        '<c r="B2"><f>A2+1</f><v></v></c>',
        xml,
    )
    with pytest.raises(SourceError) as caught:
        frame(SHEET, path)
    assert caught.value.origin == Origin(str(path), 2, "b")


def test_entities_in_a_sheet(tmp_path: Path, frame: Frame) -> None:
    path = changed(
        workbook(tmp_path / "t.xlsx", ["a"], ["#N/A"]),
        "<worksheet ",
        '<!DOCTYPE x [<!ENTITY a "b">]><worksheet ',
    )
    with pytest.raises(SourceError, match="not a workbook that can be read"):
        frame(SHEET, path)


def test_errors_of_opendocument(tmp_path: Path) -> None:
    error = cell(
        "#N/A",
        more='office:string-value="" calcext:value-type="error" table:number-columns-repeated="2"',
    )
    rows = [
        cell("a") + cell("b"),
        error,
        cell("1") + '<table:table-cell table:formula="of:=1+1"/>',
        cell("2") + cell("x"),
    ]
    path = opendocument(tmp_path / "t.ods", *rows)
    assert skipped(path) == (
        [(4, "2", "x")],
        [
            ("'#N/A' is an error of the spreadsheet", Origin(str(path), 2, "a"), MEND),
            (
                "the value of the formula was never stored",
                Origin(str(path), 3, "b"),
                "open it in the program that made it, or in a spreadsheet program, and save it as .xlsx, .ods or CSV UTF-8, without a password",
            ),
        ],
    )


@pytest.mark.parametrize("shown", ["#DIV/0!", "#N/A", "#DIV/0 !", "#¡VALOR!", "#NOM ?", "Err:502"])
def test_a_number_that_shows_an_error(shown: str, tmp_path: Path) -> None:
    numbers = [cell(text, "float", 'office:value="0"') for text in (shown, "#0", "0 #", "# 0")]
    path = opendocument(tmp_path / "t.ods", cell("a"), *numbers)
    rows, told = skipped(path)
    assert [fact for fact, _, _ in told] == [f"'{shown}' is an error of the spreadsheet"]
    assert rows == [(3, "0"), (4, "0"), (5, "0")]


def test_a_number_that_is_none(tmp_path: Path, frame: Frame) -> None:
    path = opendocument(tmp_path / "t.ods", cell("a"), cell("1", "float", 'office:value="1x"'))
    with pytest.raises(SourceError, match="holds a wrong value"):
        frame(SHEET, path)


def test_columns_without_a_name_are_told(tmp_path: Path, frame: Frame) -> None:
    path = workbook(tmp_path / "t.xlsx", [None, None, "a"], [None, None, 1])
    with pytest.raises(SourceError, match="columns 1 and 2 have no name"):
        frame(SHEET, path)


def test_tabs_and_line_breaks_of_opendocument(tmp_path: Path, frame: Frame) -> None:
    note = "<office:annotation><text:p>note<text:tab/></text:p></office:annotation>"
    shape = "<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>"
    odd = cell('x<text:tab/>y<text:line-break/>z<text:s text:c="2"/>w</text:p><text:p>v')
    path = opendocument(
        tmp_path / "t.ods", cell("a"), odd, odd.replace("<text:p>x", f"{note}{shape}<text:p>x")
    )
    assert frame(SHEET, path)["a"].to_list() == ["x\ty\nz  w\nv"] * 2


PARTS = st.sampled_from([
    '<c t="e">', "<c>", '<c r="B2">', '<c r="ZZZ9999999" t="e">', '<row r="2">', "<row>", "</row>", "</c>", "<f>", "</f>", "<f/>", "<v>",
    "</v>", "1", "#N/A", "</sheetData>", "&amp;", "&x;", "<c t=",
])  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(PARTS, max_size=12).map("".join))
def test_any_sheet_gives_rows_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, xml: str
) -> None:
    path = workbook(tmp_path_factory.getbasetemp() / "any.xlsx", ["a", "b"])
    changed(path, "</sheetData>", xml + "</sheetData>")
    place = ""
    try:
        list(read(SHEET, path, Dialect(), None, NOWHERE))
    except SourceError as error:
        place = error.origin.file
    assert place in ("", str(path))


def test_the_cells_are_let_go_before_the_rows_are_handed_on(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ["a"], *([f"text {number}"] for number in range(5000)))
    rows = [
        next(read(SHEET, path, Dialect(), ["a"], NOWHERE)).height
    ]  # what is loaded for it stays
    tracemalloc.start()
    frames = read(SHEET, path, Dialect(), ["a"], NOWHERE)
    rows.append(next(frames).height)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == [5000, 5000]
    assert held < 300_000
