"""Run a plan: its relations batch by batch, with a sink for the quads of the rules over each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cache, partial
from typing import Final, Protocol

import polars as pl

from hrdgraph.mapping.execution.join_sides import RowRequest
from hrdgraph.mapping.execution.relations import RelationBatches, RunNotes
from hrdgraph.mapping.execution.row_rejection import Reject, sound, telling
from hrdgraph.mapping.execution.scan import NO_ROWS, Progress, RowFacts, Skip
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.model import LogicalTarget, TermMap
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
    find_shared,
    is_copy,
    parts_of,
    terms_of,
)
from hrdgraph.mapping.planning.keys import key_of
from hrdgraph.mapping.planning.relations import copy_of
from hrdgraph.mapping.terms.kernel import prepare, term_columns
from hrdgraph.mapping.terms.terms import concat, constant_term, is_constant
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH, TEXT_SCHEMA
from hrdgraph.sources import check_unchanged
from hrdgraph.sources.reference_columns import HIDDEN

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
    """Takes rows."""

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take rows, at least one, and the rules that are to be applied to each; `known` is what
        is known of these rows."""
        ...


def run(
    plan: Plan, sink: Sink, *, memory: int = MEMORY, reject: Reject | None = None, jobs: int = 1,
    progress: Progress | None = None, skip: Skip = NO_ROWS,
) -> None:  # fmt: skip
    """Run a plan. Errors of sources and values carry file, row and column; nothing is dropped
    silently but rows that make no term.

    With `reject`, a row that has a value which cannot be mapped is left out, in every rule over
    the same rows, and handed to it as the error that it would have been; so is a row of a table
    that has too many or too few cells. With several `jobs`, files are read while what was read
    is mapped. The rows of `skip` are passed over, as if their files did not have them.
    `progress` is told the address of a file and how many of its rows have been read.
    """
    with check_unchanged({scan.source.path for scan in plan.scans}):
        held = (_at_once(relation) for relation, _ in plan.by_relation())
        notes = RunNotes(frozenset[int]().union(*held), find_shared(plan))
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
    asked = [RowRequest(cache(partial(_common_keys, rules)), memory, {}) for _, rules in group]
    for batch, known in rows.stream(
        base_scan(group[0][0]), partial(_keys, group), limit=_limit(group, memory), ordered=ordered
    ):
        for (relation, rules), how in zip(group, asked, strict=True):
            own = rows.facts_of(relation, batch, known)
            for frame, facts in rows.parts(relation, batch, own, how):
                _apply(frame, relation, rules, sink, facts, rows)
    for (relation, rules), how in zip(group, asked, strict=True):
        for frame, facts in rows.rest(relation, how):
            _apply(frame, relation, rules, sink, facts, rows)


def _limit(group: Sequence[tuple[Relation, Sequence[QuadRule]]], memory: int) -> int:
    """Return how many bytes the rows of a file may take so that what is made of them fits too."""
    return int(memory * _HELD) // (1 if all(is_copy(relation) for relation, _ in group) else _MADE)


def _narrow_joins(plan: Plan, rows: RelationBatches) -> None:
    """Let each side of a join drop rows that agree on all that the rules use: a quad counts once
    however many rows make it."""
    inner = {below.number for relation, _ in plan.by_relation() for below in parts_of(relation)[1:]}
    for relation, rules in plan.by_relation():
        if isinstance(relation, Join) and relation.number not in inner:
            rows.narrow(
                relation,
                frozenset(name for term in terms_of(rules) for name in term_references(term)),
            )


def _keys(group: Sequence[tuple[Relation, Sequence[QuadRule]]]) -> list[frozenset[str]]:
    """Return the columns of a file by which the quads of each rule differ, over its own or derived
    rows."""
    each = ((relation, key_of(rule).columns) for relation, rules in group for rule in rules)
    return [
        frozenset(cell for name in names if (cell := copy_of(relation, name)) is not None)
        for relation, names in each
    ]


def _common_keys(rules: Sequence[QuadRule]) -> frozenset[str]:
    """Return the columns by which the quads of every rule differ."""
    return frozenset.intersection(*(key_of(rule).columns for rule in rules))


