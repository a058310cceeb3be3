"""Keep rows on disk in parts: rows that agree in some columns come into the same one, so each can
be processed by itself. Lines that may repeat are deduplicated that way, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.mapping.plan import Join
from hrdgraph.sources.reference_columns import HIDDEN
from hrdgraph.sources.resources import writing_temporary
from hrdgraph.tempfiles import TemporaryFolder

# bytes that stand for each text beside its own; the column engine's estimate leaves them out
_VIEW: Final = 16
# pairs of a slice, however little memory there is: each slice has a cost of its own
_LEAST: Final = 100_000
# of the cells of a pair: as they come from the join, and as terms and lines are made of them
_COPIES: Final = 3
_COUNT: Final = f"{HIDDEN}pairs"


def size_of(rows: pl.DataFrame | pl.Series) -> int:
    """Return an upper bound for the bytes of rows: their texts and the pointers to them."""
    columns = [rows] if isinstance(rows, pl.Series) else rows.get_columns()
    return int(rows.estimated_size()) + _VIEW * sum(_texts(column) for column in columns)


def _texts(column: pl.Series) -> int:
    """Count the texts of a column."""
    if column.dtype == pl.List:
        # by its own name it may be taken for a pattern
        return int(column.alias("").list.len().sum())
    return len(column) if column.dtype == pl.String else 0


class Parent(NamedTuple):
    """The parent's side of a join, and an upper bound for the rows that share keys: those with the
    same hash."""

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
    """Split the child's side into slices whose pairs fit into memory, though one row may have
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


PARTS: Final = 64
_PART: Final = f"{HIDDEN}part"


class Pile:
    """Takes rows and returns them in `count` parts, each as frames in order of arrival. Equal
    texts come into the part of the same number in every pile with as many parts. `empty` has the
    columns of the rows."""

    def __init__(self, names: Sequence[str], count: int = PARTS) -> None:
        self.count = count
        self._names = list(names)
        self._folder: TemporaryFolder | None = None  # gone with this object at the latest
        self._added = 0
        self.empty = pl.DataFrame()

    def __enter__(self) -> Pile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_empty(self) -> bool:
        """Say whether it has taken nothing."""
        return self._added == 0

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows away."""
        self.empty = frame.clear()
        numbered = frame.with_columns((frame[self._names].hash_rows() % self.count).alias(_PART))
        with writing_temporary():
            self._folder = self._folder or TemporaryFolder()
            for (part,), rows in numbered.partition_by(
                _PART, as_dict=True, include_key=False, maintain_order=True
            ).items():
                folder = Path(self._folder.name, f"{part}")
                folder.mkdir(exist_ok=True)
                rows.write_ipc(folder / f"{self._added}")
        self._added += 1

    def part(self, number: int) -> list[pl.DataFrame]:
        """Return the rows of a part, as frames."""
        files = Path(self._folder.name, f"{number}").glob("*") if self._folder is not None else ()
        return [pl.read_ipc(file) for file in sorted(files, key=lambda path: int(path.name))]

    def close(self) -> None:
        """Forget all rows."""
        if self._folder is not None:
            self._folder.cleanup()
        self._folder, self._added = None, 0


class Distinct:
    """Takes lines and returns each once; in order of arrival as long as they fit into `memory`
    bytes."""

    def __init__(self, memory: int) -> None:
        self._memory, self._size = memory, 0
        self._held: list[pl.Series] = []
        self._pile = Pile(["line"])

    def add(self, lines: pl.Series) -> None:
        """Take lines, none of them null."""
        self._held.append(lines)
        self._size += size_of(lines)
        if self._size > self._memory:
            self._held = [self._distinct(self._held)]
            self._size = size_of(self._held[0])
            if self._size > self._memory // 2:
                self._spill(self._held[0])

    @property
    def is_empty(self) -> bool:
        """Say whether it has taken nothing."""
        return not self._held and self._pile.is_empty

    def batches(self) -> Iterator[pl.Series]:
        """Yield the distinct lines; nothing is left on disk."""
        if self._pile.is_empty:
            yield self._distinct(self._held)
            return
        self._spill(self._distinct(self._held))
        for part in range(self._pile.count):
            yield self._distinct([frame["line"] for frame in self._pile.part(part)])
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._held, self._size = [], 0
        self._pile.close()

    def _distinct(self, lines: list[pl.Series]) -> pl.Series:
        return (
            pl.concat(lines).unique(maintain_order=True)
            if lines
            else pl.Series("line", [], pl.String)
        )

    def _spill(self, lines: pl.Series) -> None:
        self._pile.add(lines.to_frame("line"))
        self._held, self._size = [], 0
