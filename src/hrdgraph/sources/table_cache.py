"""Cache small tables that several readers need: only inside `sharing`, since a file may change
between two readings. And a workbook between a look at it and its reading."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
_SMALL: Final = 4 << 20  # bytes; larger tables stream
_HELD: Final[ContextVar[dict[Hashable, list[pl.DataFrame]] | None]] = ContextVar(
    "tables", default=None
)

_OPENED: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("opened", default=None)


@contextmanager
def sharing() -> Iterator[None]:
    """Keep small tables that are read inside the block, for who reads them again in it."""
    token = _HELD.set({})
    try:
        yield
    finally:
        _HELD.reset(token)


def is_sharing() -> bool:
    """Say whether this is inside `sharing`."""
    return _HELD.get() is not None


def share_table(
    path: Path, layout: Hashable, read: Callable[[], Iterator[pl.DataFrame]]
) -> list[pl.DataFrame] | None:
    """Return all columns of a small table, read at most once for each layout; None outside
    `sharing`, and for larger files."""
    cache = _HELD.get()
    if cache is None or not os.path.isfile(path) or path.stat().st_size > _SMALL:
        return None
    if (path, layout) not in cache:
        cache[path, layout] = list(read())
    return cache[path, layout]


def share(key: Hashable, make: Callable[[], list[list[str]]]) -> list[list[str]]:
    """Return the cells of a sheet by its key, read at most once inside `sharing`."""
    there = _HELD.get()
    if there is None:
        return make()
    cache: dict[Hashable, object] = there  # type: ignore[assignment]
    if key not in cache:
        cache[key] = make()
    return cache[key]  # type: ignore[return-value]


@contextmanager
def handing_on() -> Iterator[None]:
    """Keep, inside the block, the last workbook of which only the headings were read: whoever then
    reads its cells need not open it again."""
    token = _OPENED.set({})
    try:
        yield
    finally:
        _OPENED.reset(token)


def hand_on(key: Hashable, make: Callable[[], T], *, is_last: bool) -> T:
    """Return what `make` makes of a file. Inside `handing_on` the result is kept until its last
    use (`is_last`); only the latest is kept, since it may be large."""
    opened = _OPENED.get()
    if opened is None:
        return make()
    result: T = opened[key] if key in opened else make()
    opened.clear()
    if not is_last:
        opened[key] = result
    return result
