"""Prepare the two sides of joins: of a child what the rules need, of a parent what the join needs,
held once for all batches."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import islice
from math import inf
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.mapping.execution.operators import brought, key, spread
from hrdgraph.mapping.execution.row_rejection import Reject, sound, telling
from hrdgraph.mapping.execution.scan import RowFacts, together
from hrdgraph.mapping.execution.spill import Parent, Pile, size_of, slices
from hrdgraph.mapping.execution.uniqueness import once
from hrdgraph.mapping.model import Expression, FunctionExecution
from hrdgraph.mapping.plan import Join, Relation, row_columns
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of

# of so many rows, drawn from all, some agree, unless those that agree are too few to matter
_SAMPLE: Final = 10_000
# bytes of a parent, however little memory there is: each part has a cost of its own
_LEAST: Final = 16 << 20
_LITTLE: Final = 1 << 20  # bytes of rows that are compared at little cost


class Sides:
    """Makes the sides of joins, and their pairs. `reject` gets cells that can be no keys. Parents
    share `room` bytes; what needs more waits on disk, in parts, except for the joins in `held`."""

    def __init__(
        self, reject: Reject | None, room: float = inf, held: frozenset[int] = frozenset()
    ) -> None:
        self._reject, self._room, self._held = reject, room, held
        self._parents: dict[int, Parent | Pile] = {}
        self._narrow: dict[int, frozenset[str]] = {}
        self._piles = list[Pile]()

    def narrow(self, join: Join, names: frozenset[str]) -> None:
        """Take equal rows of either side of a join once, and of its child only some columns."""
        self._narrow[join.number] = names

    def child(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows of the child with its keys; a row for each key."""
        keys, names = keys_of(join), self._narrow.get(join.number)
        child = self._add_keys(
            frame, join.child, join, [condition.child for condition in join.conditions]
        )
        if names is not None:
            child = _distinct(_only(child, names), [*names, *keys], _SAMPLE)
        return spread(child, keys)

    def parent(self, join: Join, rows: Iterable[pl.DataFrame]) -> Parent | Pile:
        """Return the fields, row numbers and keys of a join's parent; `rows` are only read the
        first time."""
        if join.number not in self._parents:
            side = self._parents[join.number] = self._collect(
                join, (self.brought(join, frame) for frame in rows)
            )
            if isinstance(side, Parent):
                self._room -= size_of(side.rows)
        return self._parents[join.number]

    def waiting(self, names: Sequence[str], room: int) -> BufferedRows:
        """Return a buffer for rows that wait for others with the same texts in some columns, with
        some bytes of memory."""
        return BufferedRows(self._pile(names), max(room, _LEAST))

    def met(
        self, join: Join, children: BufferedRows
    ) -> Iterator[tuple[pl.DataFrame, Parent, RowFacts]]:
        """Yield each part of both sides that wait on disk, with the facts about its pairs."""
        side = self._parents.get(join.number)
        assert isinstance(side, Pile)
        for number, child in children.parts():
            rows = self._once_each(join, together(side.part(number) or [side.empty]))
            parent = Parent.of(rows.rechunk(), keys_of(join))
            yield child, parent, children.known.met(parent.alike)

    @property
    def is_empty(self) -> bool:
        """Say whether no parent is held."""
        return not self._parents

    def keep(self, joins: Container[int]) -> None:
        """Forget the parents of all joins but some."""
        for join in [join for join in self._parents if join not in joins]:
            side = self._parents.pop(join)
            if isinstance(side, Pile):
                side.close()
            else:
                self._room += size_of(side.rows)

    def pairs(self, join: Join, child: pl.DataFrame, parent: pl.DataFrame) -> pl.DataFrame:
        """Join the rows of a child with those of its parent."""
        keys = keys_of(join)
        # then any order will do, and this one is cheaper
        if join.inner and join.number in self._narrow and parent.height >= child.height:
            return child.join(parent, on=keys, maintain_order="right_left").drop(keys)
        return child.join(
            parent, on=keys, how="inner" if join.inner else "left", maintain_order="left_right"
        ).drop(keys)

    def slices(
        self, join: Join, child: pl.DataFrame, parent: Parent, memory: int
    ) -> list[pl.DataFrame]:
        """Split a child's rows into slices whose pairs fit into memory."""
        return slices(join, child, parent, keys_of(join), memory)

    def close(self) -> None:
        """Leave nothing on disk, however the run ended."""
        for pile in self._piles:
            pile.close()

    def _pile(self, names: Sequence[str]) -> Pile:
        self._piles.append(Pile(names))
        return self._piles[-1]

    def _collect(self, join: Join, frames: Iterable[pl.DataFrame]) -> Parent | Pile:
        """Deduplicate rows whenever they double, so that no more are held than needed."""
        room = inf if join.number in self._held else max(self._room, _LEAST)
        pile, held, size, kept = self._pile(keys_of(join)), list[pl.DataFrame](), 0, 0
        for frame in frames:
            held, size = [*held, frame], size + size_of(frame)
            is_full = size > room
            if is_full or size > 2 * kept + _LITTLE:
                held = [self._once_each(join, together(held))]
                size = kept = size_of(held[0])
            if is_full and size > room / 2:  # else there would soon be no room again
                pile.add(together(held))
                held, size, kept = [], 0, 0
        if pile.is_empty:
            return Parent.of(self._once_each(join, together(held)).rechunk(), keys_of(join))
        if held:
            pile.add(together(held))
        return pile

    def _once_each(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        """Drop rows that repeat in all that matters: each would meet every child with their key."""
        return (
            _distinct(frame, [*(name for name, _ in join.fields), *keys_of(join)])
            if join.number in self._narrow
            else frame
        )

    def brought(self, join: Join, frame: pl.DataFrame) -> pl.DataFrame:
        """Return what a join needs of rows of its parent; one row for each key."""
        frame = self._add_keys(
            frame, join.parent, join, [condition.parent for condition in join.conditions]
        )
        columns = [frame[name].alias(join.tag + name) for name, _ in row_columns(join.parent)]
        columns += [
            column
            for name, expression in join.fields
            for column in brought(frame, name, expression)
        ]
        return spread(pl.DataFrame([*columns, *frame.select(keys_of(join))]), keys_of(join))

    def _add_keys(
        self, frame: pl.DataFrame, rows: Relation, join: Join, sides: list[Expression]
    ) -> pl.DataFrame:
        """Add a join's keys to the rows of one of its sides."""

        def make(part: pl.DataFrame) -> list[pl.Series]:
            return [
                key(part, side).alias(name) for name, side in zip(keys_of(join), sides, strict=True)
            ]

        frame = sound(frame, rows, make, self._reject)
        with telling(frame, rows, make):
            return frame.hstack(make(frame))


class BufferedRows:
    """Rows that wait until all have come, with the facts about them; on disk beyond some bytes."""

    def __init__(self, pile: Pile, room: int) -> None:
        self._pile, self._room, self._seen = pile, room, list[RowFacts]()
        self._held, self._size = list[pl.DataFrame](), 0

    @property
    def known(self) -> RowFacts:
        """Return the facts about all rows."""
        unique = frozenset.intersection(*(facts.unique for facts in self._seen))
        return self._seen[0] if len(self._seen) == 1 else RowFacts(whole=False, unique=unique)

    def add(self, rows: pl.DataFrame, known: RowFacts) -> None:
        """Hold rows with their facts, and write rows to disk when memory is short."""
        self._seen.append(known)
        self._held.append(rows)
        self._size += size_of(rows)
        if self._size > self._room:
            self._spill()

    def parts(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Yield the rows of each non-empty part with its number; they are removed from disk."""
        self._spill()
        with self._pile as pile:
            yield from (
                (number, together(frames))
                for number in range(pile.count)
                if (frames := pile.part(number))
            )

    def all_or_parts(self) -> Iterator[tuple[pl.DataFrame, bool]]:
        """Yield all rows at once, if they are held, else each part; with whether it is all."""
        if self._pile.is_empty:
            yield together(self._held), True
        else:
            yield from ((rows, False) for _, rows in self.parts())

    def _spill(self) -> None:
        if self._held:
            self._pile.add(together(self._held))
        self._held, self._size = [], 0


class RowRequest(NamedTuple):
    """A request for the rows of a relation: pairs of at most `memory` bytes; quads differ where
    one of the columns `names` does (rarely needed). In `waiting`, rows wait for the end of a
    file, by the number of their join or collection."""

    names: Callable[[], frozenset[str]]
    memory: int
    waiting: dict[int, BufferedRows]


def has_one_key(join: Join) -> bool:
    """Say whether each row of the child has one key, if no cell has several values: a function
    may give several."""
    return not any(isinstance(condition.child, FunctionExecution) for condition in join.conditions)


def differing(frame: pl.DataFrame, names: frozenset[str]) -> frozenset[str]:
    """Return one of some columns that differs in every row, if there is one."""
    known = frozenset(frame.columns)
    return frozenset(
        [
            *islice(
                (name for name in sorted(names & known) if frame[name].n_unique() == frame.height),
                1,
            )
        ]
    )


def _only(frame: pl.DataFrame, names: frozenset[str]) -> pl.DataFrame:
    """Select columns, with all hidden ones: kinds, row numbers, keys."""
    return frame[[name for name in frame.columns if name in names or name.startswith(HIDDEN)]]


def _distinct(frame: pl.DataFrame, names: list[str], looked: int | None = None) -> pl.DataFrame:
    """Return the first of the rows that agree on some columns and their kinds, if any do in a
    sample of `looked` rows from all over: the first ones say nothing of a file that goes
    through its keys in turn."""
    present = frozenset(frame.columns)
    names = [
        column
        for name in dict.fromkeys(names)
        for column in (name, kinds_of(name))
        if column in present
    ]
    part = (
        frame[names]
        if looked is None or looked >= frame.height
        else frame[names].sample(looked, seed=0)
    )
    if any(kind == pl.List for kind in part.dtypes) or part.hash_rows().n_unique() == part.height:
        return frame
    return once(frame, names)


def keys_of(join: Join) -> list[str]:
    """Return the names of the columns of a join's keys."""
    return [f"{HIDDEN}key{number}" for number in range(len(join.conditions))]
