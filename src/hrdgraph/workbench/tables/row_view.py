"""Rows into those that a window shows: sorted, filtered, found; worked out once for each state of
the table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol
from unicodedata import normalize

from hrdgraph.pipeline.importing.typed_rows import TypedRow

_MARKS: Final = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class ViewOptions:
    """What a window shows: rows with a text, in all columns or one; only those with findings;
    sorted by a column, or as they stand (-1)."""

    text: str = ""
    column: int = -1
    findings: bool = False
    sort: int = -1
    descending: bool = False


class FindingTest(Protocol):
    """What knows whether something is wrong in a row."""

    def has_findings(self, row: TypedRow) -> bool:
        """Whether something is wrong."""


def rows_shown(rows: list[TypedRow], test: FindingTest, options: ViewOptions) -> list[TypedRow]:
    """The rows, in their order."""
    if options.text:
        wanted = _folded(options.text)
        rows = [row for row in rows if wanted in _searched(row, options.column)]
    if options.findings:
        rows = [row for row in rows if test.has_findings(row)]
    if options.sort >= 0 and all(options.sort < len(row.cells) for row in rows[:1]):
        rows = sorted(
            rows, key=lambda row: _key(row.cells[options.sort]), reverse=options.descending
        )
    return rows


def _searched(row: TypedRow, column: int) -> str:
    """The text of a row, or of one cell, as it is searched."""
    if 0 <= column < len(row.cells):
        return _folded(row.cells[column])
    if not row.searched:
        row.searched = _folded("\n".join(row.cells))
    return row.searched


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", normalize("NFD", text.casefold()))


def _key(text: str) -> tuple[int, float, str]:
    """Numbers before words, nothing last."""
    plain = text.strip()
    if not plain:
        return 2, 0.0, ""
    try:
        return 0, float(plain.replace(",", ".")), ""
    except ValueError:
        return 1, 0.0, _folded(plain)
