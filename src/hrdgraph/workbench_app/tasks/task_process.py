"""Run a task by its name in a process, and return its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Lock, Timer
from typing import Any

from hrdgraph.errors import HrdgraphError
from hrdgraph.processes.child_process import ChildProcess

Told = Callable[[str, int, int], None]


class TaskEnded(HrdgraphError):
    """A task whose process was ended before it was done."""


class TaskProcess:
    """A process that has loaded what tasks need, works on one of them, and ends."""

    def __init__(self) -> None:
        self._process = ChildProcess("hrdgraph.workbench_app.tasks.worker", heard=True)
        self.is_stopped = False

    def run(
        self, task: str, given: dict[str, Any], progress: Told = lambda _stage, _done, _all: None,
        seconds: float = 0,
    ) -> Any:  # fmt: skip
        """Return the result of the task. The HrdgraphError that was raised there; TaskEnded where
        the process was ended, or did not finish within so many `seconds`."""
        timer = Timer(seconds, self.stop) if seconds else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            order = json.dumps({"task": task, "given": given})
            return self._outcome(order, progress)
        finally:
            if timer:
                timer.cancel()
            self._end()

    def _outcome(self, order: str, progress: Told) -> Any:
        process = self._process
        try:
            process.input.write(order.encode() + b"\n")
            process.input.flush()
        except OSError:
            raise TaskEnded("task-ended") from None
        for line in process.output:
            said = json.loads(line)
            if "progress" in said:
                progress(*said["progress"])
            elif "error" in said:
                raise HrdgraphError.from_dict(said["error"])
            else:
                return said["result"]
        raise TaskEnded("task-ended")

    def _end(self) -> None:
        """Let the process go once its task is done; tests keep it for the next."""
        self.stop()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.is_stopped = True
        self._process.end()


class SpareProcesses:
    """Gives processes for tasks; one is always ready, so that no one waits for it to load."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._spare: TaskProcess | None = None

    def take(self) -> TaskProcess:
        """Return a process, and start the next."""
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
