"""A plan into quads: relations run batch by batch, and a sink takes what the rules over each
make."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cache, partial
from typing import Final, Protocol, runtime_checkable

import polars as pl

from hrdgraph.mapping.execution.join_sides import RowRequest
from hrdgraph.mapping.execution.relations import RelationBatches, RunNotes
from hrdgraph.mapping.execution.row_rejection import Reject, sound, telling
from hrdgraph.mapping.execution.scan import NO_ROWS, Progress, RowFacts, Skip
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.plan import (
    Elements,
    Enumerate,
    Gather,
    Join,
    Plan,
    QuadRule,
    Relation,
    Scan,
    base_scan,
    is_copy,
    parts_of,
    shared_parts,
    terms_of,
)
from hrdgraph.mapping.planning.cell_origins import copied
from hrdgraph.mapping.planning.keys import key_of
from hrdgraph.mapping.terms.kernel import term_columns
from hrdgraph.sources import unchanged

MEMORY: Final = 1 << 30  # bytes that a run aims to stay under
# times as much as rows of a file take what fields of views and collections make of them
_MADE: Final = 4
# of these for the rows of a file: where some repeat there are soon two copies, and then there are
# the lines
_HELD: Final = 3 / 8
# of these for all columns of parents of joins, which others may need, and twice as many for what
# the joins need
_PARENTS: Final = 3 / 16


class Sink(Protocol):
    """What becomes of rows."""

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take rows, at least one, and the rules that are to be applied to each; `known` is what
        is known of these rows."""
        ...


@runtime_checkable
class WholeSink(Sink, Protocol):
    """A sink that may see to the rows of a plan itself."""

    def by_pieces(self, plan: Plan, progress: Progress | None) -> bool:
        """Do a whole plan. False where that cannot be, and nothing is done."""
        ...


def run(
    plan: Plan,
    sink: Sink,
    *,
    memory: int = MEMORY,
    reject: Reject | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    skip: Skip = NO_ROWS,
) -> None:
    """Run a plan. Errors of sources and values carry file, row and column; nothing is dropped
    silently but rows that make no term.

    With `reject`, a row that has a value which cannot be mapped is left out, in every rule over
    the same rows, and handed to it as the error that it would have been; so is a row of a table
    that has too many or too few cells. With several `jobs`, files are read while what was read
    is mapped. The rows of `skip` are passed over, as if their files did not have them.
    `progress` is told the address of a file and how many of its rows have been read.
    """
    with unchanged({scan.source.path for scan in plan.scans}):
        if not skip and isinstance(sink, WholeSink) and sink.by_pieces(plan, progress):
            return
        held = (_at_once(relation) for relation, _ in plan.by_relation())
        notes = RunNotes(frozenset[int]().union(*held), shared_parts(plan))
        with closing(
            RelationBatches(reject, jobs, progress, memory * _PARENTS, skip, notes)
        ) as rows:
            _narrow_joins(plan, rows)
            waiting = _group_by_file(plan)
            while waiting:
                _map_file(waiting.pop(0), sink, memory, rows)
                rows.keep(relation for group in waiting for relation, _ in group)


def _group_by_file(plan: Plan) -> list[list[tuple[Relation, list[QuadRule]]]]:
    """Return the relations over each file, with the rules over them."""
    groups: dict[int, list[tuple[Relation, list[QuadRule]]]] = {}
    for relation, rules in plan.by_relation():
        groups.setdefault(base_scan(relation).number, []).append((relation, rules))
    return [*groups.values()]


def _map_file(
    group: Sequence[tuple[Relation, list[QuadRule]]], sink: Sink, memory: int, rows: RelationBatches
) -> None:
    """Map the rows of the relations over one file."""
    ordered = any(
        isinstance(part, Enumerate) for relation, _ in group for part in parts_of(relation)
    )
    asked = [RowRequest(cache(partial(_shared, rules)), memory, {}) for _, rules in group]
    for batch, known in rows.stream(
        base_scan(group[0][0]), partial(_keys, group), limit=_limit(group, memory), ordered=ordered
    ):
        for (relation, rules), how in zip(group, asked, strict=True):
            own = rows.known(relation, batch, known)
            for frame, told in rows.parts(relation, batch, own, how):
                _apply(frame, relation, rules, sink, told, rows)
    for (relation, rules), how in zip(group, asked, strict=True):
        for frame, told in rows.rest(relation, how):
            _apply(frame, relation, rules, sink, told, rows)


def _limit(group: Sequence[tuple[Relation, Sequence[QuadRule]]], memory: int) -> int:
    """Bytes that the rows of a file may take, so that what is made of them fits too."""
    return int(memory * _HELD) // (1 if all(is_copy(relation) for relation, _ in group) else _MADE)


def _narrow_joins(plan: Plan, rows: RelationBatches) -> None:
    """A quad is there once however many rows make it: so each side of a join may drop rows that
    agree on all that the rules use."""
    inner = {below.number for relation, _ in plan.by_relation() for below in parts_of(relation)[1:]}
    for relation, rules in plan.by_relation():
        if isinstance(relation, Join) and relation.number not in inner:
            rows.narrow(
                relation,
                frozenset(name for term in terms_of(rules) for name in term_references(term)),
            )


def _keys(group: Sequence[tuple[Relation, Sequence[QuadRule]]]) -> list[frozenset[str]]:
    """The columns of a file by which the quads of each rule differ, over its rows or what is
    made of each."""
    each = ((relation, key_of(rule).columns) for relation, rules in group for rule in rules)
    return [
        frozenset(cell for name in names if (cell := copied(relation, name)) is not None)
        for relation, names in each
    ]


def _shared(rules: Sequence[QuadRule]) -> frozenset[str]:
    """The columns by which the quads of every rule differ."""
    return frozenset.intersection(*(key_of(rule).columns for rule in rules))


def _apply(
    frame: pl.DataFrame,
    relation: Relation,
    rules: Sequence[QuadRule],
    sink: Sink,
    known: RowFacts,
    rows: RelationBatches,
) -> None:
    """Hand over rows; an error in a value names the cell that it comes from, and the rule after
    it."""
    made = partial(term_columns, terms=terms_of(rules))
    frame = sound(frame, relation, made, rows.reject)
    with telling(frame, relation, made):
        if frame.height:
            sink.take(frame, rules, known._replace(bare=rows.is_bare(relation)))


def _at_once(relation: Relation, *, alone: bool = True) -> frozenset[int]:
    """The joins whose pairs are all made at once, since rows beside them matter: below what is
    numbered or gathered."""
    match relation:
        case Scan():
            return frozenset()
        case Join(child, parent):
            return (
                frozenset(() if alone else [relation.number])
                | _at_once(child, alone=alone)
                | _at_once(parent)
            )
        case Gather(child, members=members):
            return frozenset().union(
                *(_at_once(rows, alone=False) for rows in (child, *(rows for rows, _ in members)))
            )
        case _:
            return _at_once(
                relation.child, alone=alone and not isinstance(relation, Enumerate | Elements)
            )
