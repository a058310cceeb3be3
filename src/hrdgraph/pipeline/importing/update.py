"""Newer copies of the files of a source into its folder, where what is said of them still holds."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.facts.layout import Layout, kinds_of, layouts_of, location_of
from hrdgraph.project import Project, Source
from hrdgraph.sources import read


def update_files(
    project: Project, name: str, files: Sequence[Path]
) -> dict[str, tuple[int, int]] | None:
    """Copy files over those of the same name in a source: the rows of each before and after.
    None, and nothing changed, where the source is not there, has not all of them, or its
    description does not fit the new ones."""
    source = next((item for item in project.sources if item.name == name), None)
    if source is None or not all((source.folder / file.name).is_file() for file in files):
        return None
    before = _rows(project, source)
    kept = {file.name: (source.folder / file.name).read_bytes() for file in files}
    for file in files:
        target = source.folder / file.name
        if not target.samefile(file):
            shutil.copyfile(file, target)
    after = _rows(project, source)
    if before is None or after is None:
        for file_name, data in kept.items():
            (source.folder / file_name).write_bytes(data)
        return None
    return {file: (before.get(file, 0), count) for file, count in after.items() if file in kept}


def _rows(project: Project, source: Source) -> dict[str, int] | None:
    """How many rows each file has; None where a heading is new, or one that is needed is gone."""
    try:
        layouts = layouts_of(kinds_of(project), source)
        if not layouts or any(layout.unused for layout in layouts):
            return None
        counts: dict[str, int] = {}
        for layout in layouts:
            counts[layout.table.file] = counts.get(layout.table.file, 0) + _count(layout)
    except HrdgraphError:
        return None
    return counts


def _count(layout: Layout) -> int:
    from hrdgraph.errors import Origin

    name, dialect = location_of(layout.table)
    path = layout.source.table_file(layout.table)
    return sum(frame.height for frame in read(name, path, dialect, None, Origin(str(path))))
