"""Read a file in batches of rows, with facts about them: one batch if it fits into memory, else
many, or parts that prove quads distinct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.row_rejection import Reject
from hrdgraph.mapping.execution.spill import Pile, size_of
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.sources import ROW, read
from hrdgraph.sources.reference_columns import HIDDEN
from hrdgraph.sources.resources import ahead
from hrdgraph.sources.values import series

_LINES: Final = 1_000_000  # so many lines, each once, can be sorted out as lines
_HASHES: Final = 1 << 18  # of a column; more wait on disk, or some stand for all
_MOST: Final = 256  # parts; each is a file for each batch


class FirstReading(NamedTuple):
    """What a first reading of some columns shows: the number of rows, the columns that differ in
    every row, nulls aside, and the number of distinct texts of each column with one text a row."""

    rows: int
    unique: frozenset[str]
    distinct: Mapping[str, int]

    def parting(self, keys: Sequence[frozenset[str]]) -> str | None:
        """Return the column to part a file by: the one that settles most rules; None where little
        is left to settle. `keys` are, for each rule, columns of which one that differs makes
        its quads differ."""
        times = Counter(
            name
            for names in keys
            if not names & self.unique
            for name in sorted(names & self.distinct.keys())
        )
        best = max(times, key=lambda name: (times[name], self.distinct[name]), default=None)
        return best if best is not None and times[best] * self.distinct[best] > _LINES else None


def examine_columns(frames: Iterable[pl.DataFrame], names: frozenset[str]) -> FirstReading:
    """Examine columns by hashes: where these differ, so do the texts."""
    with ExitStack() as stack:
        rows, columns = 0, {name: stack.enter_context(closing(Hashes())) for name in names}
        for frame in frames:
            rows += frame.height
            # of a column that holds lists in some batch nothing is known: what these hold would be
            # missing among the hashes
            columns = {
                name: hashes for name, hashes in columns.items() if frame.schema[name] == pl.String
            }
            for name, hashes in columns.items():
                hashes.add(series(frame, name).drop_nulls().hash())
        distinct = {name: hashes.distinct() for name, hashes in columns.items() if hashes.all}
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
    """Counts distinct hashes. If the first are all distinct, they wait on disk; else, if there are
    too many, only a share of them is counted."""

    def __init__(self) -> None:
        self.all, self._share = 0, 1
        self._held = [pl.Series("hash", [], pl.UInt64)]
        self._pile = Pile(["hash"], 8)

    def add(self, hashes: pl.Series) -> None:
        """Count some."""
        self.all += len(hashes)
        self._held.append(self._some(hashes))
        if sum(map(len, self._held)) > _HASHES:
            held = pl.concat(self._held)
            distinct = held.unique()
            if not self._pile.is_empty or (len(distinct) == len(held) == self.all):
                self._pile.add(held.to_frame())
                distinct = distinct.clear()
            while len(distinct) > _HASHES // 2:
                self._share *= 16
                distinct = self._some(distinct)
            self._held = [distinct]

    @property
    def is_exact(self) -> bool:
        """Say whether all hashes were counted."""
        return self._share == 1

    def distinct(self) -> int:
        """Return the number of distinct hashes."""
        hashes = pl.concat(self._held)
        if self._pile.is_empty:
            return hashes.n_unique() * self._share
        self._pile.add(hashes.to_frame())
        parts = map(self._pile.part, range(self._pile.count))
        return sum(pl.concat(frames)["hash"].n_unique() for frames in parts if frames)

    def close(self) -> None:
        """Leave nothing on disk."""
        self._pile.close()

    def _some(self, hashes: pl.Series) -> pl.Series:
        return hashes if self._share == 1 else hashes.filter(hashes % self._share == 0)


@contextmanager
def part_rows(
    frames: Iterable[pl.DataFrame], column: str, count: int
) -> Iterator[Iterator[list[pl.DataFrame]]]:
    """Yield the rows in `count` parts, at most 256, each as frames in file order. They stay on
    disk as long as the block runs."""
    with Pile([column], min(count, _MOST)) as pile:
        for frame in frames:
            pile.add(frame)
        yield map(pile.part, range(pile.count))


Progress = Callable[[str, int], None]
Keys = Callable[[], Sequence[frozenset[str]]]  # only large files need them
# numbers of rows that are passed over, by the resolved path of their file, or `part_of_file`; and
# of those whose cell in a column is passed over, by `cells_of_column`
Skip = Mapping[Path, pl.Series]
NO_ROWS: Final[Skip] = MappingProxyType({})


def cells_of_column(path: Path, iterator: str, column: str) -> Path:
    """Return the key in `Skip` of a table's column, some of whose cells count as empty."""
    return part_of_file(path, iterator) / f"cells {column}"


def part_of_file(path: Path, iterator: str) -> Path:
    """Return the key of one table of a file, such as a sheet, with row numbers of its own."""
    return path.resolve() / iterator


class RowFacts(NamedTuple):
    """Facts about rows: whether they are all rows of their relation, columns that differ in every
    row of it, nulls aside, columns whose texts no row elsewhere has, and whether no text needs
    escapes in a literal."""

    whole: bool
    unique: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    bare: bool = False

    def settles(self, columns: frozenset[str]) -> bool:
        """Say whether no other rows have the same quads, if these differ where one of some columns
        does."""
        return self.whole or not self.together.isdisjoint(columns)

    def met(self, alike: int) -> RowFacts:
        """Return the facts after each row has met at most `alike` others: if that is one, columns
        still differ in every row."""
        return (
            self
            if alike <= 1
            else self._replace(unique=frozenset(), together=self.together | self.unique)
        )

    def below(self, prefix: str) -> RowFacts:
        """Return the facts after a prefix was added to the names of columns, except row numbers."""
        unique, together = (
            frozenset(name if name.startswith(HIDDEN) else prefix + name for name in names)
            for names in (self.unique, self.together)
        )
        return self._replace(unique=unique, together=together)

    def with_column(self, column: str | None, name: str) -> RowFacts:
        """Return the facts with one more column, a copy of another or something else."""
        unique, together = (
            (names - {name}) | frozenset([name] if column in names else [])
            for names in (self.unique, self.together)
        )
        return self._replace(unique=unique, together=together)


