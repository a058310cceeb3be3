"""Cells of tables into what is told of addresses of the Web that people wrote short: they are
read as whole ones, or as names of documents where they are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.kinds.addresses import is_completed, looks_like_address, whole_address
from hrdgraph.mapping.facts.checks import ADDRESS, DOCUMENT
from hrdgraph.paths import project_path
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.project import Project, Source, Table
from hrdgraph.sources import ROW
from hrdgraph.validate import Finding, Kind, Severity

COMPLETED: Final = "address-completed"
UNLIKELY: Final = "address-unlikely"


def find_completed(
    project: Project,
    sources: Iterable[Source],
    tables: Mapping[tuple[str, str], pl.DataFrame],
    secrets: Secrets,
) -> list[Finding]:
    """What is told of each column with such cells, to whoever builds."""
    found: list[Finding] = []
    for source in sources:
        for table in source.tables:
            file = project_path(source.table_file(table), project.root)
            if not secrets.hides_file(file):
                found += _of_table(tables[source.name, table.label], table, file)
    return found


def _of_table(frame: pl.DataFrame, table: Table, file: str) -> Iterator[Finding]:
    for field in table.fields:
        if not field.type.startswith((ADDRESS, DOCUMENT)) or field.name not in frame.columns:
            continue
        texts = frame[field.name].drop_nulls().unique()
        short = texts.filter(~texts.str.contains("^https?://")).to_list()
        for rule, severity, test in _TOLD:
            cells = [text for text in short if test(text.strip())]
            rows = frame.filter(pl.col(field.name).is_in(cells)).select(ROW, field.name).rows()
            if rows:
                yield _finding(rule, severity, file, field.name, rows)


_TOLD: Final[tuple[tuple[str, Severity, Callable[[str], bool]], ...]] = (
    (COMPLETED, Severity.INFO, is_completed),
    (UNLIKELY, Severity.WARNING, looks_like_address),
)


def _finding(
    rule: str, severity: Severity, file: str, column: str, rows: list[tuple[int, str]]
) -> Finding:
    first, text = rows[0]
    read = whole_address(text.strip())
    return Finding(
        severity=severity,
        kind=Kind.SOURCE,
        rule=rule,
        fact=Message(rule, count=len(rows), value=text, read=read),
        focus=f"{file}#row={first}",
        value=text,
        origins=tuple(Origin(file, row, column) for row, _ in rows[:2]),
    )
