"""What is open in the workbench: the project, which no other workbench changes meanwhile, its
folder for what is under way, and the builds."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from hrdgraph.atomic_files import told
from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.file_locks import LockState, lock
from hrdgraph.pipeline.importing.workbook_cells import Cells, write_sheet
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import DRAFTS
from hrdgraph.tempfiles import TemporaryFolder
from hrdgraph.user_state import project_state
from hrdgraph.workbench_app.builds import BuildRuns
from hrdgraph.workbench_app.graph_names import GraphNames
from hrdgraph.workbench_app.sittings import PageSitting, PairSitting
from hrdgraph.workbench_app.tables.open_tables import OpenTables
from hrdgraph.workbench_app.tasks.task_process import SpareProcesses
from hrdgraph.workbench_app.versions import Versions


class ProjectLock:
    """The lock, held until it is released or the process ends. HrdgraphError where another holds
    it."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if lock(self._file) is LockState.TAKEN:
            self.release()
            raise HrdgraphError("workbench-open-elsewhere", origin=Origin(str(folder.parent)))

    def again(self) -> Self:
        """The same lock, for the same project opened anew."""
        assert self._file is not None
        made = type(self).__new__(type(self))
        made._file, self._file = self._file, None
        return made

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
        self._file = None


_LARGE: Final = 256 << 10  # bytes of a workbook: below, writing it takes no half second
_SECONDS: Final = 300.0  # that writing a workbook may take
FOLDER: Final = DRAFTS  # in a project: files that wait, and sources that were taken out


class Workplace:
    """One start of the workbench. `here` is the folder that new projects are made in; `mark`
    names the project that is open, so that a page of another changes nothing in it."""

    def __init__(self, root: Path | None, here: Path, *, read_only: bool = False) -> None:
        self.here, self.read_only = here, read_only
        self.key, self.secret = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.spare = SpareProcesses()
        self.root: Path | None = None
        self._lock: ProjectLock | None = None
        self._passing: TemporaryFolder | None = None
        self.builds = BuildRuns(self.spare)
        self.tables = OpenTables(here)
        self.review: PairSitting | None = None
        self.names = GraphNames()
        self.versions = Versions()
        self.sittings: dict[str, PageSitting] = {}  # over pages, by their deliveries
        if root is not None:
            self.open(root)

    def open(self, root: Path) -> None:
        """Open a project. ProjectError where there is none."""
        open_project(root)
        held = self._held(root.resolve())
        self.root = root.resolve()
        self.tables.save()
        if self._lock is not None:
            self._lock.release()
        self._lock, state = held
        self.tables = OpenTables(state, self._write_sheet)
        self.review, self.sittings = None, {}
        self.builds.of(state)
        self.versions.of(self.root, state, self.tables.save)

    def _held(self, root: Path) -> tuple[ProjectLock | None, Path]:
        """The lock of a project, and the person's own folder about it; a folder that passes, and
        no lock, where nothing may be changed. HrdgraphError where another workbench has it."""
        if self.read_only:
            self._passing = self._passing or TemporaryFolder()
            return None, Path(self._passing.name)
        folder, state = folder_of(root), project_state(root)
        with told(state):
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if root == self.root and self._lock is not None:
            return self._lock.again(), state
        return ProjectLock(folder), state

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

    def _write_sheet(self, path: Path, sheet: str, cells: Cells) -> str:
        """Write into a workbook: a large one in a process, so that nobody waits for it, and one
        that never ends is ended."""
        if path.stat().st_size < _LARGE:
            return write_sheet(path, sheet, cells)
        plain = {row: dict(texts) for row, texts in cells.items()}
        given = {"file": str(path), "sheet": sheet, "cells": plain}
        digest: str = self.spare.take().run("write", given, seconds=_SECONDS)
        return digest

    def forget(self) -> None:
        """Forget what could be undone, and what was read: it may have the words of somebody who is
        taken down. What is not in the files yet is written before."""
        self.tables.forget()
        self.builds.forget()
        self.review, self.sittings, self.names = None, {}, GraphNames()

    def close(self) -> None:
        """End what is under way."""
        self.versions.finish()
        self.tables.save()
        self.builds.stop()
        self.spare.close()
        if self._lock is not None:
            self._lock.release()
        if self._passing is not None:
            self._passing.cleanup()


def folder_of(root: Path) -> Path:
    """The folder for what is under way in a project: closed to others, passed over by git."""
    folder = root / FOLDER
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder
