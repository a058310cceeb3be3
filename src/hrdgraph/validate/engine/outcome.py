"""A graph in columns and shapes → results, in columns too, and what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.stage_progress import Tell, nobody
from hrdgraph.store.worker_process import USUAL, QueryProcess, WorkerLimits
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.engine.model.shapes import Model
from hrdgraph.validate.engine.reading.model_reader import read_model
from hrdgraph.validate.engine.results.report import report_quads
from hrdgraph.validate.engine.results.result_columns import (
    ResultBatch,
    findings_of,
    severity_of,
    taken,
)
from hrdgraph.validate.engine.results.tally import tallies_of
from hrdgraph.validate.engine.results.turtle import report_turtle
from hrdgraph.validate.findings.model import Finding, Severity
from hrdgraph.validate.findings.tally import Tally
from hrdgraph.validate.shapes import Shapes


@dataclass(frozen=True, eq=False)
class ValidationOutcome:
    """The results of one validation: a million of them are a few arrays, and a finding is made
    when it is asked for."""

    shapes: Shapes
    model: Model
    data: TripleArrays
    batches: tuple[ResultBatch, ...]
    is_part: bool = False  # whether results were left out

    def __len__(self) -> int:
        return sum(
            len(batch) if batch.times is None else int(batch.times.sum()) for batch in self.batches
        )

    @property
    def conforms(self) -> bool:
        """Whether the data have no result (§3.4.1), one that was left out included."""
        return not self.batches and not self.is_part

    @property
    def rules(self) -> list[str]:
        """The shapes that have targets, by the names that findings give them."""
        return [self.shapes.rule_of(node) for node in self.model.roots]

    def findings(self) -> Iterator[Finding]:
        """A finding for each result, equal ones once."""
        for batch in self.batches:
            yield from findings_of(self.data, batch, self.shapes)

    def tallies(self) -> list[Tally]:
        """For each rule how many findings there are, equal ones once, and the first few; the
        others are not made."""
        return tallies_of(self.data, self.batches, self.shapes)

    def report(self) -> Iterator[Quad]:
        """The sh:ValidationReport."""
        return report_quads(self.data, self.shapes, self.batches, conforms=self.conforms)

    def turtle(self) -> Iterator[bytes]:
        """The same as Turtle, in parts."""
        return report_turtle(self.data, self.shapes, self.batches, conforms=self.conforms)

    def parted(self, rules: Collection[str]) -> tuple[ValidationOutcome, ValidationOutcome]:
        """The results of some shapes, and all others."""
        chosen = [self.shapes.rule_of(batch.shape.node) in rules for batch in self.batches]
        parts = (
            tuple(batch for batch, own in zip(self.batches, chosen, strict=True) if own is there)
            for there in (True, False)
        )
        first, second = (replace(self, batches=part) for part in parts)
        return first, second

    def only(
        self, *, least: Severity = Severity.INFO, rule: str = "", focus: str = ""
    ) -> ValidationOutcome:
        """The results that are at least so bad, of one shape, at one focus node, named as
        findings name them."""
        chosen = [batch for batch in self.batches if severity_of(batch).rank <= least.rank]
        if rule:
            chosen = [batch for batch in chosen if self.shapes.rule_of(batch.shape.node) == rule]
        if focus:
            place = self.data.place_of(focus if focus.startswith(("_:", '"')) else IRI(focus).n3())
            chosen = [taken(batch, np.flatnonzero(batch.focus == place)) for batch in chosen]
        left = tuple(batch for batch in chosen if len(batch))
        return replace(
            self,
            batches=left,
            is_part=self.is_part or sum(map(len, left)) < sum(map(len, self.batches)),
        )


def outcome_of(
    graph: ColumnGraph,
    shapes: Shapes,
    limits: WorkerLimits = USUAL,
    tell: Tell = nobody,
) -> ValidationOutcome:
    """Every SHACL result; OntologyError for shapes that cannot be used, before the data is
    looked at, and for a query beyond the limits."""
    model = read_model(shapes)
    data = data_of(graph, shapes)
    with QueryProcess(limits) as apart:
        run = EvaluationRun(model, data, shapes, apart)
        return ValidationOutcome(shapes, model, data, tuple(run.results(tell)))


def data_of(graph: ColumnGraph, shapes: Shapes) -> TripleArrays:
    """A graph with the background of the shapes, as the engine wants it."""
    return TripleArrays(graph, shapes.background, _texts_of(shapes))


@lru_cache(maxsize=4)
def _texts_of(shapes: Shapes) -> frozenset[str]:
    """The terms of shapes as N-Triples texts; the last are remembered."""
    return frozenset(
        term.n3() for quad in shapes.quads for term in (quad.subject, quad.predicate, quad.object)
    )
