"""A source into the rows of its facts that cite a page and no words of it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.mapping.facts.layout import Layout, kinds_of, layouts_of
from hrdgraph.project import Project, Source

# kinds whose rows are claims: other kinds of rows say what a thing is called
CLAIMS: Final = (
    "conferral", "role", "founding", "act", "quotation", "situation", "attribute", "award-event",
    "defender",
)  # fmt: skip
_NAMED: Final = ("person", "organisation", "award")
_DELIMITED: Final = (".csv", ".tsv")


@dataclass(frozen=True)
class FactRow:
    """A row of a table of facts. `cells` are by the columns of its kind, those of names with all
    that the source calls the thing; `number` is that of the row as a spreadsheet counts."""

    source: str
    file: str
    number: int
    kind: str
    fact: str
    address: str
    cells: Mapping[str, tuple[str, ...]]
    is_cited: bool
    is_public: bool = True


@dataclass(frozen=True)
class FactRows:
    """The claims of one source, and the (name, kind) of all that its tables name."""

    rows: tuple[FactRow, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


@dataclass
class _SourceNames:
    """What the tables of a source call things and pages, by their keys."""

    labels: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, str] = field(default_factory=dict)
    kinds: list[tuple[str, str]] = field(default_factory=list)
    cited: set[tuple[str, str]] = field(default_factory=set)


def fact_rows(project: Project, source: Source) -> FactRows:
    """Read the tables of a source that have a kind and are delimited text. Raises what is wrong
    with their headings."""
    layouts = [
        layout
        for layout in layouts_of(kinds_of(project), source)
        if layout.table.file.lower().endswith(_DELIMITED)
    ]
    tables = [(layout, list(_records(source, layout))) for layout in layouts]
    names = _SourceNames()
    for layout, records in tables:
        for _, record in records:
            _learn(names, layout, record)
    rows = [
        _row(source, layout, number, record, names)
        for layout, records in tables
        if layout.kind.name in CLAIMS
        for number, record in records
    ]
    return FactRows(tuple(rows), tuple(names.kinds))


def _records(source: Source, layout: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by heading, with their numbers."""
    text = source.table_file(layout.table).read_text("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=layout.table.delimiter)
    for number, record in enumerate(reader, 2):
        yield number, {name: cell for name, cell in record.items() if name and cell}


def _learn(names: _SourceNames, layout: Layout, record: Mapping[str, str]) -> None:
    kind = layout.kind.name
    if kind == "evidence":
        names.cited.add((_cell(layout, record, "fact_kind"), _cell(layout, record, "fact")))
    keys = {record.get(heading, "") for heading in ("key", "id")} - {""}
    if kind == "document":
        address = _cell(layout, record, "address")
        names.addresses.update(dict.fromkeys((*keys, address), address))
    elif kind in _NAMED:
        labels = [_cell(layout, record, name) for name in ("name", "other_name", "other_names")]
        known = [label for label in labels if label]
        names.kinds += [(label, kind) for label in known]
        for key in keys:
            names.labels[key] += known


def _row(
    source: Source, layout: Layout, number: int, record: Mapping[str, str], names: _SourceNames
) -> FactRow:
    kind, fact = layout.kind.name, record.get("id", "")
    cells = {
        column.name: _said(column.type, cell, names)
        for column in layout.kind.columns
        if (cell := _cell(layout, record, column.name))
    }
    pages = [names.addresses.get(cell, "") for cell in record.values()]
    pages += filter(is_web_address, map(whole_address, record.values()))
    is_cited = bool(_cell(layout, record, "evidence_start")) or (kind, fact) in names.cited
    address = next(filter(None, pages), "") or _only(names.addresses)
    levels = (source.visibility, layout.table.visibility, record.get("visibility") or "public")
    is_public = all(level == "public" for level in levels)
    place = (source.name, layout.table.file, number, kind, fact)
    return FactRow(*place, address, cells, is_cited, is_public)


def _only(addresses: Mapping[str, str]) -> str:
    """The page of a source that has one."""
    found = set(addresses.values())
    return found.pop() if len(found) == 1 else ""


def _cell(layout: Layout, record: Mapping[str, str], column: str) -> str:
    heading = layout.heading_of(column)
    return record.get(heading, "").strip() if heading else ""


def _said(kind: str, cell: str, names: _SourceNames) -> tuple[str, ...]:
    if kind != "name":
        return (cell,)
    return tuple(dict.fromkeys(names.labels.get(cell, ()))) or (cell.replace("_", " "),)
