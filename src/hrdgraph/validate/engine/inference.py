"""A graph and the rules of shapes → the graph with all that the rules derive, run until nothing
new comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, OntologyError
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.store.worker_process import USUAL, QueryProcess, WorkerLimits
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.columns.relation import Mask, member_pairs, pack
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.engine.model.expression import ConstantExpression
from hrdgraph.validate.engine.model.rules import ShapeRule, TripleRule, Variable
from hrdgraph.validate.engine.model.shapes import Model
from hrdgraph.validate.engine.outcome import data_of
from hrdgraph.validate.engine.reading.model_reader import read_rules
from hrdgraph.validate.engine.rule_execution import made_by
from hrdgraph.validate.engine.sparql.semijoin import TripleColumns
from hrdgraph.validate.shapes import Shapes

MOST_ROUNDS: Final = 1_000
MOST_DERIVED: Final = 50_000_000  # triples
_HINT = "bound-rule"


@dataclass(frozen=True)
class RuleYield:
    """How many triples a rule has made, and which properties they can have."""

    rule: str
    makes: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class InferenceResult:
    """What rules have made: `graph` is the data with it, `triples` it alone. `counts` are in the
    order of running: a triple counts for the rule that made it first. `rounds` says how often
    rules of one order were run.
    """

    graph: ColumnGraph
    triples: ColumnGraph
    rounds: int
    counts: tuple[RuleYield, ...]

    def __len__(self) -> int:
        return len(self.triples)


def derived_from(
    graph: ColumnGraph, shapes: Shapes, limits: WorkerLimits = USUAL
) -> InferenceResult:
    """Run the rules of the lowest order until nothing new comes of them, then those of the next,
    and all of them again as long as there is something new. Rules of one order see the same
    graph.

    Raises OntologyError for shapes and rules that cannot be used, before the data is looked at,
    and for rules that do not come to an end within MOST_ROUNDS rounds and MOST_DERIVED triples,
    or have a query that goes beyond the limits.
    """
    model, rules = read_rules(shapes)
    groups = [tuple(group) for _, group in groupby(rules, key=lambda rule: rule.order)]
    with QueryProcess(limits) as apart:
        state = _State(model, shapes, graph, apart)
        state.settle(groups)
    counts = tuple(
        RuleYield(name_of(shapes, rule), _makes(rule), state.counts.get(rule, 0)) for rule in rules
    )
    return InferenceResult(state.graph, state.derived(), state.rounds, counts)


def name_of(shapes: Shapes, rule: ShapeRule) -> str:
    """The name of a rule: its IRI, or that of the shape that has it."""
    return shapes.rule_of(rule.node)


def _makes(rule: ShapeRule) -> tuple[str, ...]:
    """The properties that a rule names."""
    made = rule.made
    if isinstance(made, TripleRule):
        named = [made.predicate.term] if isinstance(made.predicate, ConstantExpression) else []
    else:
        named = [triple[1] for triple in made.template if not isinstance(triple[1], Variable)]
    return tuple(dict.fromkeys(term.value for term in named if isinstance(term, IRI)))


class _State:
    """The graph as it grows."""

    def __init__(
        self, model: Model, shapes: Shapes, graph: ColumnGraph, apart: QueryProcess
    ) -> None:
        self.model, self.shapes, self.graph, self.apart = model, shapes, graph, apart
        self.counts: dict[ShapeRule, int] = {}
        self.count = self.rounds = 0
        self._parts: list[ColumnGraph] = []
        self._data: TripleArrays | None = None
        self._last: tuple[ShapeRule, str] | None = None

    def derived(self) -> ColumnGraph:
        """The derived triples alone."""
        return ColumnGraph.union(self._parts)

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
            more = _without(_graph(self._data, self._made(run, rule)), new)
            if len(more):
                new.append(more)
                self.counts[rule] = self.counts.get(rule, 0) + len(more)
                self._last = rule, more.lines()[0]
        if new:
            self.graph = ColumnGraph.union([self.graph, *new])
            self._parts += new
            self.count += sum(map(len, new))
            self._data = None
        return bool(new)

    def _made(self, run: EvaluationRun, rule: ShapeRule) -> Iterator[TripleColumns]:
        shape = self.model.shapes[rule.shape]
        try:
            for triples in made_by(run, rule, run.focus_of(shape)):
                yield triples.where(_are_new(run.data, triples))
        except OntologyError:
            raise
        except HrdgraphError as error:
            raise run.asker.said.wrong(
                rule.shape, Message("rule-fails", fact=error.message), error.advice
            ) from error

    def endless(self) -> OntologyError:
        """The error for rules that go on, with the rule that made the last triple, and the
        triple."""
        assert self._last is not None
        rule, line = self._last
        name, place = name_of(self.shapes, rule), self.shapes.place_of(rule.node)
        fact = Message("rules-endless", total=self.rounds, count=self.count, name=name)
        return OntologyError(
            "rule-fact-such-as", fact=fact, text=line[:200], origin=place, hint=_HINT
        )


def _are_new(data: TripleArrays, triples: TripleColumns) -> Mask:
    """Which triples the data do not have."""
    new = np.ones(len(triples.s), np.bool_)
    known = (triples.s < data.size) & (triples.p < data.size) & (triples.o < data.size)
    for predicate in np.unique(triples.p[known]).tolist():
        rows = np.flatnonzero(known & (triples.p == predicate))
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


def _without(graph: ColumnGraph, others: list[ColumnGraph]) -> ColumnGraph:
    if not others or not len(graph):
        return graph
    known = pl.concat([other.text() for other in others])
    return ColumnGraph.from_text(graph.text().join(known, on=list("spo"), how="anti"))
