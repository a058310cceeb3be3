"""A template is a workbook that is understood without a question once it is filled in."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from hrdgraph.fact_kinds import load_kinds
from hrdgraph.fact_kinds.cell_values import codes_of, yes_no
from hrdgraph.fact_kinds.model import match_headings
from hrdgraph.fact_kinds.template import template
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import Project

ROOT = Path(__file__).parents[2]
KINDS = load_kinds(ROOT / "ontology" / "tables")
CODES = {
    c.scheme: codes_of((ROOT / "ontology" / "vocabularies",), c.scheme)
    for k in KINDS.values()
    for c in k.columns
    if c.scheme
}


def workbook(names: list[str], language: str) -> openpyxl.Workbook:
    data = template(
        [KINDS[name] for name in names],
        CODES,
        ["Suisse", "Russie"],
        language,
        {"award": ["Prix Rafto"]},
    )
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.sampled(12)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("name", [name for name in KINDS if name != "evidence"])
def test_every_heading_is_known_again(name: str, language: str) -> None:
    sheet = workbook([name], language).worksheets[0]
    headings = [str(cell.value) for cell in sheet[1]]
    typed = [column.name for column in KINDS[name].columns if not column.technical]
    assert match_headings(KINDS[name], headings) == dict(zip(typed, headings, strict=True))
    assert all(cell.comment is not None for cell in sheet[1])


def test_codes_and_names_are_drop_downs_and_dates_are_text() -> None:
    book = workbook(["act", "conferral"], "fr")
    act = book.worksheets[0]
    column = [str(cell.value) for cell in act[1]].index("Acte") + 1
    rules = {
        str(rule.sqref).partition("2")[0]: rule.formula1
        for rule in act.data_validations.dataValidation
    }
    letter = openpyxl.utils.get_column_letter(column)
    assert "Listes" in str(rules[letter])
    date = openpyxl.utils.get_column_letter([str(cell.value) for cell in act[1]].index("Date") + 1)
    assert act.column_dimensions[date].number_format == "@"
    assert [sheet.title for sheet in book.worksheets][-2:] == ["Explications", "Listes"]


def test_what_is_typed_is_understood_without_a_question(tmp_path: Path) -> None:
    book = workbook(["act"], "fr")
    sheet = book.worksheets[0]
    places = {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}
    typed = {
        "Acte": "détention",
        "Victime": "Marie Mukendi",
        "Date": "2021-03-04",
        "Pays": "Suisse",
        "Source": "entretien 1",
    }
    for heading, text in typed.items():
        sheet.cell(2, places[heading], text)
    book.save(tmp_path / "registre.xlsx")
    found, _ = TableProposer(Project(ROOT, "", "", "", ("fr",), (), ()), "fr").of(
        tmp_path / "registre.xlsx"
    )
    assert [(item.guess.kind, item.guess.doubt) for item in found] == [("act", False)]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_each_cell_to_choose_is_read_back_as_what_it_says(language: str) -> None:
    book = workbook([name for name in KINDS if name != "evidence"], language)
    *sheets, explanations, lists = book.worksheets
    assert lists.sheet_state == "hidden"
    told = {tuple(str(cell.value or "") for cell in row) for row in explanations}
    for kind, sheet in zip(
        (k for k in KINDS.values() if k.name != "evidence"), sheets, strict=True
    ):
        offered = {
            str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation
        }
        columns = [column for column in kind.columns if not column.technical]
        for column, cell in zip(columns, sheet[1], strict=True):
            assert cell.value == column.label(language)
            assert cell.comment.text.strip()
            if column.example:
                assert column.example in cell.comment.text
            assert any(row[1] == cell.value and row[3] == cell.comment.text for row in told)
            is_needed = column.required and not column.unless
            assert (cell.fill.fgColor.rgb == "FFFCE4D6") is is_needed
            rule = offered.pop(f"{cell.column_letter}2", None)
            if rule is None:
                assert (
                    column.many
                    or column.type in ("words", "date", "name", "address")
                    or not (column.scheme or column.enum)
                )
                continue
            values = [
                str(one.value)
                for row in lists[rule.formula1.split("!")[1].replace("$", "")]
                for one in row
            ]
            assert rule.errorStyle in ((None, "stop") if column.type != "name" else ("warning",))
            if column.scheme:
                codes = CODES[column.scheme]
                assert sorted(map(str, map(codes.find_code, values))) == sorted(codes.labels)
            elif column.type == "yes-no":
                assert [yes_no(value) for value in values] == ["true", "false"]
            elif column.type == "country":
                assert values == ["Suisse", "Russie"]
            elif column.enum:
                assert values == list(column.enum)
        assert not offered
