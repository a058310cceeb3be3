"""Mapped quads into text lines, each once: written as they come where keys prove them distinct,
else held back and sorted out."""

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
from hrdgraph.mapping.execution.scan import Progress, RowFacts
from hrdgraph.mapping.execution.spill import Distinct
from hrdgraph.mapping.execution.uniqueness import UniquenessProbe, once
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.plan import Plan, QuadRule, Scan, terms_of
from hrdgraph.mapping.planning.keys import Key, told_by_lines
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.sources.delimited.columns import Piece
from hrdgraph.sources.delimited.pieces import CsvPieces, DoubtError, pieces_of
from hrdgraph.sources.reference_columns import kinds_of
from hrdgraph.sources.resources import ahead, in_order
from hrdgraph.sources.values import all_named, series

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


MEMORY: Final = 256 << 20  # bytes of lines that are held back before they go to disk
# bytes of lines that are compared with each other; what is on disk of fewer would be very small
# files
_LEAST: Final = 16 << 20
_JOB: Final = 32 << 20  # bytes of the two parts that a processor has in hand


class LineSink:
    """Writes N-Quads lines (or, without graph names, N-Triples) to a stream, each distinct line
    once.

    `graph` is the N-Triples text of the graph of rules without a graph map. Lines that cannot be
    proven distinct are held back, up to `memory` bytes in memory, until `finish`. Parts of the
    rows are worked on by `jobs` processors, as far as `memory` allows.
    """

    def __init__(
        self,
        plan: Plan,
        out: BinaryIO,
        *,
        graphs: bool,
        graph: str = DEFAULT_GRAPH,
        memory: int = MEMORY,
        jobs: int = 1,
    ) -> None:
        self._jobs, self._memory = max(1, min(jobs, memory // _JOB)), memory
        self._out, self._lines = out, LineWriter(graphs=graphs, graph=graph)
        self._keys, self._groups = told_by_lines(plan.rules, graphs=graphs)
        count = max(1, min(len({*self._groups.values()}) + 1, memory // _LEAST))
        self._held = [Distinct(memory // count) for _ in range(count)]

    def by_pieces(self, plan: Plan, progress: Progress | None) -> bool:
        """Write the lines of a whole plan file by file, piece by piece, where that gives each
        once. False where it does not, and nothing is written."""
        parts = parts_of(plan, self._keys)
        if parts is None or any(not held.is_empty for held in self._held):
            return False
        if Piecewise(parts, self._lines, self._hold, self._memory // 4).write(
            self._out, self._jobs, progress
        ):
            return True
        self.close()
        return False

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take the quads of rules over rows."""
        lists = {name for name, kind in frame.schema.items() if kind == pl.List}
        alone = [rule for rule in rules if rule.number in self._keys and not is_multi(rule, lists)]
        # what all rows are known to lack, other rows may hold
        keys = _parted(frame, alone, self._keys) if known.whole else self._keys
        proven = [rule for rule in alone if known.unique & keys[rule.number].columns]
        rest = [
            rule for rule in _without(alone, proven) if known.settles(keys[rule.number].columns)
        ]
        frame, settled, keyed = _sorted_out(frame, rest, rules, keys) if rest else (frame, [], [])
        proven += settled
        direct = {rule.number for rule in proven}
        apart = {rule.number for rule, _ in keyed}
        self._make(frame, [rule for rule in rules if rule.number not in apart], direct, known.bare)
        for rule, names in keyed:  # one after the other: each takes rows of its own
            self._make(once(frame, names), [rule], {rule.number}, known.bare)

    def finish(self) -> None:
        """Write what was held back."""
        for held in self._held:
            for lines in held.batches():
                write_lines(lines, self._out)

    def close(self) -> None:
        """Leave nothing on disk, however the run ended."""
        for held in self._held:
            held.close()

    def _make(
        self, frame: pl.DataFrame, rules: Sequence[QuadRule], direct: set[int], bare: bool
    ) -> None:
        """Make the lines of rules, several parts of the rows at a time; write those of `direct`
        at once, in the order of rows."""
        for made in self._lines.by_parts(frame, rules, self._jobs, bare=bare):
            if direct:  # in one go: each has a cost of its own
                write_lines(
                    pl.concat([lines for rule, lines in made if rule.number in direct]), self._out
                )
            for rule, lines in made:
                if rule.number not in direct:
                    self._hold(rule, lines)

    def _hold(self, rule: QuadRule, lines: pl.Series) -> None:
        """Hold lines back beside those that they may be equal to."""
        self._held[self._groups.get(rule.number, -1) % len(self._held)].add(lines)


Keys = dict[int, Key]


def _parted(frame: pl.DataFrame, rules: Sequence[QuadRule], keys: Keys) -> Keys:
    """Keys with what the values of these rows add to them."""
    if not any(keys[rule.number].loose for rule in rules):
        return keys
    lacks = UniquenessProbe(frame).lacks
    return {rule.number: keys[rule.number].over(lacks) for rule in rules}


def _sorted_out(
    frame: pl.DataFrame, alone: Sequence[QuadRule], rules: Sequence[QuadRule], keys: Keys
) -> tuple[pl.DataFrame, list[QuadRule], list[tuple[QuadRule, list[str]]]]:
    """The rows to make quads of, the rules whose quads are then distinct, and others with
    columns of which the first rows that differ make each quad once."""
    unique = UniquenessProbe(frame)
    proven = (
        unique.by_shared(alone, keys)
        if len(alone) > 1
        else [rule for rule in alone if unique.by_all(keys[rule.number])]
    )
    rest = _without(alone, proven)
    if rest and not proven:
        # whole rows that repeat are the usual reason; where a column differs in every row, there
        # are none
        used = _used(frame, rules)
        frame = once(frame, used) if used else frame.head(1)
        unique = UniquenessProbe(frame)
        proven = unique.by_shared(rest, keys)
    proven += [rule for rule in _without(rest, proven) if unique.by_all(keys[rule.number])]
    return (
        frame,
        proven,
        [
            (rule, names)
            for rule in _without(rest, proven)
            if (names := unique.subset(keys[rule.number]))
        ],
    )


def _without(rules: Sequence[QuadRule], others: Sequence[QuadRule]) -> list[QuadRule]:
    """The rules that are none of others. Comparing thousands of them with each other by what
    they say would take long."""
    known = {rule.number for rule in others}
    return [rule for rule in rules if rule.number not in known]


def _used(frame: pl.DataFrame, rules: Sequence[QuadRule]) -> list[str]:
    """The columns that the quads of rules depend on, kinds among them."""
    names, known = (
        dict.fromkeys(name for term in terms_of(rules) for name in term_references(term)),
        frozenset(frame.columns),
    )
    return [column for name in names for column in (name, kinds_of(name)) if column in known]
