"""Proposals into the folder of a source: the file as it is, and the description that says what
its tables mean."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from hrdgraph.kinds import Kind
from hrdgraph.kinds.headings import match_headings
from hrdgraph.pipeline.importing.propose import TableProposal
from hrdgraph.project import Project


def write_source(
    project: Project,
    name: str,
    title: str,
    publisher: str,
    language: str,
    proposals: Sequence[TableProposal],
    kinds: Mapping[str, Kind],
) -> Path:
    """Write `data/sources/NAME`, or bring a newer copy of its files there; the folder. Nothing
    else in the folder is changed."""
    folder = project.root / "data" / "sources" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in dict.fromkeys(proposal.file for proposal in proposals):
        target = folder / file.name
        if not (target.exists() and target.samefile(file)):
            shutil.copyfile(file, target)
    (folder / "source.toml").write_text(
        description(title, publisher, language, proposals, kinds), encoding="utf-8"
    )
    return folder


def description(
    title: str,
    publisher: str,
    language: str,
    proposals: Sequence[TableProposal],
    kinds: Mapping[str, Kind],
) -> str:
    """The text of source.toml."""
    head = {"title": title, "publisher": publisher, "licence": "not stated", "language": language}
    lines = [f"{key} = {_text(value)}" for key, value in head.items()]
    lines += ["", "[facts]", f"language = {_text(language)}"]
    for proposal in proposals:
        lines += ["", *_table(proposal, kinds[proposal.guess.kind])]
    return "\n".join(lines) + "\n"


def _table(proposal: TableProposal, kind: Kind) -> list[str]:
    region = proposal.region
    said: dict[str, object] = {"file": proposal.file.name, "kind": kind.name}
    is_plain_text = (
        not proposal.sheet
        and region.header == 1
        and not proposal.area
        and not proposal.encoding
        and not region.dropped
    )
    if proposal.sheet:
        said["sheet"] = proposal.sheet
    if not is_plain_text:
        said["header"] = region.header
    if region.dropped:
        said["totals"] = True
    if proposal.area:
        said["area"] = proposal.area
    if proposal.is_above:
        said["last"] = region.last
    if proposal.delimiter not in ("", ","):
        said["delimiter"] = proposal.delimiter
    if proposal.encoding:
        said["encoding"] = proposal.encoding
    if proposal.language:
        said["language"] = proposal.language
    if proposal.dates:
        said["dates"] = proposal.dates
    if proposal.unknown:
        said["unknown"] = list(proposal.unknown)
    if proposal.namesakes:
        said["apart"] = [name for item in proposal.namesakes for name in item.names]
    if ignored := dict.fromkeys((*_numbered(proposal), *proposal.guess.unread)):
        said["ignore"] = list(ignored)
    lines = ["[[table]]", *(f"{key} = {_value(value)}" for key, value in said.items())]
    return [*lines, *_columns(proposal, kind)]


def _numbered(proposal: TableProposal) -> list[str]:
    """Headings over nothing that is read: of numbers of rows, and of empty columns."""
    read_or_told = {*proposal.columns.values(), *proposal.guess.unread}
    return [name for name in proposal.headings if name not in read_or_told]


def _columns(proposal: TableProposal, kind: Kind) -> list[str]:
    """The columns that their headings alone would not tell."""
    by_heading = match_headings(kind, list(proposal.columns.values()))
    said = {
        column: heading
        for column, heading in proposal.columns.items()
        if by_heading.get(column) != heading
    }
    said |= dict.fromkeys((column for column in by_heading if column not in proposal.columns), "")
    lines = [f"{column} = {_text(heading)}" for column, heading in said.items()]
    lines += [f"{column} = {{ value = {_text(value)} }}" for column, value in proposal.values]
    return ["[table.columns]", *lines] if lines else []


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string
