"""Shapes as triples → the model, every shape checked, before any data is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import MappingProxyType

from hrdgraph.errors import HrdgraphError, raise_all
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.validate.engine.model.expression import filters_of
from hrdgraph.validate.engine.model.rules import ShapeRule
from hrdgraph.validate.engine.model.shapes import (
    Constraint,
    ExpressionConstraint,
    LogicalConstraint,
    Model,
    PropertyConstraint,
    QualifiedCount,
    Shape,
    Target,
    TargetKind,
)
from hrdgraph.validate.engine.reading.components import Components
from hrdgraph.validate.engine.reading.core import core_constraints
from hrdgraph.validate.engine.reading.expression_reader import ExpressionReader
from hrdgraph.validate.engine.reading.rule_reader import RuleReader, shapes_of_rule
from hrdgraph.validate.engine.reading.shape_reader import DEEPEST, ShapeReader
from hrdgraph.validate.expression_support import foreign_parts
from hrdgraph.validate.shapes import Shapes
from hrdgraph.vocab import OWL, RDF, RDFS, SH

_TARGETS = {
    SH.targetNode: TargetKind.NODE,
    SH.targetClass: TargetKind.CLASS,
    SH.targetSubjectsOf: TargetKind.SUBJECTS,
    SH.targetObjectsOf: TargetKind.OBJECTS,
}
_TARGET, _SHAPES = SH.target, (SH.NodeShape, SH.PropertyShape)


@lru_cache(maxsize=4)
def read_model(shapes: Shapes) -> Model:
    """Read every shape that is declared as one or reached from one; the last models are
    remembered. Raises OntologyError, all of what is wrong at once."""
    return _Reader(shapes).model()[0]


def read_rules(shapes: Shapes) -> tuple[Model, tuple[ShapeRule, ...]]:
    """The same with the rules of all shapes that have targets, in the order in which they run."""
    return _Reader(shapes).model(rules=True)


class _Reader:
    def __init__(self, shapes: Shapes) -> None:
        self.said = ShapeReader(shapes)
        self.components = Components(self.said)
        # which OWL puts below it
        self.classes = self.said.subclasses(RDFS.Class) | self.said.subclasses(OWL.Class)
        self.shapes: dict[Term, Shape] = {}
        self.errors: dict[str, HrdgraphError] = {}
        self.declared = tuple(dict.fromkeys(self._declared()))

    def model(self, *, rules: bool = False) -> tuple[Model, tuple[ShapeRule, ...]]:
        self._reach(self.declared)
        roots = tuple(node for node in self.declared if self.shapes[node].targets)
        found = (
            tuple(rule for node in roots for rule in self._rules(self.shapes[node]))
            if rules
            else ()
        )
        raise_all([*self.errors.values()])
        self._refuse_circles((*roots, *(node for rule in found for node in shapes_of_rule(rule))))
        return Model(MappingProxyType(self.shapes), roots), tuple(
            sorted(found, key=lambda rule: rule.order)
        )

    def _reach(self, nodes: Iterable[Term]) -> None:
        """Read these shapes, and all that they lead to."""
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in self.shapes:
                shape = self.shapes[node] = self._read(node)
                waiting.extend(
                    other for constraint in shape.constraints for other in shapes_of(constraint)
                )

    def _rules(self, shape: Shape) -> list[ShapeRule]:
        try:
            found = list(RuleReader(self.said, self.components).rules(shape))
        except HrdgraphError as error:
            self.errors.setdefault(str(error), error)
            return []
        self._reach(node for rule in found for node in shapes_of_rule(rule))
        return found

    def _declared(self) -> Iterator[Term]:
        """What is typed as a shape or has a target, in order."""
        for quad in self.said.shapes.quads:
            is_typed = quad.object in _SHAPES and quad.predicate == RDF.type
            if is_typed or quad.predicate in _TARGETS or quad.predicate == _TARGET:
                yield quad.subject

    def _read(self, node: Term) -> Shape:
        """One shape; an empty one where it is wrong, and what is wrong is kept."""
        try:
            return self._checked(node)
        except HrdgraphError as error:
            self.errors.setdefault(str(error), error)
            return Shape(node, None, (), ())

    def _checked(self, node: Term) -> Shape:
        path = self.said.one(node, SH.path)
        if path is None and SH.PropertyShape in self.said.objects(node, RDF.type):
            raise self.said.wrong(
                node,
                "property-shape-without-path",
                "say-path",
            )
        read = None if path is None else self.said.path(node, path)
        if self.said.truth(node, SH.deactivated):
            return Shape(node, read, (), ())
        constraints = core_constraints(self.said, node, has_path=path is not None)
        constraints += self.components.constraints(node, read)
        constraints += self._expressed(node)
        return Shape(
            node, read, tuple(self._targets(node)), tuple(constraints), self._severity(node)
        )

    def _expressed(self, node: Term) -> Iterator[Constraint]:
        """The expressions that must hold; one of a kind that is not evaluated here is told of by
        `notices`."""
        for term in dict.fromkeys(self.said.objects(node, SH.expression)):
            if not foreign_parts(self.said.shapes, term) and not self.said.truth(
                term, SH.deactivated
            ):
                messages = tuple(
                    said
                    for said in self.said.objects(term, SH.message)
                    if isinstance(said, Literal)
                )
                yield ExpressionConstraint(
                    term, ExpressionReader(self.said, node).read(term), messages
                )

    def _targets(self, node: Term) -> Iterator[Target]:
        for predicate, kind in _TARGETS.items():
            for term in dict.fromkeys(self.said.objects(node, predicate)):
                yield Target(
                    kind, term if kind is TargetKind.NODE else self.said.iri(node, predicate, term)
                )
        if isinstance(node, IRI) and self.classes & set(self.said.objects(node, RDF.type)):
            yield Target(TargetKind.CLASS, node)
        for term in self.said.objects(node, SH.target):
            query, parameters = self.components.target(node, term)
            yield Target(TargetKind.SPARQL, term, query, parameters)

    def _severity(self, node: Term) -> IRI:
        value = self.said.one(node, SH.severity)
        return SH.Violation if value is None else self.said.iri(node, SH.severity, value)

    def _refuse_circles(self, roots: tuple[Term, ...]) -> None:
        """Recursion is left undefined by the specification (§3.4.3); it is refused here, with
        the shapes that make the circle."""
        heights: dict[Term, int] = {}
        for root in roots:
            self._walk(root, heights)
            if heights[root] > DEEPEST:
                raise self.said.wrong(
                    root,
                    "shapes-too-deep",
                    "give-inner-targets",
                    limit=DEEPEST,
                )

    def _walk(self, root: Term, heights: dict[Term, int]) -> None:
        """Depth first, without Python's stack; `heights` says how deep shapes are nested in
        each."""
        way: dict[Term, Iterator[Term]] = {root: self._next(root)}
        while way:
            node = next(reversed(way))
            other = next(way[node], None)
            if other is None:
                way.pop(node)
                heights[node] = 1 + max((heights[inner] for inner in self._next(node)), default=0)
            elif other in way:
                raise self._circle([*way], other)
            elif other not in heights:
                way[other] = self._next(other)

    def _circle(self, way: list[Term], again: Term) -> HrdgraphError:
        names = " → ".join(
            self.said.shapes.rule_of(item) for item in [*way[way.index(again) :], again]
        )
        return self.said.wrong(
            again,
            "shape-refers-to-itself",
            "follow-with-path",
            names=names,
        )

    def _next(self, node: Term) -> Iterator[Term]:
        return (
            other for constraint in self.shapes[node].constraints for other in shapes_of(constraint)
        )


def shapes_of(constraint: Constraint) -> tuple[Term, ...]:
    """The shapes that a constraint refers to."""
    match constraint:
        case PropertyConstraint(shape):
            return (shape,)
        case LogicalConstraint(_, shapes):
            return shapes
        case QualifiedCount():
            return (constraint.shape, *constraint.siblings)
        case ExpressionConstraint():
            return filters_of(constraint.expression)
    return ()
