"""Turn a candidate into the cells of a row of its fact table, and find the rows of a source that
cite a page and no words of it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.evidence.snapshots import digest_of
from hrdgraph.extraction.candidates import BY_COLUMN, Argument, Candidate
from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.mapping.facts.layout import Layout, layouts_of
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
        for layout in layouts_of(project.kinds, source)
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
    """Return the rows by heading, with their numbers."""
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
        column.name: _texts_of(column.type, cell, names)
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
    """Return the page of a source that has one."""
    known = set(addresses.values())
    return known.pop() if len(known) == 1 else ""


def _cell(layout: Layout, record: Mapping[str, str], column: str) -> str:
    heading = layout.heading_of(column)
    return record.get(heading, "").strip() if heading else ""


def _texts_of(kind: str, cell: str, names: _SourceNames) -> tuple[str, ...]:
    if kind != "name":
        return (cell,)
    return tuple(dict.fromkeys(names.labels.get(cell, ()))) or (cell.replace("_", " "),)


ACT_CODES: Final = {
    "disappearance": "enforced-disappearance",
    "smear-campaign": "defamation",
    "massacre": "killing",
    "dissolution": "group-ban",
    # no acts that were done to anybody: the person who reviews says which, or refuses
    "protest": "",
    "hunger-strike": "",
    "at-risk": "",
}
ROLE_CODES: Final = frozenset((
    "president", "chair", "vice-chair", "director", "executive-director", "head", "leader",
    "member", "secretary", "secretary-general", "coordinator", "spokesperson", "officer",
    "commissioner", "high-commissioner", "special-rapporteur", "public-defender", "mayor",
    "minister", "editor-in-chief", "journalist", "lawyer",
))  # fmt: skip
_EITHER: Final = ("recipient", "member", "founder", "victim", "speaker", "subject")
_NAMES: Final = {
    "quotation": {"kind": "quotation_kind", "language": "quotation_language"},
    "organisation": {"other_name": "other_names"},
}


def table_kind(candidate: Candidate) -> str:
    """Return the kind of table that the row goes into."""
    if candidate.rule == BY_COLUMN:
        return candidate.kind
    is_defender = candidate.kind == "attribute" and candidate.row.get("property") == "defender"
    return "defender" if is_defender else candidate.kind


def cells_of(candidate: Candidate) -> dict[str, str]:
    """Return the cells by the column names of the kind, without evidence and empty ones."""
    row = candidate.row
    if candidate.rule == BY_COLUMN:
        return {name: cell for name, cell in row.items() if cell}
    makers = {
        "role": _role, "act": _act, "attribute": _attribute,
        "conferral": _conferral,
    }  # fmt: skip
    renamed = {_NAMES.get(candidate.kind, {}).get(name, name): cell for name, cell in row.items()}
    cells = (
        makers[candidate.kind](renamed, candidate.arguments)
        if candidate.kind in makers
        else renamed
    )
    return {name: cell for name, cell in (_kinds(candidate) | cells).items() if cell}


def missing_cells(candidate: Candidate, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """Return the columns that a row of its kind needs, and that the page does not say here."""
    kind, cells = kinds.get(table_kind(candidate)), cells_of(candidate)
    return tuple(
        column.name
        for column in (kind.columns if kind else ())
        if column.required
        and not column.technical
        and not column.default
        and not any(cells.get(name) for name in (column.name, *column.unless))
    )


def _kinds(candidate: Candidate) -> dict[str, str]:
    """For each name of a person or a body, the column that says which; a person needs none."""
    bodies = [name for name, item in candidate.arguments.items() if item.type == "body"]
    return {f"{name}_kind": "organisation" for name in bodies if name in _EITHER}


def evidence_of(candidate: Candidate) -> dict[str, str]:
    """Return the columns that cite the candidate's words."""
    digest = digest_of(candidate.words)
    return {
        "evidence_start": str(candidate.start),
        "evidence_end": str(candidate.end),
        "evidence_sha256": digest,
    }


def _role(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    code = row.get("role", "")
    kept = {name: cell for name, cell in row.items() if name not in ("role", "role_text")}
    return kept | {
        "role_code": code if code in ROLE_CODES else "",
        "role": row.get("role_text", "") or code,
    }


def _act(row: dict[str, str], arguments: Mapping[str, Argument]) -> dict[str, str]:
    return _place(row, arguments) | {
        "type": ACT_CODES.get(row.get("type", ""), row.get("type", ""))
    }


def _attribute(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    if row.get("property") == "defender":
        return {"person": row.get("subject", "")}
    value = row.get("value", "")
    is_part = "-" in value
    kept = {name: cell for name, cell in row.items() if name != "value"}
    return kept | ({"value_kind": "subdivision", "value": value} if is_part else {"country": value})


def _conferral(row: dict[str, str], _arguments: Mapping[str, Argument]) -> dict[str, str]:
    date = row.get("date", "")
    dated = {"date": date} if len(date) > 4 else {"date": ""}
    return row | dated | {"year": row.get("year", "") or date[:4]}


def _place(row: dict[str, str], arguments: Mapping[str, Argument]) -> dict[str, str]:
    """Put a country in the column of countries, and any other place as it is written."""
    place = arguments.get("place")
    if place is None or not place.value or len(place.value) > 6 or not place.value[:2].isupper():
        return row
    return {name: cell for name, cell in row.items() if name != "place"} | {
        "country": place.value[:2]
    }
