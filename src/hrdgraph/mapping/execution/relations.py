"""Turn relations into rows: a file is read once for all relations over it, and shared parts are
computed once for each batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import takewhile
from math import inf
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.mapping.execution.collections import across, count_members, gather_members
from hrdgraph.mapping.execution.join_sides import (
    BufferedRows,
    RowRequest,
    Sides,
    differing,
    has_one_key,
    keys_of,
)
from hrdgraph.mapping.execution.operators import operate, with_fields
from hrdgraph.mapping.execution.row_rejection import Reject, reject_once
from hrdgraph.mapping.execution.scan import (
    NO_ROWS,
    Keys,
    Progress,
    RowFacts,
    ScanOptions,
    Skip,
    rows_to_skip,
    together,
)
from hrdgraph.mapping.execution.spill import Parent, Pile, size_of
from hrdgraph.mapping.model import LogicalSource, Reference
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Elements,
    Enumerate,
    Extend,
    Gather,
    Iterate,
    Join,
    Pick,
    Relation,
    Scan,
    base_scan,
    fields_of,
    is_copy,
    parts_of,
    scans,
    steps_of,
)
from hrdgraph.mapping.planning.keys import determining_columns
from hrdgraph.sources import ROW, is_bare

RowsOf = Callable[[Relation], pl.DataFrame]
Alike = Callable[[Join], int | None]


def chain_to(last: Extend, is_made: Callable[[Relation], bool] = lambda _: False) -> list[Extend]:
    """Return the fields up to a last one that are made together, the first one first: down to what
    is made already, or made separately. Their names are distinct."""
    steps, names = [last], {last.name}
    while (
        isinstance(below := steps[-1].child, Extend)
        and not is_made(below)
        and below.name not in names
    ):
        steps.append(below)
        names.add(below.name)
    return steps[::-1]


def facts_of(relation: Relation, known: RowFacts, rows_of: RowsOf, alike: Alike) -> RowFacts:
    """Return the facts about the rows of a relation over a batch, from those about the batch.
    `alike` returns how many rows of a join's parent may share its keys."""
    match relation:
        case Scan():
            return known
        # the one has the same rows, the other what is in them
        case Enumerate(child) | Elements(child):
            return facts_of(child, known, rows_of, alike)
        case Below(child, prefix):
            return facts_of(child, known, rows_of, alike).below(prefix)
        case Iterate(child):
            below = facts_of(child, known, rows_of, alike)
            return _with_fields(relation, fields_of(relation), below, rows_of)
        case Extend():
            return _with_chain(chain_to(relation), known, rows_of, alike)
        case Pick(child, _, name):
            return _with_fields(relation, [name], facts_of(child, known, rows_of, alike), rows_of)
        case Join(child):
            return _of_pairs(relation, facts_of(child, known, rows_of, alike), rows_of, alike)
        case Gather(child) if not relation.is_named:
            return _of_gathered(relation, facts_of(child, known, rows_of, alike))
        case _:
            return RowFacts(known.whole)


def _of_gathered(relation: Gather, known: RowFacts) -> RowFacts:
    """Return the facts about gathered rows: no other row has its head, or the cells after it."""
    is_own = not known.unique.isdisjoint(determining_columns(relation.head))
    own = [relation.name, relation.column("cell")] if is_own else []
    return RowFacts(known.whole, together=frozenset(own))


def _with_chain(
    steps: Sequence[Extend], known: RowFacts, rows_of: RowsOf, alike: Alike
) -> RowFacts:
    """Return the facts about fields made together, of which only the last one's rows exist. These
    have the positions of all values, except in rows that a later field left out, which cannot
    make a fact untrue."""
    known, rows = facts_of(steps[0].child, known, rows_of, alike), rows_of(steps[-1])
    for step in steps:
        copy = step.expression.name if isinstance(step.expression, Reference) else None
        known = known.met(_max_rows(rows, [step.name])).with_column(copy, step.name)
    return known


def _with_fields(
    relation: Iterate | Pick, names: list[str], known: RowFacts, rows_of: RowsOf
) -> RowFacts:
    """Return the facts after each row became as many as its fields have values."""
    met = known.met(_max_rows(rows_of(relation), names))
    return reduce(lambda known, name: known.with_column(None, name), names, met)


