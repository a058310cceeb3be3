"""Open files and folders that are locked by the system, until they are closed or their process
ends: nothing is left behind that would have to be told from a lock in use."""

from __future__ import annotations

from enum import Enum

try:
    import fcntl
except ImportError:  # no POSIX system: what is in use cannot be told
    fcntl = None  # type: ignore[assignment]


class LockState(Enum):
    """What became of an attempt to lock: `UNKNOWN` where the system or the disk has no locks."""

    HELD = "held"
    TAKEN = "taken by another"
    UNKNOWN = "unknown"


def lock(descriptor: int, *, shared: bool = False) -> LockState:
    """Lock what is open under a descriptor, without waiting. All its copies hold the lock; a
    shared one is held beside others of its kind."""
    if fcntl is None:
        return LockState.UNKNOWN
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return LockState.TAKEN
    except OSError:
        return LockState.UNKNOWN
    return LockState.HELD
