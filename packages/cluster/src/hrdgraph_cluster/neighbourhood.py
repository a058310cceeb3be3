"""Judge a graph in parts on many machines: which triples around a focus node a shape needs, the
results of one part as rows, and the rows of all parts as one outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from hrdgraph.errors import OntologyError, raise_all
from hrdgraph.rdf import IRI, ColumnGraph, Term
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.shacl.evaluation import EvaluationRun
from hrdgraph.shacl.graph_data import TripleArrays, member, nodes_of
from hrdgraph.shacl.model import (
    ClassOf,
    ClosedConstraint,
    Constraint,
    Custom,
    ExpressionConstraint,
    LogicalConstraint,
    Model,
    PairConstraint,
    PropertyConstraint,
    QualifiedCount,
    Shape,
    SparqlConstraint,
    Target,
    TargetKind,
)
from hrdgraph.shacl.model_reader import read_model, shapes_of
from hrdgraph.shacl.outcome import ValidationOutcome, data_of
from hrdgraph.shacl.paths import AlternativePath, Inverse, Path, RepeatedPath, SequencePath
from hrdgraph.shacl.results import ResultBatch, rows_of
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.store.worker_process import QueryProcess
from hrdgraph.vocab import RDF

MOST_HOPS: Final = 6  # each beyond the first is a join of the whole graph with itself


class TripleStep(NamedTuple):
    """From a node along a predicate (its N-Triples text), or against it."""

    predicate: str
    inward: bool = False


@dataclass(frozen=True)
class Hop:
    """Which triples are needed of nodes that are so many steps away: those that leave them by some
    predicates, or all of them (None), and those that come in. Of what lies at the end of the
    steps of `onward`, triples are needed too."""

    outgoing: frozenset[str] | None
    incoming: frozenset[str]
    onward: frozenset[TripleStep]


class Neighbourhood(NamedTuple):
    """What is needed around focus nodes, the hop of the focus nodes first, and the texts of nodes
    that are focus nodes by their name."""

    hops: tuple[Hop, ...]
    named: frozenset[str]


def neighbourhood_of(shapes: Shapes, model: Model, roots: Iterable[Term]) -> Neighbourhood:
    """What some of the shapes that have targets need. OntologyError for each shape that needs more
    than a neighbourhood."""
    gathered = _HopGathering(shapes, model)
    chosen = [model.shapes[node] for node in roots]
    for shape in chosen:
        gathered.add(shape)
    raise_all(list(gathered.errors.values()))
    named = (
        target.term.n3()
        for shape in chosen
        for target in shape.targets
        if target.kind is TargetKind.NODE
    )
    return Neighbourhood(gathered.hops(), frozenset(named))


def roots_asking(model: Model, shapes: Shapes, rule: str) -> tuple[int, ...]:
    """The numbers of the shapes with targets from which a shape is reached, named as findings
    name it; of all of them where none is named."""
    return tuple(
        number
        for number, node in enumerate(model.roots)
        if not rule or any(shapes.rule_of(inner) == rule for inner in _reached(model, node))
    )


def _reached(model: Model, node: Term) -> set[Term]:
    found, waiting = set[Term](), [node]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += [
                inner
                for constraint in model.shapes[one].constraints
                for inner in shapes_of(constraint)
            ]
    return found


class _Spot(NamedTuple):
    """So many steps away from the focus node, the last of them this one."""

    depth: int
    last: TripleStep | None = None


_FOCUS: Final = frozenset({_Spot(0)})


class _HopGathering:
    """Walks shapes as evaluation does, and notes each triple that it would look at."""

    def __init__(self, shapes: Shapes, model: Model) -> None:
        self._shapes, self._model = shapes, model
        self.errors: dict[str, OntologyError] = {}
        self._steps: list[set[TripleStep]] = [set() for _ in range(MOST_HOPS)]
        self._onward: list[set[TripleStep]] = [set() for _ in range(MOST_HOPS)]
        self._whole: set[int] = set()
        self._seen: set[tuple[Term, frozenset[_Spot]]] = set()
        self._node: Term

    def hops(self) -> tuple[Hop, ...]:
        """What was noted, without hops beyond the last that is needed."""
        all_hops = [
            Hop(
                None if depth in self._whole else frozenset(s.predicate for s in steps if not s[1]),
                frozenset(step.predicate for step in steps if step.inward),
                frozenset(onward),
            )
            for depth, (steps, onward) in enumerate(zip(self._steps, self._onward, strict=True))
        ]
        last = max((n for n, hop in enumerate(all_hops) if _is_needed(hop)), default=0)
        return tuple(all_hops[: last + 1])

    def add(self, shape: Shape) -> None:
        """Note what a shape with targets needs."""
        self._node = shape.node
        for target in shape.targets:
            self._target(target)
        self._visit(shape, _FOCUS)

    def _target(self, target: Target) -> None:
        match target.kind:
            case TargetKind.CLASS:
                self._need(_FOCUS, TripleStep(RDF.type.n3()))
            case TargetKind.SUBJECTS:
                self._need(_FOCUS, TripleStep(target.term.n3()))
            case TargetKind.OBJECTS:
                self._need(_FOCUS, TripleStep(target.term.n3(), inward=True))
            case TargetKind.SPARQL:
                self._refuse("SPARQL")

    def _visit(self, shape: Shape, spots: frozenset[_Spot]) -> None:
        if (shape.node, spots) in self._seen or not shape.constraints:
            return
        self._seen.add((shape.node, spots))
        around, self._node = self._node, shape.node
        values = spots if shape.path is None else self._walked(shape.path, spots)
        for constraint in shape.constraints:
            self._constraint(constraint, spots, values)
        self._node = around

    def _constraint(
        self, constraint: Constraint, spots: frozenset[_Spot], values: frozenset[_Spot]
    ) -> None:
        match constraint:
            case ClassOf():
                self._need(values, TripleStep(RDF.type.n3()))
            case PairConstraint():
                self._need(spots, TripleStep(constraint.predicate.n3()))
            case ClosedConstraint():
                self._need(values, None)
            case LogicalConstraint() | PropertyConstraint() | QualifiedCount():
                for node in shapes_of(constraint):
                    self._visit(self._model.shapes[node], values)
            case SparqlConstraint() | Custom():
                self._refuse("SPARQL")
            case ExpressionConstraint():
                self._refuse("sh:expression")

    def _walked(
        self, path: Path, spots: frozenset[_Spot], *, inward: bool = False
    ) -> frozenset[_Spot]:
        """Where a path leads, all triples on its way noted."""
        match path:
            case IRI():
                step = TripleStep(path.n3(), inward)
                self._need(spots, step)
                return frozenset(_Spot(min(spot.depth + 1, MOST_HOPS), step) for spot in spots)
            case Inverse(inner):
                return self._walked(inner, spots, inward=not inward)
            case SequencePath(steps):
                for part in reversed(steps) if inward else steps:
                    spots = self._walked(part, spots, inward=inward)
                return spots
            case AlternativePath(choices):
                ends = [self._walked(part, spots, inward=inward) for part in choices]
                return frozenset[_Spot]().union(*ends)
            case RepeatedPath(inner, mark):
                if mark != "?":
                    self._refuse(f"sh:path {mark}")
                return spots | self._walked(inner, spots, inward=inward)

    def _need(self, spots: Iterable[_Spot], step: TripleStep | None) -> None:
        """Note a step from some places; None for all triples that leave them."""
        for depth, last in spots:
            if depth >= MOST_HOPS:
                self._refuse(f"sh:path > {MOST_HOPS}")
                continue
            if step is None:
                self._whole.add(depth)
            else:
                self._steps[depth].add(step)
            if last is not None:
                self._onward[depth - 1].add(last)

    def _refuse(self, what: str) -> None:
        place = self._shapes.place_of(self._node)
        node = f"<{self._node.value}>" if isinstance(self._node, IRI) else None
        error = OntologyError("engine-cannot", what=what, origin=replace(place, node=node))
        self.errors.setdefault(str(error), error)


def _is_needed(hop: Hop) -> bool:
    return hop.outgoing is None or bool(hop.outgoing or hop.incoming)


def predicates_onward(hop: Hop, *, inward: bool) -> Iterator[str]:
    """The predicates of the steps that lead on, in one direction."""
    return (step.predicate for step in hop.onward if step.inward is inward)


_KEY: Final = ("root", "shape", "constraint")  # numbers: what was found by what
_PLACE: Final = ("focus", "value", "path")  # texts of terms, null for none
SCHEMA: Final = (
    dict.fromkeys(_KEY, pl.Int64) | dict.fromkeys(_PLACE, pl.String) | {"times": pl.Int64}
)


def result_rows(
    data: TripleArrays, model: Model, root: int, batches: Iterable[ResultBatch]
) -> Iterator[pl.DataFrame]:
    """The results of a shape with targets, of this number, as rows."""
    numbers = {shape: number for number, shape in enumerate(model.shapes.values())}
    for batch in batches:
        texts = rows_of(data, batch)
        columns = {
            "root": [root] * len(batch),
            "shape": [numbers[batch.shape]] * len(batch),
            "constraint": [batch.shape.constraints.index(batch.constraint)] * len(batch),
            "focus": texts.focus,
            "value": texts.values,
            "path": texts.paths,
            "times": [1] * len(batch) if batch.times is None else batch.times.tolist(),
        }
        yield pl.DataFrame(columns, schema=SCHEMA)


def outcome_of_rows(rows: pl.DataFrame, shapes: Shapes) -> ValidationOutcome:
    """The outcome that the rows of all parts make. A node that several parts lead to is one row,
    whose results count as often as all of them say."""
    model = read_model(shapes)
    key = [*_KEY, *_PLACE]
    whole = rows.group_by(key).agg(pl.col("times").sum()).sort(key)
    texts = pl.concat([whole[name].drop_nulls().rename("term") for name in _PLACE])
    terms = texts.unique().sort()
    data = data_of(
        ColumnGraph(terms, pl.DataFrame(schema=dict.fromkeys(TEXT_SCHEMA, pl.UInt32))), shapes
    )
    return ValidationOutcome(shapes, model, data, tuple(_batches(whole, model, data)))


def _batches(rows: pl.DataFrame, model: Model, data: TripleArrays) -> Iterator[ResultBatch]:
    shapes = [*model.shapes.values()]
    for part in rows.partition_by(*_KEY, maintain_order=True):
        shape = shapes[part["shape"][0]]
        focus, values, paths = (
            np.where(part[name].is_null(), -1, data.find(part[name].fill_null("")))
            for name in _PLACE
        )
        times = part["times"].to_numpy()
        yield ResultBatch(
            shape,
            shape.constraints[part["constraint"][0]],
            focus,
            values,
            paths if (paths >= 0).any() else None,
            times=None if (times == 1).all() else times,
        )


def results_of_part(
    triples: pl.DataFrame, own: pl.Series, shapes: Shapes, roots: Sequence[int]
) -> Iterator[pl.DataFrame]:
    """The results of the nodes `own` that are focus nodes of the shapes of these numbers. `triples`
    are texts s, p, o, with all that `neighbourhood_of` says of each of these nodes; what else is
    there does no harm."""
    graph = ColumnGraph.from_text(triples.with_columns(pl.lit("").alias("g")))
    model, data = read_model(shapes), data_of(graph, shapes)
    places = data.find(own)
    ours = nodes_of(places[places >= 0].astype("uint32"), data.size)
    with QueryProcess() as apart:  # which nothing is asked of
        run = EvaluationRun(model, data, shapes, apart)
        for number in roots:
            shape = model.shapes[model.roots[number]]
            focus = run.focus_of(shape)
            focus = focus[member(focus, ours, data.size)]
            if len(focus):
                yield from result_rows(data, model, number, run.of(shape, focus))
