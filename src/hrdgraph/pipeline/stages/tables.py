"""The tables of the sources, read and checked: those that are what they were in the last build are
taken as they were found then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.explain import SourcePlan
from hrdgraph.pipeline.memory import BuildMemory
from hrdgraph.project import Project, Source, Table
from hrdgraph.validate.findings.source_rows import Read, TypedRows
from hrdgraph.validate.tables.checks import check_tables, seen_by
from hrdgraph.validate.tables.reading import Frames, Place, read_tables, table_of

_SMALL: Final = 64 << 20  # bytes of a file that is kept between builds


def typed_again(
    project: Project, sources: tuple[Source, ...], plans: Iterable[SourcePlan], memory: BuildMemory
) -> TypedRows:
    """The rows of the tables as they were typed."""

    def keep(name: str, path: Path, how: object, read: Read) -> pl.DataFrame | None:
        return memory.part(typed_name(name), how, read, lambda _: _small(path))

    return TypedRows(project.root, sources, plans, keep)


def typed_name(file: str) -> str:
    """The name of the part that a table is, as it was typed."""
    return f"typed {file}"


def _small(path: Path) -> list[Path] | None:
    """A file whose table may be kept between builds."""
    return [path] if path.is_file() and path.stat().st_size <= _SMALL else None


def read_again(sources: tuple[Source, ...], memory: BuildMemory) -> Frames:
    """The tables of sources; see `read_tables`."""

    def read(source: Source, table: Table, referred: frozenset[str]) -> pl.DataFrame:
        path = source.table_file(table)
        return memory.part(
            _table_name((source.name, table.label)),
            (source, referred),
            lambda: table_of(source, table, referred),
            lambda _: _small(path),
        )

    return read_tables(sources, read)


def check_again(
    frames: Frames, sources: tuple[Source, ...], memory: BuildMemory, *, whole: bool
) -> list[HrdgraphError]:
    """What is wrong with the tables of sources; see `check_tables`. What was found of a table
    still holds where it, and the tables that it refers to, are those of the last build."""

    def check(
        source: Source, table: Table, make: Callable[[], list[HrdgraphError]]
    ) -> list[HrdgraphError]:
        seen = [memory.number(_table_name(place)) for place in seen_by(source, table)]
        name = f"errors of {_table_name((source.name, table.label))}"
        return memory.part(name, (source, whole, seen), make)

    return check_tables(frames, sources, whole=whole, check=check)


def _table_name(place: Place) -> str:
    return f"table {place[1]} of {place[0]}"
