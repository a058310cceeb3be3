"""A lock file beside a file, so that of two programs that change it one waits."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hrdgraph.atomic_files import told
from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError

_PATIENCE = 10.0  # seconds
_PAUSE = 0.05


@contextmanager
def locked(path: Path, name: str, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold `<path>.lock` while the block runs. A lock whose process has ended on this machine is
    taken over. OutputError where somebody else keeps it for longer than `patience` seconds, or
    none can be made."""
    lock = path.with_name(f"{path.name}.lock")
    end = time.monotonic() + patience
    while not _taken(lock, name):
        if _is_abandoned(lock):
            with suppress(FileNotFoundError):
                lock.unlink()
        elif time.monotonic() > end:
            hint = Message("remove-lock", file=lock.name)
            raise OutputError("ledger-locked", holder=_holder(lock), origin=Origin(name), hint=hint)
        else:
            time.sleep(_PAUSE)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            lock.unlink()


def _taken(lock: Path, name: str) -> bool:
    with told(name), suppress(FileExistsError), lock.open("x", encoding="utf-8") as stream:
        stream.write(f"{os.getpid()} {socket.gethostname()}")
        return True
    return False


def _holder(lock: Path) -> str:
    with suppress(OSError):
        number, _, host = lock.read_text("utf-8").partition(" ")
        return f"process {number} on {host}"
    return "a process that has just ended"


def _is_abandoned(lock: Path) -> bool:
    try:
        number, _, host = lock.read_text("utf-8").partition(" ")
    except OSError:
        return False
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
