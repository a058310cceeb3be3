"""Plain sheets are read in columns, and say what the reader of all spreadsheets says."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import NOWHERE, SourceError
from hrdgraph.sources import Dialect, read
from hrdgraph.sources.registry import FORMAT
from hrdgraph.sources.spreadsheet import plain_book, plain_cells, workbook
from hrdgraph.sources.spreadsheet.plain_sheet import plain_sheet

SHEET = FORMAT.Spreadsheet.value
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml"
  ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
BOOK = f"""<workbook xmlns="{SPACE}" xmlns:r="{LINKS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>
  </sheets></workbook>"""
RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>
  <Relationship Id="r2" Type="{LINKS}/styles" Target="styles.xml"/>
  <Relationship Id="r3" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"""
# by their numbers: general, a day, a moment, a span, two digits, money, a clock, text
FORMATS = (0, 14, 22, 46, 2, 164, 165, 49)
ROOT = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
STYLES = f"""<styleSheet xmlns="{SPACE}"><numFmts><numFmt numFmtId="164" formatCode="#,##0.00\\ &quot;€&quot;"/>
  <numFmt numFmtId="165" formatCode="hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
  <cellXfs>{"".join(f'<xf numFmtId="{one}"/>' for one in FORMATS)}</cellXfs></styleSheet>"""
SHARED = ["id", "name", "a", "", " b ", "é &amp; &lt;i&gt;", "x_y", "12", "&quot;q&quot;", "日本"]


def book(rows: str, shared: list[str] | None = None, around: str = "{}", tail: str = "") -> bytes:
    """A workbook of one sheet, of the XML of its rows and of what stands behind them."""
    items = "".join(f'<si><t xml:space="preserve">{one}</t></si>' for one in shared or SHARED)
    sheet = f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData>{tail}</worksheet>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SPACE}">{items}</sst>')
        archive.writestr("xl/worksheets/sheet1.xml", around.format(sheet))
    return made.getvalue()


def said(path: Path, columns: list[str] | None = None) -> object:
    """The rows with their kinds, and what is told of those left out; or the error."""
    told = list[SourceError]()
    try:
        (found,) = read(SHEET, path, Dialect(), columns, NOWHERE, told.append)
    except SourceError as error:
        return str(error)
    return found.columns, found.rows(), [*map(str, told)]


