"""The workbench as a function: opened on a project, until the process is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hrdgraph.project import Project


def workbench(
    project: str | Path | Project = ".",
    *,
    port: int = 0,
    read_only: bool = False,
    browser: bool = True,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Open a project in a browser, tables in and graph out, until the process is told to stop.

    Only this machine reaches it. `ready` is called with the address that lets a browser in, once
    requests are answered; without `port` any that is free is taken. With `read_only` nothing can
    be changed. ProjectError where a folder is named that is no project.

    >>> import hrdgraph
    >>> hrdgraph.workbench("no such folder", browser=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hrdgraph.errors.ProjectError: ...
    """
    place = Path(project) if isinstance(project, str | Path) else project.root
    from hrdgraph.workbench_app.server import run

    run(place, port, ready, read_only=read_only, browser=browser)
