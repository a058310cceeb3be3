"""A build and the list of withdrawals, as it is now, into what was withdrawn since that build."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from hrdgraph.identity import read_ledger
from hrdgraph.privacy.withdrawals import withdrawals_of
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE

KEY: Final = "withdrawn"  # of the private manifest: all names that were down when it was built
SERVED: Final = ".serve-"  # begins the names of folders in which a server keeps what it shows
_OUTPUTS: Final = "outputs.txt"
ListMark = tuple[tuple[int, int, int, int] | None, ...]


def names_down(project: Project) -> frozenset[str]:
    """Every name that is down now, as the ledger joins them. SourceError where the list cannot be
    read, or is missing."""
    found = withdrawals_of(project)
    if not found.standing:
        return frozenset()
    return frozenset(iri.value for iri in found.down(read_ledger(project.judgements_file)))


def list_mark(project: Project) -> ListMark:
    """What changes whenever the list of withdrawals, or the ledger that joins its names, does."""
    files = (project.withdrawn_file, project.judgements_file, project.persistent_iris_file)
    return tuple(map(_state, files))


def _state(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def recorded(build: Path) -> frozenset[str]:
    """The names that were down when a build was made; none where it does not say, so that all
    that is down now counts as newer."""
    try:
        found = json.loads((build / PRIVATE / "manifest.json").read_bytes())[KEY]
    except (OSError, ValueError, KeyError):
        return frozenset()
    return frozenset(found)


def gone_keys(project: Project) -> frozenset[str]:
    """The keys, under the base of the project, of things that were published and are withdrawn."""
    rows = withdrawals_of(project).standing.values()
    base = project.base
    return frozenset(
        unquote(row.iri.removeprefix(base))
        for row in rows
        if row.tombstone and row.iri.startswith(base)
    )


def served_folders(project: Project) -> list[Path]:
    """The folders of servers, of those that run and of those that were killed."""
    places = [
        project.root,
        *([Path(cache)] if (cache := os.environ.get("CACHE_DIRECTORY")) else []),
    ]
    return sorted(path for place in places for path in place.glob(f"{SERVED}*") if path.is_dir())


def remember_output(project: Project, path: Path) -> None:
    """Note where an output was written, so that it is looked at when something is withdrawn. Where
    that cannot be noted, it is not: a project that cannot be written is not one's own."""
    file = project.withdrawn_reasons_file.parent / _OUTPUTS
    line = str(path.absolute())
    if line in _lines(file):
        return
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        with open(
            os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
        ) as out:
            out.write(f"{line}\n")
    except OSError:
        return


def remembered_outputs(project: Project) -> list[Path]:
    """The outputs that were noted and are still there."""
    file = project.withdrawn_reasons_file.parent / _OUTPUTS
    return [path for line in _lines(file) if (path := Path(line)).exists()]


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text("utf-8").splitlines() if line]
    except (OSError, UnicodeDecodeError):
        return []


def known_outputs(project: Project) -> list[Path]:
    """All that is known to have been made of a project, and is there: builds, releases, sites,
    what servers keep, and what commands wrote elsewhere."""
    found = [*project.output_dirs, *served_folders(project), *remembered_outputs(project)]
    inside = [path.resolve() for path in found]
    return [
        path
        for number, path in enumerate(found)
        if not any(inside[number].is_relative_to(other) for other in inside[:number])
    ]


def older_outputs(project: Project, paths: Iterable[Path]) -> list[Path]:
    """Those outputs that are older than the last withdrawal, whatever is in them. A build says
    what was down when it was made; what a server keeps is as old as the build that it shows; of
    all else the times of the files are compared with that of the list."""
    down = names_down(project)
    if not down:
        return []
    parts = [part for path in paths for part in output_parts(project, path)]
    return [part for part in parts if _is_older(project, part, down)]


def output_parts(project: Project, path: Path) -> list[Path]:
    """The folder of releases, and that of a server, as what is in them."""
    is_many = (
        path.name.startswith(SERVED) or path.resolve() == (project.root / "releases").resolve()
    )
    return sorted(path.iterdir()) if is_many and path.is_dir() else [path]


def _is_older(project: Project, path: Path, down: frozenset[str]) -> bool:
    builds = {one.build_dir.resolve() for one in (project, project.restricted())}
    if path.resolve() in builds:
        return bool(down - recorded(path))
    if path.parent.name.startswith(SERVED):
        if (path / PRIVATE).is_dir():  # a copy that the server has made itself
            return bool(down - recorded(path))
        return not _is_last_build(project, path) or bool(down - recorded(project.build_dir))
    times = [file.stat().st_mtime_ns for file in _files(path)]
    return bool(times) and max(times) < project.withdrawn_file.stat().st_mtime_ns


def _is_last_build(project: Project, path: Path) -> bool:
    try:
        return (path / "manifest.json").read_bytes() == project.manifest_file.read_bytes()
    except OSError:
        return False


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
