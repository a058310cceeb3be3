"""Work on several processors, with its results in order: threads are enough, since the column
engine lets go of the interpreter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def in_order(make: Callable[[S], T], parts: Iterable[S], jobs: int) -> Iterator[T]:
    """What is made of each part, in their order, on `jobs` processors and few parts ahead of
    what is taken: as many wait as are worked on, so that none idles while what was made is
    taken. Where the parts take work themselves, they may come from `ahead`."""
    if jobs < 2:
        yield from map(make, parts)
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[Future[T]] = deque()
        for part in parts:
            waiting.append(pool.submit(make, part))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        yield from (future.result() for future in waiting)


def ahead(items: Iterator[T], jobs: int) -> Iterator[T]:
    """The same items; with several `jobs`, the next one is made while one is in use."""
    if jobs < 2:
        yield from items
        return

    def step() -> list[T]:
        return list(islice(items, 1))

    context = copy_context()  # what is allowed and shared here holds in the other thread too
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(context.run, step)
        while item := waiting.result():
            waiting = pool.submit(context.run, step)
            yield item.pop()
