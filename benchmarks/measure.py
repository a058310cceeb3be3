"""One command as a whole process → CPU seconds, wall-clock seconds, peak memory, or why there
are none."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system, with all child processes), wall seconds, and the memory in
    MB of the largest process."""

    cpu: float = 0.0
    wall: float = 0.0
    memory: float = 0.0
    failure: str = ""


def measured(command: list[str], folder: Path, timeout: float, one_core: bool = False) -> Cost:
    """Run a command in a folder; what it prints goes to `log.txt` there."""
    with (folder / "log.txt").open("wb") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_usual(),
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_pin if one_core else None,
        )
        timer = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # a session of its own does not hear Ctrl-C
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return Cost(cpu, wall, memory, _failure(process.returncode, wall >= timeout, timeout, folder))


def _usual() -> dict[str, str]:
    """The environment, in which Python keeps what it has compiled, as it does where nobody says
    otherwise."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _pin() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _failure(code: int, late: bool, timeout: float, folder: Path) -> str:
    """The last two lines that the command wrote, where it did not end well: an error and its
    hint."""
    if not code:
        return ""
    if late:
        return f"stopped after {timeout:.0f} s"
    lines = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"exit {code}: {' '.join(line.strip() for line in lines[-2:])[-300:] or 'nothing said'}"
