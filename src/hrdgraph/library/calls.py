"""What functions of the library share: the error of a wrong call, progress, sizes and threads."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from datetime import date as Day
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import is_not, write_like
from hrdgraph.errors import HrdgraphError
from hrdgraph.processes import processors
from hrdgraph.stage_progress import StagePart


class UsageError(HrdgraphError):
    """A function or a command was called wrongly: nothing was read or written."""


def check_choice(value: str, choices: Iterable[str]) -> None:
    """UsageError where the value of an argument is none of its choices."""
    if value not in choices:
        raise UsageError("not-known-here", name=value, known=[*choices], hint="there-is")


def date_of(text: str | None) -> str:
    """Return a day as releases write it; today where there is none. UsageError for another."""
    try:
        return (Day.fromisoformat(text) if text else Day.today()).isoformat()
    except ValueError:
        raise UsageError(is_not(text or "", "date"), hint=write_like("2026-11-24")) from None


_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def bytes_of(size: str | int, plain: str = "") -> int:
    """Return a size in bytes; one without a letter counts in the unit `plain`, else in bytes.
    ValueError on what is no size.

    >>> bytes_of("512M"), bytes_of(100)
    (536870912, 100)"""
    if isinstance(size, int):
        return size
    match = re.fullmatch(r"(\d+)\s*([KMG]?)(?:i?B)?", size.strip(), re.I)
    if not match:
        raise ValueError(is_not(size, "size"))
    return int(match[1]) * _UNITS[match[2].upper() or plain]


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
    """Set the number of threads of the column engine, and return it: `jobs`, or by default one for
    files of less than `small` bytes together, else one a processor.

    The allocator gets one arena of memory a thread: with its own four a processor, memory that
    one arena frees is of no use to another (a tenth more memory, and some 4% more CPU time for
    small mappings). Variables of the environment come first. A file that is not there (a database
    on a server) counts as large.
    """
    sizes = [path.stat().st_size if os.path.isfile(path) else small for path in set(files)]
    chosen = jobs or (1 if sum(sizes) < small else processors())
    if jobs or chosen == 1:
        os.environ.setdefault(_THREADS, str(chosen))
    os.environ.setdefault(_ALLOCATOR, f"narenas:{chosen},{_DECAY}")
    return chosen


__all__ = ["Progress", "StagePart", "Stages", "no_progress"]

Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


class Stages:
    """Counts stages that are told by their names, one after the other, of so many."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress or no_progress, total, 0

    def __call__(self, stage: str) -> None:
        if isinstance(stage, StagePart):  # that is under way
            self._progress(stage, self._done - 1, max(self._total, self._done - 1))
        else:
            self._progress(stage, self._done, max(self._total, self._done))
            self._done += 1
