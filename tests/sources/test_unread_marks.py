"""Marks of a sheet that are no text: hidden, coloured and struck rows, notes."""

from __future__ import annotations

import io
import random

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from hrdgraph.sources.spreadsheet.xlsx import NO_MARKS, SheetMarks, marks_of

RED, WHITE = (PatternFill("solid", fgColor=colour) for colour in ("FFFF0000", "FFFFFFFF"))


def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.create_sheet("Été & co")
    for row in range(1, 8):
        sheet.append([f"name {row}", "x", None])
    sheet["A2"].fill, sheet["B3"].fill, sheet["C4"].fill = RED, WHITE, RED  # C4 is empty
    sheet["A5"].font = Font(strike=True)
    sheet.row_dimensions[6].hidden = True
    sheet["B7"].comment = Comment("not for the public", "Zoé")
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_rows_with_marks() -> None:
    rows = (frozenset({6}), frozenset({2}), frozenset({5}), frozenset({7}))
    assert marks_of(book(), "Été & co") == SheetMarks(*rows)
    assert marks_of(book(), "Sheet") == NO_MARKS


def test_what_is_no_workbook_has_none() -> None:
    data, chance = bytearray(book()), random.Random(1)
    assert marks_of(b"a;b", "") == marks_of(b"", "x") == marks_of(bytes(data), "none") == NO_MARKS
    for _ in range(50):
        data[chance.randrange(len(data))] = chance.randrange(256)
        marks_of(bytes(data), "Été & co")
