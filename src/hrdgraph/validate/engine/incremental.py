"""The findings of a graph and a few changed triples → the findings after them, looking only at
what they can affect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hrdgraph.rdf import ColumnGraph, Term
from hrdgraph.store.worker_process import QueryProcess
from hrdgraph.validate.engine.affected import ChangeReach, UnboundedChange
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.columns.relation import NONE, Ids
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.engine.model.shapes import Model, Shape
from hrdgraph.validate.engine.outcome import data_of
from hrdgraph.validate.engine.reading.model_reader import read_model
from hrdgraph.validate.engine.results.result_columns import counted
from hrdgraph.validate.findings.model import Finding, in_order
from hrdgraph.validate.shapes import Shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

Counts = Counter[Finding]


@dataclass(frozen=True, eq=False)
class StandingFindings:
    """What each shape of a graph was found to find, each finding with how many results it stands
    for, ready to be brought up to date. The process that answers queries is kept for that: to
    start one takes longer than what a small change asks of it. It ends with this."""

    shapes: Shapes
    model: Model
    data: TripleArrays
    counts: Mapping[Term, Counts]
    apart: QueryProcess

    @classmethod
    def of(cls, graph: ColumnGraph, shapes: Shapes) -> StandingFindings:
        """Validate a graph in full."""
        model, data, apart = read_model(shapes), data_of(graph, shapes), QueryProcess()
        run = EvaluationRun(model, data, shapes, apart)
        counts = {node: _counts(run, model.shapes[node], None) for node in model.roots}
        return cls(shapes, model, data, counts, apart)

    def findings(self) -> list[Finding]:
        """The findings, sorted."""
        return in_order({finding for counts in self.counts.values() for finding in counts})

    def after(self, graph: ColumnGraph, changed: ColumnGraph) -> StandingFindings:
        """The standing of `graph`, which differs from the one before by the triples of `changed`
        only, added or taken away.

        Equal to validating in full: results of focus nodes that no changed triple can reach are
        kept.
        """
        shapes, apart, data = self.shapes, self.apart, data_of(graph, self.shapes)
        runs = [EvaluationRun(self.model, one, shapes, apart) for one in (self.data, data)]
        both = [ChangeReach(self.model, one, changed) for one in (self.data, data)]
        reached = {node: _reached(self.model.shapes[node], both) for node in self.model.roots}
        affected = _AffectedNodes(self.data, data, reached)
        counts = {node: self._of(node, affected.of(node), *runs) for node in self.model.roots}
        return replace(self, data=data, counts=counts)

    def _of(
        self, node: Term, nodes: tuple[Ids, Ids] | None, before: EvaluationRun, after: EvaluationRun
    ) -> Counts:
        """What a shape finds now, when only its results for some focus nodes, before and after,
        or for any (None), can have changed."""
        shape, known = self.model.shapes[node], self.counts[node]
        if nodes is None:
            return _counts(after, shape, None)
        if not any(map(len, nodes)):
            return known
        counts = Counter(known)
        counts.subtract(_counts(before, shape, nodes[0]))
        counts.update(_counts(after, shape, nodes[1]))
        return +counts


def _reached(shape: Shape, both: Iterable[ChangeReach]) -> list[Ids] | None:
    """The focus nodes that changes can reach in the one graph and in the other; None for all."""
    try:
        return [one.focus_of(shape) for one in both]
    except UnboundedChange:
        return None


class _AffectedNodes:
    """Focus nodes that changes reach in either of two graphs, by their numbers in each. Their
    texts are looked up at once: of most shapes they are the same few nodes."""

    def __init__(
        self, before: TripleArrays, after: TripleArrays, reached: Mapping[Term, list[Ids] | None]
    ) -> None:
        self._reached = reached
        each = [nodes for nodes in reached.values() if nodes is not None]
        own = [np.unique(np.concatenate([NONE, *(nodes[n] for nodes in each)])) for n in (0, 1)]
        self._after = (own[0], after.find(before.texts(own[0])))
        self._before = (own[1], before.find(after.texts(own[1])))

    def of(self, node: Term) -> tuple[Ids, Ids] | None:
        """Those of a shape, before and after; None for all that it has."""
        found = self._reached[node]
        if found is None:
            return None
        before, after = found
        return _with(before, after, *self._before), _with(after, before, *self._after)


def _with(own: Ids, others: Ids, known: Ids, numbers: NDArray[np.int64]) -> Ids:
    """Nodes of a graph beside those of another by their numbers here, where they are here."""
    here = numbers[np.searchsorted(known, others)]
    return np.union1d(own, here[here >= 0].astype(np.uint32))


def _counts(run: EvaluationRun, shape: Shape, nodes: Ids | None) -> Counts:
    """The findings of a shape with their numbers of results, at all its focus nodes or at some."""
    counts: Counts = Counter()
    focus = run.focus_of(shape)
    focus = focus if nodes is None else np.intersect1d(focus, nodes)
    for batch in run.of(shape, focus) if len(focus) else ():
        counts.update(counted(run.data, batch, run.shapes))
    return counts
