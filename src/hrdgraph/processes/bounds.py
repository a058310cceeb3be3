"""Bound what a process may take and reach, and end it with its parent.

Linux has all of it: the kernel ends the process. Elsewhere a thread of the process looks four times
a second at its parent, its memory and its time on the processor, and ends it; there nothing keeps
it from the network.
"""

from __future__ import annotations

import ctypes
import math
import os
import platform
import signal
import struct
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from hrdgraph.processes import is_alive

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MEMORY_EXIT: Final = 86  # the exit codes of a process that its own watch has ended
TIME_EXIT: Final = 87
_INTERVAL: Final = 0.25  # seconds between two looks
_SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG
_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS
_SECCOMP: Final = 22  # PR_SET_SECCOMP
_FILTER: Final = 2  # SECCOMP_MODE_FILTER
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF instructions on 32-bit words
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 13  # the last is EACCES
_OTHER_ABI: Final = 0x40000000  # system calls of x32

# by machine: what its filters call it; socket, connect, bind, listen, socketpair, execve, execveat,
# ptrace, io_uring_setup
_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 53, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 199, 221, 281, 117, 425)),
}


@cache
def _find_prctl() -> Callable[..., int] | None:
    """Return the system call of Linux by which a process changes itself; None elsewhere."""
    try:
        return ctypes.CDLL(None).prctl
    except (AttributeError, OSError, TypeError):
        return None


def die_with(parent: int) -> None:
    """End when the parent does, however it ends and whatever this process is doing."""
    if prctl := _find_prctl():
        prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    else:
        _watch_for("parent", parent)
    if os.getppid() != parent:
        os._exit(1)


_watched: Final[dict[str, float]] = {}


def _watch_for(limit: str, value: float) -> None:
    """Have a thread look at a limit of this process, from now on or until it is set again."""
    starts = not _watched
    _watched[limit] = value
    if starts:
        threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    import psutil

    process = psutil.Process()
    while True:
        if not is_alive(int(_watched.get("parent", process.pid))):
            os._exit(1)  # from a thread there is no other way to end the process
        if process.memory_info().rss > _watched.get("memory", math.inf):
            os._exit(MEMORY_EXIT)
        if time.process_time() > _watched.get("time", math.inf):
            os._exit(TIME_EXIT)
        time.sleep(_INTERVAL)


def limit_memory(size: int | None, *, for_good: bool = True) -> None:
    """Take no more than `size` bytes beside what this process has now; None for what it may take
    at all. The allocation that goes beyond ends it. `for_good`, nothing takes the limit back."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _find_prctl() is None:
        _watch_for("memory", math.inf if size is None else resident() + size)
        return
    allowed = resource.getrlimit(resource.RLIMIT_DATA)[1]
    wanted = [] if size is None else [_read_status("VmData") + size]
    most = min(
        [*wanted, *([] if allowed == resource.RLIM_INFINITY else [allowed])],
        default=resource.RLIM_INFINITY,
    )
    resource.setrlimit(resource.RLIMIT_DATA, (most, most if for_good else allowed))


def limit_time(seconds: float) -> None:
    """End after so many more seconds on the processor, or what the process may take at all,
    should nobody end this process before."""
    wanted = int(time.process_time() + seconds) + 2
    if resource is None:
        _watch_for("time", wanted)
        return
    allowed = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(
        resource.RLIMIT_CPU,
        (wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed), allowed),
    )


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    if _find_prctl() is None:
        import psutil

        return int(psutil.Process().memory_info().rss)
    return _read_status("VmRSS")


def _read_status(name: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(f"{name}:")), 0)


def block_network_and_programs() -> bool:
    """Refuse this process every new socket and every new program, and return whether this system
    can. What is open stays open.

    The filter is written here because nothing simpler does it: a bound on open files would stop
    the store, which opens its own while it answers; namespaces of the network are not given to
    everybody in a container; and pyseccomp needs a library of the system that slim images lack.
    """
    prctl, calls = _find_prctl(), _CALLS.get(platform.machine())
    if prctl is None or calls is None:
        return False
    code = _filter(*calls)
    buffer = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    )
    return (
        prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and prctl(_SECCOMP, _FILTER, program, 0, 0) == 0
    )


def _filter(machine: int, calls: tuple[int, ...]) -> bytes:
    """Look at the machine, then at the number of the system call."""
    end = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0),
        (_AT_LEAST, end, 0, _OTHER_ABI),
        *((_EQUAL, end - 1 - place, 0, call) for place, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE),
    ]  # fmt: skip
    return b"".join(struct.pack("HBBI", *step) for step in steps)
