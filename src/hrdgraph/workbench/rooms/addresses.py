"""Addresses within the workbench."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from hrdgraph.project import Source, Table

_OWN = re.compile(r"/(?![/\\])[^\\\s]*")


def own_address(text: str) -> str:
    """An address of the workbench; its first page where a text is none."""
    return text if _OWN.fullmatch(text) else "/"


def table_address(source: str, table: str, **more: object) -> str:
    """The address of a table, by the name of its source and its label."""
    return f"/table?{urlencode({'source': source, 'table': table, **more})}"


def table_name(source: Source, table: Table) -> str:
    """What a table is called for people: its file, its sheet, and where a sheet has several, the
    row of its headings."""
    facts = table.facts
    alike = [
        one
        for one in source.tables
        if one.file == table.file and (one.facts and one.facts.sheet) == (facts and facts.sheet)
    ]
    row = f"{facts.header}" if facts and len(alike) > 1 else ""
    return " · ".join(filter(None, (table.file, facts.sheet if facts else "", row)))
