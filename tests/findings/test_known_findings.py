"""The ledger of known findings marks what it names, warns of what is gone, and is refused where it is malformed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, Origin, Problems, SourceError
from hrdgraph.findings.model import STALE, Finding, Kind, Severity, mark_known, read_known


def ledger(folder: Path, text: str | bytes) -> Path:
    path = folder / "known_findings.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def finding(rule: str, focus: str) -> Finding:
    return Finding(
        severity=Severity.VIOLATION, kind=Kind.SHACL, rule=rule, messages=(), focus=focus
    )


def test_no_file_is_no_rows(tmp_path: Path) -> None:
    assert read_known(tmp_path / "known_findings.csv") == ()


def test_rows_mark_findings_and_the_named_focus_goes_first(tmp_path: Path) -> None:
    rows = read_known(ledger(tmp_path, 'rule,focus,why\nr,*,"all, as ever"\nr,x,this one\n'))
    marked = mark_known([finding("r", "x"), finding("r", "y"), finding("q", "x")], rows)
    assert [(one.rule, one.focus, one.known) for one in marked] == [
        ("q", "x", ""),
        ("r", "x", "this one"),
        ("r", "y", "all, as ever"),
    ]


def test_what_is_found_no_more_is_a_warning_at_its_row(tmp_path: Path) -> None:
    rows = read_known(
        ledger(tmp_path, "rule,focus,why\nclaim-evidense,x,typing error\nr,gone,was fixed\n"),
        file="data/known_findings.csv",
    )
    marked = mark_known([finding("claim-evidence", "x"), finding("r", "here")], rows)
    stale = [one for one in marked if one.rule == STALE]
    assert {one.severity for one in stale} == {Severity.WARNING}
    assert [(one.origins, one.focus, one.suggestion) for one in stale] == [
        ((Origin("data/known_findings.csv", row=3),), "gone", ""),
        ((Origin("data/known_findings.csv", row=2),), "x", "claim-evidence"),
    ]
    assert {tag for tag, _ in stale[0].texts} == {"en", "fr", "es"}


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    rows = read_known(ledger(tmp_path, b"\xef\xbb\xbfrule,focus,why\r\nr,x,reason\r\n\r\n"))
    assert [(row.rule, row.focus, row.why, row.origin.row) for row in rows] == [
        ("r", "x", "reason", 2)
    ]


@pytest.mark.parametrize(
    ("text", "fact", "row", "column"),
    [
        ("", "the file is empty", 1, None),
        ("rule,why\nr,x\n", "no column 'focus'", 1, None),
        ("rule,focus,why\nr,x\n", "2 cells, but the header has 3", 2, None),
        ("rule,focus,why\nr,x,a, b\n", "4 cells, but the header has 3", 2, None),
        ("rule,focus,why\nr,x,ok\nr,,why\n", "the cell is empty", 3, "focus"),
        ("rule,focus,why\nr,x, \n", "the cell is empty", 2, "why"),
        ("rule,focus,why\nr,x,a\nr,x,b\n", "r, x is already in row 2", 3, None),
        (b"rule,focus,why\nr,x,\xff\n", "not valid UTF-8", 2, None),
        ('rule,focus,why\nr,x,"open\n', "not valid CSV: unexpected end of data", 2, None),
    ],
)
def test_a_malformed_ledger_is_an_error_with_its_row(
    tmp_path: Path, text: str | bytes, fact: str, row: int | None, column: str | None
) -> None:
    with pytest.raises(SourceError) as caught:
        read_known(ledger(tmp_path, text), file="known.csv")
    assert caught.value.fact == fact
    assert caught.value.origin == Origin("known.csv", row=row, column=column)
    assert caught.value.hint


def test_all_malformed_rows_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        read_known(ledger(tmp_path, "rule,focus,why\nr,,z\n,x,y\n"))
    assert [error.origin.row for error in caught.value.errors] == [2, 3]


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(HrdgraphError, match="cannot be read"):
        read_known(tmp_path)
