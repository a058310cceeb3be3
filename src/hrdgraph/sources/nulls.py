"""Cells that mean nothing (rml:null) into nulls."""

from __future__ import annotations

import polars as pl

from hrdgraph.sources.column_names import all_named, named
from hrdgraph.sources.value_kinds import kinds_of


def with_nulls(frame: pl.DataFrame, nulls: tuple[str, ...]) -> pl.DataFrame:
    """The same rows with null for each text that means nothing, in lists without it."""
    frame = frame.with_columns(
        pl.when(~pl.col(pl.String).is_in(nulls)).then(pl.col(pl.String)).name.keep()
    )
    for name in [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]:
        frame = _without(frame, name, nulls)
    return frame


def _without(frame: pl.DataFrame, name: str, nulls: tuple[str, ...]) -> pl.DataFrame:
    """Several values of a cell without those that mean nothing, and their kinds."""
    columns = [column for column in (name, kinds_of(name)) if column in frame.columns]
    flat = (
        frame[columns]
        .with_row_index("row\0")
        .explode(all_named(columns))
        .filter(~named(name).is_in(nulls))
    )
    kept = flat.group_by("row\0", maintain_order=True).agg(all_named(columns))
    rows = pl.DataFrame(
        {"row\0": pl.int_range(frame.height, dtype=pl.get_index_type(), eager=True)}
    )
    return frame.with_columns(
        rows.join(kept, on="row\0", how="left", maintain_order="left").drop("row\0")
    )
