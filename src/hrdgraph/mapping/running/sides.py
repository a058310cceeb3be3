"""The two sides of joins: of a child what matters to the rules, of a parent what the join needs of it, held once for all batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from hrdgraph.mapping.model import Expression
from hrdgraph.mapping.plan import Join, Relation, row_columns
from hrdgraph.mapping.running.fields import brought, key, spread
from hrdgraph.mapping.running.reading import together
from hrdgraph.mapping.running.sizes import Parent
from hrdgraph.mapping.running.sound import Reject, sound, telling
from hrdgraph.mapping.running.unique import once
from hrdgraph.sources.kinds import HIDDEN, kinds_of

_SAMPLE: Final = 10_000  # of so many rows, drawn from all, some agree, unless those that agree are too few to matter


class Sides:
    """Makes the sides of joins, and their pairs. `reject` is told of cells that can be no keys."""

    def __init__(self, reject: Reject | None) -> None:
        self._reject = reject
        self._parents: dict[int, Parent] = {}
        self._narrow: dict[int, frozenset[str]] = {}

    def narrow(self, join: Join, names: frozenset[str]) -> None:
        """Take equal rows of either side of a join once, and of its child only some columns."""
        self._narrow[id(join)] = names

    def child(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows of the child with its keys; a row for each key."""
        keys, names = keys_of(join), self._narrow.get(id(join))
        child = self._keyed(frame, join.child, join, [condition.child for condition in join.conditions])
        if names is not None:
            child = _distinct(_only(child, names), [*names, *keys], _SAMPLE)
        return spread(child, keys)

    def parent(self, join: Join, rows: Iterable[pl.DataFrame]) -> Parent:
        """The fields, row numbers and keys of the parent, of which these are the rows; they are taken the first time only."""
        if id(join) not in self._parents:
            frames = (self._brought(join, frame) for frame in rows)
            side = self._once_each(join, frames) if id(join) in self._narrow else together([*frames])
            self._parents[id(join)] = Parent.of(side.rechunk(), keys_of(join))
        return self._parents[id(join)]

    def pairs(self, join: Join, child: pl.DataFrame, parent: pl.DataFrame) -> pl.DataFrame:
        """The rows of a child with those of its parent."""
        keys = keys_of(join)
        if join.inner and id(join) in self._narrow and parent.height >= child.height:  # then any order will do, and this one is cheaper
            return child.join(parent, on=keys, maintain_order="right_left").drop(keys)
        return child.join(parent, on=keys, how="inner" if join.inner else "left", maintain_order="left_right").drop(keys)

    def _once_each(self, join: Join, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
        """Of rows that agree in all that matters the first: each would meet every child that has their key. They are compared whenever
        there are twice as many, so that no more are held than need be."""
        names, kept, held, height = [*(name for name, _ in join.fields), *keys_of(join)], 0, list[pl.DataFrame](), 0
        for frame in frames:
            held, height = [*held, frame], height + frame.height
            if height > 2 * kept + _SAMPLE:
                held = [_distinct(together(held), names)]
                kept = height = held[0].height
        return _distinct(together(held), names)

    def _brought(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        """What a join needs of some rows of its parent; a row for each key."""
        frame = self._keyed(frame, join.parent, join, [condition.parent for condition in join.conditions])
        columns = [frame[name].alias(join.tag + name) for name, _ in row_columns(join.parent)]
        columns += [column for name, expression in join.fields for column in brought(frame, name, expression)]
        return spread(pl.DataFrame([*columns, *frame.select(keys_of(join))]), keys_of(join))

    def _keyed(self, frame: pl.DataFrame, rows: Relation, join: Join, sides: list[Expression]) -> pl.DataFrame:
        """The rows of one side of a join with its keys."""

        def made(part: pl.DataFrame) -> list[pl.Series]:
            return [key(part, side).alias(name) for name, side in zip(keys_of(join), sides, strict=True)]

        frame = sound(frame, rows, made, self._reject)
        with telling(frame, rows, made):
            return frame.hstack(made(frame))


def _only(frame: pl.DataFrame, names: frozenset[str]) -> pl.DataFrame:
    """Some columns, with all that stands beside the columns of a source: kinds, row numbers, keys."""
    return frame[[name for name in frame.columns if name in names or name.startswith(HIDDEN)]]


def _distinct(frame: pl.DataFrame, names: list[str], looked: int | None = None) -> pl.DataFrame:
    """The first of the rows that agree on some columns and their kinds, where some do among so many that are `looked` at, from all over:
    a file may go through its keys in turn, so that the first ones say nothing."""
    known = frozenset(frame.columns)
    names = [column for name in dict.fromkeys(names) for column in (name, kinds_of(name)) if column in known]
    part = frame[names] if looked is None or looked >= frame.height else frame[names].sample(looked, seed=0)
    if any(kind == pl.List for kind in part.dtypes) or part.hash_rows().n_unique() == part.height:
        return frame
    return once(frame, names)


def keys_of(join: Join) -> list[str]:
    """The names of the columns of its keys."""
    return [f"{HIDDEN}key{number}" for number in range(len(join.conditions))]
