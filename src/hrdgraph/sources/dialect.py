"""The layout of a source, as a mapping states it, and what the caller allows it to reach: by
default only files of its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Access(NamedTuple):
    """`outside`: files outside the mapping's folder (or, where it says so, the working
    directory). `servers`: databases on servers."""

    outside: bool = False
    servers: bool = False


_CURRENT: Final[ContextVar[Access]] = ContextVar("access")


def current() -> Access:
    """Return what is allowed now."""
    return _CURRENT.get(Access())


@contextmanager
def allowing(*, outside: bool = False, servers: bool = False) -> Iterator[None]:
    """Allow mappings that are read inside the block to reach further."""
    token = _CURRENT.set(Access(outside, servers))
    try:
        yield
    finally:
        _CURRENT.reset(token)


@dataclass(frozen=True)
class Database:
    """The address of a database: `kind` is sqlite, duckdb, postgresql or mysql; `url` is empty for
    the two that are files."""

    kind: str
    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Dialect:
    """The layout of a source. `iterator` is a path, the name of a table or sheet, or a query;
    `nulls` are the cell texts that mean nothing (rml:null); without `blank_rows`, rows of a CSV
    table without any text are no records; compressions and encodings have the names of RML-IO
    and of IANA; without an encoding, a source is UTF-8, or as a page declares."""

    delimiter: str = ","
    quote: str = '"'
    iterator: str = "$"
    nulls: tuple[str, ...] = ()
    header: bool = True
    skip_rows: int = 0
    comment: str = ""
    trim: str = ""  # start, end or both
    encoding: str = ""
    compression: str = "none"
    blank_rows: bool = True
    namespaces: tuple[tuple[str, str], ...] = ()
    database: Database | None = None
