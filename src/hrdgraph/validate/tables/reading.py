"""The tables that sources declare, read as far as something is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.project import Source, Table
from hrdgraph.sources import ROW, Dialect, header_of, read
from hrdgraph.sources.registry import formulation

Place = tuple[str, str]  # a source and a table of it
Frames = dict[Place, pl.DataFrame]
Key = tuple[str, str, str]  # a source, a file and a column of it


def read_tables(sources: tuple[Source, ...]) -> Frames:
    """The tables that the sources declare, by source and file name; empty cells are null.
    SourceError on what cannot be read."""
    fields = (
        (field, source) for source in sources for table in source.tables for field in table.fields
    )
    referred: dict[Place, set[str]] = {}
    for field, source in fields:
        if field.references:
            owner, name, column = target_of(field.references, source)
            referred.setdefault((owner, name), set()).add(column)
    return {
        (source.name, table.label): table_of(
            source, table, frozenset(referred.get((source.name, table.label), set()))
        )
        for source in sources
        for table in source.tables
    }


def table_of(source: Source, table: Table, referred: Collection[str]) -> pl.DataFrame:
    """A table, of whose columns others refer to some."""
    path = source.table_file(table)
    name, layout = location_of(table)
    unknown = table.facts.unknown if table.facts else ()
    dialect = replace(layout, nulls=("", *unknown))
    columns = (
        None
        if table.primary_key
        else _declared(source, table, referred, headings_of(name, path, dialect))
    )
    return pl.concat(read(name, path, dialect, columns, Origin(str(path))))


def texts_not_known(source: Source, table: Table, names: Sequence[str]) -> dict[int, str]:
    """The texts for "not known" in some columns, by their rows: read again, since a table is read
    without them."""
    if table.facts is None or not table.facts.unknown:
        return {}
    path, (name, dialect) = source.table_file(table), location_of(table)
    frames = read(name, path, dialect, [*names], Origin(str(path)))
    found = ((row, *cells) for frame in frames for row, *cells in frame.select(ROW, *names).rows())
    unknown = {*table.facts.unknown}
    return {row: text for row, *cells in found for text in cells if text in unknown}


def headings_of(name: str, path: Path, dialect: Dialect) -> list[str]:
    """The headings of a file that is read in some way."""
    return (
        header_of(path, dialect)
        if name == "CSV"
        else formulation(name, Origin(str(path))).columns(path, dialect, ())
    )


def _declared(
    source: Source, table: Table, referred: Collection[str], header: list[str]
) -> list[str]:
    """The columns that something is said of; without a key to compare whole rows by, the others
    are not needed."""
    expected = (
        name
        for item in source.expectations
        if item.table in (table.file, table.label)
        for name in (*item.complete, *item.distinct)
    )
    said = {*said_columns(table), *expected, *referred}
    return [name for name in header if name in said]


def target_of(target: str, source: Source) -> Key:
    """The source, file and column of a reference."""
    file, _, column = target.rpartition(":")
    owner, _, name = file.rpartition("/")
    return owner or source.name, name, column


def said_columns(table: Table) -> list[str]:
    """The columns that something is said of."""
    return list(
        dict.fromkeys(
            [*(field.name for field in table.fields), *table.primary_key, *table.evidence]
        )
    )
