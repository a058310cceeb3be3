"""Hold the shapes of a model against data: sets of focus nodes at once, and each inner shape
once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hrdgraph.catalogue import Message, Value
from hrdgraph.errors import HrdgraphError, OntologyError
from hrdgraph.rdf import Term
from hrdgraph.shacl.constraints import Task, Violations, found_by
from hrdgraph.shacl.graph_data import TripleArrays
from hrdgraph.shacl.model import (
    Constraint,
    Custom,
    Model,
    PropertyConstraint,
    Shape,
    SparqlConstraint,
    Target,
    TargetKind,
)
from hrdgraph.shacl.paths import first_part, fitting, identity, walk
from hrdgraph.shacl.relation import NONE, Ids, TooManyPairs, distinct, member, nodes_of
from hrdgraph.shacl.results import Places, ResultBatch
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.shacl.sparql_constraints import Asker
from hrdgraph.stage_progress import Tell, counted, nobody
from hrdgraph.store.worker_process import QueryProcess

# pairs that one shape may walk in all: beyond it a path is taken for a mistake
MOST_WALKED = 1 << 28
# times that nested shapes may ask about one node: each is a result in the report
MOST_TIMES = 1 << 28


@dataclass(frozen=True, slots=True, eq=False)
class FocusNodes:
    """Sorted nodes that a shape is held against, and how often each; None for once."""

    focus: Ids
    times: Places | None

    @property
    def most(self) -> int:
        """How often the node that is asked about most."""
        return 1 if self.times is None else int(self.times.max(initial=0))

    def of(self, nodes: Ids) -> Places | None:
        """How often some of the nodes."""
        return None if self.times is None else self.times[np.searchsorted(self.focus, nodes)]

    def beside(self, other: FocusNodes) -> FocusNodes:
        """Both together."""
        nodes = distinct(np.concatenate([self.focus, other.focus]))
        times = np.zeros(len(nodes), np.int64)
        for one in (self, other):
            times[np.searchsorted(nodes, one.focus)] += 1 if one.times is None else one.times
        return FocusNodes(nodes, times)


class EvaluationRun:
    """One validation, whose queries are asked `apart`. What inner shapes say of a node is
    remembered, so that no node is asked twice."""

    def __init__(
        self, model: Model, data: TripleArrays, shapes: Shapes, apart: QueryProcess
    ) -> None:
        self.model, self.data, self.shapes = model, data, shapes
        self.asker = Asker(data, shapes, apart)
        self._verdicts: dict[Term, tuple[Ids, Ids]] = {}

    def results(self, tell: Tell = nobody) -> Iterator[ResultBatch]:
        """The results of every shape that has targets; before each, `tell` is told its number."""
        for node in counted(self.model.roots, tell):
            shape = self.model.shapes[node]
            focus = self.focus_of(shape)
            if len(focus):
                yield from self.of(shape, focus)

    def focus_of(self, shape: Shape) -> Ids:
        """The focus nodes of all targets of a shape (§2.1.3)."""
        parts = [self._target(shape, target) for target in shape.targets]
        return nodes_of(np.concatenate([NONE, *parts]), self.data.size)

    def of(self, shape: Shape, focus: Ids) -> Iterator[ResultBatch]:
        """The results of a shape for its focus nodes. A shape within, however many ways lead to
        it, is held once against each node, whose results count as often as it is asked about.
        """
        asked: dict[Term, FocusNodes] = {shape.node: FocusNodes(focus, None)}
        for node in self._within(shape):
            if node in asked:
                yield from self._of(self.model.shapes[node], asked.pop(node), asked)

    def _within(self, shape: Shape) -> list[Term]:
        """A shape and those that sh:property leads to, each before those within it. Circles were
        refused."""
        order: dict[Term, None] = {}

        def visit(node: Term) -> None:
            if node not in order:
                for constraint in reversed(self.model.shapes[node].constraints):
                    if isinstance(constraint, PropertyConstraint):
                        visit(constraint.shape)
                order[node] = None

        visit(shape.node)
        return [*reversed(order)]

    def _of(
        self, shape: Shape, asked: FocusNodes, within: dict[Term, FocusNodes]
    ) -> Iterator[ResultBatch]:
        """The results of the shape itself; what shapes within are to be asked is added to
        `within`."""
        for task in self._tasks(shape, asked.focus):
            weights = asked.of(task.focus)
            for constraint in shape.constraints:
                if isinstance(constraint, PropertyConstraint):
                    if len(task.pairs):
                        more = FocusNodes(task.terms, _onward(task, weights))
                        within[constraint.shape] = (
                            more.beside(within[constraint.shape])
                            if constraint.shape in within
                            else more
                        )
                        if within[constraint.shape].most > MOST_TIMES:
                            raise self._wrong(
                                shape,
                                "property-leads-too-often",
                                "name-each-shape-once",
                                limit=MOST_TIMES,
                            )
                else:
                    batch = self._batch(task, constraint)
                    if len(batch):
                        yield (
                            batch
                            if weights is None
                            else batch.repeated(weights[np.searchsorted(task.focus, batch.focus)])
                        )

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Which of these nodes do not conform to a shape."""
        known, failed = self._verdicts.get(node, (NONE, NONE))
        fresh = focus if not len(known) else focus[~member(focus, known, self.data.size)]
        if len(fresh):
            more = self._fail(self.model.shapes[node], fresh)
            known, failed = (
                nodes_of(np.concatenate(two), self.data.size)
                for two in ((known, fresh), (failed, more))
            )
            self._verdicts[node] = known, failed
        return focus[member(focus, failed, self.data.size)]

    def _fail(self, shape: Shape, focus: Ids) -> Ids:
        parts = [NONE]
        for task in self._tasks(shape, focus):
            for constraint in shape.constraints:
                if isinstance(constraint, PropertyConstraint):
                    wrong = self.failing(constraint.shape, task.terms)
                    parts.append(task.pairs.left[member(task.pairs.right, wrong, self.data.size)])
                else:
                    parts.append(self._batch(task, constraint).focus.astype(np.uint32))
        return nodes_of(np.concatenate(parts), self.data.size)

    def _tasks(self, shape: Shape, focus: Ids) -> Iterator[Task]:
        """The focus nodes with their value nodes, in parts that fit into memory."""
        if not shape.constraints:
            return
        start, size, walked = (
            0,
            len(focus) if shape.path is None else first_part(self.data, shape.path, focus),
            0,
        )
        while start < len(focus):
            part = focus[start : start + size]
            try:
                pairs = identity(part) if shape.path is None else walk(self.data, shape.path, part)
            except TooManyPairs:
                size = self._half(shape, part)
                continue
            walked += len(pairs)
            if walked > MOST_WALKED:
                raise self._wrong(
                    shape,
                    "path-leads-too-far",
                    "shorten-path-or-focus",
                    size=len(focus),
                    limit=MOST_WALKED,
                )
            yield Task(self, shape, part, pairs)
            start += len(part)
            size = min(2 * len(part), fitting(part, pairs))

    def _half(self, shape: Shape, focus: Ids) -> int:
        if len(focus) < 2:
            raise self._wrong(
                shape,
                "path-leads-beyond-memory",
                "shorten-path-or-focus",
            )
        return len(focus) // 2

    def _batch(self, task: Task, constraint: Constraint) -> ResultBatch:
        try:
            if isinstance(constraint, SparqlConstraint | Custom):
                return self.asker.batch(task.shape, constraint, task.focus, task.pairs)
            found = found_by(task, constraint)
        except OntologyError:
            raise
        except HrdgraphError as error:
            raise self._wrong(task.shape, error.message, error.advice) from error
        return _batch(task.shape, constraint, found)

    def _target(self, shape: Shape, target: Target) -> Ids:
        match target.kind:
            case TargetKind.NODE:
                return self.data.numbers([target.term])
            case TargetKind.CLASS:
                return self.data.instances(target.term)
            case TargetKind.SUBJECTS:
                return nodes_of(self.data.pairs(target.term).left, self.data.size)
            case TargetKind.OBJECTS:
                return nodes_of(self.data.pairs(target.term).right, self.data.size)
            case TargetKind.SPARQL:
                return self._asked(shape, target)

    def _asked(self, shape: Shape, target: Target) -> Ids:
        assert target.query is not None
        try:
            return self.asker.targets(target.query, target.parameters)
        except HrdgraphError as error:
            raise self._wrong(shape, error.message, error.advice) from error

    def _wrong(
        self, shape: Shape, fact: str | Message, hint: str | Message | None, **fields: Value
    ) -> OntologyError:
        return self.asker.said.wrong(shape.node, fact, hint, **fields)


def _onward(task: Task, weights: Places | None) -> Places | None:
    """How often each value node is reached; None where each is reached once."""
    if weights is None and len(task.terms) == len(task.pairs):
        return None
    reached = np.searchsorted(task.terms, task.pairs.right)
    each = None if weights is None else weights[np.searchsorted(task.focus, task.pairs.left)]
    return np.bincount(reached, each, len(task.terms)).astype(np.int64)


def _batch(shape: Shape, constraint: Constraint, found: Violations) -> ResultBatch:
    focus = found.focus.astype(np.int64)
    values = (
        np.full(len(focus), -1, np.int64) if found.values is None else found.values.astype(np.int64)
    )
    paths = None if found.paths is None else found.paths.astype(np.int64)
    return ResultBatch(shape, constraint, focus, values, paths, times=found.times)
