"""Tables of facts into questions about names that one thing has and two may: rows of one name
are one person, though what they say beside it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.kinds.headings import folded
from hrdgraph.kinds.name_parts import joined
from hrdgraph.mapping.facts.layout import Layout, kinds_of, layouts_of
from hrdgraph.paths import project_path
from hrdgraph.pipeline.importing.namesakes import NamedRows, find_namesakes
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.project import Project, Source
from hrdgraph.sources import ROW

RULE: Final = "namesakes-joined"
_THINGS: Final = ("person", "organisation")
_KEYS: Final = ("key", "id")
_SHOWN: Final = 100  # names of one table that are told


def find_joined(
    project: Project, sources: Iterable[Source], secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """A warning for each name, which is for whoever builds: it tells of what is withheld."""
    return [
        finding
        for source in sources
        for layout in layouts_of(kinds_of(project), source)
        if layout.kind.thing in _THINGS and layout.facts.names == "names"
        for finding in _of_table(project, layout, secrets, typed)
    ]


def _of_table(
    project: Project, layout: Layout, secrets: Secrets, typed: TypedRows
) -> Iterator[Finding]:
    file = project_path(layout.source.table_file(layout.table), project.root)
    name = layout.heading_of(layout.kind.key_of)
    frame = None if secrets.hides_file(file) or not name else typed.table(file)
    if frame is None or name not in frame.columns or _has_keys(layout, frame):
        return
    parts = layout.columns[layout.kind.key_of][0].headings
    if not {*parts} <= {*frame.columns}:
        return
    rows = _repeated(_whole(frame, parts), name, {folded(apart) for apart in layout.facts.apart})
    headings = [heading for heading in rows.columns if heading != ROW]
    columns = {column: layout.heading_of(column) for column in layout.columns}
    table = NamedRows(
        headings,
        [[text or "" for text in cells] for cells in rows.select(headings).iter_rows()],
        {column: heading for column, heading in columns.items() if heading in headings},
    )
    for found in find_namesakes(layout.kind, table, {})[:_SHOWN]:
        places = rows.filter(pl.col(name).is_in(found.names))[ROW].to_list()
        yield _finding(file, name, places, found.names[0], found.heading)


def _whole(frame: pl.DataFrame, parts: Sequence[str]) -> pl.DataFrame:
    """The rows with names that are in parts whole, under the heading of the first."""
    if len(parts) < 2:
        return frame
    names = [joined(cells) for cells in frame.select(parts).iter_rows()]
    return frame.with_columns(pl.Series(parts[0], names, dtype=pl.String))


def _has_keys(layout: Layout, frame: pl.DataFrame) -> bool:
    """Whether each row says itself who it is of."""
    headings = [layout.heading_of(key) for key in _KEYS if key in layout.columns]
    return any(name in frame.columns and frame[name].null_count() == 0 for name in headings if name)


def _repeated(frame: pl.DataFrame, name: str, apart: set[str]) -> pl.DataFrame:
    """The rows whose name other rows have, too, but those that were asked about."""
    written = pl.col(name).str.strip_chars()
    some = frame.filter(written.str.len_chars() > 0)
    again = some.filter(written.str.to_lowercase().is_duplicated())
    asked = [text for text in again[name].unique().to_list() if folded(text) in apart]
    return again.filter(~pl.col(name).is_in(asked))


def _finding(file: str, column: str, rows: list[int], name: str, heading: str) -> Finding:
    fact = Message(RULE, name=name, count=len(rows), column=heading)
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=RULE,
        fact=fact,
        focus=f"{file}#row={rows[0]}",
        value=name,
        origins=tuple(Origin(file, row, column) for row in rows[:2]),
    )
