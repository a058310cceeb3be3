"""A spreadsheet that can only be read (.ods, .xls, .xlsb) into a workbook beside it that can be
edited, and its source turned to that; and back to the original."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import tomllib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from hrdgraph.atomic_files import told, whole_file, write_file
from hrdgraph.errors import Origin, SourceError
from hrdgraph.project import Project, Source
from hrdgraph.sources.fact_table import cells_of, sheets_of

READ_ONLY: Final = (".ods", ".xls", ".xlsb")
_EDITED: Final = ".xlsx"
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_DAY: Final = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_FILE: Final = re.compile(r"^\s*file\s*=.*$", re.MULTILINE)


def make_editable(project: Project, name: str, file: str) -> str:
    """Write the copy, and turn the source to it; its name. The original stays beside it.
    SourceError where the file is no such spreadsheet, or the copy would say something else."""
    source = project.source(name)
    path = source.folder / file
    if path.suffix.lower() not in READ_ONLY or not _names(source, file):
        raise SourceError("spreadsheet-unreadable", reason=file, origin=Origin(str(path)))
    target = free_name(path)
    copy_as_workbook(path, target)
    turn_source(source, file, target.name)
    return target.name


def copy_as_workbook(path: Path, target: Path) -> None:
    """Write a spreadsheet as a workbook that can be edited. SourceError where that would say
    something else."""
    data = _workbook(path, typed=True)
    with told(target), whole_file(target, lasting=True) as stream:
        stream.write(data)
    if not _is_same(path, target):  # a number or a date is shown otherwise: all is kept as text
        write_file(target, [_workbook(path, typed=False)])
    if not _is_same(path, target):
        target.unlink()
        raise SourceError("spreadsheet-not-copied", origin=Origin(str(path)))
    target.chmod((path.stat().st_mode & 0o777) | 0o600)  # who may not read it reads no copy


def original_of(source: Source, file: str) -> str:
    """The spreadsheet that a file was copied from; "" where there is none."""
    path = source.folder / file
    stem = re.sub(r" \([0-9]+\)$", "", path.stem)
    found = (f"{name}{ending}" for name in (path.stem, stem) for ending in READ_ONLY)
    is_copy = path.suffix.lower() == _EDITED
    return next((name for name in found if is_copy and (source.folder / name).is_file()), "")


def back_to_original(project: Project, name: str, file: str) -> str:
    """Turn a source to the spreadsheet that a file was copied from; its name. The copy stays.
    SourceError where there is none."""
    source = project.source(name)
    original = original_of(source, file)
    if not original or not _names(source, file):
        raise SourceError("spreadsheet-unreadable", reason=file, origin=Origin(str(source.folder)))
    turn_source(source, file, original)
    return original


def _names(source: Source, file: str) -> bool:
    return any(table.file == file for table in source.tables)


def free_name(path: Path) -> Path:
    """A name beside the original that no file has."""
    target, number = path.with_suffix(_EDITED), 2
    while target.exists():
        target, number = path.with_name(f"{path.stem} ({number}){_EDITED}"), number + 1
    return target


def turn_source(source: Source, before: str, after: str) -> None:
    """Name another file in the description, which is else left as it was typed."""

    def turned(match: re.Match[str]) -> str:
        said = tomllib.loads(match[0]).get("file")
        return f"file = {json.dumps(after, ensure_ascii=False)}" if said == before else match[0]

    text = source.description_file.read_text("utf-8")
    write_file(source.description_file, [_FILE.sub(turned, text).encode()])


def _is_same(path: Path, copy: Path) -> bool:
    return all(
        _filled(cells_of(path, sheet)) == _filled(cells_of(copy, sheet))
        for sheet in sheets_of(path)
    )


def _filled(rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    return {
        (row, column): cell
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if cell
    }


def _workbook(path: Path, *, typed: bool) -> bytes:
    """All sheets that are shown, each cell where it was: whole numbers and days as such, all
    else as text, so that nothing becomes a formula."""
    xlsxwriter = import_module("xlsxwriter")
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in sheets_of(path):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(cells_of(path, name)):
                for column, text in enumerate(cells):
                    _write(sheet, row, column, text, day if typed else None)
    return made.getvalue()


def _write(sheet: Any, row: int, column: int, text: str, day: object) -> None:
    if day and _NUMBER.fullmatch(text):
        sheet.write_number(row, column, int(text))
    elif day and _DAY.fullmatch(text) and (found := _date(text)):
        sheet.write_datetime(row, column, found, day)
    elif text:
        sheet.write_string(row, column, text)


def _date(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
