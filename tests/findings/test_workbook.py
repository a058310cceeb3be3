"""findings.xlsx gives the person's own tables back: every cell as text, the cells of findings coloured and commented, in bounds."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import fromstring

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.parts import examples

from hrdgraph.errors import Origin
from hrdgraph.findings import workbook
from hrdgraph.findings.model import Finding, Kind, Severity, messages_of
from hrdgraph.findings.workbook import workbook as made_of
from hrdgraph.sources import ROW

FILE = "data/sources/a/people.csv"
RISKY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
]
MESSAGES = messages_of(
    {"en": "Write four digits.", "fr": "Écrivez quatre chiffres.", "es": "Escriba cuatro cifras."}
)


def finding(
    row: int, column: str | None, severity: Severity = Severity.VIOLATION, **parts: object
) -> Finding:
    values = {"messages": MESSAGES, "focus": f"x{row}", "file": FILE, **parts}
    file = str(values.pop("file"))
    return Finding(
        severity=severity, kind=Kind.SHACL, rule="r", origins=(Origin(file, row, column),), **values
    )  # type: ignore[arg-type]


def frame(**columns: list[str | None]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    return pl.DataFrame(
        {ROW: range(2, height + 2), **columns},
        schema_overrides={ROW: pl.Int64} | dict.fromkeys(columns, pl.String),
    )


def written(
    path: Path, findings: list[Finding], table: pl.DataFrame | None, language: str = "en"
) -> list[Worksheet]:
    made = made_of(findings, lambda name: table if name == FILE else None, language)
    assert made is not None
    path.write_bytes(made)
    return list(load_workbook(path).worksheets)


@pytest.fixture
def table() -> pl.DataFrame:
    return frame(name=["Ada", "Berta", None], year=["19999", "2001", ""])


def test_rows_stand_where_they_stand_in_the_table(tmp_path: Path, table: pl.DataFrame) -> None:
    listed, sheet = written(
        tmp_path / "f.xlsx",
        [finding(2, "year", suggestion="1999"), finding(4, "name", Severity.WARNING)],
        table,
    )
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["name", "year"],
        ["Ada", "19999"],
        ["Berta", "2001"],
        [None, None],
    ]
    assert sheet.title == "people.csv"
    assert sheet["B2"].comment.text == "Violation: Write four digits.\nDid you mean 1999?"
    assert sheet["B2"].fill.fgColor.rgb == "FFF8CBC6"
    assert sheet["A4"].comment.text == "Warning: Write four digits."
    assert sheet["A4"].fill.fgColor.rgb == "FFFBE3B0"
    assert sheet["A2"].comment is None
    assert listed.title == "Findings"
    assert "Do not pass it on" in listed["A1"].value
    assert [cell.value for cell in listed[5]] == [
        "Violation",
        "r",
        "Write four digits.",
        "x2",
        None,
        None,
        FILE,
        "2",
        "year",
        "1999",
    ]


@pytest.mark.parametrize(
    ("language", "title", "comment"),
    [
        ("fr", "Constats", "Infraction: Écrivez quatre chiffres."),
        ("es", "Hallazgos", "Infracción: Escriba cuatro cifras."),
        ("ru", "Findings", "Violation: Write four digits."),
    ],
)
def test_it_speaks_the_language_of_the_project(
    tmp_path: Path, table: pl.DataFrame, language: str, title: str, comment: str
) -> None:
    listed, sheet = written(tmp_path / "f.xlsx", [finding(2, "year")], table, language)
    assert listed.title == title
    assert sheet["B2"].comment.text == comment


@pytest.mark.parametrize("text", RISKY)
def test_what_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    hostile = finding(
        2, "name", focus=text, value=text, messages=messages_of({"en": text}), suggestion=text
    )
    listed, sheet = written(
        tmp_path / "f.xlsx", [hostile], frame(name=[text, text], other=["", text])
    )
    cells = [
        cell
        for page in (listed, sheet)
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [sheet["A2"].value, sheet["A3"].value, sheet["B3"].value] == [text] * 3
    assert all(cell.quotePrefix for cell in (sheet["A2"], sheet["A3"], sheet["B3"]))
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [
        name
        for name, data in parts.items()
        if name.startswith("xl/worksheets/sheet") and b"<f>" in data
    ]
    assert not [name for name in parts if "externalLink" in name]
    assert b'TargetMode="External"' not in b"".join(parts.values())


HOSTILE = [
    "<script>alert(1)</script>", "]]>", "&amp;", "\x00\x01\x1f", "\u202egnp.exe", "_x0041_", "\ufffe\uffff", "x\r\ny", " ", "\U0001f600" * 40,
    "long " * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_make_a_file_that_opens(tmp_path: Path, text: str) -> None:
    hostile = finding(
        2, text, focus=text, value=text, messages=messages_of({"en": text}), suggestion=text
    )
    _, sheet = written(tmp_path / "f.xlsx", [hostile], frame(**{text: [text]}))
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        for name in archive.namelist():
            assert fromstring(archive.read(name)) is not None, name
    assert "\u202e" not in sheet["A2"].comment.text
    assert len(sheet["A2"].value) <= workbook.CELL
    if text.startswith("long"):
        assert sheet["A2"].value.endswith("… (50,000 characters in all)")
    elif text in ("]]>", "&amp;", "_x0041_", "<script>alert(1)</script>", "\u202egnp.exe"):
        assert sheet["A2"].value == text


CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff\r"), max_size=20
)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_every_cell_comes_back_as_it_was_typed(tmp_path: Path, texts: list[str]) -> None:
    from python_calamine import CalamineWorkbook

    written(tmp_path / "f.xlsx", [finding(2, "a")], frame(a=texts))
    rows = (
        CalamineWorkbook.from_path(tmp_path / "f.xlsx")
        .get_sheet_by_index(1)
        .to_python(skip_empty_area=False)
    )
    back = [str(row[0]) for row in rows[1:]]
    assert back + [""] * (len(texts) - len(back)) == texts


def test_equal_findings_give_an_equal_file(tmp_path: Path, table: pl.DataFrame) -> None:
    found = [finding(2, "year"), finding(3, "name")]
    written(tmp_path / "one.xlsx", found, table)
    written(tmp_path / "two.xlsx", found[::-1], table)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_several_remarks_on_one_cell_are_one_comment_in_the_worst_colour(
    tmp_path: Path, table: pl.DataFrame
) -> None:
    found = [
        finding(2, "year", Severity.INFO),
        *(finding(2, "year", messages=messages_of({"en": f"M{n:02}"})) for n in range(30)),
    ]
    _, sheet = written(tmp_path / "f.xlsx", found, table)
    assert sheet["B2"].fill.fgColor.rgb == "FFF8CBC6"
    assert sheet["B2"].comment.text.count("\n") == workbook.LINES - 1


def test_a_finding_about_the_whole_row_or_a_column_that_is_gone_stands_at_the_first_cell(
    tmp_path: Path, table: pl.DataFrame
) -> None:
    _, sheet = written(tmp_path / "f.xlsx", [finding(2, None), finding(3, "gone")], table)
    assert sheet["A2"].comment
    assert sheet["A3"].comment


def test_of_a_long_table_only_the_rows_with_findings_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "WHOLE", 10)
    long = frame(name=[f"n{number}" for number in range(100)])
    _, sheet = written(tmp_path / "f.xlsx", [finding(42, "name"), finding(7, "name")], long)
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Row", "name"],
        ["7", "n5"],
        ["42", "n40"],
    ]
    assert "Only rows with findings" in sheet["A1"].comment.text
    assert sheet["B3"].comment


def test_comments_and_the_list_have_bounds_and_the_rest_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "COMMENTS", 5)
    monkeypatch.setattr(workbook, "LISTED", 7)
    found = [finding(row, "name") for row in range(2, 22)]
    listed, sheet = written(tmp_path / "f.xlsx", found, frame(name=["x"] * 20))
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert sum(cell.comment is not None for cell in cells) == 5
    assert all(cell.fill.fgColor.rgb == "FFF8CBC6" for cell in cells)
    assert listed.max_row == 4 + 7
    assert listed["A3"].value == "Not shown here: 13. All are in findings.json."


def test_sheets_have_names_that_are_allowed_and_differ(table: pl.DataFrame) -> None:
    files = [
        "data/a/people.csv",
        "data/b/People.csv",
        "data/c/" + "long" * 20 + ".csv",
        "x/a[b]*c?.csv",
        "x/history",
        "'",
    ]
    found = [finding(2, "name", file=file) for file in files]
    made = made_of(found, lambda _: table, "en")
    assert made is not None
    names = [sheet.title for sheet in load_workbook(BytesIO(made)).worksheets]
    assert len(names) == len({name.lower() for name in names}) == len(files) + 1
    assert all(0 < len(name) <= 31 and not set(name) & set("[]*?:/\\") for name in names)


def test_known_findings_are_left_out(tmp_path: Path, table: pl.DataFrame) -> None:
    _, sheet = written(
        tmp_path / "f.xlsx",
        [finding(2, "year"), replace(finding(3, "year"), known="looked into")],
        table,
    )
    assert sheet["B3"].comment is None
