"""Whole plans mapped piece by piece: each piece of a file is read, made into lines and written,
and nothing of it is kept but hashes.

That is right where lines are known to come once: where a rule makes no line of another, and
every record of its file has another text in a column that its lines tell. Whether it has is only
known at the end. Where few records agree, what is written is taken back, and the file is done
again with the lines of these held back; so are other lines that may repeat. Where many do, or
anything comes up that pieces cannot settle, the usual way does it all, and has the last word.
"""

from __future__ import annotations

import io
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.ntriples import LineWriter, Made, is_multi, write_lines
from hrdgraph.mapping.execution.scan import Progress
from hrdgraph.mapping.plan import Plan, QuadRule, Scan
from hrdgraph.mapping.planning.keys import Key
from hrdgraph.sources.column_names import all_named, series
from hrdgraph.sources.delimited.columns import Piece
from hrdgraph.sources.delimited.pieces import CsvPieces, DoubtError, pieces_of
from hrdgraph.sources.parallel import ahead, in_order

LEAST: Final = 64 << 20  # bytes of all files; of fewer, rows are held and compared at little cost
# bytes; a piece has a cost of its own, some 2 ms, and memory of larger ones is taken anew each time
_PIECE: Final = 4 << 20
_RULES: Final = 20  # where there are more rules over a file, its pieces are smaller
_LITTLE: Final = 1 << 20  # bytes of the smallest piece
# where records are looked at before anything is written: so many find each other if a few in a
# hundred repeat
_PLACES: Final = 1000
_TIMES: Final = 8  # as many bytes lines may have as the records that so many rules make them of
_RARE: Final = 0.01  # of the rows; so few that agree are held back, as lines
# of the rows; where more are different, comparing rows costs less than comparing lines
_FEW: Final = 0.1
# after so many pieces, repeats are looked for
_LOOKED: Final = frozenset(4**power for power in range(16))
_TROUBLE: Final = (DoubtError, HrdgraphError, pl.exceptions.PolarsError, OSError)

_NO_LINES: Final = pl.Series("", dtype=pl.String)

# the hashes of texts that come more than once in each column that tells rows apart
Repeated = list[pl.Series]


