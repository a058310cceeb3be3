"""The findings of a graph and a few changed triples → the findings after them, looking only at
what they can affect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.store.worker_process import QueryProcess
from hrdgraph.validate.engine.affected import ChangeReach, UnboundedChange
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.columns.relation import Ids
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.engine.model.shapes import Model, Shape
from hrdgraph.validate.engine.outcome import data_of
from hrdgraph.validate.engine.reading.model_reader import read_model
from hrdgraph.validate.engine.results.result_columns import counted
from hrdgraph.validate.findings.model import Finding, in_order
from hrdgraph.validate.shapes import Shapes


@dataclass(frozen=True, eq=False)
class StandingFindings:
    """What a graph was found to have, each finding with how many results it stands for, ready to
    be brought up to date."""

    shapes: Shapes
    model: Model
    data: TripleArrays
    counts: Counter[Finding]

    @classmethod
    def of(cls, graph: ColumnGraph, shapes: Shapes) -> StandingFindings:
        """Validate a graph in full."""
        model, data = read_model(shapes), data_of(graph, shapes)
        with QueryProcess() as apart:
            return cls(shapes, model, data, _counts(EvaluationRun(model, data, shapes, apart)))

    def findings(self) -> list[Finding]:
        """The findings, sorted."""
        return in_order(self.counts)

    def after(self, graph: ColumnGraph, changed: ColumnGraph) -> StandingFindings:
        """The standing of `graph`, which differs from the one before by the triples of `changed`
        only, added or taken away.

        Equal to validating in full: results of focus nodes that no changed triple can reach are
        kept.
        """
        data = data_of(graph, self.shapes)
        with QueryProcess() as apart:
            return self._after(
                data,
                changed,
                [EvaluationRun(self.model, one, self.shapes, apart) for one in (self.data, data)],
            )

    def _after(
        self, data: TripleArrays, changed: ColumnGraph, runs: list[EvaluationRun]
    ) -> StandingFindings:
        both = [ChangeReach(self.model, run.data, changed) for run in runs]
        counts = Counter(self.counts)
        for node in self.model.roots:
            shape = self.model.shapes[node]
            nodes = _affected(shape, both)
            before, after = (_counts(run, shape, nodes) for run in runs)
            counts.subtract(before)
            counts.update(after)
        return StandingFindings(self.shapes, self.model, data, +counts)


def _affected(shape: Shape, both: Iterable[ChangeReach]) -> pl.Series | None:
    """The texts of the focus nodes to look at again; None for all."""
    try:
        return pl.concat([one.data.texts(one.focus_of(shape)) for one in both]).unique().sort()
    except UnboundedChange:
        return None


def _counts(
    run: EvaluationRun, shape: Shape | None = None, nodes: pl.Series | None = None
) -> Counter[Finding]:
    """The findings of a run with their numbers of results: of all shapes, of one, or of one at
    some nodes."""
    counts: Counter[Finding] = Counter()
    batches = run.results() if shape is None else run.of(shape, _within(run, shape, nodes))
    for batch in batches:
        counts.update(counted(run.data, batch, run.shapes))
    return counts


def _within(run: EvaluationRun, shape: Shape, nodes: pl.Series | None) -> Ids:
    focus = run.focus_of(shape)
    if nodes is None:
        return focus
    places = run.data.find(nodes)
    return np.intersect1d(focus, places[places >= 0].astype(np.uint32))
