"""From a quad back to the rows that made it: each rule that can have made it runs again over its source, and what it makes is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.mapping.kernel import term_column
from hrdgraph.mapping.model import Constant, Template, TermMap, term_references
from hrdgraph.mapping.plan import Gather, Plan, Relation, Rule, Scan, cells_of, row_columns, scans
from hrdgraph.mapping.rows import Rows
from hrdgraph.mapping.sinks import quads_of
from hrdgraph.mapping.terms import constant_term
from hrdgraph.sources import ROW


@dataclass(frozen=True)
class Cell:
    """A cell that a term was made of: its place, and what stands in it, or the part of it that was taken."""

    origin: Origin
    value: str


@dataclass(frozen=True)
class Trace:
    """One way in which a quad was made: by which rule, from which rows, and of which cells its object (or subject) was made."""

    rule: Origin
    rows: tuple[Origin, ...]
    cells: tuple[Cell, ...]


Wanted = tuple[frozenset[str], frozenset[str] | None, frozenset[str] | None]


class Tracer:
    """Traces over one plan. Relations and terms are worked out on demand and kept, so that many traces cost little more than one."""

    def __init__(self, plan: Plan) -> None:
        self._rules = plan.by_relation()
        self._rows = Rows()
        self._terms: dict[tuple[int, TermMap], pl.Series] = {}

    def trace(
        self, subjects: frozenset[str], predicates: frozenset[str] | None = None, objects: frozenset[str] | None = None
    ) -> list[Trace]:
        """Every way in which a quad with one of these subjects (and predicates, and objects; N-Triples texts) was made.

        The sets hold the names that one thing has before identity gives it its canonical one.
        """
        wanted = (subjects, predicates, objects)
        found = [
            trace for relation, rules in self._rules for rule in rules if _can(rule, wanted) for trace in self._by(relation, rule, wanted)
        ]
        return list(dict.fromkeys(found))

    def _by(self, relation: Relation, rule: Rule, wanted: Wanted) -> Iterator[Trace]:
        frame = self._rows.whole(relation)
        columns = [self._column(relation, term) for term in (rule.subject, rule.predicate, rule.object)]
        quads = quads_of([*columns, self._lines(relation, rule.graph)])
        tests = [pl.col(name).is_in(list(terms)) for name, terms in zip("spo", wanted, strict=True) if terms is not None]
        for line in quads.drop_nulls().filter(reduce(lambda a, b: a & b, tests))["g"].unique(maintain_order=True):
            yield self._trace(relation, rule, frame.row(line, named=True))

    def _lines(self, relation: Relation, graph: TermMap | None) -> pl.Series:
        """The positions of the rows of a relation; null where its graph map makes no term, and so the rule no quad."""
        height = self._rows.whole(relation).height
        names = self._column(relation, graph) if graph is not None else pl.repeat("", height, eager=True)
        return pl.select(pl.when(names.is_not_null()).then(pl.int_range(height, dtype=pl.UInt32)).alias("g"))["g"]

    def _column(self, relation: Relation, term: TermMap) -> pl.Series:
        key = (id(relation), term)
        if key not in self._terms:
            self._terms[key] = term_column(self._rows.whole(relation), term)
        return self._terms[key]

    def _trace(self, relation: Relation, rule: Rule, row: dict[str, object]) -> Trace:
        rows = tuple(dict.fromkeys([*_places(relation, row), *self._gathered_with(relation, row)]))
        term = rule.object if term_references(rule.object) else rule.subject
        cells = [cell for name in term_references(term) for cell in self._cells(relation, name, row)]
        return Trace(rule.origin, rows, tuple(dict.fromkeys(cells)))

    def _gathered_with(self, relation: Relation, row: dict[str, object]) -> Iterator[Origin]:
        """The rows whose members stand in the same collections: without them it would be another collection."""
        for gather in (gather for gather in _gathers(relation) if row[gather.name] is not None):
            frame, line = self._rows.whole(gather), gather.child.name
            same = [pl.col(name) == row[name] for name in (gather.name, gather.column("graph")) if name in frame.columns]
            lines = frame.filter(same)[line].unique(maintain_order=True) if gather.is_named else pl.Series([row[line]], dtype=pl.UInt32)
            for rows in dict.fromkeys([gather.child, *(rows for rows, _ in gather.members)]):
                for member in self._rows.whole(rows).filter(pl.col(line).is_in(lines.implode())).iter_rows(named=True):
                    yield from _places(rows, member)
                    yield from self._gathered_with(rows, member)

    def _cells(self, relation: Relation, name: str, row: dict[str, object]) -> Iterator[Cell]:
        sources = {scan.source: scan for scan in scans(relation)}
        for number, source, reference in cells_of(relation, name):
            if row[number] is not None:
                place = Origin(str(source.path), _number(row[number]), reference)
                held = self._held(sources[source], place)
                parts = [value for value in _values(row[name]) if any(value in text for text in held)]
                yield from (Cell(place, value) for value in parts or held)

    def _held(self, scan: Scan, place: Origin) -> list[str]:
        """What stands in a cell of a file."""
        assert place.column is not None
        frame = self._rows.whole(scan)
        return _values(frame[place.column].slice(int(frame[ROW].search_sorted(place.row)), 1).to_list()[0])


def _places(relation: Relation, row: dict[str, object]) -> Iterator[Origin]:
    """The rows of files that a row of a relation stands for."""
    yield from (Origin(str(source.path), _number(row[name])) for name, source in row_columns(relation) if row[name] is not None)


def _gathers(relation: Relation) -> Iterator[Gather]:
    """The collections that the rows of a relation hold."""
    while not isinstance(relation, Scan):
        if isinstance(relation, Gather):
            yield relation
        relation = relation.child


def _can(rule: Rule, wanted: Wanted) -> bool:
    """Whether constants and template beginnings leave it possible that a rule made a quad."""
    return all(
        terms is None or _could_be(term, terms) for term, terms in zip((rule.subject, rule.predicate, rule.object), wanted, strict=True)
    )


def _could_be(term: TermMap, terms: frozenset[str]) -> bool:
    match term.expression:
        case Constant() if not term_references(term):
            return constant_term(term) in terms
        case Template((str() as start, *_)) if term.type.value in ("IRI", "URI") and ":" in start:
            return any(text.startswith("<" + start) for text in terms)
        case _:
            return True


def _values(cell: object) -> list[str]:
    """The texts of a cell: several where a reference is multi-valued."""
    return [str(item) for item in cell] if isinstance(cell, list) else ["" if cell is None else str(cell)]


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
