"""The boundary of a project: nothing in it may lead to files elsewhere on the machine.

A project folder may come from somebody else. A link in it, or a name such as `../../x.csv`, could
have any file read into a graph, shown in the workbench or written over. Whoever opens a project
passes here first, so every reader and every writer is bound by it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, ProjectError, raise_all
from hrdgraph.project.model import BUILDS, DRAFTS, OWN, RELEASES
from hrdgraph.user_state import allowed_folders, allowed_folders_file

_PARTS = (*OWN, *BUILDS, DRAFTS, RELEASES)


def check_links(root: Path) -> None:
    """Refuse links below the parts of a project that lead out of it. ProjectError with all."""
    top = os.path.realpath(root)
    links = (link for name in _PARTS for link in _links(os.path.join(top, name)))
    check_inside(root, ((Path(link), Origin(link)) for link in links))


def check_inside(root: Path, paths: Iterable[tuple[Path, Origin]]) -> None:
    """Refuse paths that lead out of a project, each with the place that names it, unless the
    person who runs the program allows the folder that they lead to. ProjectError with all."""
    top, allowed = root.resolve(), None
    errors = []
    for path, place in paths:
        target = Path(os.path.realpath(path))
        if target.is_relative_to(top):
            continue
        allowed = allowed_folders() if allowed is None else allowed
        if not any(map(target.is_relative_to, allowed)):
            hint = Message("keep-inside-or-allow", folder=target, file=allowed_folders_file())
            errors.append(ProjectError("path-leaves-project", path=path, origin=place, hint=hint))
    raise_all(errors)


def _links(path: str) -> Iterator[str]:
    """A path and all below it that is a link, or on Windows a junction; none is followed."""
    if os.path.islink(path) or _is_junction(path):
        yield path
    elif os.path.isdir(path):
        yield from _links_in(path)


def _links_in(folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # who reads it says so
    for entry in entries:
        if entry.is_symlink() or _is_junction(entry.path):
            yield entry.path
        elif entry.is_dir():
            yield from _links_in(entry.path)


if os.name == "nt":

    def _is_junction(path: str) -> bool:
        return os.path.realpath(path) != os.path.abspath(path) and os.path.isdir(path)

else:

    def _is_junction(path: str) -> bool:  # noqa: ARG001
        return False
