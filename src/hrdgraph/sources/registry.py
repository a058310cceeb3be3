"""Which reader reads which reference formulation: the one place where a format is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.errors import MappingError, Origin
from hrdgraph.sources.csv import missing_column, read_csv, read_header
from hrdgraph.sources.json import read_json
from hrdgraph.sources.jsonpath import compile_path
from hrdgraph.sources.kinds import HIDDEN

ROW: Final = f"{HIDDEN}row"  # the row (CSV) or item (JSON) that a record came from, counted as people count

Batches = Iterator[pl.DataFrame]


@dataclass(frozen=True)
class Dialect:
    """How a file is laid out. `nulls` are the cell texts that mean "nothing here" (rml:null)."""

    delimiter: str = ","
    quote: str = '"'
    iterator: str = "$"
    nulls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formulation:
    """A reference formulation: how references are checked against a file (with the place in the mapping for errors), and how
    records are read."""

    name: str
    check: Callable[[Path, Dialect, Sequence[str], Origin], None]
    read: Callable[[Path, Dialect, Sequence[str] | None], Batches]


def _read_csv(path: Path, dialect: Dialect, columns: Sequence[str] | None) -> Batches:
    return read_csv(path, columns, delimiter=dialect.delimiter, quote=dialect.quote, row_column=ROW)


def _check_csv(path: Path, dialect: Dialect, columns: Sequence[str], origin: Origin) -> None:
    header = read_header(path, delimiter=dialect.delimiter, quote=dialect.quote)
    for name in columns:
        if name not in header:
            raise missing_column(name, header, origin)


def _read_json(path: Path, dialect: Dialect, columns: Sequence[str] | None) -> Batches:
    return read_json(path, dialect.iterator, columns or (), row_column=ROW)


def _check_json(_path: Path, dialect: Dialect, columns: Sequence[str], origin: Origin) -> None:
    for name in (dialect.iterator, *columns):
        try:
            compile_path(name)
        except ValueError as error:
            raise MappingError(str(error), origin=origin, hint="use names, indices and [*]") from error


FORMULATIONS: Final = {
    item.name: item for item in (Formulation("CSV", _check_csv, _read_csv), Formulation("JSONPath", _check_json, _read_json))
}


def formulation(name: str, origin: Origin) -> Formulation:
    """The reference formulation called `name` (the local name of its IRI); MappingError with what there is otherwise."""
    if name not in FORMULATIONS:
        raise MappingError(f"no reader for the reference formulation '{name}'", origin=origin, hint=f"there is: {', '.join(FORMULATIONS)}")
    return FORMULATIONS[name]


def header_of(path: Path, dialect: Dialect) -> list[str]:
    """The column names of a CSV table."""
    return read_header(path, delimiter=dialect.delimiter, quote=dialect.quote)


def read(name: str, path: Path, dialect: Dialect, columns: Sequence[str] | None, origin: Origin) -> Batches:
    """Read a file as batches of text columns and `ROW`; cells that mean nothing are null."""
    for frame in formulation(name, origin).read(path, dialect, columns):
        yield _with_nulls(frame, dialect.nulls)


def _with_nulls(frame: pl.DataFrame, nulls: tuple[str, ...]) -> pl.DataFrame:
    if not nulls:
        return frame
    return frame.with_columns(pl.when(~pl.col(pl.String).is_in(nulls)).then(pl.col(pl.String)).name.keep())
