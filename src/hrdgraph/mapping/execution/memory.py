"""What rows take in memory; joins in slices that fit in, counted beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.mapping.plan import Join
from hrdgraph.sources.value_kinds import HIDDEN

# bytes that stand for each text beside its own; the column engine's estimate leaves them out
_VIEW: Final = 16
# pairs of a slice, however little memory there is: each slice has a cost of its own
_LEAST: Final = 100_000
# of the cells of a pair: as they come from the join, and as terms and lines are made of them
_COPIES: Final = 3
_COUNT: Final = f"{HIDDEN}pairs"


def size_of(rows: pl.DataFrame | pl.Series) -> int:
    """Bytes, at most: the texts and what points to them."""
    columns = [rows] if isinstance(rows, pl.Series) else rows.get_columns()
    return int(rows.estimated_size()) + _VIEW * sum(_texts(column) for column in columns)


def _texts(column: pl.Series) -> int:
    """How many texts a column holds."""
    if column.dtype == pl.List:
        # by its own name it may be taken for a pattern
        return int(column.alias("").list.len().sum())
    return len(column) if column.dtype == pl.String else 0


class Parent(NamedTuple):
    """The parent's side of a join, and how many of its rows have the same keys at most, or a few
    more: of all that have the same hash."""

    rows: pl.DataFrame
    alike: int

    @classmethod
    def of(cls, rows: pl.DataFrame, keys: Sequence[str]) -> Parent:
        """Count them once for all batches of the child; hashes take less than the keys."""
        hashes = rows[keys].hash_rows().sort()
        return cls(rows, int(hashes.rle().struct.field("len").max() or 0))  # type: ignore[arg-type]


def slices(
    join: Join, child: pl.DataFrame, parent: Parent, keys: Sequence[str], memory: int
) -> list[pl.DataFrame]:
    """The child's side in slices whose pairs fit into memory, though one row of it may have
    more."""
    most = max(_LEAST, memory // (_COPIES * _VIEW * (child.width + parent.rows.width)))
    if child.height * max(parent.alike, 1) <= most:
        return [child]
    counts = parent.rows.group_by(keys).agg(pl.len().alias(_COUNT))
    pairs = (
        child.select(keys)
        .join(counts, on=keys, how="left", maintain_order="left")[_COUNT]
        .fill_null(0 if join.inner else 1)
    )
    lengths = (pairs.cum_sum() // most).rle().struct.field("len")
    starts = lengths.cum_sum() - lengths
    return [child[start : start + length] for start, length in zip(starts, lengths, strict=True)]
