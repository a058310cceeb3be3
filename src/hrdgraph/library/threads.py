"""How many threads and arenas of memory the column engine gets: it reads that when it is loaded,
so it is told before."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# bytes of tables up to which one thread is enough: below, handing work over costs more than doing
# it (a quarter of the CPU time of
# the shipped build, a fifth of that of a join of two tables of 2 MB, and no wall-clock time is won)
SMALL: Final = 8 << 20
SMALL_PROJECT: Final = 50_000_000  # a build does so much more with each byte in small steps
_THREADS: Final = "POLARS_MAX_THREADS"
# what was let go of goes back to the system in half a second: in the allocator's own ten, a stage
# of a build would begin with all that the stages before it have used
_DECAY: Final = "dirty_decay_ms:500,muzzy_decay_ms:0"
_ALLOCATOR: Final = "_RJEM_MALLOC_CONF"  # which Polars adds to its own settings


def limit_threads(files: Iterable[Path], jobs: int | None = None, *, small: int = SMALL) -> int:
    """Have the column engine use `jobs` threads; where none are asked for, one for less than
    `small` bytes, else as many as it may use.

    It gets an arena of memory for each: of the allocator's own four for each processor, none has
    what another lets go of (a tenth more memory, and some 4% more CPU time for small mappings).
    Returns how many threads. What the environment says already stands. A file that is not there
    (a database on a server) may be large.
    """
    sizes = [path.stat().st_size if os.path.isfile(path) else small for path in set(files)]
    chosen = jobs or (1 if sum(sizes) < small else processors())
    if jobs or chosen == 1:
        os.environ.setdefault(_THREADS, str(chosen))
    os.environ.setdefault(_ALLOCATOR, f"narenas:{chosen},{_DECAY}")
    return chosen


def processors() -> int:
    """How many this process may use: fewer than there are where it is kept to some, as in a
    container."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
