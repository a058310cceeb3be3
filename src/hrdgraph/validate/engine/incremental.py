"""The findings of a graph and a few changed triples → the findings after them, looking only at
what they can affect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hrdgraph.rdf import ColumnGraph, Term
from hrdgraph.stage_progress import Tell, counted, nobody
from hrdgraph.store.worker_process import QueryProcess
from hrdgraph.validate.engine.affected import ChangeReach, UnboundedChange
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.columns.relation import NONE, Ids, member
from hrdgraph.validate.engine.dependence import is_flat, meets, properties_of, target_properties
from hrdgraph.validate.engine.evaluation import EvaluationRun
from hrdgraph.validate.engine.model.shapes import Model, Shape
from hrdgraph.validate.engine.outcome import data_of
from hrdgraph.validate.engine.reading.model_reader import read_model
from hrdgraph.validate.engine.results.result_columns import bare, told_of
from hrdgraph.validate.findings.model import Finding, in_order
from hrdgraph.validate.shapes import Shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

Counts = Counter[Finding]
# the findings of a shape by the focus node that they are of; under no name where a shape within
# may find something at another node
ByFocus = Mapping[str, Counts]
_ANY_FOCUS = ""


class _GraphArrays:
    """A graph as the engine wants it, made when a change first asks for it."""

    def __init__(self, graph: ColumnGraph, shapes: Shapes) -> None:
        self._graph, self._shapes = graph, shapes

    @cached_property
    def triples(self) -> TripleArrays:
        """Its triples."""
        return data_of(self._graph, self._shapes)


@dataclass(frozen=True, eq=False)
class StandingFindings:
    """What each shape of a graph was found to find, each finding with how many results it stands
    for, ready to be brought up to date. The process that answers queries is kept for that: to
    start one takes longer than what a small change asks of it. It ends with this."""

    shapes: Shapes
    model: Model
    arrays: _GraphArrays
    counts: Mapping[Term, ByFocus]
    apart: QueryProcess

    @classmethod
    def of(cls, graph: ColumnGraph, shapes: Shapes, tell: Tell = nobody) -> StandingFindings:
        """Validate a graph in full."""
        model, arrays, apart = read_model(shapes), _GraphArrays(graph, shapes), QueryProcess()
        run = EvaluationRun(model, arrays.triples, shapes, apart)
        counts = {
            node: _counts(run, model.shapes[node], None) for node in counted(model.roots, tell)
        }
        return cls(shapes, model, arrays, counts, apart)

    def findings(self) -> list[Finding]:
        """The findings, sorted."""
        return in_order(
            {finding for some in self.counts.values() for one in some.values() for finding in one}
        )

    def after(self, graph: ColumnGraph, changed: ColumnGraph) -> StandingFindings:
        """The standing of `graph`, which differs from the one before by the triples of `changed`
        only, added or taken away.

        Equal to validating in full: results of shapes that do not look at a changed property are
        kept, and those of focus nodes that no changed triple can reach.
        """
        now = _GraphArrays(graph, self.shapes)
        nodes = self._changed_by(_properties(changed))
        if not nodes:
            return replace(self, arrays=now)
        datas = (self.arrays.triples, now.triples)
        runs = [EvaluationRun(self.model, data, self.shapes, self.apart) for data in datas]
        both = [ChangeReach(self.model, data, changed) for data in datas]
        reached = {node: _reached(self.model.shapes[node], both) for node in nodes}
        affected = _AffectedNodes(*datas, reached)
        counts = {node: self._of(node, affected.of(node), *runs) for node in nodes}
        return replace(self, arrays=now, counts={**self.counts, **counts})

    def _changed_by(self, properties: frozenset[str]) -> list[Term]:
        """The shapes whose results may change with any of these properties."""
        known = properties_of(self.model)
        return [
            node
            for node in self.model.roots
            if meets(known[node], properties)
            or meets(target_properties(self.model.shapes[node]), properties)
        ]

    def _of(
        self, node: Term, nodes: tuple[Ids, Ids] | None, before: EvaluationRun, after: EvaluationRun
    ) -> ByFocus:
        """What a shape finds now, when only its results for some focus nodes, before and after,
        or for any (None), can have changed."""
        shape, known = self.model.shapes[node], self.counts[node]
        if nodes is None:
            return _counts(after, shape, None)
        if not any(map(len, nodes)):
            return known
        if is_flat(self.model, shape):
            gone = {bare(text) for text in before.data.texts(nodes[0]).to_list()}
            kept = {focus: found for focus, found in known.items() if focus not in gone}
            return {**kept, **_counts(after, shape, nodes[1])}
        counts = Counter(known.get(_ANY_FOCUS, {}))
        counts.subtract(_counts(before, shape, nodes[0]).get(_ANY_FOCUS, {}))
        counts.update(_counts(after, shape, nodes[1]).get(_ANY_FOCUS, {}))
        return {_ANY_FOCUS: left} if (left := +counts) else {}


def _properties(graph: ColumnGraph) -> frozenset[str]:
    """The properties of a graph, as N-Triples texts."""
    return frozenset(graph.terms[place] for place in set(graph.quads["p"].to_list()))


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


def _counts(run: EvaluationRun, shape: Shape, nodes: Ids | None) -> ByFocus:
    """The findings of a shape with their numbers of results, at all its focus nodes or at some."""
    found: dict[str, Counts] = {}
    focus = run.focus_of(shape)
    focus = focus if nodes is None else nodes[member(nodes, focus, run.data.size)]
    flat = is_flat(run.model, shape)
    for batch in run.of(shape, focus) if len(focus) else ():
        for finding, times in told_of(run.data, batch, run.shapes):
            at = finding.focus if flat else _ANY_FOCUS
            found.setdefault(at, Counter())[finding] += times
    return found
