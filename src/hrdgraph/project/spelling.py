"""Paths in a project into errors where the disk has them in another spelling: on one that does
not tell capitals apart a file has many names, and what is said of it under one of them would not
hold under another."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.nearest import meant


def misspelt(path: Path, root: Path, place: Origin) -> ProjectError | None:
    """The error of a file that is there under another name than this; None where each folder
    below `root` has it so, or none at all."""
    if not os.path.exists(path):
        return None
    real, top = path.resolve(), root.resolve()
    for part in (
        part
        for part in (real, *real.parents)
        if part == real or (part != top and part.is_relative_to(top))
    ):
        with suppress(OSError):  # a folder that cannot be listed
            there = os.listdir(part.parent)
            if part.name not in there:
                return ProjectError(
                    "part-missing",
                    file=part.name,
                    origin=place,
                    hint=meant(part.name, there, Message("put-into", folder=part.parent)),
                )
    return None
