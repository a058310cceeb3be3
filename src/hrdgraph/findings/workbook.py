"""Write findings.xlsx: the tables with findings, with coloured and commented cells."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.errors import Origin
from hrdgraph.findings.model import Finding, Severity, in_order, readable, short
from hrdgraph.html_templates import all_visible
from hrdgraph.sources import ROW

Tables = Callable[[str], pl.DataFrame | None]
Sheet = Any  # the library has no types

FILE: Final = "findings.xlsx"
# rows: nobody looks for a colour in more, so of a longer table only those with findings are written
WHOLE: Final = 2_000
LISTED: Final = 100_000  # findings in the list, a tenth of what a sheet can hold
COMMENTS: Final = 5_000  # in one sheet: more make a file that spreadsheet programs open in minutes
CELL: Final = 32_767  # characters that a cell can hold
COMMENT: Final = 1_000
LINES: Final = 10  # of one comment
COLUMNS: Final = 16_384
_NAME: Final = 31  # characters of the name of a sheet
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")
_COMMENT: Final = {"x_scale": 2.5, "y_scale": 2, "author": "hrdgraph"}
_COLOURS: Final = {
    Severity.VIOLATION: "#F8CBC6",
    Severity.WARNING: "#FBE3B0",
    Severity.INFO: "#CFE4F7",
}
# with these, a program may take text for a formula when the cell is typed anew or saved as CSV
_RISKY: Final = tuple("=+-@\t\r")
# equal findings give an equal file
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def workbook(findings: Iterable[Finding], tables: Tables, language: str) -> bytes:
    """Return a workbook of the open findings and the tables that they name."""
    import xlsxwriter  # type: ignore[import-untyped]

    listed = in_order(finding for finding in findings if not finding.known)
    out = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {"created": _MADE, "title": Vocabulary("workbook", language)("findings")}
        )
        _Book(book, (language if language in LANGUAGES else "en")).fill(listed, tables)
    return out.getvalue()


@dataclass(frozen=True)
class _Remark:
    """The remark on a cell: the worst severity, and the lines of its comment."""

    severity: Severity
    lines: tuple[str, ...]


Remarks = Mapping[int, Mapping[str, _Remark]]  # by row and column; "" is the row as a whole


class _Book:
    """Writes sheets of text. No cell is ever a formula, a link or a number."""

    def __init__(self, book: Any, language: str) -> None:
        self._book, self._language, self._texts = book, language, Vocabulary("workbook", language)
        self._names: set[str] = set()
        self._formats: dict[tuple[bool, bool, str], Any] = {}

    def fill(self, findings: Sequence[Finding], tables: Tables) -> None:
        sheet = self._sheet(self._texts["findings"])
        for row, name in enumerate(("private", "rows")):
            self._write(sheet, row, 0, self._texts[name], bold=True)
        for column, name in enumerate(self._texts["columns"].split("|")):
            self._write(sheet, 3, column, name, bold=True)
        for row, finding in enumerate(findings[:LISTED], 4):
            for column, text in enumerate(self._row_of(finding)):
                self._write(sheet, row, column, all_visible(text))
        if (left := len(findings) - LISTED) > 0:
            note = self._texts("report-more-in", count=left, files="findings.json")
            self._write(sheet, 2, 0, note, bold=True)
        sheet.freeze_panes(4, 0)
        sheet.set_column(0, 9, 18)
        for file, remarks in _by_file(findings, self._language, self._texts).items():
            frame = tables(file)
            if frame is not None:
                self._table(file, frame, remarks)

    def _row_of(self, finding: Finding) -> tuple[str, ...]:
        place = finding.origins[0] if finding.origins else Origin()
        return (
            self._texts[finding.severity.value], short(finding.rule),
            finding.message(self._language), short(finding.focus), short(finding.path or ""),
            readable(finding.value) if finding.value else "", place.file, str(place.row or ""),
            place.column or "", finding.suggestion,
        )  # fmt: skip

    def _table(self, file: str, frame: pl.DataFrame, remarks: Remarks) -> None:
        """Write one table; row 7 of it is row 7 of the sheet, unless it is too long to be returned
        whole."""
        is_whole = frame.height <= WHOLE and (frame.height == 0 or frame[ROW].max() <= 2 * WHOLE)  # type: ignore[operator]
        shown = frame if is_whole else frame.filter(pl.col(ROW).is_in(list(remarks))).head(WHOLE)
        names = [name for name in frame.columns if name != ROW][: COLUMNS - 1]
        sheet = self._sheet(file.rpartition("/")[2])
        first = 0 if is_whole else 1
        for column, name in enumerate(names, first):
            self._write(sheet, 0, column, name, bold=True)
        if not is_whole:
            self._write(sheet, 0, 0, self._texts["row"], bold=True)
            sheet.write_comment(0, 0, self._texts["some"], {"visible": False})
        left = COMMENTS
        for place, (number, *texts) in enumerate(shown.select(ROW, *names).iter_rows(), 1):
            row, cells = number - 1 if is_whole else place, dict(zip(names, texts, strict=True))
            if not is_whole:
                self._write(sheet, row, 0, str(number))
            left -= self._row(sheet, row, first, cells, remarks.get(number, {}), left)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, first + len(names), 18)

    def _row(
        self, sheet: Sheet, row: int, first: int, cells: Mapping[str, str | None],
        remarks: Mapping[str, _Remark], left: int,
    ) -> int:  # fmt: skip
        """Write one row; a remark on the row as a whole, or on a column that is not here, stands
        at its first cell. Returns the number of its comments."""
        placed = _place_remarks(remarks, list(cells))
        for column, (name, text) in enumerate(cells.items(), first):
            remark = placed.get(name)
            if text or remark:
                colour = _COLOURS[remark.severity] if remark else ""
                self._write(sheet, row, column, text or "", colour=colour)
            if remark and left > 0:
                written = all_visible("\n".join(dict.fromkeys(remark.lines)))
                sheet.write_comment(row, column, self._shorten(written, COMMENT), _COMMENT)
                left -= 1
        return len(placed)

    def _write(
        self, sheet: Sheet, row: int, column: int, text: str, *, bold: bool = False,
        colour: str = "",
    ) -> None:  # fmt: skip
        """Write a cell as text, marked so for programs that interpret a cell when it is typed
        again."""
        clean = _NOT_IN_XML.sub("\ufffd", self._shorten(text, CELL))
        form = self._format(bold=bold, quote=clean.startswith(_RISKY), colour=colour)
        if clean:
            sheet.write_string(row, column, clean, form)
        else:
            sheet.write_blank(row, column, None, form)

    def _shorten(self, text: str, most: int) -> str:
        if len(text) <= most:
            return text
        end = self._texts("cut", count=len(text))
        return text[: most - len(end)] + end

    def _format(self, *, bold: bool, quote: bool, colour: str) -> Any:
        key = (bold, quote, colour)
        if key not in self._formats:
            style = {"num_format": "@", "bold": bold, "quote_prefix": quote}
            self._formats[key] = self._book.add_format(
                style | ({"bg_color": colour} if colour else {})
            )
        return self._formats[key]

    def _sheet(self, wanted: str) -> Sheet:
        """Add a sheet whose name spreadsheet programs allow: short, without some characters,
        unique."""
        name = base = _NOT_IN_NAMES.sub("_", wanted).strip("'")[:_NAME] or "_"
        number = 2
        while name.lower() in self._names or name.lower() == "history":
            end = f" ({number})"
            name, number = base[: _NAME - len(end)] + end, number + 1
        self._names.add(name.lower())
        return self._book.add_worksheet(_NOT_IN_XML.sub("_", name))


def _place_remarks(remarks: Mapping[str, _Remark], columns: Sequence[str]) -> dict[str, _Remark]:
    placed: dict[str, _Remark] = {}
    for column, remark in remarks.items():
        where = column if column in columns else columns[0] if columns else ""
        placed[where] = _both(placed[where], remark) if where in placed else remark
    return placed


def _both(first: _Remark, other: _Remark) -> _Remark:
    worst = min(first.severity, other.severity, key=lambda severity: severity.rank)
    return _Remark(worst, (first.lines + other.lines)[:LINES])


def _by_file(
    findings: Iterable[Finding], language: str, texts: Vocabulary
) -> dict[str, dict[int, dict[str, _Remark]]]:
    """Return the remarks on each row of each file, files in order of name."""
    files: dict[str, dict[int, dict[str, _Remark]]] = {}
    for finding in findings:
        message = finding.message(language)
        hint = (
            f"\n{texts('did-you-mean-one', names=finding.suggestion)}" if finding.suggestion else ""
        )
        remark = _Remark(finding.severity, (f"{texts[finding.severity.value]}: {message}{hint}",))
        for origin in finding.origins:
            if origin.row:
                cells = files.setdefault(origin.file, {}).setdefault(origin.row, {})
                column = origin.column or ""
                cells[column] = _both(cells[column], remark) if column in cells else remark
    return dict(sorted(files.items()))
