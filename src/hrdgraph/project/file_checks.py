"""The files that a source describes: that they are there, under the names that are written, and
described once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.nearest import meant
from hrdgraph.project.boundary import check_inside
from hrdgraph.project.model import Source
from hrdgraph.project.spelling import misspelt


def check_files(source: Source) -> None:
    """Refuse files that lie outside of the project, are missing, or have another name on the
    disk."""
    paths = dict.fromkeys([*source.mapping_files, *_described(source)])
    place = Origin(str(source.description_file))
    check_inside(source.folder.parents[2], ((path, place) for path in paths))
    there = [path.name for path in source.folder.iterdir()]
    missing = [
        ProjectError(
            _instead(path),
            origin=place,
            hint=meant(path.name, there, Message("put-into", folder=source.folder)),
        )
        for path in paths
        if not path.is_file()
    ]
    raise_all(
        [
            *missing,
            *(
                error
                for path in paths
                if (error := misspelt(path, source.folder.parents[2], place))
            ),
        ]
    )


def _described(source: Source) -> list[Path]:
    """The files of which the description says something."""
    return [
        *(source.table_file(table) for table in source.tables),
        *(source.folder / file.name for file in source.files),
    ]


def check_once(sources: Iterable[Source]) -> None:
    """What one section withholds, a second one on the same file would make public."""
    known: dict[Path, tuple[Source, str]] = {}
    labels: set[tuple[Path, str]] = set()
    errors: list[HrdgraphError] = []
    for source in sources:
        for path, label in _described_as(source):
            first, seen = known.setdefault(path.resolve(), (source, label))
            if (
                (path.resolve(), label) in labels
                or first is not source
                or (seen != label and "" in (seen, label))
            ):
                errors.append(_twice(path, first, source))
            labels.add((path.resolve(), label))
    raise_all(errors)


def _described_as(source: Source) -> list[tuple[Path, str]]:
    """The files that are described, each with the table of it that is: a workbook may hold
    several."""
    tables = [
        (source.table_file(table), table.label if table.facts else "") for table in source.tables
    ]
    return [*tables, *((source.folder / file.name, "") for file in source.files)]


def _twice(path: Path, first: Source, source: Source) -> ProjectError:
    elsewhere = (
        Message("") if first is source else Message("stands-already", file=first.description_file)
    )
    hint = "keep-table-or-file-all"
    return ProjectError(
        "file-described-twice",
        file=path.name,
        elsewhere=elsewhere or Message("stands-twice"),
        origin=Origin(str(source.description_file)),
        hint=hint,
    )


def _instead(path: Path) -> str | Message:
    """What is where a file should be."""
    if path.is_dir():
        return Message("file-is-folder", file=path.name)
    if path.is_symlink():
        return Message("link-broken", file=path.name)
    return (
        Message("file-not-regular-here", file=path.name)
        if path.exists()
        else Message("part-missing", file=path.name)
    )
