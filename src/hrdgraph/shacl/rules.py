"""Run the rules of shapes (SHACL Advanced Features §8) until they derive nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, OntologyError
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Term
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.shacl.evaluation import EvaluationRun, in_parts
from hrdgraph.shacl.graph_data import (
    BLANK_KIND,
    IRI_KIND,
    LITERAL_KIND,
    Ids,
    Mask,
    TooManyPairs,
    TripleArrays,
    expand,
    member_pairs,
    pack,
    spans,
)
from hrdgraph.shacl.model import (
    ConstantExpression,
    Model,
    Place,
    QueryRule,
    ShapeRule,
    TripleRule,
    Variable,
)
from hrdgraph.shacl.model_reader import read_rules
from hrdgraph.shacl.outcome import data_of
from hrdgraph.shacl.results import Places
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.shacl.sparql_constraints import Asker, TripleColumns
from hrdgraph.store.worker_process import USUAL, QueryProcess, WorkerLimits

if TYPE_CHECKING:
    from numpy.typing import NDArray


_KINDS: Final = {"<": IRI_KIND, "_": BLANK_KIND, '"': LITERAL_KIND}


class Runner(Protocol):
    """What rules need: data, shapes, and queries."""

    data: TripleArrays
    asker: Asker

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Return the nodes that do not conform to a shape."""
        ...


def apply_rule(runner: Runner, rule: ShapeRule, focus: Ids) -> Iterator[TripleColumns]:
    """Yield what a rule derives for the focus nodes that conform to its conditions, as far as RDF
    allows. Raises HrdgraphError."""
    for condition in rule.conditions:
        focus = np.setdiff1d(focus, runner.failing(condition, focus), assume_unique=True)
    if not len(focus):
        return
    try:
        parts = (
            _of_triple_rule(runner, rule.made, focus)
            if isinstance(rule.made, TripleRule)
            else _of_query(runner, rule, rule.made, focus)
        )
        yield from (_drop_forbidden(runner.data, part) for part in parts)
    except TooManyPairs as error:
        raise HrdgraphError("rule-leads-too-far", hint="shorten-path-or-focus") from error


def _of_triple_rule(runner: Runner, head: TripleRule, focus: Ids) -> Iterator[TripleColumns]:
    for _, (subjects, predicates, objects) in in_parts(
        runner, (head.subject, head.predicate, head.object), focus
    ):
        run, places = expand(*spans(subjects.left, predicates.left))
        nodes, s, p = subjects.left[run], subjects.right[run], predicates.right[places]
        run, places = expand(*spans(nodes, objects.left))
        yield TripleColumns(s[run], p[run], objects.right[places])


def _of_query(
    runner: Runner, rule: ShapeRule, head: QueryRule, focus: Ids
) -> Iterator[TripleColumns]:
    rows = runner.asker.solutions(head.query, focus if head.of_focus else None, head.selected)
    columns = {name: rows.column(name) for name in head.selected}
    named = _BlankNodeNames(runner.data, rule, columns, len(rows))
    named.name_new()
    for triple in head.template:
        s, p, o = (named.column(place) for place in triple)
        bound = (s >= 0) & (p >= 0) & (o >= 0)
        yield TripleColumns(*(column[bound].astype(np.uint32) for column in (s, p, o)))


