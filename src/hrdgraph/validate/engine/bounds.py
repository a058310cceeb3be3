"""Work that may never end → what it returns, or an error where it takes too long, too much memory or too many solutions.

Oxigraph cannot be told to give up a query, but it lets other threads run meanwhile. So a query runs beside this one, which looks at the
clock and the memory. One that is given up ends at its next solution; one that has none goes on until the process ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from traceback import clear_frames
from typing import Final, Generic, TypeVar

from hrdgraph.errors import QueryError

Made = TypeVar("Made")
_LOOK: Final = 0.05  # seconds between two looks
_HINT: Final = (
    "does each pattern of the query share a variable with the others? Where it does not, every match is combined with every other; "
    "`hrdgraph validate` gives it more time or memory with --timeout and --memory"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query of a shape may take: time for each asking, memory beside what the process holds already, and solutions."""

    seconds: float = 300.0
    memory: int = 2 << 30
    solutions: int = 5_000_000


USUAL: Final = Limits()


class Bounded(Generic[Made]):
    """One piece of work within limits. It says when it asks and when it has a solution."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._solutions = 0
        self._since = time.monotonic()
        self._failed: BaseException | None = None
        self._made: list[Made] = []

    def asks(self) -> None:
        """A query is about to be asked: the time begins anew."""
        self._since = time.monotonic()

    def has_one(self) -> None:
        """There is one more solution. Raises QueryError where it is one too many, or nobody waits any more."""
        self._solutions += 1
        if self._failed is not None or self._solutions > self._limits.solutions:
            raise QueryError(f"its query has more than {self._limits.solutions:,} solutions", hint=_HINT)

    def run(self, work: Callable[[], Made]) -> Made:
        """What the work returns or raises. QueryError as soon as it goes beyond a limit."""
        before = _held()
        thread = Thread(target=self._work, args=(work,), daemon=True)
        thread.start()
        thread.join(_LOOK)
        while thread.is_alive():
            if fact := self._beyond(before):
                self._failed = QueryError(fact, hint=_HINT)
                raise self._failed
            thread.join(_LOOK)
        if self._failed is not None:
            raise self._failed
        return self._made[0]

    def _work(self, work: Callable[[], Made]) -> None:
        try:
            self._made.append(work())
        except BaseException as error:  # raised again where it is waited for
            _let_go(error)
            self._failed = self._failed or error

    def _beyond(self, before: int) -> str:
        so_far = f"; it had {self._solutions:,} solutions until then" if self._solutions else ""
        if time.monotonic() - self._since > self._limits.seconds:
            return f"its query takes longer than {self._limits.seconds:g} seconds{so_far}"
        if _held() - before > self._limits.memory:
            return f"its query takes more than {self._limits.memory / (1 << 20):,.0f} MB of memory{so_far}"
        return ""


def _let_go(error: BaseException | None) -> None:
    """Drop what an error keeps of the work: solutions of Oxigraph must be let go by the thread that asked for them."""
    while error is not None:
        clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _held() -> int:
    """The memory that this process holds, in bytes; 0 where the system does not say: then time and solutions remain."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0
