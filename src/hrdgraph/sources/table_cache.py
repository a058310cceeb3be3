"""Small tables that several readers want, read once: inside `sharing` only, since a file may
change between two readings. And a workbook that is looked at before it is read."""

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
    """Whether this is inside of `sharing`."""
    return _HELD.get() is not None


def shared(
    path: Path, layout: Hashable, read: Callable[[], Iterator[pl.DataFrame]]
) -> list[pl.DataFrame] | None:
    """All columns of a small table, read at most once for each layout; None outside of
    `sharing`, and for larger files."""
    held = _HELD.get()
    if held is None or not os.path.isfile(path) or path.stat().st_size > _SMALL:
        return None
    if (path, layout) not in held:
        held[path, layout] = list(read())
    return held[path, layout]


def held(key: Hashable, make: Callable[[], list[list[str]]]) -> list[list[str]]:
    """The cells of a sheet by its key, read at most once inside of `sharing`."""
    there = _HELD.get()
    if there is None:
        return make()
    found: dict[Hashable, object] = there  # type: ignore[assignment]
    if key not in found:
        found[key] = make()
    return found[key]  # type: ignore[return-value]


@contextmanager
def handing_on() -> Iterator[None]:
    """Keep the last workbook whose headings are looked at inside the block, for who reads its
    cells in it."""
    token = _OPENED.set({})
    try:
        yield
    finally:
        _OPENED.reset(token)


def handed_on(key: Hashable, make: Callable[[], T], *, is_last: bool) -> T:
    """What is made of a file for who looks at it, kept inside of `handing_on` for who reads it
    after that (`is_last`). Only the last thing made is kept, since it may be large."""
    opened = _OPENED.get()
    if opened is None:
        return make()
    found: T = opened[key] if key in opened else make()
    opened.clear()
    if not is_last:
        opened[key] = found
    return found
