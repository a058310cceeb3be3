"""Trace a quad back to the rows that made it: possible rows are looked up, mapped again, and their
quads compared."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.mapping.execution.execute import quads_of
from hrdgraph.mapping.execution.relations import RelationBatches
from hrdgraph.mapping.execution.row_rejection import Reject, sound_with
from hrdgraph.mapping.expressions import references, term_references
from hrdgraph.mapping.model import (
    Constant,
    FinishedTerms,
    LogicalSource,
    Reference,
    Template,
    TermMap,
    TermType,
)
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
from hrdgraph.mapping.planning.keys import determining_columns
from hrdgraph.mapping.planning.relations import cells_of
from hrdgraph.mapping.terms.kernel import term_columns
from hrdgraph.mapping.terms.terms import constant_term, is_constant
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.sources import ROW
from hrdgraph.sources.reference_columns import HIDDEN, kinds_of
from hrdgraph.sources.values import by_name


def rows_that_can(frame: pl.DataFrame, term: TermMap, terms: Iterable[str]) -> pl.DataFrame:
    """Return the rows of which a term map may make one of some terms (N-Triples texts): all that
    do, and few others. They may lack columns from elsewhere."""
    names = [name for name in _readable_columns(term) if frame.schema.get(name) == pl.String]
    if term.type is TermType.LITERAL:  # a value that has a kind may be written in canonical form
        names = [name for name in names if kinds_of(name) not in frame.schema]
    sets = [cells for text in terms if (cells := _cells(term, text)) is not None] if names else []
    return (
        frame.filter(by_name(name).is_in([cells[name] for cells in sets]) for name in names)
        if names
        else frame
    )


def _readable_columns(term: TermMap) -> tuple[str, ...]:
    """Return the columns whose texts can be read from a term. Literals of natural datatypes may be
    written differently than their cells."""
    natural = term.type is TermType.LITERAL and not (term.datatype or term.language)
    if isinstance(term.expression, FinishedTerms) and term.condition is None:
        return (term.expression.name,)
    if (
        natural
        or is_constant(term)
        or term.condition is not None
        or term.type is TermType.BLANK_NODE
    ):
        return ()
    known = determining_columns(term)
    return tuple(name for name in references(term.expression) if name in known)


@lru_cache(maxsize=1 << 16)  # rules share their subjects
def _cells(term: TermMap, text: str) -> dict[str, str] | None:
    """Return the text of each column of a term; None if the term map cannot have made it."""
    if isinstance(term.expression, FinishedTerms):
        return {term.expression.name: text}
    if text.startswith('"') != (term.type is TermType.LITERAL) or text.startswith(("_:", "<<(")):
        return None
    value = parse_term(text)
    assert isinstance(value, IRI | Literal)
    if isinstance(term.expression, Reference):
        return {term.expression.name: value.value}
    match = _pattern(term).fullmatch(value.value)
    if match is None:
        return None
    decode = str if term.type is TermType.LITERAL else unquote
    return {
        name: decode(cells) for name, cells in zip(_references(term), match.groups(), strict=True)
    }


def _references(term: TermMap) -> list[str]:
    assert isinstance(term.expression, Template)
    return [part.name for part in term.expression.parts if isinstance(part, Reference)]


@lru_cache(maxsize=1024)
def _pattern(term: TermMap) -> re.Pattern[str]:
    """Return a template as a pattern. No encoded value contains what separates its references, so
    it sets in one way."""
    assert isinstance(term.expression, Template)
    return re.compile(
        "".join(
            re.escape(part) if isinstance(part, str) else "(.*)" for part in term.expression.parts
        ),
        re.S,
    )


# subjects, predicates and objects as N-Triples texts; None for any
Wanted = tuple[frozenset[str], frozenset[str] | None, frozenset[str] | None]
ASKED: Final = f"{HIDDEN}asked"  # the position of a triple among those that are asked for
_FEW: Final = 10_000  # pairs of a quad and a triple that are met sooner than Polars joins them
_PLACE: Final = f"{HIDDEN}place"  # of a row


def that_can(rows: pl.DataFrame, rules: Sequence[QuadRule], wanted: Wanted) -> pl.DataFrame:
    """Return those rows of which rules about one subject may have made the wanted quads, as far as
    their columns show."""
    subjects, _, objects = wanted
    rows = rows_that_can(rows, rules[0].subject, subjects)
    if objects is None or not rows.height:
        return rows
    rows = rows.with_row_index(_PLACE)
    able = [rows_that_can(rows, rule.object, objects) for rule in rules]
    if not any(some.height == rows.height for some in able):
        rows = rows[pl.concat([some[_PLACE] for some in able]).unique().sort()]
    return rows.drop(_PLACE)


def can_make(rule: QuadRule, wanted: Wanted) -> bool:
    """Say whether a rule may have made a quad, by its constants and the beginnings of templates."""
    return all(
        terms is None or _could_be(term, terms)
        for term, terms in zip((rule.subject, rule.predicate, rule.object), wanted, strict=True)
    )


def _could_be(term: TermMap, terms: frozenset[str]) -> bool:
    match term.expression:
        case Constant() if not term_references(term):
            return constant_term(term) in terms
        case Template((str() as start, *_)) if term.type.value in ("IRI", "URI") and ":" in start:
            return any(text.startswith("<" + start) for text in terms)
        case _:
            return True


def quads_by(rule: QuadRule, terms: Mapping[TermMap, pl.Series], height: int) -> pl.DataFrame:
    """Return the quads that a rule makes of the terms of rows, with the place of the row as the
    graph; without those with a null."""
    places = pl.int_range(height, dtype=pl.UInt32, eager=True)
    if rule.graph is not None and (unnamed := terms[rule.graph].is_null().arg_true()).len():
        places = places.scatter(unnamed, None)
    return quads_of([terms[rule.subject], terms[rule.predicate], terms[rule.object], places])


def pairs_of(
    quads: pl.DataFrame, asked: pl.DataFrame, known: list[str]
) -> Iterable[tuple[int, int]]:
    """Yield which of the triples `asked` each line makes."""
    if quads.height * asked.height > _FEW:
        sets = quads.lazy().drop_nulls().join(asked.lazy(), on=known, maintain_order="left_right")
        return sets.select(ASKED, "g").unique(maintain_order=True).collect().iter_rows()
    places: dict[tuple[str, ...], list[int]] = {}
    for place, *terms in asked.select(ASKED, *known).iter_rows():
        places.setdefault(tuple(terms), []).append(place)
    at = ["spo".index(name) for name in known]
    return dict.fromkeys(
        (place, row[3])
        for row in quads.iter_rows()
        if None not in row
        for place in places.get(tuple(row[n] for n in at), ())
    )


@dataclass(frozen=True)
class TracedCell:
    """A cell that a term was made of: its place, and its text, or the part that was used."""

    origin: Origin
    value: str


@dataclass(frozen=True)
class Trace:
    """One way in which a quad was made: the rule, the rows, and the cells of its object (or
    subject)."""

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
    """Traces over one plan. Term maps are inverted to find possible rows, and applied again to
    these, so that results are certain. Relations are computed when needed and cached: many
    traces cost little more than one. With `reject`, rows that cannot be mapped are left out and
    passed to it as errors, for quads that were made without them. `rows` of relations that
    exist already, by number, are not made again."""

    def __init__(self, plan: Plan, reject: Reject | None = None, rows: MadeRows = NO_ROWS) -> None:
        self._rules = plan.by_relation()
        self._rows = RelationBatches(reject)
        self._rows.take_over(rows)
        self._scans: dict[int, dict[LogicalSource, Scan]] = {}

    def trace(
        self, subjects: frozenset[str], predicates: frozenset[str] | None = None,
        objects: frozenset[str] | None = None,
    ) -> list[Trace]:  # fmt: skip
        """Return every way in which a quad with one of these subjects (and predicates, and
        objects; N-Triples texts) was made. The sets hold the names that a thing had before
        identity."""
        terms_wanted = (subjects, predicates, objects)
        tests = [
            pl.col(name).is_in(list(terms))
            for name, terms in zip("spo", terms_wanted, strict=True)
            if terms is not None
        ]
        ways: list[Trace] = []
        for relation, rules in self._rules_that_can(terms_wanted):
            for rule, rows, quads in self._quads(relation, rules, terms_wanted):
                places = quads.lazy().drop_nulls().filter(tests).select("g")
                lines = places.unique(maintain_order=True).collect()["g"]
                ways += [self._trace(relation, rule, rows.row(line, named=True)) for line in lines]
        return list(dict.fromkeys(ways))

    def trace_each(
        self, triples: Sequence[Triple], most: int | None = None
    ) -> list[tuple[Trace, ...] | Untraceable]:
        """Return, for each of many triples (N-Triples texts, None for any predicate or object),
        every way in which it was made, in one pass over the rules for triples of the same form;
        with `most`, only the first ways, until they name so many rows."""
        asked = pl.DataFrame(
            triples, schema=dict.fromkeys("spo", pl.String), orient="row"
        ).with_row_index(ASKED)
        ways: list[dict[Trace, None]] = [{} for _ in triples]
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
                            ways[place][trace] = None
                            named[place].update(trace.rows)
        return [tuple(traces) or Untraceable(Message("triple-not-made")) for traces in ways]

    def _rules_that_can(self, wanted: Wanted) -> Iterator[tuple[Relation, list[QuadRule]]]:
        for relation, rules in self._rules:
            if able := [rule for rule in rules if can_make(rule, wanted)]:
                yield relation, able

    def _quads(
        self, relation: Relation, rules: Sequence[QuadRule], wanted: Wanted
    ) -> Iterator[tuple[QuadRule, pl.DataFrame, pl.DataFrame]]:
        """Yield each rule with the rows that may have made the wanted quads, and their quads, with
        the place of the row as the graph; without those with a null. Rules about one subject
        share their terms."""
        cache: dict[TermMap, tuple[pl.DataFrame, MadeTerms]] = {}
        for rule in rules:
            if rule.subject not in cache:
                beside = [other for other in rules if other.subject == rule.subject]
                cache[rule.subject] = self._terms(relation, beside, wanted)
            rows, terms = cache[rule.subject]
            if terms is None:  # one of them makes an error, and not of the rows of all
                rows, terms = self._sound_terms(relation, rule, wanted)
            if rows.height:
                yield rule, rows, quads_by(rule, terms, rows.height)

    def _terms(
        self, relation: Relation, rules: Sequence[QuadRule], wanted: Wanted
    ) -> tuple[pl.DataFrame, MadeTerms]:
        rows = self._rows.some(relation, partial(that_can, rules=rules, wanted=wanted))
        try:
            return rows, _terms_of(rows, terms_of(rules))
        except (MappingError, SourceError):
            return rows, None

    def _sound_terms(
        self, relation: Relation, rule: QuadRule, wanted: Wanted
    ) -> tuple[pl.DataFrame, dict[TermMap, pl.Series]]:
        rows = self._rows.some(relation, partial(that_can, rules=[rule], wanted=wanted))
        make = partial(_terms_of, terms=terms_of([rule]))
        return sound_with(rows, relation, make, self._rows.reject)

    def _trace(self, relation: Relation, rule: QuadRule, row: dict[str, object]) -> Trace:
        rows = tuple(dict.fromkeys([*_places(relation, row), *self._joint_rows(relation, row)]))
        term = rule.object if term_references(rule.object) else rule.subject
        cells = [
            cell for name in term_references(term) for cell in self._cells(relation, name, row)
        ]
        return Trace(rule.origin, rows, tuple(dict.fromkeys(cells)))

    def _joint_rows(self, relation: Relation, row: dict[str, object]) -> Iterator[Origin]:
        """Yield the rows whose members are in the same collections: without them it would be
        another collection."""
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
                    yield from self._joint_rows(rows, member)

    def _cells(self, relation: Relation, name: str, row: dict[str, object]) -> Iterator[TracedCell]:
        if isinstance(relation, Scan):
            place = relation.source.place(_number(row[ROW]), name)
            yield from (TracedCell(place, value) for value in _values(row[name]) if name != ROW)
            return
        if relation.number not in self._scans:
            self._scans[relation.number] = {scan.source: scan for scan in scans(relation)}
        sources = self._scans[relation.number]
        for number, source, reference in cells_of(relation, name):
            if row[number] is not None:
                place = source.place(_number(row[number]), reference)
                assert place.column is not None
                frame = self._rows.whole(sources[source])
                at = bisect_left(frame[ROW], place.row)
                held = _values(frame[place.column].slice(at, 1).to_list()[0])
                parts = [
                    value for value in _values(row[name]) if any(value in text for text in held)
                ]
                yield from (TracedCell(place, value) for value in parts or held)


def _terms_of(rows: pl.DataFrame, terms: Iterable[TermMap]) -> dict[TermMap, pl.Series]:
    """Return the terms of term maps for rows, of which there may be none."""
    return term_columns(rows, terms) if rows.height else {}


def _places(relation: Relation, row: dict[str, object]) -> Iterator[Origin]:
    """Yield the rows of files behind a row of a relation."""
    yield from (
        source.place(_number(row[name]))
        for name, source in row_columns(relation)
        if row[name] is not None
    )


def _gathers(relation: Relation) -> Iterator[Gather]:
    """Yield the steps of a relation that gather collections, the last one first."""
    while not isinstance(relation, Scan):
        if isinstance(relation, Gather):
            yield relation
        relation = relation.child


def _values(cell: object) -> list[str]:
    """Return the texts of a cell: several if a reference is multi-valued."""
    return (
        [str(item) for item in cell]
        if isinstance(cell, list)
        else ["" if cell is None else str(cell)]
    )


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
