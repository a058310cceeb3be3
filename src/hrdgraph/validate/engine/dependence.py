"""Shapes → the properties that the results of each depend on: a change of any other changes
none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

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
    Model,
    PairConstraint,
    PropertyConstraint,
    Shape,
    SparqlConstraint,
    Target,
    TargetKind,
)
from hrdgraph.validate.engine.queries.scanner import scan
from hrdgraph.validate.engine.reading.model_reader import shapes_of
from hrdgraph.vocab import RDF, RDFS

Properties = frozenset[str] | None  # N-Triples texts; None for any
_NO: Properties = frozenset()
_CLASSES: Properties = frozenset((RDF.type.n3(), RDFS.subClassOf.n3()))


@lru_cache(maxsize=4)
def properties_of(model: Model) -> Mapping[Term, Properties]:
    """The properties that what each shape says of a node depends on, those of shapes within too.
    The last models are remembered."""
    known: dict[Term, Properties] = {}
    for node in model.shapes:
        _of_shape(model, node, known)
    return MappingProxyType(known)


def target_properties(shape: Shape) -> Properties:
    """The properties that the focus nodes of a shape depend on."""
    return _together(map(_of_target, shape.targets))


def meets(properties: Properties, changed: frozenset[str]) -> bool:
    """Whether any of these has changed."""
    return bool(changed) and (properties is None or not properties.isdisjoint(changed))


def is_flat(model: Model, shape: Shape) -> bool:
    """Whether every result of a shape is of one of its own focus nodes: no property shape has
    another within."""
    within = [one for item in shape.constraints for one in _held(item)]
    return not (within and shape.path) and all(is_flat(model, model.shapes[one]) for one in within)


def _held(constraint: Constraint) -> tuple[Term, ...]:
    return (constraint.shape,) if isinstance(constraint, PropertyConstraint) else ()


def _of_shape(model: Model, node: Term, known: dict[Term, Properties]) -> Properties:
    if node not in known:
        shape = model.shapes[node]
        parts = [_of_constraint(constraint) for constraint in shape.constraints]
        parts += [
            _of_shape(model, inner, known)
            for constraint in shape.constraints
            for inner in shapes_of(constraint)
        ]
        parts += [] if shape.path is None else [_of_path(shape.path)]
        known[node] = _together(parts)
    return known[node]


def _of_constraint(constraint: Constraint) -> Properties:
    match constraint:
        case ClosedConstraint() | ExpressionConstraint():
            return None
        case ClassOf():
            return _CLASSES
        case PairConstraint():
            return frozenset((constraint.predicate.n3(),))
        case SparqlConstraint() | Custom():
            return _of_query(constraint.query.text)
    return _NO


def _of_query(text: str) -> Properties:
    """Those that its patterns name; a path of no step finds any node."""
    return _together(
        None if item.zero or item.variable is not None else item.predicates
        for item in scan(text).patterns
    )


def _of_target(target: Target) -> Properties:
    match target.kind:
        case TargetKind.CLASS:
            return _CLASSES
        case TargetKind.SUBJECTS | TargetKind.OBJECTS:
            return frozenset((target.term.n3(),))
        case TargetKind.SPARQL:
            return None
    return _NO


def _of_path(path: Path) -> Properties:
    match path:
        case IRI():
            return frozenset((path.n3(),))
        case Inverse(inner) | RepeatedPath(inner):
            return _of_path(inner)
        case AlternativePath(parts) | Sequence(parts):
            return _together(map(_of_path, parts))


def _together(parts: Iterable[Properties]) -> Properties:
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)
