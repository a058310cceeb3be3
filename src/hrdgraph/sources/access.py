"""What the caller allows a mapping to reach: by default files of its own folder only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, NamedTuple


class Access(NamedTuple):
    """`outside`: files outside the mapping's folder (or, where it says so, the working
    directory). `servers`: databases on servers."""

    outside: bool = False
    servers: bool = False


_CURRENT: Final[ContextVar[Access]] = ContextVar("access")


def current() -> Access:
    """What is allowed now."""
    return _CURRENT.get(Access())


@contextmanager
def allowing(*, outside: bool = False, servers: bool = False) -> Iterator[None]:
    """Allow mappings that are read inside the block to reach further."""
    token = _CURRENT.set(Access(outside, servers))
    try:
        yield
    finally:
        _CURRENT.reset(token)
