"""What is open in the workbench: the project, its folder for what is under way, and the builds."""

from __future__ import annotations

import secrets
from hashlib import sha256
from pathlib import Path
from typing import Final

from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.review import Session
from hrdgraph.project import Project, open_project
from hrdgraph.workbench.builds import BuildRuns
from hrdgraph.workbench.tables.open_tables import OpenTables
from hrdgraph.workbench.tasks.task_process import SpareProcesses

FOLDER: Final = ".workbench"  # in a project: what is under way, and the journal


class Workplace:
    """One start of the workbench. `here` is the folder that new projects are made in; `mark`
    names the project that is open, so that a page of another changes nothing in it."""

    def __init__(self, root: Path | None, here: Path, *, read_only: bool = False) -> None:
        self.here, self.read_only = here, read_only
        self.key, self.secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.spare = SpareProcesses()
        self.root: Path | None = None
        self.builds = BuildRuns(self.spare)
        self.tables = OpenTables(here)
        self.review: tuple[str, Session] | None = None  # over the pairs of a build
        if root is not None:
            self.open(root)

    def open(self, root: Path) -> None:
        """Open a project. ProjectError where there is none."""
        open_project(root)
        self.root = root.resolve()
        self.tables.save()
        self.tables = OpenTables(folder_of(self.root))
        self.review = None
        self.builds.of(folder_of(self.root))

    @property
    def mark(self) -> str:
        """The name of the open project in forms."""
        return sha256(str(self.root).encode()).hexdigest()[:16] if self.root else ""

    @property
    def project(self) -> Project:
        """The project as it stands in its folder now. HrdgraphError where none is open."""
        if self.root is None:
            raise HrdgraphError("workbench-no-project")
        return open_project(self.root)

    def close(self) -> None:
        """End what is under way."""
        self.tables.save()
        self.builds.stop()
        self.spare.close()


def folder_of(root: Path) -> Path:
    """The folder for what is under way in a project: closed to others, passed over by git."""
    folder = root / FOLDER
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder
