"""A process into one that can take little, reach nothing, and does not outlive its parent. Linux
has all of it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Final

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


def die_with(parent: int) -> None:
    """End when the parent does, however it ends and whatever this process is doing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    if sys.platform != "linux":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)  # from a thread there is no other way to end the process


def limit_memory(size: int) -> None:
    """Take no more than `size` bytes beside what this process has now, for good; the allocation
    that goes beyond ends it. On Linux only: other systems do not say what a process has, or
    count what it only reserves."""
    _limit_data(size, for_good=True)


def limit_memory_until_told(size: int | None) -> None:
    """The same until it is called again; None for what the process may take at all."""
    _limit_data(size, for_good=False)


def _limit_data(size: int | None, *, for_good: bool) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        allowed = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = [] if size is None else [_status("VmData") + size]
        most = min(
            [*wanted, *([] if allowed == resource.RLIM_INFINITY else [allowed])],
            default=resource.RLIM_INFINITY,
        )
        resource.setrlimit(resource.RLIMIT_DATA, (most, most if for_good else allowed))


def limit_time(seconds: float) -> None:
    """End after so many more seconds on the processor, or what the process may take at all,
    should nobody end this process before."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + 2
    allowed = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(
        resource.RLIMIT_CPU,
        (wanted if allowed == resource.RLIM_INFINITY else min(wanted, allowed), allowed),
    )


def resident() -> int:
    """The memory that this process holds, in bytes; 0 where the system does not say."""
    return _status("VmRSS")


def _status(name: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(f"{name}:")), 0)


def cut_off() -> bool:
    """Refuse this process every new socket and every new program; whether this system can. What
    is open stays open.

    The filter is written here because nothing simpler does it: a bound on open files would stop
    the store, which opens its own while it answers; namespaces of the network are not given to
    everybody in a container; and pyseccomp needs a library of the system that slim images lack.
    """
    calls = _CALLS.get(os.uname().machine)
    if sys.platform != "linux" or calls is None:
        return False
    code = _filter(*calls)
    buffer = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    )
    library = ctypes.CDLL(None)
    return bool(
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
        and library.prctl(_SECCOMP, _FILTER, program, 0, 0) == 0
    )


def _filter(machine: int, calls: tuple[int, ...]) -> bytes:
    """Look at the machine, then at the number of the system call."""
    end = len(calls) + 1
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, end, 0, _OTHER_ABI),
        *((_EQUAL, end - 1 - place, 0, call) for place, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