class FilePart(NamedTuple):
    """A file and the rules over its records. Those of `settled` make different lines of records
    that have different texts in each of the columns `telling`. Of the others, lines may repeat;
    where columns are named, they do where the texts of these do."""

    pieces: CsvPieces
    settled: list[QuadRule]
    telling: list[str]
    others: list[tuple[QuadRule, list[str] | None]]

    def each(self, memory: int) -> Iterator[Piece]:
        """The pieces of the file, of which what is made takes no more than some bytes."""
        usual = min(_PIECE, memory // _TIMES)
        return self.pieces.each(
            max(_LITTLE, usual * _RULES // max(_RULES, len(self.settled) + len(self.others)))
        )


class PieceResult(NamedTuple):
    """What is made of a piece: how many records it has, the hashes of their texts in each column
    that tells them apart, lines that are to be written, and lines that are to be held back."""

    rows: int
    hashes: list[pl.Series]
    lines: pl.Series
    held: Made


class Piecewise(NamedTuple):
    """The files of a plan, and what makes lines of their records. `hold` takes lines that may
    repeat; those that a processor has in hand take no more than `memory` bytes."""

    parts: list[FilePart]
    lines: LineWriter
    hold: Callable[[QuadRule, pl.Series], None]
    memory: int

    def write(self, out: BinaryIO, jobs: int, progress: Progress | None) -> bool:
        """Write all lines, made by `jobs` processors. False where that cannot be done so: then
        `out` is as it was."""
        if not _can_go_back(out):
            return False
        start = out.seek(0, os.SEEK_END)
        try:
            for part in self.parts:
                self._write_once(part, out, jobs, progress)
        except _TROUBLE:
            _cut(out, start)
            return False
        return True

    def _write_once(
        self, part: FilePart, out: BinaryIO, jobs: int, progress: Progress | None
    ) -> None:
        """Write the lines of a file; where records agree, once more, with those apart."""
        start = out.seek(0, os.SEEK_END)
        repeated = self._write(part, None, out, jobs, progress)
        if any(len(hashes) for hashes in repeated):
            _cut(out, start)
            self._write(part, repeated, out, jobs, progress)

    def _write(
        self,
        part: FilePart,
        apart: Repeated | None,
        out: BinaryIO,
        jobs: int,
        progress: Progress | None,
    ) -> Repeated:
        """Write the lines of a file. Returns the hashes that repeat; they are looked for
        whenever there are four times as many rows."""
        rows, seen = 0, list[list[pl.Series]]()
        for made in in_order(
            lambda piece: self._mapped(part, apart, piece),
            ahead(part.each(self.memory), jobs),
            jobs,
        ):
            rows += made.rows
            if apart is None:
                seen.append(made.hashes)
            if len(seen) in _LOOKED:
                _repeated(seen)
            write_lines(made.lines, out)
            for rule, lines in made.held:
                self.hold(rule, lines)
            if progress is not None:
                progress(str(part.pieces.path), rows)
            del made  # before the next one is made
        return _repeated(seen)

    def _mapped(self, part: FilePart, apart: Repeated | None, piece: Piece) -> PieceResult:
        whole, bare = part.pieces.read(piece), part.pieces.is_bare(piece)
        frame, others = (
            (whole, whole.clear()) if apart is None else _divided(whole, part.telling, apart)
        )
        lines = (
            [lines for _, lines in self.lines.at_once(frame, part.settled, bare=bare)]
            if part.settled and frame.height
            else []
        )
        held = (
            self.lines.at_once(others, part.settled, bare=bare)
            if part.settled and others.height
            else []
        )
        held += [
            made
            for rule, names in part.others
            for made in self.lines.at_once(_once(whole, names), [rule], bare=bare)
        ]
        return PieceResult(
            whole.height,
            [_hashes(whole, name) for name in part.telling],
            pl.concat([_NO_LINES, *lines]),
            held,
        )


def parts_of(plan: Plan, keys: Mapping[int, Key]) -> list[FilePart] | None:
    """The files of a plan, to be mapped piece by piece; None where rows are joined or should be
    compared, or need more than reading. `keys` are those of rules that make no line of another,
    by their numbers."""
    tables = [
        (relation, rules)
        for relation, rules in plan.by_relation()
        if isinstance(relation, Scan) and _is_table(relation)
    ]
    if len(tables) < len(plan.by_relation()):
        return None
    parts = list[FilePart]()
    try:
        if sum(scan.source.path.stat().st_size for scan, _ in tables) < LEAST:
            return None
        for scan, rules in tables:
            part = _part(scan, rules, keys)
            if part is None:
                return None
            parts.append(part)
    except _TROUBLE:
        return None
    return parts


def _is_table(scan: Scan) -> bool:
    return scan.source.formulation == "CSV" and scan.source.path.is_file()


def _once(frame: pl.DataFrame, names: Sequence[str] | None) -> pl.DataFrame:
    """The first of the rows that agree on some columns; all rows without."""
    return (
        frame
        if names is None
        else frame.unique(all_named(names), keep="first", maintain_order=True)
    )


def _hashes(frame: pl.DataFrame, name: str) -> pl.Series:
    """Of the texts of a column; a record without one makes no line."""
    return series(frame, name).drop_nulls().hash()


def _repeated(seen: list[list[pl.Series]]) -> Repeated:
    """The hashes of each column that come more than once. DoubtError where these are many."""
    columns = [pl.concat(hashes) for hashes in zip(*seen, strict=True)]
    found = [
        hashes.filter(hashes.is_duplicated()).unique() if not _is_unique(hashes) else hashes.clear()
        for hashes in columns
    ]
    if any(len(some) > _RARE * len(hashes) for some, hashes in zip(found, columns, strict=True)):
        raise DoubtError
    return found


def _divided(
    frame: pl.DataFrame, names: Sequence[str], apart: Repeated
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without and those with one of some hashes."""
    columns = [
        series(frame, name).hash().is_in(hashes.implode())
        for name, hashes in zip(names, apart, strict=True)
    ]
    others = pl.DataFrame(columns).select(pl.any_horizontal(pl.all()).alias("other"))["other"]
    return frame.filter(~others), frame.filter(others)


def _cut(out: BinaryIO, end: int) -> None:
    out.seek(end)
    out.truncate(end)


def _is_unique(hashes: pl.Series) -> bool:
    return hashes.n_unique() == len(hashes)


def _differs(hashes: pl.Series, rows: int) -> bool:
    """Whether, by some of them, few of so many rows agree with another: the part of these that
    meets another of these is as much smaller than the part that meets any as there are fewer of
    them."""
    return (len(hashes) - hashes.n_unique()) * rows <= _RARE * len(hashes) ** 2


def _part(scan: Scan, rules: Sequence[QuadRule], keys: Mapping[int, Key]) -> FilePart | None:
    """A file, as some of its records are; None where there are none, or where lines repeat that
    would better be compared as rows."""
    pieces = pieces_of(scan.source.path, scan.source.dialect, scan.columns)
    sample = _sample(pieces) if pieces is not None else None
    if pieces is None or sample is None:
        return None
    frame, rows = sample
    single = (rule.number for rule in rules if rule.number in keys and not is_multi(rule, set()))
    alone = {number: keys[number] for number in single}
    telling = _telling(frame, rows, list(alone.values()))
    apart = {number for number, key in alone.items() if not _columns(key).isdisjoint(telling)}
    settled = [rule for rule in rules if rule.number in apart]
    left = [rule for rule in rules if rule.number not in apart]
    others = [(rule, _repeating(alone.get(rule.number))) for rule in left]
    repeated = (all_named(names) for _, names in others if names is not None)
    if any(frame.n_unique(names) > _FEW * frame.height for names in repeated):
        return None
    return FilePart(pieces, settled, telling, others)


def _sample(pieces: CsvPieces) -> tuple[pl.DataFrame, int] | None:
    """The first records and others from all over the file, and about how many there are; None
    where there are none."""
    for first in islice(pieces.each(_LITTLE), 1):
        frame = pieces.read(first)
        rows = frame.height * pieces.path.stat().st_size // len(first.data)
        try:
            return pl.concat(
                [frame, pieces.scattered(pieces.start + len(first.data), _PLACES)]
            ), rows
        except pl.exceptions.PolarsError:  # quotes around line ends, for one
            return frame, rows
    return None


def _columns(key: Key) -> frozenset[str]:
    """The columns of which different texts give different quads: the cells of these tables have
    no kinds."""
    return key.columns | key.natural


def _repeating(key: Key | None) -> list[str] | None:
    """The columns of which equal texts give equal quads; None where none do."""
    return sorted(_columns(key)) if key is not None and key.is_whole and _columns(key) else None


def _telling(frame: pl.DataFrame, rows: int, keys: Sequence[Key]) -> list[str]:
    """Few columns, of which each of some rules tells one if it can, that have another text in
    nearly all of some records out of `rows`."""
    differing = {name for name in frame.columns if _differs(_hashes(frame, name), rows)}
    usable = [_columns(key) & differing for key in keys]
    times = Counter(name for names in usable for name in names)
    chosen = list[str]()
    for names in usable:
        if names and names.isdisjoint(chosen):
            chosen.append(max(names, key=lambda name: (times[name], name)))
    return chosen


def _can_go_back(out: BinaryIO) -> bool:
    """Whether what is written can be taken back: from memory, or a file that is a whole one."""
    is_file = (
        type(out) is io.BufferedWriter
        and isinstance(out.raw, io.FileIO)
        and stat.S_ISREG(os.fstat(out.fileno()).st_mode)
    )
    return is_file or isinstance(out, io.BytesIO)
