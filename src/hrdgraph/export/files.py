"""A folder of files, in the place of one of the same kind."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from hrdgraph.atomic_files import told, whole_folder
from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError


def write_folder(
    path: Path, files: Iterable[tuple[str, bytes]], *, endings: tuple[str, ...]
) -> None:
    """Write a folder of files, whole or not at all. One that is there is replaced only if its
    files all have one of `endings`. OutputError otherwise, and where the system does not take
    it."""
    path = path.resolve()
    with told(path):
        _check_replaceable(path, endings)
        with whole_folder(path) as partial:
            for name, data in files:
                (partial / name).write_bytes(data)


def _check_replaceable(path: Path, endings: tuple[str, ...]) -> None:
    if path.is_file():
        raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder")
    foreign = (
        sorted(item.name for item in path.iterdir() if item.suffix not in endings)
        if path.exists()
        else []
    )
    if foreign:
        fact = Message("folder-holds-other-file", name=foreign[0])
        raise OutputError(fact, origin=Origin(str(path)), hint="choose-new-folder-or-file")
