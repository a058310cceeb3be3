"""Shapes → the triples that must lie around a focus node for them to be judged, hop by hop; what no
bounded number of hops can tell is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.errors import OntologyError, raise_all
from hrdgraph.rdf import IRI, Term
from hrdgraph.validate.engine.model.paths import (
    AlternativePath,
    Inverse,
    Path,
    RepeatedPath,
    Sequence,
)
from hrdgraph.validate.engine.model.shapes import (
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
from hrdgraph.validate.engine.reading.model_reader import shapes_of
from hrdgraph.validate.shapes import Shapes
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
                self._refuse("engine-no-queries")

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
                self._refuse("engine-no-queries")
            case ExpressionConstraint():
                self._refuse("engine-no-expressions")

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
            case Sequence(steps):
                for part in reversed(steps) if inward else steps:
                    spots = self._walked(part, spots, inward=inward)
                return spots
            case AlternativePath(choices):
                ends = [self._walked(part, spots, inward=inward) for part in choices]
                return frozenset[_Spot]().union(*ends)
            case RepeatedPath(inner, mark):
                if mark != "?":
                    self._refuse("engine-no-endless-paths")
                return spots | self._walked(inner, spots, inward=inward)

    def _need(self, spots: Iterable[_Spot], step: TripleStep | None) -> None:
        """Note a step from some places; None for all triples that leave them."""
        for depth, last in spots:
            if depth >= MOST_HOPS:
                self._refuse("engine-too-far", limit=MOST_HOPS)
                continue
            if step is None:
                self._whole.add(depth)
            else:
                self._steps[depth].add(step)
            if last is not None:
                self._onward[depth - 1].add(last)

    def _refuse(self, code: str, **fields: int) -> None:
        place = self._shapes.place_of(self._node)
        node = f"<{self._node.value}>" if isinstance(self._node, IRI) else None
        error = OntologyError(
            "engine-cannot-judge",
            what=Message(code, **fields),
            rule=self._shapes.rule_of(self._node),
            origin=replace(place, node=node),
        )
        self.errors.setdefault(str(error), error)


def _is_needed(hop: Hop) -> bool:
    return hop.outgoing is None or bool(hop.outgoing or hop.incoming)


def predicates_onward(hop: Hop, *, inward: bool) -> Iterator[str]:
    """The predicates of the steps that lead on, in one direction."""
    return (step.predicate for step in hop.onward if step.inward is inward)
