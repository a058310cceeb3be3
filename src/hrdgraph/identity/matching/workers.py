"""Tasks into their results, in order, by one process or several; no more tasks are waiting than
the processes need."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from hrdgraph.errors import IdentityError
from hrdgraph.processes.bounds import die_with

S = TypeVar("S")
T = TypeVar("T")
K = TypeVar("K")
_AHEAD = 2  # tasks for each process that may wait or be done


@dataclass(frozen=True)
class Workers:
    """Where tasks are done: here, or in a pool of processes. Results are the same."""

    pool: ProcessPoolExecutor | None = None
    jobs: int = 1

    def each(self, task: Callable[[S], T], items: Iterable[tuple[K, S]]) -> Iterator[tuple[K, T]]:
        """What `task` makes of the second of each two, with the first, in order. Raises
        IdentityError where a process was ended."""
        if self.pool is None:
            yield from ((kept, task(item)) for kept, item in items)
            return
        waiting: deque[tuple[K, Future[T]]] = deque()
        for kept, item in items:
            waiting.append((kept, self.pool.submit(task, item)))
            if len(waiting) > _AHEAD * self.jobs:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


HERE = Workers()


@contextmanager
def workers(jobs: int) -> Iterator[Workers]:
    """So many processes, or this one; they end with the block."""
    if jobs < 2:
        yield HERE
        return
    from multiprocessing import get_context

    # a fork would take the threads of the column library along
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=die_with, initargs=(os.getpid(),)
    )
    try:
        yield Workers(pool, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _result(kept: K, future: Future[T]) -> tuple[K, T]:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return kept, future.result()
    except BrokenProcessPool:
        hint = "enough-memory-jobs-1-needs"
        raise IdentityError("comparison-ended", hint=hint) from None