def _apply(
    frame: pl.DataFrame, relation: Relation, rules: Sequence[QuadRule], sink: Sink, known: RowFacts,
    rows: RelationBatches,
) -> None:  # fmt: skip
    """Hand over rows; an error in a value names the cell that it comes from, and the rule after
    it."""
    make = partial(term_columns, terms=terms_of(rules))
    frame = sound(frame, relation, make, rows.reject)
    with telling(frame, relation, make):
        if frame.height:
            sink.take(frame, rules, known._replace(bare=rows.is_bare(relation)))


def _at_once(relation: Relation, *, alone: bool = True) -> frozenset[int]:
    """Return the joins whose pairs are all made at once, because they are below something numbered
    or gathered."""
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


def by_target(plan: Plan) -> tuple[Plan, dict[LogicalTarget, Plan]]:
    """Split the rules into those without a target, for the caller's own output, and those of each
    target."""
    targets = dict.fromkeys(target for rule in plan.rules for target in rule.targets)
    own = Plan(tuple(rule for rule in plan.rules if not rule.targets)) if targets else plan
    return own, {
        target: Plan(tuple(rule for rule in plan.rules if target in rule.targets))
        for target in targets
    }


class Routes:
    """Passes rows on to several sinks, each with the rules of its own plan."""

    def __init__(self, sinks: Sequence[tuple[Plan, Sink]]) -> None:
        self._sinks = [({rule.number for rule in plan.rules}, sink) for plan, sink in sinks]

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Hand on rows, at least one."""
        for own, sink in self._sinks:
            some = [rule for rule in rules if rule.number in own]
            if some:
                sink.take(frame, some, known)


Rows = dict[int, pl.DataFrame]  # of relations, by their numbers


class KeptRows:
    """Passes rows on to a sink, and keeps those of relations that come all at once; not of joins,
    whose columns and repetitions depend on their rules."""

    def __init__(self, sink: Sink, rows: Rows) -> None:
        self._sink, self._rows = sink, rows

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Hand on rows, at least one."""
        relation = rules[0].relation
        if known.whole and not isinstance(relation, Join):
            self._rows[relation.number] = frame
        self._sink.take(frame, rules, known)


def quads_of(columns: list[pl.Series]) -> pl.DataFrame:
    """Return four columns of terms as quads s, p, o, g: lists give their cartesian product. A row
    with a null is no quad."""
    frame = pl.DataFrame(
        [column.alias(name) for name, column in zip(COLUMNS, columns, strict=True)]
    )
    for name, column in zip(COLUMNS, columns, strict=True):
        if column.dtype == pl.List:
            frame = frame.explode(name)
    return frame


class GraphSink:
    """Gathers quads in a dictionary of its own; each column of terms is encoded once for all
    rules, and each constant once in all. `graph` is the N-Triples text of the graph of rules
    without a graph map."""

    def __init__(self, graph: str = DEFAULT_GRAPH) -> None:
        self._dictionary = pl.Categorical(pl.Categories.random())
        self._constants: dict[TermMap | None, pl.Series] = {
            None: pl.Series([graph], dtype=self._dictionary)
        }
        self._frames: list[pl.DataFrame] = []

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take the quads of rules over rows. A set repeats nothing anyway, so it is all the same
        whether these are all rows."""
        del known
        batch = prepare(frame, terms_of(rules))
        height = batch.frame.height
        for term in batch.terms:
            if is_constant(term) and term not in self._constants:
                self._constants[term] = pl.Series([constant_term(term)], dtype=self._dictionary)
        varied = {
            term: f"{HIDDEN}term:{number}"
            for number, term in enumerate(batch.terms)
            if term not in self._constants
        }
        kinds = {
            term: pl.List(self._dictionary) if term in batch.lists else self._dictionary
            for term in varied
        }
        columns = batch.check_with(
            {name: concat(batch.terms[term]).cast(kinds[term]) for term, name in varied.items()}
        )
        constants = {
            term: self._constants[term].new_from_index(0, height)
            for term in (None, *batch.terms)
            if term not in varied
        }
        terms = constants | {term: columns[name] for term, name in varied.items()}
        for rule in rules:
            self._frames.append(
                quads_of(
                    [
                        terms[rule.subject],
                        terms[rule.predicate],
                        terms[rule.object],
                        terms[rule.graph],
                    ]
                )
            )

    def graph(self) -> ColumnGraph:
        """Return the set of all quads so far."""
        if not self._frames:
            return ColumnGraph.from_text(pl.DataFrame(schema=TEXT_SCHEMA))
        return ColumnGraph.from_categorical(pl.concat(self._frames).drop_nulls())
