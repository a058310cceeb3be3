"""Errors of cells into the rows that are left out because of them, where the person chose it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.scan import NO_ROWS, Skip, part_of_file
from hrdgraph.mapping.facts.layout import location_of
from hrdgraph.project import Source


class LeftOut(NamedTuple):
    """The rows that are left out and why, and errors that are of no single row of a table of
    facts, which no row can be left out for."""

    rows: Skip = NO_ROWS
    errors: tuple[HrdgraphError, ...] = ()
    others: tuple[HrdgraphError, ...] = ()


NOTHING_LEFT_OUT: Final = LeftOut()


def rows_of_errors(errors: Sequence[HrdgraphError], sources: Sequence[Source]) -> LeftOut:
    """The rows of tables of facts that have an error."""
    tables = {
        (str(source.table_file(table)), table.facts.sheet or None): part_of_file(
            source.table_file(table), location_of(table)[1].iterator
        )
        for source in sources
        for table in source.tables
        if table.facts is not None
    }
    rows: dict[Path, set[int]] = {}
    kept: list[HrdgraphError] = []
    others: list[HrdgraphError] = []
    for error in errors:
        place = tables.get((error.origin.file, error.origin.part))
        if place is None or error.origin.row is None:
            others.append(error)
            continue
        rows.setdefault(place, set()).add(error.origin.row)
        kept.append(error)
    skip = {place: pl.Series(sorted(numbers), dtype=pl.UInt32) for place, numbers in rows.items()}
    return LeftOut(skip, tuple(kept), tuple(others))
