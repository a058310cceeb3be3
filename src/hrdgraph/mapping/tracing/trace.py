"""From a quad back to the rows that made it: rows that can have made it are looked up, mapped
again, and what they make is compared."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.mapping.execution.relations import RelationBatches
from hrdgraph.mapping.execution.row_rejection import Reject, sound_with
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.model import LogicalSource, TermMap
from hrdgraph.mapping.plan import (
    Gather,
    Plan,
    QuadRule,
    Relation,
    Scan,
    row_columns,
    scans,
    terms_of,
)
from hrdgraph.mapping.planning.cell_origins import cells_of
from hrdgraph.mapping.terms.kernel import term_columns
from hrdgraph.mapping.tracing.candidates import (
    ASKED,
    Wanted,
    can_make,
    pairs_of,
    quads_by,
    that_can,
)
from hrdgraph.sources import ROW


@dataclass(frozen=True)
class TracedCell:
    """A cell that a term was made of: its place, and what stands in it, or the part of it that
    was taken."""

    origin: Origin
    value: str


@dataclass(frozen=True)
class Trace:
    """One way in which a quad was made: by which rule, from which rows, and of which cells its
    object (or subject) was made."""

    rule: Origin
    rows: tuple[Origin, ...]
    cells: tuple[TracedCell, ...]


@dataclass(frozen=True)
class Untraceable:
    """Why no row is known for a triple."""

    reason: Message


Triple = tuple[str, str | None, str | None]
MadeRows = Mapping[int, pl.DataFrame]  # of relations, by their numbers
NO_ROWS: Final[MadeRows] = MappingProxyType({})
MadeTerms = dict[TermMap, pl.Series] | None


class Tracer:
    """Traces over one plan. Term maps are run backwards to find the rows that can have made a
    triple, and forwards again over these, so that what is found is certain. Relations are worked
    out on demand and kept: many traces cost little more than one.

    With `reject`, rows that cannot be mapped are passed over, and handed to it as the errors
    that they are without: for quads that were made with such rows left out. `rows` of
    relations that are there already, by their numbers, are not made again.
    """

    def __init__(
        self,
        plan: Plan,
        reject: Reject | None = None,
        rows: MadeRows = NO_ROWS,
    ) -> None:
        self._rules = plan.by_relation()
        self._rows = RelationBatches(reject)
        self._rows.take_over(rows)
        self._scans: dict[int, dict[LogicalSource, Scan]] = {}

    def trace(
        self,
        subjects: frozenset[str],
        predicates: frozenset[str] | None = None,
        objects: frozenset[str] | None = None,
    ) -> list[Trace]:
        """Every way in which a quad with one of these subjects (and predicates, and objects;
        N-Triples texts) was made.

        The sets hold the names that one thing has before identity gives it its canonical one.
        """
        wanted = (subjects, predicates, objects)
        tests = [
            pl.col(name).is_in(list(terms))
            for name, terms in zip("spo", wanted, strict=True)
            if terms is not None
        ]
        found: list[Trace] = []
        for relation, rules in self._rules_that_can(wanted):
            for rule, rows, quads in self._quads(relation, rules, wanted):
                made = quads.lazy().drop_nulls().filter(tests).select("g")
                lines = made.unique(maintain_order=True).collect()["g"]
                found += [self._trace(relation, rule, rows.row(line, named=True)) for line in lines]
        return list(dict.fromkeys(found))

    def trace_each(
        self, triples: Sequence[Triple], most: int | None = None
    ) -> list[tuple[Trace, ...] | Untraceable]:
        """For each of many triples (N-Triples texts, None for any predicate or object), every
        way in which it was made, in one pass over the rules for all triples that say as much;
        with `most`, only the first ways, until they name so many rows."""
        asked = pl.DataFrame(
            triples, schema=dict.fromkeys("spo", pl.String), orient="row"
        ).with_row_index(ASKED)
        found: list[dict[Trace, None]] = [{} for _ in triples]
        named: list[set[Origin]] = [set() for _ in triples]
        for (has_p, has_o), part in asked.group_by(
            pl.col("p").is_not_null(), pl.col("o").is_not_null(), maintain_order=True
        ):
            known = ["s", *(["p"] if has_p else []), *(["o"] if has_o else [])]
            wanted = (
                frozenset(part["s"]),
                frozenset(part["p"]) if has_p else None,
                frozenset(part["o"]) if has_o else None,
            )
            for relation, rules in self._rules_that_can(wanted):
                for rule, rows, quads in self._quads(relation, rules, wanted):
                    for place, line in pairs_of(quads, part, known):
                        if most is None or len(named[place]) < most:
                            trace = self._trace(relation, rule, rows.row(line, named=True))
                            found[place][trace] = None
                            named[place].update(trace.rows)
        return [tuple(traces) or Untraceable(Message("made-by-no-rule")) for traces in found]

    def _rules_that_can(self, wanted: Wanted) -> Iterator[tuple[Relation, list[QuadRule]]]:
        for relation, rules in self._rules:
            if able := [rule for rule in rules if can_make(rule, wanted)]:
                yield relation, able

    def _quads(
        self, relation: Relation, rules: Sequence[QuadRule], wanted: Wanted
    ) -> Iterator[tuple[QuadRule, pl.DataFrame, pl.DataFrame]]:
        """For each rule, rows that can have made what is wanted, and the quads that it makes of
        them; in place of the graph, the place of the row. What has a null is none. Rules about
        one subject make theirs at once."""
        made: dict[TermMap, tuple[pl.DataFrame, MadeTerms]] = {}
        for rule in rules:
            if rule.subject not in made:
                beside = [other for other in rules if other.subject == rule.subject]
                made[rule.subject] = self._terms(relation, beside, wanted)
            rows, terms = made[rule.subject]
            if terms is None:  # one of them makes an error, and not of the rows of all
                rows, terms = self._sound_terms(relation, rule, wanted)
            if rows.height:
                yield rule, rows, quads_by(rule, terms, rows.height)

    def _terms(
        self, relation: Relation, rules: Sequence[QuadRule], wanted: Wanted
    ) -> tuple[pl.DataFrame, MadeTerms]:
        rows = self._rows.some(relation, partial(that_can, rules=rules, wanted=wanted))
        try:
            return rows, _made_of(rows, terms_of(rules))
        except (MappingError, SourceError):
            return rows, None

    def _sound_terms(
        self, relation: Relation, rule: QuadRule, wanted: Wanted
    ) -> tuple[pl.DataFrame, dict[TermMap, pl.Series]]:
        rows = self._rows.some(relation, partial(that_can, rules=[rule], wanted=wanted))
        make = partial(_made_of, terms=terms_of([rule]))
        return sound_with(rows, relation, make, self._rows.reject)

    def _trace(self, relation: Relation, rule: QuadRule, row: dict[str, object]) -> Trace:
        rows = tuple(dict.fromkeys([*_places(relation, row), *self._gathered_with(relation, row)]))
        term = rule.object if term_references(rule.object) else rule.subject
        cells = [
            cell for name in term_references(term) for cell in self._cells(relation, name, row)
        ]
        return Trace(rule.origin, rows, tuple(dict.fromkeys(cells)))

    def _gathered_with(self, relation: Relation, row: dict[str, object]) -> Iterator[Origin]:
        """The rows whose members stand in the same collections: without them it would be another
        collection."""
        for gather in (gather for gather in _gathers(relation) if row[gather.name] is not None):
            frame, line = self._rows.whole(gather), gather.child.name
            same = [
                pl.col(name) == row[name]
                for name in (gather.name, gather.column("graph"))
                if name in frame.columns
            ]
            lines = (
                frame.filter(same)[line].unique(maintain_order=True)
                if gather.is_named
                else pl.Series([row[line]], dtype=pl.UInt32)
            )
            for rows in dict.fromkeys([gather.child, *(rows for rows, _ in gather.members)]):
                for member in (
                    self._rows.whole(rows)
                    .filter(pl.col(line).is_in(lines.implode()))
                    .iter_rows(named=True)
                ):
                    yield from _places(rows, member)
                    yield from self._gathered_with(rows, member)

    def _cells(self, relation: Relation, name: str, row: dict[str, object]) -> Iterator[TracedCell]:
        if isinstance(relation, Scan):
            place = relation.source.place(_number(row[ROW]), name)
            yield from (TracedCell(place, value) for value in _values(row[name]) if name != ROW)
            return
        sources = self._sources(relation)
        for number, source, reference in cells_of(relation, name):
            if row[number] is not None:
                place = source.place(_number(row[number]), reference)
                held = self._held(sources[source], place)
                parts = [
                    value for value in _values(row[name]) if any(value in text for text in held)
                ]
                yield from (TracedCell(place, value) for value in parts or held)

    def _sources(self, relation: Relation) -> dict[LogicalSource, Scan]:
        if relation.number not in self._scans:
            self._scans[relation.number] = {scan.source: scan for scan in scans(relation)}
        return self._scans[relation.number]

    def _held(self, scan: Scan, place: Origin) -> list[str]:
        """What stands in a cell of a file."""
        assert place.column is not None
        frame = self._rows.whole(scan)
        at = bisect_left(frame[ROW], place.row)
        return _values(frame[place.column].slice(at, 1).to_list()[0])


def _made_of(rows: pl.DataFrame, terms: Iterable[TermMap]) -> dict[TermMap, pl.Series]:
    """The terms that term maps make of rows, of which there may be none."""
    return term_columns(rows, terms) if rows.height else {}


def _places(relation: Relation, row: dict[str, object]) -> Iterator[Origin]:
    """The rows of files that a row of a relation stands for."""
    yield from (
        source.place(_number(row[name]))
        for name, source in row_columns(relation)
        if row[name] is not None
    )


def _gathers(relation: Relation) -> Iterator[Gather]:
    """The collections that the rows of a relation hold."""
    while not isinstance(relation, Scan):
        if isinstance(relation, Gather):
            yield relation
        relation = relation.child


def _values(cell: object) -> list[str]:
    """The texts of a cell: several where a reference is multi-valued."""
    return (
        [str(item) for item in cell]
        if isinstance(cell, list)
        else ["" if cell is None else str(cell)]
    )


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
