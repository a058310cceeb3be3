"""Relations into rows: a file is read once for all relations over it, and what they share is worked out once for each batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from hrdgraph.errors import HrdgraphError, MappingError, Origin, SourceError
from hrdgraph.mapping.model import Expression, LogicalSource
from hrdgraph.mapping.plan import (
    Below,
    Elements,
    Extend,
    Gather,
    Iterate,
    Join,
    Number,
    Pick,
    Reify,
    Relation,
    Scan,
    base_scan,
    row_columns,
)
from hrdgraph.mapping.planning.places import placed
from hrdgraph.mapping.running.fields import below, brought, extended, field, key, spread
from hrdgraph.mapping.running.gather import counted, elements, heads_of, listed, made_of, with_heads, with_members, with_triples
from hrdgraph.mapping.running.sound import Reject, faults, sound
from hrdgraph.sources import read
from hrdgraph.sources.kinds import HIDDEN, STRING, kinds_of
from hrdgraph.sources.parallel import ahead

_SAMPLE: Final = 10_000  # among so many rows some agree, unless those that agree are too few to matter


@dataclass(frozen=True)
class Batch:
    """A batch of a file: the rows of relations over it, made so far, and how many rows each numbered relation had before it;
    both by the identity of the relation. The counts are shared by all batches of one reading."""

    made: dict[int, pl.DataFrame]
    before: dict[int, int]


@dataclass(frozen=True)
class Known:
    """What is known of rows: whether they are all rows of their relation, and columns that differ in every row of it, nulls aside."""

    whole: bool
    unique: frozenset[str] = frozenset()

    def of_others(self) -> Known:
        """What is known of relations over the same file: rows may repeat in them."""
        return Known(self.whole)


class Rows:
    """Works out relations. The parent side of a join is held whole; everything else streams. `reject` is told once of each cell."""

    def __init__(self, reject: Reject | None = None, jobs: int = 1) -> None:
        self.reject, self._jobs = None if reject is None else _once(reject), jobs
        self._whole: dict[int, pl.DataFrame] = {}
        self._parents: dict[int, pl.DataFrame] = {}
        self._narrow: dict[int, frozenset[str]] = {}

    def stream(self, scan: Scan, keys: frozenset[str] = frozenset(), *, limit: int) -> Iterator[tuple[Batch, Known]]:
        """The batches of a file, each ready for `of`: one, said to be the whole, where its rows take no more than `limit` bytes.

        Of a larger file, `keys` are looked at in a reading of their own, to know which of them differ in every row.
        """
        source, before, size = scan.source, dict[int, int](), 0
        if id(scan) in self._whole:
            yield Batch({id(scan): self._whole[id(scan)]}, before), Known(whole=True)
            return
        held: list[pl.DataFrame] = []
        known = Known(whole=True)
        for frame in _frames(source, scan.columns, self.reject, self._jobs):
            size += int(frame.estimated_size()) if size <= limit else 0
            held.append(frame)
            if size > limit:
                known = Known(whole=False, unique=_unique(source, keys, self.reject and _pass_over, self._jobs)) if known.whole else known
                yield from ((Batch({id(scan): part}, before), known) for part in held)
                held = []
        if size <= limit:
            yield Batch({id(scan): _together(held)}, before), known

    def whole(self, relation: Relation) -> pl.DataFrame:
        """Every row of a relation."""
        if id(relation) not in self._whole:
            frames = [self.of(relation, batch) for batch, _ in self.stream(base_scan(relation), limit=0)]
            self._whole[id(relation)] = _together(frames)
        return self._whole[id(relation)]

    def of(self, relation: Relation, batch: Batch) -> pl.DataFrame:
        """The rows of a relation over one batch; what was made for the batch already is taken from there."""
        if id(relation) not in batch.made:
            batch.made[id(relation)] = self._make(relation, batch)
        return batch.made[id(relation)]

    def _make(self, relation: Relation, batch: Batch) -> pl.DataFrame:
        assert not isinstance(relation, Scan)
        frame = self.of(relation.child, batch)
        match relation:
            case Below(_, prefix):
                return frame.rename(below(frame, prefix))
            case Number(_, name):
                start = batch.before.get(id(relation), 0)
                batch.before[id(relation)] = start + frame.height
                return frame.with_row_index(name, start)
            case Extend(child, name, expression):
                frame = sound(frame, child, lambda rows: field(rows, expression), self.reject)
                return extended(frame, name, *field(frame, expression))
            case Iterate(child, column, name, formulation, iterator):
                from hrdgraph.mapping.running.cells import items_in  # loads the reader of JSON

                find = partial(items_in, column=column, formulation=formulation, iterator=iterator, origin=relation.origin)
                frame = sound(frame, child, find, self.reject)
                with _placing(relation):
                    return extended(frame, name, find(frame), STRING)
            case Pick(child, column, name, path):
                from hrdgraph.mapping.running.cells import values_in

                pick = partial(values_in, column=column, path=path, origin=relation.origin)
                frame = sound(frame, child, pick, self.reject)
                with _placing(relation):
                    return extended(frame, name, *pick(frame))
            case Join():
                return self._joined(relation, frame)
            case Gather() if relation.is_named:
                line = relation.child.name
                return self._across(relation).join(frame.select(line), on=line, how="semi", maintain_order="left")
            case Gather():
                return counted(self._gathered(relation, frame, batch), relation)
            case Elements(gather, kept):
                return elements(frame, gather, kept)
            case Reify(child):
                frame = sound(frame, child, lambda rows: made_of(rows, relation.triple), self.reject)
                with _naming(child):
                    return with_triples(frame, relation)

    def _gathered(self, gather: Gather, frame: pl.DataFrame, batch: Batch) -> pl.DataFrame:
        """The rows of a batch with what they gather; a row of which a member is rejected is left out."""
        lists, line = [], gather.child.name
        for rows, term in gather.members:
            members = self.of(rows, batch)
            if self.reject is not None:
                bad = faults(members, rows, partial(made_of, term=term), self.reject)
                lost = members[line].gather(bad).unique()
                frame, members = frame.filter(~pl.col(line).is_in(lost)), members.filter(~pl.col(line).is_in(lost))
            with _naming(rows):
                lists.append(listed(members, line, term))
        frame = sound(frame, gather.child, partial(heads_of, gather=gather), self.reject)
        with _naming(gather.child):
            return with_heads(with_members(frame, gather, lists), gather)

    def _across(self, gather: Gather) -> pl.DataFrame:
        """Every row of a named collection: what it gathers may come from any of them."""
        if id(gather) not in self._whole:
            batches = (batch for batch, _ in self.stream(base_scan(gather), limit=0))
            frames = [self._gathered(gather, self.of(gather.child, batch), batch) for batch in batches]
            self._whole[id(gather)] = counted(_together(frames), gather)
        return self._whole[id(gather)]

    def narrow(self, join: Join, names: frozenset[str]) -> None:
        """Say that of a join's child only some columns matter, and how often equal rows of either side come does not."""
        self._narrow[id(join)] = names

    def _joined(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        keys, names = _keys(join), self._narrow.get(id(join))
        child = self._keyed(frame, join.child, join, [condition.child for condition in join.conditions])
        child = spread(child if names is None else _distinct(child, [*names, *keys]), keys)
        parent = self._parent_side(join)
        if join.inner and names is not None and parent.height >= child.height:  # then any order will do, and this one is cheaper
            return child.join(parent, on=keys, maintain_order="right_left").drop(keys)
        return child.join(parent, on=keys, how="inner" if join.inner else "left", maintain_order="left_right").drop(keys)

    def _parent_side(self, join: Join) -> pl.DataFrame:
        """The parent's fields, row numbers and join keys."""
        if id(join) not in self._parents:
            frame = self.whole(join.parent)
            frame = self._keyed(frame, join.parent, join, [condition.parent for condition in join.conditions])
            columns = [frame[name].alias(join.tag + name) for name, _ in row_columns(join.parent)]
            columns += [column for name, expression in join.fields for column in brought(frame, name, expression)]
            side = pl.DataFrame([*columns, *frame.select(_keys(join))])
            if id(join) in self._narrow:
                side = _distinct(side, [*(name for name, _ in join.fields), *_keys(join)])
            self._parents[id(join)] = spread(side, _keys(join))
        return self._parents[id(join)]

    def _keyed(self, frame: pl.DataFrame, rows: Relation, join: Join, sides: list[Expression]) -> pl.DataFrame:
        """The rows of one side of a join with its keys."""

        def made(part: pl.DataFrame) -> list[pl.Series]:
            return [key(part, side).alias(name) for name, side in zip(_keys(join), sides, strict=True)]

        frame = sound(frame, rows, made, self.reject)
        with _naming(rows):
            return frame.hstack(made(frame))


def _distinct(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The first of the rows that agree on some columns and their kinds, where some of the first rows do."""
    known = frozenset(frame.columns)
    names = [column for name in dict.fromkeys(names) for column in (name, kinds_of(name)) if column in known]
    part = frame.select(names).head(_SAMPLE)
    if any(kind == pl.List for kind in part.dtypes) or part.hash_rows().n_unique() == part.height:
        return frame
    return frame.unique(names, keep="first", maintain_order=True)


def _frames(source: LogicalSource, columns: tuple[str, ...], reject: Reject | None, jobs: int) -> Iterator[pl.DataFrame]:
    frames = read(source.formulation, source.path, source.dialect, columns, source.origin, reject)
    # rejections come in the order of the rows; databases are asked in one thread only; and what reads CSV works ahead by itself
    return ahead(frames, jobs if reject is None and source.formulation == "JSONPath" else 1)


def _once(reject: Reject) -> Reject:
    """Rejects each row once, however often its file is read."""
    told: set[Origin] = set()

    def tell(error: HrdgraphError) -> None:
        if error.origin not in told:
            told.add(error.origin)
            reject(error)

    return tell


def _pass_over(_: HrdgraphError) -> None:
    """Rejects nothing: a reading of the rows themselves tells of what is left out."""


def _unique(source: LogicalSource, keys: frozenset[str], reject: Reject | None, jobs: int) -> frozenset[str]:
    """The columns that differ in every row. Only hashes are held: where these differ, so do the texts."""
    hashes: dict[str, list[pl.Series]] = {name: [] for name in keys}
    for frame in _frames(source, tuple(sorted(keys)), reject, jobs) if keys else ():
        # of a column that holds lists in some batch nothing is known: what these hold would be missing among the hashes
        hashes = {name: [*seen, frame[name].drop_nulls().hash()] for name, seen in hashes.items() if frame.schema[name] == pl.String}
    return frozenset(name for name, seen in hashes.items() if seen and (every := pl.concat(seen)).n_unique() == len(every))


def _together(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Batches as one; a batch of strings alone has no column of kinds."""
    return frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal")


@contextmanager
def _placing(relation: Iterate | Pick) -> Iterator[None]:
    """Errors in the cells of a column name the source cell."""
    try:
        yield
    except SourceError as error:
        raise placed(error, relation.child) from error


@contextmanager
def _naming(relation: Relation) -> Iterator[None]:
    """Errors in the terms of a relation's rows name the source cell."""
    try:
        yield
    except MappingError as error:
        raise placed(error, relation) from error


def _keys(join: Join) -> list[str]:
    return [f"{HIDDEN}key{number}" for number in range(len(join.conditions))]