def _max_rows(rows: pl.DataFrame, names: list[str]) -> int:
    """Return the largest number of rows that these fields make of one row."""
    return 1 + max(_last(rows.get_column(f"{name}.{INDEX}")) for name in names)


def _last(positions: pl.Series) -> int:
    """Return the highest of some positions; 0 if there is none."""
    highest = positions.max()
    assert highest is None or isinstance(highest, int)
    return highest or 0


def _of_pairs(join: Join, known: RowFacts, rows_of: RowsOf, alike: Alike) -> RowFacts:
    if not known.unique and not known.together:
        return known
    if pl.List in rows_of(base_scan(join)).dtypes or not has_one_key(join):
        return known._replace(unique=frozenset())
    most = alike(join)
    return known if most is None else known.met(most)


_SLICE: Final = 256 << 20  # bytes of the pairs of a parent that is joined itself
# times as much as what is gathered by a name take the rows, terms and lines that are made of it
_WAITING: Final = 8


class FileBatch(NamedTuple):
    """A batch of a file: the rows of relations made for it so far, and how many rows each numbered
    relation had before it; both by relation number. The counts are shared by all batches of a
    reading."""

    made: dict[int, pl.DataFrame]
    before: dict[int, int]


class RunNotes(NamedTuple):
    """Notes on the relations of a plan, by number: joins whose parents are `held`, whatever their
    size; and relations `shared` by others."""

    held: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()


NOTHING_NOTED: Final = RunNotes()


