"""Builds in the background: one at a time, told how far it is, stopped where that is wished; what
came of the last one is kept."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final

from hrdgraph.atomic_files import write_file
from hrdgraph.errors import HrdgraphError
from hrdgraph.workbench_app.tasks.task_process import SpareProcesses, TaskEnded, TaskProcess

RUNNING: Final = "running"
BUILT, FAILED, STOPPED, NONE = "built", "failed", "stopped", "none"
_FILE: Final = "build.json"


@dataclass(frozen=True)
class BuildState:
    """Where a build is, or what came of the last one. `errors` are those of the input, because of
    which nothing was changed or cells are left out, as `HrdgraphError.as_dict` tells them;
    `result` is in numbers."""

    state: str = NONE
    stage: str = ""
    done: int = 0
    total: int = 1
    started: float = 0.0
    seconds: float = 0.0
    errors: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        return self.state == RUNNING


class BuildRuns:
    """The builds of the open project, one after the other, each in a process that ends with it."""

    def __init__(self, spare: SpareProcesses) -> None:
        self._spare, self._lock = spare, Lock()
        self._folder: Path | None = None
        self._process: TaskProcess | None = None
        self.state = BuildState()

    def of(self, folder: Path) -> None:
        """Turn to the builds of a project, by its folder for what is under way."""
        self.stop()
        self._folder = folder
        try:
            found = BuildState(**json.loads((folder / _FILE).read_text("utf-8")))
            for told in found.errors:  # of another version they may be told otherwise
                HrdgraphError.from_dict(told)
            self.state = found
        except (OSError, ValueError, TypeError, KeyError):
            self.state = BuildState()

    def start(self, root: Path, language: str) -> None:
        """Begin a build, if none is under way."""
        with self._lock:
            if self.state.is_running:
                return
            self._process = process = self._spare.take()
            self.state = BuildState(RUNNING, "reading", started=time.time())
        given = {"project": str(root), "language": language}
        Thread(target=self._run, args=(process, given), daemon=True).start()

    def _run(self, process: TaskProcess, given: dict[str, Any]) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            self.state = replace(self.state, stage=stage, done=done, total=total)

        try:
            result = process.run("build", given, progress)
            end = replace(self.state, state=BUILT, errors=result.pop("unread"), result=result)
        except HrdgraphError as error:
            state = STOPPED if isinstance(error, TaskEnded) else FAILED
            end = replace(self.state, state=state, errors=[error.as_dict()])
        self._process = None
        self._finish(replace(end, seconds=round(time.time() - self.state.started, 1)))

    def _finish(self, end: BuildState) -> None:
        self.state = end
        if self._folder is not None:
            text = json.dumps(asdict(end), ensure_ascii=False)
            with suppress(HrdgraphError):  # a full disk: it is known until the workbench ends
                write_file(self._folder / _FILE, [text.encode()])

    def forget(self) -> None:
        """Forget what came of the last build, whose errors may have texts of cells."""
        if not self.state.is_running and self._folder is not None:
            self.stop()
            self.state = BuildState()
            (self._folder / _FILE).unlink(missing_ok=True)

    def stop(self) -> None:
        """End the build that is under way, and its process; the last one that finished stays what
        it was."""
        process = self._process
        if process is not None:
            process.stop()
        while self.state.is_running:
            time.sleep(0.02)