class ScanOptions(NamedTuple):
    """How the columns of a source are read. With `reject`, bad records are left out and reported;
    `progress` gets the address of the source and the number of rows read. Rows of `skip` are
    left out."""

    source: LogicalSource
    columns: tuple[str, ...]
    reject: Reject | None
    jobs: int
    progress: Progress | None = None
    skip: Skip = NO_ROWS

    def batches(
        self, keys: Keys, limit: int, *, ordered: bool
    ) -> Iterator[tuple[pl.DataFrame, RowFacts]]:
        """Yield the rows in one batch, known as the whole, up to `limit` bytes. A larger file is
        first examined for columns that differ in every row, among the `keys` of each rule. If
        they repeat, and order does not matter, its rows are parted."""
        frames = self.frames()
        start, size = _take_up_to(frames, limit)
        if size <= limit:
            yield together(start), RowFacts(whole=True)
            return
        wanted = keys()
        looked = self._examine(frozenset[str]().union(*wanted))
        column = None if ordered else looked.parting(wanted)
        total = size * looked.rows // (sum(frame.height for frame in start) or 1)
        every, known = chain(_pop_each(start), frames), RowFacts(whole=False, unique=looked.unique)
        whole = ((frame, known) for frame in _larger(every, limit // 4))
        yield from whole if column is None else _in_parts(every, column, known, total, limit)

    def _examine(self, names: frozenset[str]) -> FirstReading:
        names -= {ROW}  # which differs in every row, and is no column of the source
        columns = self._replace(columns=tuple(sorted(names)), reject=self.reject and _pass_over)
        looked = examine_columns(columns.frames() if names else (), names)
        return looked._replace(unique=looked.unique | {ROW})

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, batch by batch."""
        source = self.source
        frames = read(
            source.formulation, source.path, source.dialect, self.columns, source.origin,
            self.reject,
        )  # fmt: skip
        if len(rows := rows_to_skip(source, self.skip)):
            frames = (frame.filter(~frame[ROW].is_in(rows.implode())) for frame in frames)
        if emptied := [*self._cells_to_empty()]:
            frames = (frame.with_columns(emptied) for frame in frames)
        # rejections come in the order of the rows; databases are asked in one thread only; and what
        # reads CSV works ahead by itself
        frames = ahead(
            frames, self.jobs if self.reject is None and source.formulation == "JSONPath" else 1
        )
        return (
            frames
            if self.progress is None
            else _report_progress(frames, str(source.path), self.progress)
        )

    def _cells_to_empty(self) -> Iterator[pl.Expr]:
        for column in self.columns if self.skip else ():
            place = cells_of_column(self.source.path, self.source.dialect.iterator, column)
            if (rows := self.skip.get(place)) is not None:
                kept = ~pl.col(ROW).is_in(rows.implode())
                yield pl.when(kept).then(pl.col(column)).alias(column)


def rows_to_skip(source: LogicalSource, skip: Skip) -> pl.Series:
    """Return the numbers of the rows of a source to pass over, in their order."""
    path = source.path.resolve() if skip else source.path
    places = dict.fromkeys((path, part_of_file(path, source.dialect.iterator)))
    numbers = [skip[place] for place in places if place in skip]
    return pl.concat(numbers).unique().sort() if numbers else pl.Series([], dtype=pl.UInt32)


def _report_progress(
    frames: Iterator[pl.DataFrame], address: str, progress: Progress
) -> Iterator[pl.DataFrame]:
    rows = 0
    for frame in frames:
        rows += frame.height
        progress(address, rows)
        yield frame


def _take_up_to(frames: Iterator[pl.DataFrame], limit: int) -> tuple[list[pl.DataFrame], int]:
    """Return frames and their size in bytes: all of them, or the first that exceed the limit."""
    taken, size = list[pl.DataFrame](), 0
    while size <= limit and (frame := next(frames, None)) is not None:
        taken.append(frame)
        size += size_of(frame)
    return taken, size


def _larger(frames: Iterator[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """Merge frames to a minimum of bytes: at the end of a batch, processors wait for one
    another."""
    some, held = list[pl.DataFrame](), 0
    for frame in frames:
        some.append(frame)
        held += size_of(frame)
        if held >= size:
            yield together(some)
            some, held = [], 0
    if some:
        yield together(some)


def _in_parts(
    frames: Iterator[pl.DataFrame], column: str, known: RowFacts, total: int, limit: int
) -> Iterator[tuple[pl.DataFrame, RowFacts]]:
    """Yield the rows of a file of `total` bytes, those that agree in a column together, as far as
    that takes at most `limit`."""
    with part_rows(frames, column, -(-2 * total // max(limit, 1))) as parts:
        for part in parts:
            if sum(map(size_of, part)) > limit:
                yield from ((frame, known) for frame in part)
            elif part:
                yield together(part), known._replace(together=frozenset([column]))


def _pass_over(_: HrdgraphError) -> None:
    """Ignore errors: the real reading of the rows reports them."""


def _pop_each(frames: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield frames, held no longer than needed."""
    while frames:
        yield frames.pop(0)


def together(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Join batches; one with only strings has no column of kinds."""
    return frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal")
