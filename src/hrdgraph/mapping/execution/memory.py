"""What rows take in memory and which are kept; joins in slices that fit in, counted beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

import polars as pl

from hrdgraph.mapping.plan import Join, Scan
from hrdgraph.sources.value_kinds import HIDDEN

T = TypeVar("T")
_KEPT: Final = 128 << 20  # bytes of a file that are kept beyond a run
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


@dataclass
class KeptSides:
    """What a run has read of files, and the parents that it has joined, by the numbers of scans
    and joins: of what waits on disk, nothing. They are `placed` as long as rows are numbered as
    they stand in their files."""

    scans: dict[int, pl.DataFrame] = field(default_factory=dict)
    parents: dict[int, Parent] = field(default_factory=dict)
    placed: bool = True

    def reading(
        self, scan: Scan, batches: Iterable[tuple[pl.DataFrame, T]]
    ) -> Iterator[tuple[pl.DataFrame, T]]:
        """Hand on what is read of a file, and keep it, unless it is too much."""
        held, size = list[pl.DataFrame](), 0
        for frame, known in batches:
            size += size_of(frame)
            held = [*held, frame] if size <= _KEPT else []
            yield frame, known
        if held and size <= _KEPT:
            self.scans[scan.number] = pl.concat(held, how="diagonal")


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
