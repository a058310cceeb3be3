"""Relations into rows: a file is read once for all relations over it, and what they share is worked out once for each batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.mapping.model import Expression, LogicalSource, Reference
from hrdgraph.mapping.plan import (
    INDEX,
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
from hrdgraph.mapping.running.cells import items_in, values_in
from hrdgraph.mapping.running.gather import counted, elements, listed, with_heads, with_members, with_triples
from hrdgraph.mapping.terms.kernel import value_column
from hrdgraph.mapping.terms.natural import kinds
from hrdgraph.sources import Reject, read
from hrdgraph.sources.kinds import HIDDEN, STRING, kinds_of

_SAMPLE: Final = 10_000  # among so many rows some agree, unless those that agree are too few to matter
_FIRST: Final = pl.Series([0], dtype=pl.UInt32)  # the position of the only value of a field


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
    """Works out relations. The parent side of a join is held whole; everything else streams."""

    def __init__(self, reject: Callable[[SourceError], None] | None = None) -> None:
        self._reject = None if reject is None else _once(reject)
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
        for frame in _frames(source, scan.columns, self._reject):
            size += int(frame.estimated_size()) if size <= limit else 0
            held.append(frame)
            if size > limit:
                known = Known(whole=False, unique=_unique(source, keys, self._reject and _pass_over)) if known.whole else known
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
                return frame.rename(_below(frame, prefix))
            case Number(_, name):
                start = batch.before.get(id(relation), 0)
                batch.before[id(relation)] = start + frame.height
                return frame.with_row_index(name, start)
            case Extend(_, name, expression):
                return _extended(frame, name, *_field(frame, expression))
            case Iterate(_, column, name, formulation, iterator):
                with _placing(relation):
                    return _extended(frame, name, items_in(frame, column, formulation, iterator, relation.origin), STRING)
            case Pick(_, column, name, path):
                with _placing(relation):
                    return _extended(frame, name, *values_in(frame, column, path, relation.origin))
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
                with _naming(child):
                    return with_triples(frame, relation)

    def _gathered(self, gather: Gather, frame: pl.DataFrame, batch: Batch) -> pl.DataFrame:
        """The rows of a batch with what they gather."""
        lists = []
        for rows, term in gather.members:
            with _naming(rows):
                lists.append(listed(self.of(rows, batch), gather.child.name, term))
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
        sides = [value_column(frame, c.child).alias(key) for key, c in zip(keys, join.conditions, strict=True)]
        child = frame.with_columns(sides) if names is None else _distinct(frame.with_columns(sides), [*names, *keys])
        how = "inner" if join.inner else "left"
        return _spread(child, keys).join(self._parent_side(join), on=keys, how=how, maintain_order="left_right").drop(keys)  # type: ignore[arg-type]

    def _parent_side(self, join: Join) -> pl.DataFrame:
        """The parent's fields, row numbers and join keys."""
        if id(join) not in self._parents:
            frame = self.whole(join.parent)
            columns = [frame[name].alias(join.tag + name) for name, _ in row_columns(join.parent)]
            columns += [column for name, expression in join.fields for column in _brought(frame, name, expression)]
            keys = [value_column(frame, c.parent).alias(key) for key, c in zip(_keys(join), join.conditions, strict=True)]
            side = pl.DataFrame([*columns, *keys])
            if id(join) in self._narrow:
                side = _distinct(side, [*(name for name, _ in join.fields), *_keys(join)])
            self._parents[id(join)] = _spread(side, _keys(join))
        return self._parents[id(join)]


def _distinct(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The first of the rows that agree on some columns and their kinds, where some of the first rows do."""
    names = [column for name in dict.fromkeys(names) for column in (name, kinds_of(name)) if column in frame.schema]
    part = frame.select(names).head(_SAMPLE)
    if any(kind == pl.List for kind in part.dtypes) or part.hash_rows().n_unique() == part.height:
        return frame
    return frame.unique(names, keep="first", maintain_order=True)


def _frames(source: LogicalSource, columns: tuple[str, ...], reject: Reject | None) -> Iterator[pl.DataFrame]:
    return read(source.formulation, source.path, source.dialect, columns, source.origin, reject)


def _once(reject: Reject) -> Reject:
    """Rejects each row once, however often its file is read."""
    told: set[Origin] = set()

    def tell(error: SourceError) -> None:
        if error.origin not in told:
            told.add(error.origin)
            reject(error)

    return tell


def _pass_over(_: SourceError) -> None:
    """Rejects nothing: a reading of the rows themselves tells of what is left out."""


def _unique(source: LogicalSource, keys: frozenset[str], reject: Reject | None) -> frozenset[str]:
    """The columns that differ in every row. Only hashes are held: where these differ, so do the texts."""
    hashes: dict[str, list[pl.Series]] = {name: [] for name in keys}
    for frame in _frames(source, tuple(sorted(keys)), reject) if keys else ():
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


def _below(frame: pl.DataFrame, prefix: str) -> dict[str, str]:
    """New names for the columns that a view stands on; row numbers keep theirs."""
    names = [name for name in frame.columns if not name.startswith(HIDDEN)]
    kinds = [name for name in names if kinds_of(name) in frame.schema]
    return {name: prefix + name for name in names} | {kinds_of(name): kinds_of(prefix + name) for name in kinds}


def _field(frame: pl.DataFrame, expression: Expression) -> tuple[pl.Series, pl.Series | int]:
    """The texts and the kinds of a field."""
    if isinstance(expression, Reference) and frame.schema[expression.name] == pl.List:
        return frame[expression.name], kinds(frame, expression)
    return value_column(frame, expression), kinds(frame, expression)


def _brought(frame: pl.DataFrame, name: str, expression: Expression) -> list[pl.Series]:
    """A column of a join's parent as field `name`, with its kinds where they are known."""
    if not isinstance(expression, Reference):
        return [value_column(frame, expression).alias(name)]
    column = frame.get_column(kinds_of(expression.name), default=None)
    beside = [] if column is None else [column.alias(kinds_of(name))]
    return [frame[expression.name].alias(name), *beside]


def _extended(frame: pl.DataFrame, name: str, values: pl.Series, found: pl.Series | int) -> pl.DataFrame:
    """Add a field, its kinds, and the position of each of its values in `<name>.#` (from 0, as RML-LV numbers them)."""
    index, beside = f"{name}.{INDEX}", kinds_of(name)
    if values.dtype != pl.List:
        if found is STRING and name not in frame.columns:  # the usual case, put beside the frame without running the engine
            return frame.hstack([values.alias(name), _FIRST.new_from_index(0, frame.height).alias(index)])
        kind = [] if found is STRING else [(pl.lit(found, pl.UInt8) if isinstance(found, int) else found).alias(beside)]
        return frame.with_columns(values.alias(name), pl.lit(0, pl.UInt32).alias(index), *kind)
    positions = pl.int_ranges(pl.col(name).list.len(), dtype=pl.UInt32).alias(index)
    spread = frame.with_columns(values.alias(name), *([found.alias(beside)] if isinstance(found, pl.Series) else []))
    columns = [name, index, *([beside] if isinstance(found, pl.Series) else [])]
    filled = spread.with_columns(positions).with_columns(pl.when(pl.col(c).list.len() > 0).then(pl.col(c)) for c in columns)
    return filled.explode(columns)


def _spread(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    for key in keys:
        if frame.schema[key] == pl.List:
            frame = frame.explode(key)
    return frame
