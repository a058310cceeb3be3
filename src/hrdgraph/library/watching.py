"""A build for each change of a project's files."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from hrdgraph.errors import HrdgraphError
from hrdgraph.library.building import FinishedBuild, build, project_at
from hrdgraph.library.progress import Progress
from hrdgraph.paths import project_path
from hrdgraph.project import Project

PAUSE: Final = 0.3  # seconds between two looks at the files

States = dict[Path, tuple[int, ...]]


def watch(
    project: str | Path | Project = ".",
    *,
    only: Sequence[str] = (),
    strict: bool = False,
    validate: bool = True,
    on_error: Literal["stop", "skip"] = "stop",
    on: str | None = None,
    include: str | None = None,
    who: str = "",
    reason: str = "",
    progress: Progress | None = None,
) -> Iterator[FinishedBuild | HrdgraphError]:
    """Build a project, and again whenever a file of it has changed: without end, each build or
    the error that stopped it.

    The arguments are those of `build`. What is wrong with the input is yielded, not raised;
    ProjectError where there is no project.

    >>> import hrdgraph, tempfile
    >>> builds = hrdgraph.watch(hrdgraph.init(tempfile.mkdtemp() + "/prizes"), validate=False)
    >>> next(builds).failed
    False
    """
    root = project_at(project).root
    for changed in _changes(root):
        try:
            done = build(
                root,
                only=only,
                strict=strict,
                validate=validate,
                on_error=on_error,
                on=on,
                include=include,
                who=who,
                reason=reason,
                progress=progress,
            )
            yield replace(done, changed=changed)
        except HrdgraphError as error:
            yield error


def _changes(root: Path) -> Iterator[tuple[str, ...]]:
    """Once now, and the files that have changed whenever some have and are not being written any
    more. They are looked at in turns: so it is seen on every disk, shared folders too."""
    built: States | None = None
    before = _states(root)
    while True:
        now = _states(root)
        if now == before and now != built:
            changed = () if built is None else _changed(built, now, root)
            built = now
            yield changed
            built |= _written_by_builds(root)
        else:
            time.sleep(PAUSE)
        before = now


def _changed(before: States, now: States, root: Path) -> tuple[str, ...]:
    """The files that are new, gone or others, without folders, which change with them."""
    paths = sorted(path for path in before | now if before.get(path) != now.get(path))
    return tuple(project_path(path, root) for path in paths if not path.is_dir())


def _written_by_builds(root: Path) -> States:
    """The state of what a build itself writes among what people write: no reason to build again."""
    from hrdgraph.identity.persistent_iris import FILE

    places = (root / "data", root / "data" / FILE)
    return {path: state for path, state in _states(root).items() if path in places}


def _states(root: Path) -> States:
    """Size and times of every file that people write in a project."""
    from hrdgraph.project.model import OWN

    found: States = {}
    for name in OWN:
        place = root / name
        for path in (place, *place.rglob("*")):
            try:
                state = path.stat()
            except OSError:  # gone meanwhile
                continue
            found[path] = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return found
