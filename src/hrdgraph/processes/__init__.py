"""Work that can be ended: in a process of its own, with bounds, which goes when this one does."""

from __future__ import annotations

import os


def processors() -> int:
    """Return how many this process may use: fewer than there are where it is kept to some, as in a
    container."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_alive(process: int) -> bool:
    """Tell whether there is a process of that number. `os.kill` would end it on Windows."""
    import psutil

    return bool(psutil.pid_exists(process))
