"""Work on several processors, with its results in order: threads are enough, since the column engine lets go of the interpreter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def in_order(make: Callable[[S], T], parts: Iterable[S], jobs: int) -> Iterator[T]:
    """What is made of each part, in their order, on `jobs` processors and few parts ahead of what is taken.

    There is one thread more than processors, and as many parts wait as are worked on: none idles while another waits for the interpreter,
    or while what was made is taken.
    """
    if jobs < 2:
        yield from map(make, parts)
        return
    with ThreadPoolExecutor(jobs + 1) as pool:
        waiting: deque[Future[T]] = deque()
        for part in parts:
            waiting.append(pool.submit(make, part))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        yield from (future.result() for future in waiting)


def ahead(items: Iterator[T], jobs: int) -> Iterator[T]:
    """The same items, none of them None; with several `jobs`, the next one is made while one is in use."""
    if jobs < 2:
        yield from items
        return

    def step() -> T | None:
        return next(items, None)

    context = copy_context()  # what is allowed and shared here holds in the other thread too
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(context.run, step)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(context.run, step)
            yield item
