"""A task by its name into a process that works on it, and what comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any, Final

from hrdgraph.errors import HrdgraphError

_SOURCES: Final = Path(__file__).parents[3]  # where this package was found
Told = Callable[[str, int, int], None]


class TaskEnded(HrdgraphError):
    """A task whose process was ended before it was done."""


class TaskProcess:
    """A process that has loaded what tasks need, works on one of them, and ends; one that is kept
    waits for the next."""

    def __init__(self) -> None:
        path = os.pathsep.join(filter(None, (str(_SOURCES), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hrdgraph.workbench.tasks.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            encoding="utf-8",
        )
        self.is_stopped = False

    def run(
        self,
        task: str,
        given: dict[str, Any],
        progress: Told = lambda _stage, _done, _all: None,
        seconds: float = 0,
        *,
        keep: bool = False,
    ) -> Any:
        """What comes of the task. The HrdgraphError that was raised there; TaskEnded where the
        process was ended, or did not finish within so many `seconds`. With `keep` the process
        can be asked again, and must be stopped by whoever has it."""
        timer = Timer(seconds, self.stop) if seconds else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            order = json.dumps({"task": task, "given": given})
            return self._outcome(order, progress, keep=keep)
        finally:
            if timer:
                timer.cancel()
            if not keep:
                self.stop()

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not self.is_stopped and self._process.poll() is None

    def _outcome(self, order: str, progress: Told, *, keep: bool) -> Any:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(order + "\n")
            if keep:
                process.stdin.flush()
            else:
                process.stdin.close()
        except OSError:
            raise TaskEnded("task-ended") from None
        for line in process.stdout:
            said = json.loads(line)
            if "progress" in said:
                progress(*said["progress"])
            elif "error" in said:
                raise HrdgraphError.from_dict(said["error"])
            else:
                return said["result"]
        raise TaskEnded("task-ended")

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.is_stopped = True
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


class SpareProcesses:
    """Gives processes for tasks; one is always ready, so that no one waits for it to load."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._spare: TaskProcess | None = None

    def take(self) -> TaskProcess:
        """A process; the next is begun."""
        with self._lock:
            taken, self._spare = self._spare or TaskProcess(), TaskProcess()
            return taken

    def prepare(self) -> None:
        """Begin the first."""
        with self._lock:
            self._spare = self._spare or TaskProcess()

    def close(self) -> None:
        """End the one that is ready."""
        with self._lock:
            if self._spare is not None:
                self._spare.stop()
            self._spare = None