class RelationBatches:
    """Computes relations. Of parents of joins, all columns are held up to `limit` bytes, and what
    the joins need up to twice that, or entirely if noted as held; everything else streams, or
    waits on disk. `reject` gets each cell once. Fields are made together, except below several
    relations."""

    def __init__(
        self, reject: Reject | None = None, jobs: int = 1, progress: Progress | None = None,
        limit: float = inf, skip: Skip = NO_ROWS, notes: RunNotes = NOTHING_NOTED,
    ) -> None:  # fmt: skip
        self._skip, self._shared = skip, notes.shared
        self.reject, self._jobs, self._progress, self._room = (
            None if reject is None else reject_once(reject), jobs, progress, limit,
        )  # fmt: skip
        self._slice = int(min(limit, _SLICE))
        self._whole: dict[int, pl.DataFrame] = {}
        self._sides = Sides(self.reject, 2 * limit, notes.held)
        self._bare: dict[LogicalSource, bool] = {}

    def stream(
        self, scan: Scan, keys: Keys = tuple, *, limit: int, ordered: bool = True
    ) -> Iterator[tuple[FileBatch, RowFacts]]:
        """Yield the batches of a file, ready for `of`, with the facts about their rows; a file
        read whole before is one batch."""
        number, before = scan.number, dict[int, int]()
        if number in self._whole:
            yield FileBatch({number: self._whole[number]}, before), RowFacts(whole=True)
            return
        reading = ScanOptions(
            scan.source, scan.columns, self.reject, self._jobs, self._progress, self._skip
        )
        frames = reading.batches(keys, limit, ordered=ordered)
        yield from ((FileBatch({number: frame}, before), facts) for frame, facts in frames)

    def take_over(self, rows: Mapping[int, pl.DataFrame]) -> None:
        """Take the rows of relations, by their numbers, as another has made them."""
        self._whole |= rows

    def whole(self, relation: Relation) -> pl.DataFrame:
        """Return every row of a relation."""
        if relation.number not in self._whole:
            batches = self.stream(base_scan(relation), limit=0)
            self._whole[relation.number] = together(
                [self.of(relation, batch) for batch, _ in batches]
            )
        return self._whole[relation.number]

    def some(self, relation: Relation, few: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
        """Return the rows of a relation that `few` leaves; for a join, it is applied to each side,
        since a frequent key makes more pairs than can be held."""
        if not isinstance(relation, Join):
            return few(self.whole(relation))
        child = self._sides.child(relation, self.some(relation.child, few))
        parent = self._parent(relation)
        assert isinstance(parent, Parent)
        return self._sides.pairs(
            relation, child, few(parent.rows) if relation.inner else parent.rows
        )

    def is_bare(self, relation: Relation) -> bool:
        """Say whether the texts of a relation are those of cells that need no escapes in a
        literal."""
        return is_copy(relation) and all(self._is_bare(scan.source) for scan in scans(relation))

    def _is_bare(self, source: LogicalSource) -> bool:
        """Say whether the file of a source has no escapes, by its bytes; cached."""
        if source not in self._bare:
            self._bare[source] = is_bare(
                source.formulation, source.path, source.dialect, source.origin
            )
        return self._bare[source]

    def of(self, relation: Relation, batch: FileBatch) -> pl.DataFrame:
        """Return the rows of a relation over one batch, computed once."""
        if relation.number not in batch.made:
            batch.made[relation.number] = self._make(relation, batch)
        return batch.made[relation.number]

    def facts_of(self, relation: Relation, batch: FileBatch, known: RowFacts) -> RowFacts:
        """Return the facts about a relation's rows over one batch, from those about the batch."""
        if not steps_of(relation):
            self.of(relation, batch)  # all of them, since no join makes them part by part
        return facts_of(relation, known, lambda rows: self.of(rows, batch), self._alike)

    def _alike(self, join: Join) -> int | None:
        """Return how many rows of a join's parent may share its keys; None if it waits on disk."""
        parent = self._parent(join)
        return parent.alike if isinstance(parent, Parent) else None

    def parts(
        self, relation: Relation, batch: FileBatch, known: RowFacts, asked: RowRequest
    ) -> Iterator[tuple[pl.DataFrame, RowFacts]]:
        """Yield the rows of a relation over one batch, in parts where a join makes more than fit
        into memory, with facts about each. If a join's parent waits on disk, so do the rows:
        see `rest`."""
        undone = [*takewhile(lambda step: step.number not in batch.made, steps_of(relation))]
        if not undone:
            yield self.of(relation, batch), known
            return
        join = undone[-1]
        if isinstance(join, Gather):
            self._wait(join, asked, across(join), asked.memory // _WAITING).add(
                self._gather(join, batch), known
            )
            return
        child, parent = self._sides.child(join, self.of(join.child, batch)), self._parent(join)
        cut = (
            []
            if isinstance(parent, Pile)
            else self._sides.slices(join, child, parent, asked.memory)
        )
        if len(cut) != 1:
            apart = (
                differing(child, asked.names())
                if known.whole and relation is join
                else frozenset[str]()
            )
            known = known._replace(whole=False, together=apart)
        if isinstance(parent, Pile):
            self._wait(join, asked, keys_of(join), 0).add(child, known)
            return
        for part in cut:
            own = batch if len(cut) == 1 else FileBatch({}, batch.before)
            own.made[join.number] = self._sides.pairs(join, part, parent.rows)
            yield from self.parts(relation, own, known, asked)

    def rest(
        self, relation: Relation, asked: RowRequest
    ) -> Iterator[tuple[pl.DataFrame, RowFacts]]:
        """Yield the rows that wait after `parts` was called for all batches: those that share a
        join's keys, or a collection, come together."""
        for step in reversed(steps_of(relation)):
            if waiting := asked.waiting.pop(step.number, None):
                for frame, known in (
                    self._gathers(step, waiting)
                    if isinstance(step, Gather)
                    else self._meets(step, waiting, asked.memory)
                ):
                    yield from self.parts(
                        relation, FileBatch({step.number: frame}, {}), known, asked
                    )

    def _wait(
        self, step: Join | Gather, asked: RowRequest, names: Sequence[str], room: int
    ) -> BufferedRows:
        if step.number not in asked.waiting:
            asked.waiting[step.number] = self._sides.waiting(names, room)
        return asked.waiting[step.number]

    def _gathers(
        self, gather: Gather, waiting: BufferedRows
    ) -> Iterator[tuple[pl.DataFrame, RowFacts]]:
        own = RowFacts(whole=False, together=frozenset([gather.name, gather.column("cell")]))
        for rows, is_all in waiting.all_or_parts():
            yield count_members(rows, gather), RowFacts(whole=True) if is_all else own

    def _meets(
        self, join: Join, waiting: BufferedRows, memory: int
    ) -> Iterator[tuple[pl.DataFrame, RowFacts]]:
        for child, parent, known in self._sides.met(join, waiting):
            cut = self._sides.slices(join, child, parent, memory)
            known = known if len(cut) == 1 else known._replace(together=frozenset())
            yield from ((self._sides.pairs(join, part, parent.rows), known) for part in cut)

    def _make(self, relation: Relation, batch: FileBatch) -> pl.DataFrame:
        assert not isinstance(relation, Scan)
        if isinstance(relation, Extend):
            # not for mappings without views

            steps = chain_to(
                relation, lambda step: step.number in batch.made or step.number in self._shared
            )
            return with_fields(steps, self.of(steps[0].child, batch), self.reject)
        frame = self.of(relation.child, batch)
        match relation:
            case Enumerate(_, name):
                start = batch.before.get(relation.number, 0)
                batch.before[relation.number] = start + frame.height
                frame = frame.with_row_index(name, start)
                passed = rows_to_skip(base_scan(relation).source, self._skip)
                if not len(passed) or ROW not in frame.columns:
                    return frame
                # a row has one number, whoever may see the rows before it
                return frame.with_columns(pl.col(name) + passed.search_sorted(frame[ROW]))
            case Join():
                return self._pairs(relation, self._sides.child(relation, frame))
            case Gather() if relation.is_named:
                line = relation.child.name
                if relation.number not in self._whole:
                    batches = (batch for batch, _ in self.stream(base_scan(relation), limit=0))
                    frames = [self._gather(relation, batch) for batch in batches]
                    self._whole[relation.number] = count_members(together(frames), relation)
                return self._whole[relation.number].join(
                    frame.select(line), on=line, how="semi", maintain_order="left"
                )
            case Gather():
                return count_members(self._gather(relation, batch), relation)
            case _:
                return operate(relation, frame, self.reject)

    def _gather(self, gather: Gather, batch: FileBatch) -> pl.DataFrame:
        """Add to each row of a batch the members of its collection."""
        return gather_members(
            self.of(gather.child, batch), gather,
            [self.of(rows, batch) for rows, _ in gather.members], self.reject,
        )  # fmt: skip

    def narrow(self, join: Join, names: frozenset[str]) -> None:
        """Say that of a join's child only some columns matter, and how often equal rows of
        either side come does not."""
        self._sides.narrow(join, names)

    def keep(self, relations: Iterable[Relation]) -> None:
        """Forget what some relations do not need."""
        if not self._whole and self._sides.is_empty:
            return
        needed = {part.number for relation in relations for part in parts_of(relation)}
        self._sides.keep(needed)
        for other in [other for other in self._whole if other not in needed]:
            self._room += size_of(self._whole.pop(other))

    def close(self) -> None:
        """Leave nothing on disk, however the run ended."""
        self._sides.close()

    def _parent(self, join: Join) -> Parent | Pile:
        return self._sides.parent(join, self._cache_rows(join.parent))

    def _pairs(self, join: Join, child: pl.DataFrame) -> pl.DataFrame:
        parent = self._parent(join)
        # of a join that is made by itself, beside others: it is one of those that are held
        assert isinstance(parent, Parent)
        return self._sides.pairs(join, child, parent.rows)

    def _cache_rows(self, relation: Relation) -> Iterator[pl.DataFrame]:
        """Yield every row of a relation, batch by batch; cached if there is room."""
        if relation.number in self._whole:
            yield self._whole[relation.number]
            return
        frames, size = list[pl.DataFrame](), 0
        for frame in self._in_parts(relation):
            size += size_of(frame)
            frames = [*frames, frame] if size <= self._room else []
            yield frame
        if size <= self._room:
            self._whole[relation.number] = together(frames)
            self._room -= size

    def _in_parts(self, relation: Relation) -> Iterator[pl.DataFrame]:
        """Yield every row of a relation, no more at a time than fit into memory where it joins
        others."""
        request = RowRequest(frozenset, self._slice, {})
        for batch, known in self.stream(base_scan(relation), limit=0):
            yield from (frame for frame, _ in self.parts(relation, batch, known, request))
        yield from (frame for frame, _ in self.rest(relation, request))
