"""Open the workbench on a project until the process is told to stop."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.atomic_files import write_file

if TYPE_CHECKING:
    from hrdgraph.project import Project


def workbench(
    project: str | Path | Project = ".", *, port: int = 0, read_only: bool = False,
    browser: bool = True, ready: Callable[[str], None] = lambda _: None,
) -> None:  # fmt: skip
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


def write_shortcut(folder: Path, project: Path) -> Path:
    """Write a file that opens the workbench on a project with a double click, and return it.
    OutputError where the folder cannot be written."""
    command = [sys.executable, "-m", "hrdgraph", "workbench", str(project.resolve())]
    if os.name == "nt":
        path = folder / "hrdgraph.bat"
        words = " ".join(f'"{word}"' for word in command).replace("%", "%%")
        text = f"@chcp 65001 >nul\r\n@{words}\r\n"
    elif sys.platform == "darwin":
        path = folder / "hrdgraph.command"
        text = f"#!/bin/sh\nexec {shlex.join(command)}\n"
    else:
        path = folder / "hrdgraph.desktop"
        words = " ".join(map(_quote_desktop, command))
        text = f"[Desktop Entry]\nType=Application\nName=hrdgraph\nTerminal=true\nExec={words}\n"
    write_file(path, [text.encode()])
    path.chmod(0o755)
    return path


def _quote_desktop(word: str) -> str:
    """Quote a word of the key Exec (Desktop Entry Specification 1.5, "The Exec key")."""
    inner = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'
