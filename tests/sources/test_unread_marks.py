"""Marks of a sheet that are no text: hidden, coloured and struck rows, notes."""

from __future__ import annotations

import base64
import io
import random
import zlib

import openpyxl
import pytest
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


# an XLS as xlwt wrote it, since nothing here writes that format: its sheet is like that of book(),
# with a hidden column instead of the note
OLD = (
    "eNrtWE1oE0EU/mazu0lqf9I/oRXKUrBq7aXWP4Q2KmhP1qoHiwiatgGlNZXQgwpiteagIIielF4KvXipevEHPehN"
    "QajoQRCEVE/iSVDw0HZ983YmJu0KDbSFln1h3rx58828t7Nv3kz2/VRldvxx/TTmUQdCmHOjsPN0gkpUN2KgfteV"
    "oq4jVNyAVhVFI/QibQsvyt6F5TuU73saBh6Zr4kDX6mcxHl0DaWSzgrSfvYhIaQP7cKk2DMwRqUcdexXFfM+5tXM"
    "HzL2JfO9rLnFvJ2wWXECU/Gu5t0qjnuMRu4rJy7wlMd8Zk0ravFGxvGV28LDWtiXPpsYXFsdkYUdDWYpJkBB0JlM"
    "JdOJwSxqKBom8Nt1gF96279yAv3K6gVI/6dQH/6PPjJfb95kfXSB/gbrS3zmuWuYwAjc00LujQwl+jHTy+5vh787"
    "TU7fUAZl2MPZwsKxM8nk8AwOo0IdDpRAUolzSaeVouuCbmzTQpsWtmthhxZ2amEXjUyUyOk4N8UKclMZ79hS4v1k"
    "UsqVvG9j5N/Mg58fDvV2x0+xZoTPIxngAhvlM8HFVTmi9DKNl9o76yr4TINRzkg2Quce0MwzbGV+ja1sYLmeeQ09"
    "N9VN3bVKODjKmOvc20R225g+xjflyZtJzvw48qwh8y2+heTJzulLNZOf4uNopIXrZ48ERtEiWsT9e5Kex3UtVL77"
    "wrxuQe6LGDH23YCrjuoKzKKExUrmXkuullB44YMXuczqtfLxhg/e4PlDCi/XoDqHD/FaFuJDjDcVPpSbXxg2tQyy"
    "LUeaPpZMte5QrXzPrDy8o/AWW7IV3irA2z7z24wPK7ydw3cYVXgiH5POlH+0lNGJedGpo1Hk+GqNRuEbjRG9qvBb"
    "1YACCiiggAIKaPnJuwV6t16Tb/TeTSasvuvMUpkLPpOsWTqKIfoN03/AA0hRncbFouJnPSyh5xKLHKO/F0o6TtbT"
    "GEAv+zFQdPzSTVTkP8+iB8aWbgsVa3+uGD+X2f5f4/4mZw=="
)  # fmt: skip


def old_book() -> bytes:
    return zlib.decompress(base64.b64decode(OLD))


def test_rows_and_columns_of_the_old_format_have_marks_too() -> None:
    rows = (frozenset({6}), frozenset({2}), frozenset({5}), frozenset())
    assert marks_of(old_book(), "Été & co") == SheetMarks(*rows, columns=frozenset({2}))
    assert marks_of(old_book(), "Sheet") == marks_of(old_book(), "none") == NO_MARKS


@pytest.mark.parametrize("data", [book(), old_book()], ids=["xlsx", "xls"])
def test_what_is_no_workbook_has_none(data: bytes) -> None:
    data, chance = bytearray(data), random.Random(1)
    assert marks_of(b"a;b", "") == marks_of(b"", "x") == marks_of(bytes(data), "none") == NO_MARKS
    for _ in range(50):
        data[chance.randrange(len(data))] = chance.randrange(256)
        marks_of(bytes(data), "Été & co")