def both(data: bytes) -> tuple[object, object, bool]:
    """What the two readers say, and whether the sheet is plain."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "t.xlsx"
        path.write_bytes(data)
        patch.setattr(workbook, "LEAST", 0)
        ours, is_plain = said(path), plain_sheet(data, "") is not None
        patch.setattr(workbook, "LEAST", 1 << 40)
        return ours, said(path), is_plain


FIGURES = st.sampled_from(
    ["0", "1", "-5", "12", "2001", "41000", "41000.5", "0.25", "0.75", "1.5", "-0", "5.0", "1E+22", "1e-7", "1.2E-6",
     "60", "0.1", "123456789012345", "1234567890123456", "9007199254740993", "0.30000000000000004", "007", "3.10",
     "99999999", "2958466", "-1.5", "12345678.123456"]
) | st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr) | st.integers(-(10**17), 10**17).map(str)  # fmt: skip
TEXTS = st.sampled_from(
    [
        "a",
        "",
        " b ",
        "é &amp; &lt;i&gt;",
        "12",
        "x > y",
        "&#233;",
        "_x000D_",
        "a&#10;b",
        "id",
        "None",
    ]
)
CELL = st.one_of(
    st.builds('<c r="{{}}" t="s"><v>{}</v></c>'.format, st.integers(0, len(SHARED) - 1)),
    st.builds('<c r="{{}}" s="{}"><v>{}</v></c>'.format, st.integers(0, 7), FIGURES),
    st.builds('<c r="{{}}"><v>{}</v></c>'.format, FIGURES),
    st.builds('<c r="{{}}" t="n" s="{}"><v>{}</v></c>'.format, st.integers(0, 7), FIGURES),
    st.builds('<c r="{{}}" t="inlineStr"><is><t>{}</t></is></c>'.format, TEXTS),
    st.builds('<c r="{{}}" t="b"><v>{}</v></c>'.format, st.sampled_from("01")),
    st.sampled_from(['<c r="{}"/>', '<c r="{}" s="1"/>', '<c r="{}" s="1"></c>', ""]),
)  # fmt: skip
ODD = st.sampled_from([
    '<c r="{}" t="e"><v>#N/A</v></c>', '<c r="{}"><f>1+1</f></c>', '<c r="{}" t="str"><f>x</f><v>two</v></c>',
    '<c r="{}" t="str"><v>three</v></c>', '<c r="{}" t="d"><v>2001-01-01</v></c>', '<c r="{}" t="s"><v>99</v></c>',
    '<c r="{}"><v/></c>', '<c r="{}"><v></v></c>', '<c r="{}" t="b"><v>2</v></c>', '<c r="{}"> <v>1</v></c>',
    '<c r="{}" cm="1"><v>1</v></c>', "<c><v>1</v></c>", '<c r="{}"><v>1</v></c><!-- c -->', '<c r="C1"><v>1</v></c>',
    '<c r="{}" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', '<c r="{}"><v>x</v></c>',
])  # fmt: skip
HEAD = st.sampled_from(["ii", "is", "bn", "i", "ni", "i "])


def head_of(kinds: str) -> str:
    """The row of headings."""
    forms = {
        "i": '<c r="{}1" t="inlineStr"><is><t>{}</t></is></c>', "s": '<c r="{}1" t="s"><v>1</v></c>',
        "n": '<c r="{}1"><v>2001</v></c>', "b": '<c r="{}1" t="b"><v>1</v></c>', " ": "",
    }  # fmt: skip
    cells = (forms[k].format("AB"[n], ("id", "other")[n]) for n, k in enumerate(kinds))
    return f'<row r="1" spans="1:2">{"".join(cells)}</row>'


def rows_of(head: str, rows: list[list[str]], gaps: list[int]) -> str:
    """The XML of rows, with gaps between them."""
    made, number = [head_of(head)], 1
    for row, gap in zip(rows, gaps, strict=False):
        number += gap
        cells = "".join(cell.format(f"{'ABC'[n]}{number}") for n, cell in enumerate(row))
        made.append(f'<row r="{number}">{cells}</row>')
    return "".join(made)


ROWS = st.builds(
    rows_of, HEAD, st.lists(st.lists(CELL, max_size=2), max_size=6), st.lists(st.integers(1, 3), min_size=6)
)  # fmt: skip
ODD_ROWS = st.builds(
    rows_of, HEAD, st.lists(st.lists(CELL | ODD, max_size=3), max_size=4), st.lists(st.integers(0, 2), min_size=4)
)  # fmt: skip


@settings(max_examples=examples(400), deadline=None)
@given(ROWS)
def test_both_readers_say_the_same(rows: str) -> None:
    ours, theirs, _ = both(book(rows))
    assert ours == theirs


@settings(max_examples=examples(300), deadline=None)
@given(
    ODD_ROWS, st.sampled_from(["", "", '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>', "<x>"])
)
def test_of_odd_sheets_too(rows: str, tail: str) -> None:
    ours, theirs, _ = both(book(rows, tail=tail))
    assert ours == theirs


@settings(max_examples=examples(100), deadline=None)
@given(ROWS, st.integers(60, 300))
def test_wherever_the_pieces_end(rows: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_cells, "_CHUNK", size)
        patch.setattr(plain_book, "_CHUNK", size)
        ours, theirs, _ = both(book(rows))
    assert ours == theirs


DAY = dt.datetime(2011, 4, 4, 12, 30)
TABLE: list[list[Any]] = [
    ["id", "name", "since", "sum", "open", "moment", "clock"],
    ["a", "Ada & <Eve>", 2001, 80.25, True, DAY, dt.time(6, 7)],
    ["b", " spaced ", 2002.5, 1e-7, False, DAY.replace(hour=0, minute=0), dt.time(23, 59, 59)],
    [],
    ["d", None, None, 12345678901234567, None, None, None],
]


def written(path: Path, library: str) -> bytes:
    """The table as a program writes it."""
    if library == "openpyxl":
        openpyxl = pytest.importorskip("openpyxl")
        made = openpyxl.Workbook()
        for row in TABLE:
            made.active.append(row)
        made.save(path)
        return path.read_bytes()
    options = {"constant_memory": library == "inline", "default_date_format": "dd/mm/yyyy hh:mm"}
    with xlsxwriter.Workbook(str(path), options) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate(TABLE):
            sheet.write_row(number, 0, row)
    return path.read_bytes()


@pytest.mark.parametrize("library", ["openpyxl", "shared", "inline"])
def test_what_programs_write_is_plain(library: str, tmp_path: Path) -> None:
    ours, theirs, is_plain = both(written(tmp_path / "t.xlsx", library))
    assert is_plain
    assert ours == theirs
    assert len(ours[1]) == 3  # type: ignore[index]


@pytest.mark.parametrize(
    ("rows", "tail"),
    [
        (f'{head_of("ii")}<row r="2"><c r="A2"><f>1</f><v>1</v></c></row>', ""),
        (f'{head_of("ii")}<row r="2"><c r="C2"><v>1</v></c></row>', ""),
        (head_of("ii") + head_of("ii").replace("1", "2"), ""),
        (head_of("ii"), '<mergeCells><mergeCell ref="A1:A3"/></mergeCells>'),
        (f'{head_of("ii")}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', ""),
    ],
)  # fmt: skip
def test_anything_else_is_for_the_other_reader(rows: str, tail: str) -> None:
    ours, theirs, is_plain = both(book(rows, tail=tail))
    assert not is_plain
    assert ours == theirs


@pytest.mark.parametrize(
    "around", ["<!DOCTYPE a [<!ENTITY e 'x'>]>{}", "{}</x>", '<?xml version="1.0" encoding="latin-1"?>{}', "\ufeff{}"]
)  # fmt: skip
def test_whatever_stands_around_it(around: str) -> None:
    ours, theirs, _ = both(
        book(head_of("ii") + '<row r="2"><c r="A2"><v>1</v></c></row>', around=around)
    )
    assert ours == theirs


@pytest.mark.parametrize("days", ["1e30", "2147483647"])
def test_a_span_that_no_reader_counts_is_an_error(days: str) -> None:
    rows = f'{head_of("ii")}<row r="2"><c r="A2" s="3"><v>{days}</v></c></row>'
    ours, theirs, _ = both(book(rows))
    assert ours == theirs
    assert "not a spreadsheet that can be read" in str(ours)
