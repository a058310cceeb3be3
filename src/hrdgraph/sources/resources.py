"""Use what the machine may lack: optional libraries, temporary files and threads, with an error
that says what to do."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import copy_context
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, OutputError, SourceError, reason_of
from hrdgraph.tempfiles import passing_file

S = TypeVar("S")
T = TypeVar("T")


def in_order(make: Callable[[S], T], parts: Iterable[S], jobs: int) -> Iterator[T]:
    """Yield what `make` returns for each part, in order, on `jobs` processors, few parts ahead of
    the caller: as many wait as are processed, so that none idles. If the parts take work
    themselves, they may come from `ahead`."""
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
    """Yield the items; with several `jobs`, the next one is made while one is in use."""
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


@contextmanager
def writing_temporary() -> Iterator[None]:
    """Turn the system's errors into an OutputError that names the folder of temporary files."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = "free-some-space-or-let"
        at = Origin(_folder())
        raise OutputError("unwritable", reason=reason_of(error), origin=at, hint=hint) from error


def temporary_file() -> AbstractContextManager[tuple[Path, BinaryIO]]:
    """Open a new file for writing that only its owner can read; removed at the end. OSError if the
    system refuses."""
    return passing_file(Path(tempfile.gettempdir()), "hrdgraph-", 0o600)


def _folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:  # none of the usual places can be used
        return os.environ.get("TMPDIR", "")


def import_extra(module: str, extra: str, place: str = "") -> Any:
    """Import a module; SourceError with the extra to install if it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        hint = Message("pip-install", syntax=f"hrdgraph[{extra}]")
        raise SourceError(
            "library-missing", library=package, origin=Origin(place), hint=hint
        ) from error
