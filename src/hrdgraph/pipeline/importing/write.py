"""Proposals into the folder of a source: the file as it is, and the description that says what
its tables mean."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.atomic_files import copy_file
from hrdgraph.errors import OutputError, reason_of
from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.headings import match_headings
from hrdgraph.pipeline.importing.audience import (
    NOT_READ,
    ONLY_US,
    ColumnAudience,
    audience_of,
    why_restricted,
)
from hrdgraph.pipeline.importing.table_proposal import TableProposal
from hrdgraph.pipeline.importing.update import keep_before, keep_imported
from hrdgraph.project import Project, Source

_HEAD: Final = {"title", "publisher", "licence", "language", "visibility", "facts", "table"}
_TABLE_KEYS: Final = {
    *("file", "kind", "sheet", "header", "totals", "area", "last", "delimiter", "encoding"),
    *("language", "dates", "unknown", "apart", "visibility"),
    *("restricted", "withheld", "ignore", "columns", "rows"),
}  # fmt: skip


class SourceDescription(NamedTuple):
    """What is said of a source, where its description does not say it already."""

    title: str
    publisher: str
    language: str


def write_source(
    project: Project,
    name: str,
    about: SourceDescription,
    proposals: Sequence[TableProposal],
    kinds: Mapping[str, Kind],
    *,
    publish: bool = False,
) -> Path:
    """Write `data/sources/NAME`, or bring a newer copy of its files there; the folder. Nothing
    else in the folder is changed, and what is said of the source stays. Without `publish` the
    source is restricted. OutputError where it cannot be written."""
    folder = project.root / "data" / "sources" / name
    if known := next((item for item in project.sources if item.name == name), None):
        about = SourceDescription(known.title, known.publisher, known.language)
    files = list(dict.fromkeys(proposal.file for proposal in proposals))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = keep_before(project, name, files)
        for file in files:
            copy_file(file, folder / file.name)
        (folder / "source.toml").write_text(
            description(about, proposals, kinds, publish=publish), encoding="utf-8"
        )
    except OSError as error:
        raise OutputError("unwritable", reason=reason_of(error)) from error
    keep_imported(project, name, new)
    return folder


def is_as_written(source: Source) -> bool:
    """Whether the description of a source says nothing but what an import writes."""
    said = tomllib.loads(source.description_file.read_text("utf-8"))
    tables = said.get("table", [])
    return said.keys() <= _HEAD and all(table.keys() <= _TABLE_KEYS for table in tables)


def description(
    about: SourceDescription,
    proposals: Sequence[TableProposal],
    kinds: Mapping[str, Kind],
    *,
    publish: bool = False,
) -> str:
    """The text of source.toml."""
    head = {
        "title": about.title, "publisher": about.publisher, "licence": "not stated",
        "language": about.language, "visibility": "public" if publish else "restricted",
    }  # fmt: skip
    lines = [f"{key} = {_text(value)}" for key, value in head.items()]
    lines += ["", "[facts]", f"language = {_text(about.language)}"]
    for proposal in proposals:
        lines += ["", *_table(proposal, kinds[proposal.guess.kind])]
    return "\n".join(lines) + "\n"


def _table(proposal: TableProposal, kind: Kind) -> list[str]:
    region, audience = proposal.region, audience_of(proposal, kind)
    only_us = [one for one in audience if one.seen_by == ONLY_US]
    special = (proposal.sheet, proposal.area, proposal.encoding, region.dropped)
    is_plain_text = region.header == 1 and not any(special)
    settings: dict[str, object] = {
        "file": proposal.file.name,
        "kind": kind.name,
        "sheet": proposal.sheet or None,
        "header": None if is_plain_text else region.header,
        "totals": True if region.dropped else None,
        "area": proposal.area or None,
        "last": region.last if proposal.is_above else None,
        "delimiter": proposal.delimiter if proposal.delimiter not in ("", ",") else None,
        "encoding": proposal.encoding or None,
        "language": proposal.language or None,
        "dates": proposal.dates or None,
        "unknown": list(proposal.unknown) or None,
        "apart": [name for item in proposal.namesakes for name in item.names] or None,
        "visibility": "restricted" if why_restricted(proposal) else None,
        "restricted": [one.heading for one in only_us if one.is_restricted] or None,
        "withheld": [one.heading for one in only_us if not one.is_restricted] or None,
        "ignore": [one.heading for one in audience if one.seen_by == NOT_READ] or None,
    }
    said = (f"{key} = {_value(value)}" for key, value in settings.items() if value is not None)
    rows = [
        line
        for heading, cells in proposal.said_of_rows
        for line in (
            f"[table.rows.{_text(heading)}]",
            *(f"{_text(cell)} = {_text(level)}" for cell, level in cells.items()),
        )
    ]
    return ["[[table]]", *said, *_columns(proposal, kind, audience), *rows]


def _columns(proposal: TableProposal, kind: Kind, audience: Sequence[ColumnAudience]) -> list[str]:
    """The columns that their headings alone would not tell."""
    # a heading that means nothing and is kept back is not ignored: it must mean nothing here too
    read = [item.heading for item in audience if item.seen_by != NOT_READ]
    by_heading = match_headings(kind, read)
    said = {
        column: heading
        for column, heading in proposal.columns.items()
        if by_heading.get(column) != heading
    }
    in_parts = {item.column: item.parts for item in proposal.guess.meanings if item.parts}
    said |= dict.fromkeys((column for column in by_heading if column not in proposal.columns), "")
    lines = [f"{column} = {_text(text)}" for column, text in said.items() if column not in in_parts]
    lines += [f"{column} = {{ joined = {_value(parts)} }}" for column, parts in in_parts.items()]
    lines += [f"{column} = {{ value = {_text(value)} }}" for column, value in proposal.values]
    return ["[table.columns]", *lines] if lines else []


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string