class _BlankNodeNames:
    """Solutions of a rule, with names for their new blank nodes, which depend on the solution, so
    that the same one makes the same node again, and rules come to an end."""

    def __init__(
        self, data: TripleArrays, rule: ShapeRule, columns: dict[str, Places], size: int
    ) -> None:
        self.data, self.rule, self.columns, self.size = data, rule, columns, size

    def name_new(self) -> None:
        """Give names to what BNODE() has made."""
        fresh = {
            name: rows for name, column in self.columns.items() if len(rows := self._fresh(column))
        }
        keys = self._keys(fresh) if fresh else []
        for name, rows in fresh.items():
            self.columns[name] = self.columns[name].copy()
            self.columns[name][rows] = self.data.number_new(
                [self._label(name, keys[n]) for n in rows.tolist()]
            )

    def column(self, place: Place) -> Places:
        """Return the numbers of a place of the template, -1 where it is unbound."""
        if isinstance(place, Variable):
            return self.columns.get(place.name, np.full(self.size, -1, np.int64))
        if isinstance(place, BlankNode):
            return self.data.number_new([self._label(place.n3(), key) for key in self._keys(())])
        return np.full(self.size, self.data.number_new([place.n3()])[0])

    def _fresh(self, column: Places) -> NDArray[np.intp]:
        """Return the rows with a blank node that the data lack."""
        rows = np.flatnonzero(column >= self.data.size)
        texts = self.data.texts(column[rows].astype(np.uint32))
        return rows[texts.str.starts_with("_:").to_numpy()] if len(rows) else rows

    def _keys(self, without: Iterable[str]) -> list[str]:
        """Return the texts of each row's variables, without some."""
        names = sorted(self.columns.keys() - set(without))
        texts = [self._texts(self.columns[name]) for name in names]
        return ["\n".join(row) for row in zip(*texts, strict=True)] if texts else [""] * self.size

    def _texts(self, column: Places) -> list[str]:
        texts = (
            self.data.texts(np.maximum(column, 0).astype(np.uint32)).to_list()
            if self.data.size
            else []
        )
        return [
            text if place >= 0 else "" for text, place in zip(texts, column.tolist(), strict=True)
        ]

    def _label(self, name: str, key: str) -> str:
        text = "\n".join((self.rule.shape.n3(), self.rule.node.n3(), name, key))
        return f"_:d{blake2b(text.encode(), digest_size=10).hexdigest()}"


def _drop_forbidden(data: TripleArrays, triples: TripleColumns) -> TripleColumns:
    """Return the triples that RDF allows: no literal as subject, an IRI as predicate."""
    subjects, predicates = (_kinds(data, column) for column in (triples.s, triples.p))
    return triples.where((subjects != LITERAL_KIND) & (predicates == IRI_KIND))


def _kinds(data: TripleArrays, ids: Ids) -> NDArray[np.uint8]:
    """Return the kinds of terms, also of new ones."""
    is_old = ids < data.size
    kinds = data.kinds[np.where(is_old, ids, 0)] if data.size else np.zeros(len(ids), np.uint8)
    new = np.flatnonzero(~is_old)
    kinds[new] = [_KINDS[text[0]] for text in data.texts(ids[new]).to_list()]
    return kinds


MOST_ROUNDS: Final = 1_000
MOST_DERIVED: Final = 50_000_000  # triples
_HINT = "bound-rule"


@dataclass(frozen=True)
class RuleYield:
    """How many triples a rule has derived, and their possible properties."""

    rule: str
    makes: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class InferenceResult:
    """The result of rules: `graph` includes the data, `triples` does not. `counts` are in running
    order: a triple counts for the rule that derived it first. `rounds` is how often rules of
    one order ran."""

    graph: ColumnGraph
    triples: ColumnGraph
    rounds: int
    counts: tuple[RuleYield, ...]

    def __len__(self) -> int:
        return len(self.triples)


def infer_triples(
    graph: ColumnGraph, shapes: Shapes, limits: WorkerLimits = USUAL
) -> InferenceResult:
    """Run the rules of the lowest order until nothing new comes, then those of the next, and all
    of them again until nothing is new. Rules of one order see the same graph.

    Raises OntologyError for unusable shapes and rules, before looking at the data, for rules that
    do not end within MOST_ROUNDS rounds and MOST_DERIVED triples, and for queries beyond the
    limits."""
    model, rules = read_rules(shapes)
    groups = [tuple(group) for _, group in groupby(rules, key=lambda rule: rule.order)]
    with QueryProcess(limits) as apart:
        state = _State(model, shapes, graph, apart)
        state.settle(groups)
    counts = tuple(
        RuleYield(shapes.rule_of(rule.node), _makes(rule), state.counts.get(rule, 0))
        for rule in rules
    )
    derived = ColumnGraph.union(state.parts)
    return InferenceResult(state.graph, derived, state.rounds, counts)


def _makes(rule: ShapeRule) -> tuple[str, ...]:
    """Return the properties that a rule names."""
    head = rule.made
    if isinstance(head, TripleRule):
        terms = [head.predicate.term] if isinstance(head.predicate, ConstantExpression) else []
    else:
        terms = [triple[1] for triple in head.template if not isinstance(triple[1], Variable)]
    return tuple(dict.fromkeys(term.value for term in terms if isinstance(term, IRI)))


