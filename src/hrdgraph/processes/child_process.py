"""Run the `main` of a module in a process: start it, talk to it, end it, and say why it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from hrdgraph.processes.bounds import MEMORY_EXIT, TIME_EXIT

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from io import BufferedReader

_SOURCES: Final = Path(__file__).parents[2]  # where this package was found
_ENTRY: Final = "hrdgraph.processes.worker"
MEMORY: Final = "memory"
DEPTH: Final = "depth"
TIME: Final = "time"
_SIGNALS: Final = {"SIGABRT": MEMORY, "SIGKILL": MEMORY, "SIGSEGV": DEPTH, "SIGXCPU": TIME}
_BOUNDS: Final = {
    MEMORY_EXIT: MEMORY,
    TIME_EXIT: TIME,
    0xC00000FD: DEPTH,  # STATUS_STACK_OVERFLOW of Windows
    **{-getattr(signal, name): bound for name, bound in _SIGNALS.items() if hasattr(signal, name)},
}


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module in a process that ends with this one and imports
    nothing from the current folder."""
    return [sys.executable, "-P", "-m", _ENTRY, module, str(os.getpid()), *arguments]


def environment(only: Collection[str] | None = None) -> dict[str, str]:
    """Return this process's environment variables, or `only` some, and its module path."""
    path = [*map(os.path.abspath, filter(None, sys.path)), str(_SOURCES)]
    variables = {name: os.environ[name] for name in os.environ if only is None or name in only}
    return variables | {"PYTHONPATH": os.pathsep.join(path)}


def stderr(*, heard: bool = False) -> int | None:
    """Return where a process writes errors: nowhere, unless `heard` or HRDGRAPH_DEBUG is set."""
    return None if heard or os.environ.get("HRDGRAPH_DEBUG") else subprocess.DEVNULL


def bound_reached(code: int) -> str:
    """Return the bound that a process ran into, by its exit code; "" where it was none."""
    return _BOUNDS.get(code, "")


def output_of(module: str, given: bytes, seconds: float) -> bytes:
    """Run a module with `given` as its input and return its output; empty if it was ended.
    TimeoutError after so many seconds."""
    try:
        return subprocess.run(
            command(module), input=given, stdout=subprocess.PIPE, stderr=stderr(), timeout=seconds,
            env=environment(), start_new_session=True, check=False,
        ).stdout  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TimeoutError from None


class ChildProcess:
    """A process that takes lines on `input` and answers on `output` until it is ended."""

    def __init__(self, module: str, *, heard: bool = False) -> None:
        self._process = _starter(os.getpid()).submit(_popen, module, heard).result()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.input = self._process.stdin
        self.output = cast("BufferedReader", self._process.stdout)
        self.pid = self._process.pid

    @property
    def is_running(self) -> bool:
        """Say whether the process still runs."""
        return self._process.poll() is None

    def speaks(self, seconds: float) -> bool:
        """Return whether it says something, or ends, within so many seconds."""
        # no system but POSIX can wait for a pipe with a limit; a thread can
        reading = threading.Thread(target=self.output.peek, args=(1,), daemon=True)
        reading.start()
        reading.join(min(seconds, threading.TIMEOUT_MAX))
        return not reading.is_alive()

    def end(self) -> int:
        """End it, whatever it is doing. What it ended with, which was not this where it had ended
        before."""
        self._process.kill()
        code = self._process.wait()  # so that whoever reads comes to the end first
        for pipe in (self.input, self.output):
            with suppress(OSError):
                pipe.close()
        return code


def _popen(module: str, heard: bool) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(module), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr(heard=heard),
        env=environment(), start_new_session=True,
    )  # fmt: skip


@cache
def _starter(_process: int) -> ThreadPoolExecutor:
    """Return a thread that stays: a process ends with the thread that started it, and server
    threads come and go. A fork has none of its parent's threads, and gets its own."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1)
