"""The parts that count into a bulk folder: named in an order that the input decides, with a
manifest, which comes last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hrdgraph.cluster.storage import StorageFolder
from hrdgraph.cluster.task_errors import read_errors
from hrdgraph.cluster.tasks import FAULTS, PartSummary
from hrdgraph.errors import HrdgraphError
from hrdgraph.export.bulk import MANIFEST, loader_files, manifest_of


def faults_in(folder: StorageFolder, files: Sequence[str]) -> Iterator[HrdgraphError]:
    """The errors that tasks left, by file, in the order of the plan, and row: tasks come to an
    end in any order."""
    order = {file: number for number, file in enumerate(files)}
    found = [
        error
        for name in folder.names()
        if name.startswith(FAULTS)
        for error in read_errors(folder.read(name))
    ]
    yield from sorted(
        found,
        key=lambda error: (
            order.get(error.origin.file, len(order)),
            error.origin.row or 0,
            error.origin.column or "",
        ),
    )


def commit(folder: StorageFolder, parts: Sequence[PartSummary], target: StorageFolder) -> int:
    """Make the folder whole and, of a path, have it appear. Returns how many statements it has."""
    ordered = sorted(parts, key=lambda part: (part.bucket, part.sha256, part.name))
    names = {part.name: f"part-{number:04}.nq.gz" for number, part in enumerate(ordered)}
    for name in folder.names():
        if name in names:
            folder.rename(name, names[name])
        else:  # of an attempt that does not count, or what tasks told
            folder.remove(name)
    told = [
        {
            "name": names[part.name],
            "statements": part.statements,
            "bytes": part.bytes,
            "sha256": part.sha256,
        }
        for part in ordered
    ]
    for name, data in loader_files():
        folder.write(name, data)
    folder.write(MANIFEST, manifest_of(told))
    if folder != target:
        Path(folder.place).rename(target.place)
    return sum(part.statements for part in ordered)