class _State:
    """The graph as it grows."""

    def __init__(
        self, model: Model, shapes: Shapes, graph: ColumnGraph, apart: QueryProcess
    ) -> None:
        self.model, self.shapes, self.graph, self.apart = model, shapes, graph, apart
        self.counts: dict[ShapeRule, int] = {}
        self.count = self.rounds = 0
        self.parts: list[ColumnGraph] = []  # what was derived
        self._data: TripleArrays | None = None
        self._last: tuple[ShapeRule, str] | None = None

    def settle(self, groups: Sequence[Sequence[ShapeRule]]) -> None:
        """Run each group until nothing new comes of it, and all of them again as long as there
        is something new."""
        # how many triples there were when a group last had nothing new to say
        settled = dict.fromkeys(range(len(groups)), -1)
        while waiting := [n for n in settled if settled[n] != self.count]:
            for number in waiting:
                while self.run(groups[number]):
                    if self.rounds >= MOST_ROUNDS or self.count > MOST_DERIVED:
                        raise self.endless()
                settled[number] = self.count

    def run(self, rules: Iterable[ShapeRule]) -> bool:
        """Run rules over the same graph, and add what is new; whether anything was."""
        self.rounds += 1
        if self._data is None:
            self._data = data_of(self.graph, self.shapes)
        run = EvaluationRun(self.model, self._data, self.shapes, self.apart)
        new: list[ColumnGraph] = []
        for rule in rules:
            more = _without(_graph(self._data, self._apply(run, rule)), new)
            if len(more):
                new.append(more)
                self.counts[rule] = self.counts.get(rule, 0) + len(more)
                self._last = rule, more.lines()[0]
        if new:
            self.graph = ColumnGraph.union([self.graph, *new])
            self.parts += new
            self.count += sum(map(len, new))
            self._data = None
        return bool(new)

    def _apply(self, run: EvaluationRun, rule: ShapeRule) -> Iterator[TripleColumns]:
        shape = self.model.shapes[rule.shape]
        try:
            for triples in apply_rule(run, rule, run.focus_of(shape)):
                yield triples.where(_are_new(run.data, triples))
        except OntologyError:
            raise
        except HrdgraphError as error:
            raise run.asker.facts.wrong(
                rule.shape,
                Message("place-and-fact", file="sh:rule", fact=error.message),
                error.advice,
            ) from error

    def endless(self) -> OntologyError:
        """Return the error for endless rules, with the last triple and its rule."""
        assert self._last is not None
        rule, line = self._last
        name, place = self.shapes.rule_of(rule.node), self.shapes.place_of(rule.node)
        return OntologyError(
            "rules-endless", total=self.rounds, count=self.count, name=name, text=line[:200],
            origin=place, hint=_HINT,
        )  # fmt: skip


def _are_new(data: TripleArrays, triples: TripleColumns) -> Mask:
    """Say which triples are new to the data."""
    new = np.ones(len(triples.s), np.bool_)
    is_old = (triples.s < data.size) & (triples.p < data.size) & (triples.o < data.size)
    for predicate in np.unique(triples.p[is_old]).tolist():
        rows = np.flatnonzero(is_old & (triples.p == predicate))
        pairs = data.pairs(int(predicate))
        new[rows] = ~member_pairs(
            pack(triples.s[rows], triples.o[rows]), pack(pairs.left, pairs.right)
        )
    return new


def _graph(data: TripleArrays, parts: Iterable[TripleColumns]) -> ColumnGraph:
    frames = [pl.DataFrame(schema=dict.fromkeys("spo", pl.String))]
    for part in parts:
        columns = zip("spo", (part.s, part.p, part.o), strict=True)
        frames.append(pl.DataFrame([data.texts(ids).alias(name) for name, ids in columns]))
    return ColumnGraph.from_text(pl.concat(frames).with_columns(g=pl.lit(DEFAULT_GRAPH)))


def _without(graph: ColumnGraph, graphs: list[ColumnGraph]) -> ColumnGraph:
    if not graphs or not len(graph):
        return graph
    known = pl.concat([other.text() for other in graphs])
    return ColumnGraph.from_text(graph.text().join(known, on=list("spo"), how="anti"))
