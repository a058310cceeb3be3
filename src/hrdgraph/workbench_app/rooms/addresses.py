"""Places in tables into the addresses where they are edited, and addresses of our own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from hrdgraph.project import Project, Source, Table

_OWN = re.compile(r"/(?![/\\])[^\\\s]*")


def own_address(text: str) -> str:
    """Return a text that is an address of the workbench, else its first page."""
    return text if _OWN.fullmatch(text) else "/"


def table_address(source: str, table: str, **more: object) -> str:
    """Return the address of a table, by the name of its source and its label."""
    return f"/table?{urlencode({'source': source, 'table': table, **more})}"


def table_name(source: Source, table: Table) -> str:
    """Name a table for people: its file, its sheet, and where a sheet has several, the row of its
    headings."""
    facts = table.facts
    alike = [
        other
        for other in source.tables
        if other.file == table.file
        and (other.facts and other.facts.sheet) == (facts and facts.sheet)
    ]
    row = f"{facts.header}" if facts and len(alike) > 1 else ""
    return " · ".join(filter(None, (table.title, row)))


def cell_addresses(project: Project, places: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the places, each with the `address` of its cell, or "" where it leads to none."""
    return [{**place, "address": cell_address(project, place)} for place in places]


def cell_address(project: Project, place: Mapping[str, Any]) -> str:
    """Return the address of a cell by its file, row and column; "" where no table has it."""
    owner = table_of(project, str(place.get("file") or ""), place.get("row"), place.get("part"))
    if owner is None or not place.get("row"):
        return ""
    source, table = owner
    more = {"row": place["row"]} | ({"column": place["column"]} if place.get("column") else {})
    return table_address(source.name, table.label, **more)


def table_of(
    project: Project, file: str, row: int | None, part: str | None = None
) -> tuple[Source, Table] | None:
    """Return the table that a row of a file is in: of several in a file, that of its sheet
    (`part`), and of these the last whose headings stand above it."""
    if not file:
        return None
    wanted = {(project.root / file).resolve(), Path(file).resolve()}
    tables = ((source, table) for source in project.sources for table in source.tables)
    hits = [item for item in tables if item[0].table_file(item[1]).resolve() in wanted]
    of_sheet = [item for item in hits if part and item[1].facts and item[1].facts.sheet == part]
    headed = [(item, item[1].facts.header if item[1].facts else 0) for item in of_sheet or hits]
    above = [item for item, header in headed if header <= (row or 0)]
    return next(reversed(above or hits), None)
