"""Open files and folders that are locked by the system, until they are closed or their process
ends: nothing is left behind that would have to be told from a lock in use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be moved or removed at all
    import msvcrt

    fcntl = None  # type: ignore[assignment]

HAS_LOCKS: Final = fcntl is not None  # of folders too


class LockState(Enum):
    """What became of an attempt to lock: `UNKNOWN` where the system or the disk has no locks."""

    HELD = "held"
    TAKEN = "taken by another"
    UNKNOWN = "unknown"


def lock(descriptor: int, *, shared: bool = False) -> LockState:
    """Lock what is open under a descriptor, without waiting. All its copies hold the lock; a
    shared one is held beside others of its kind."""
    try:
        if fcntl:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        else:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except (BlockingIOError, PermissionError):
        return LockState.TAKEN
    except OSError:
        return LockState.UNKNOWN
    return LockState.HELD


@contextmanager
def take_turn(folder: Path) -> Iterator[None]:
    """Wait until nobody else has a turn in a folder, wherever it is moved. Without locks nobody
    waits."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
