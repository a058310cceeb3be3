"""Cells of public columns of facts that hold data of somebody's private life, such as a phone
number, though nobody has said that everybody may see such data there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError
from hrdgraph.fact_kinds import Column
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.cell_values import whole_address
from hrdgraph.fact_kinds.confidentiality import cells_with_private_data, private_data_of
from hrdgraph.mapping.execution.scan import part_of_file
from hrdgraph.mapping.facts.layout import Layout, layouts_of, location_of
from hrdgraph.privacy.rule_visibility import Levels, read_row_levels
from hrdgraph.project import Project
from hrdgraph.sources import ROW, read

PrivateCells = Mapping[tuple[str, str], list[HrdgraphError]]  # by source and table

_LINKS: Final = ("document", "address")


def find_private_cells(project: Project) -> PrivateCells:
    """Find such cells of rows that are public: an error for each, which says how to publish it."""
    public = [
        layout
        for source in project.sources
        if source.visibility == "public"
        for layout in layouts_of(project.kinds, source)
        if layout.table.visibility == "public"
    ]
    levels = read_row_levels(project, ()).rows if public else {}
    return {
        (layout.source.name, layout.table.label): [*_find_in(layout, levels)] for layout in public
    }


def _find_in(layout: Layout, levels: Mapping[Path, Levels]) -> Iterator[HrdgraphError]:
    path, (name, dialect) = layout.source.table_file(layout.table), location_of(layout.table)
    if not (columns := _public_columns(layout)):
        return
    place = Origin(str(path), part=layout.facts.sheet or None)
    frame = pl.concat(read(name, path, dialect, [*columns], place))
    part = part_of_file(path, dialect.iterator)
    for rows in levels.get(part, levels.get(path.resolve(), {})).values():
        frame = frame.filter(~pl.col(ROW).is_in(rows.implode()))
    for heading, column in columns.items():
        held = {
            text: private_data_of(text)
            for text in cells_with_private_data(frame[heading])
            if not (column.type in _LINKS and whole_address(text))
        }
        if not held:
            continue
        cells = frame.filter(pl.col(heading).is_in([*held])).select(ROW, heading).sort(ROW)
        line = f"public = {json.dumps([heading], ensure_ascii=False)}"
        for row, text in cells.rows():
            yield SourceError(
                "private-cell",
                reason=Message(f"who-{held[text]}"),
                origin=Origin(place.file, row, heading, part=place.part),
                hint=Message("say-cell-public", line=line, file=layout.source.description_file),
            )


def _public_columns(layout: Layout) -> dict[str, Column]:
    """Return the columns whose texts everybody sees by their headings, but for those of which
    somebody has said that everybody may see such data."""
    spared = {field.name for field in layout.table.fields if field.visibility != "public"}
    spared.update(layout.table.confirmed)
    return {
        heading: column
        for column in layout.kind.columns
        if column.visibility == "public" and CELL_TYPES[column.type].is_free
        for item in layout.columns.get(column.name, ())
        if not item.through
        for heading in item.headings
        if heading not in spared
    }
