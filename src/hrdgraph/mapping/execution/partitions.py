"""The rows of a file that is too large to be held, in parts that are not: rows that agree in a
column come into the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.mapping.execution.spill import Pile
from hrdgraph.sources.column_names import series

_LINES: Final = 1_000_000  # so many lines, each once, can be sorted out as lines
_HASHES: Final = 1 << 18  # of a column; more wait on disk, or some stand for all
_MOST: Final = 256  # parts; each is a file for each batch


class FirstReading(NamedTuple):
    """What a first reading of some columns found: the number of rows, the columns that differ in
    every row, nulls aside, and of each column that holds one text a row, how many different ones
    there are."""

    rows: int
    unique: frozenset[str]
    distinct: Mapping[str, int]

    def parting(self, keys: Sequence[frozenset[str]]) -> str | None:
        """The column that settles most rules once rows that agree in it are together; None where
        what is left without is little.

        `keys` are the columns of each rule of which one that differs makes its quads differ.
        """
        times = Counter(
            name
            for names in keys
            if not names & self.unique
            for name in sorted(names & self.distinct.keys())
        )
        best = max(times, key=lambda name: (times[name], self.distinct[name]), default=None)
        return best if best is not None and times[best] * self.distinct[best] > _LINES else None


def looked_at(frames: Iterable[pl.DataFrame], names: frozenset[str]) -> FirstReading:
    """Look at columns. Only hashes are held: where these differ, so do the texts."""
    with ExitStack() as stack:
        rows, columns = 0, {name: stack.enter_context(closing(Hashes())) for name in names}
        for frame in frames:
            rows += frame.height
            # of a column that holds lists in some batch nothing is known: what these hold would be
            # missing among the hashes
            columns = {
                name: seen for name, seen in columns.items() if frame.schema[name] == pl.String
            }
            for name, seen in columns.items():
                seen.add(series(frame, name).drop_nulls().hash())
        distinct = {name: seen.distinct() for name, seen in columns.items() if seen.all}
        return FirstReading(
            rows,
            frozenset(
                name
                for name in distinct
                if columns[name].is_exact and distinct[name] == columns[name].all
            ),
            distinct,
        )


class Hashes:
    """Counts hashes, and how many are different. Where the first ones all are, they wait on
    disk; else, where too many are, one in `_share` stands for that many."""

    def __init__(self) -> None:
        self.all, self._share = 0, 1
        self._held = [pl.Series("hash", [], pl.UInt64)]
        self._pile = Pile(["hash"], "the hashes of the rows that do not fit into memory", 8)

    def add(self, hashes: pl.Series) -> None:
        """Count some."""
        self.all += len(hashes)
        self._held.append(self._some(hashes))
        if sum(map(len, self._held)) > _HASHES:
            self._settle(pl.concat(self._held))

    @property
    def is_exact(self) -> bool:
        """Whether none stands for others."""
        return self._share == 1

    def distinct(self) -> int:
        """How many are different."""
        held = pl.concat(self._held)
        if self._pile.is_empty:
            return held.n_unique() * self._share
        self._pile.add(held.to_frame())
        parts = map(self._pile.part, range(self._pile.count))
        return sum(pl.concat(frames)["hash"].n_unique() for frames in parts if frames)

    def close(self) -> None:
        """Leave nothing on disk."""
        self._pile.close()

    def _settle(self, held: pl.Series) -> None:
        distinct = held.unique()
        if not self._pile.is_empty or (len(distinct) == len(held) == self.all):
            self._pile.add(held.to_frame())
            distinct = distinct.clear()
        while len(distinct) > _HASHES // 2:
            self._share *= 16
            distinct = self._some(distinct)
        self._held = [distinct]

    def _some(self, hashes: pl.Series) -> pl.Series:
        return hashes if self._share == 1 else hashes.filter(hashes % self._share == 0)


@contextmanager
def parted(
    frames: Iterable[pl.DataFrame], column: str, count: int
) -> Iterator[Iterator[list[pl.DataFrame]]]:
    """The rows in `count` parts, at most 256, each as frames in the order of the file. They wait
    on disk as long as the block runs."""
    with Pile([column], "the rows that do not fit into memory", min(count, _MOST)) as pile:
        for frame in frames:
            pile.add(frame)
        yield map(pile.part, range(pile.count))
