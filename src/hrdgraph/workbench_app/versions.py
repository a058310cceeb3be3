"""Actions in the workbench into commits, where the folder of the project is in a git repository
and the person wishes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Final

from hrdgraph.atomic_files import write_file
from hrdgraph.git_repository import GitError, GitRepository

_FILE: Final = "versions.json"
_KEPT: Final = ("data", "hrdgraph.toml")  # what a person changes here; what is ignored stays out
_PAUSE: Final = (
    1.5  # seconds without an action, before a commit: typed cells are in their file then
)


class Versions:
    """The commits of the open project: off until the person wishes them, which is kept in the
    person's own folder, not in the project. The author is who git says. `problem` is what git
    said when a commit did not succeed."""

    def __init__(self, saved: Callable[[], None] = lambda: None) -> None:
        self._saved = saved  # writes what is not in the files yet
        self._lock = Lock()
        self._timer: Timer | None = None
        self._root: Path | None = None
        self._file: Path | None = None
        self._actions: list[str] = []
        self.problem = ""

    def of(self, root: Path, folder: Path, saved: Callable[[], None]) -> None:
        """Turn to a project, by its folder and the person's own folder about it."""
        self.finish()
        self._root, self._file, self._saved, self.problem = root, folder / _FILE, saved, ""

    @property
    def is_wished(self) -> bool:
        """Whether the person wishes commits of this project."""
        with suppress(OSError, ValueError):
            return bool(self._file and json.loads(self._file.read_text("utf-8"))["commits"])
        return False

    def wish(self, *, commits: bool) -> None:
        """Begin or end with commits."""
        self.finish()
        self.problem = ""
        if self._file is not None:
            write_file(self._file, [json.dumps({"commits": commits}).encode()])

    @property
    def is_possible(self) -> bool:
        """Whether the folder of the project is in a repository, and git is there."""
        return self._root is not None and GitRepository(self._root).is_there

    def note(self, action: str) -> None:
        """Commit what an action changed, soon."""
        if not self.is_wished:
            return
        with self._lock:
            if action not in self._actions:
                self._actions.append(action)
            if self._timer is not None:
                self._timer.cancel()
            self._timer = Timer(_PAUSE, self.finish)
            self._timer.daemon = True
            self._timer.start()

    def finish(self) -> None:
        """Commit what was noted and is not committed yet."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            actions, self._actions, self._timer = self._actions, [], None
        if actions:
            self._saved()
            self._commit("; ".join(actions))

    def _commit(self, message: str) -> None:
        assert self._root is not None
        names = [name for name in _KEPT if (self._root / name).exists()]
        try:
            GitRepository(self._root).commit(names, message)
            self.problem = ""
        except GitError as error:
            self.problem = str(error)
