"""Node expressions as frozen values (SHACL Advanced Features §6): each turns a focus node into a
set of nodes."""

from __future__ import annotations

from dataclasses import dataclass

from hrdgraph.rdf import Term
from hrdgraph.validate.engine.model.paths import Path


@dataclass(frozen=True, slots=True, eq=False)
class This:
    """sh:this: the focus node."""


@dataclass(frozen=True, slots=True, eq=False)
class ConstantExpression:
    """One term, whatever the focus node."""

    term: Term


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """sh:path, from the focus node or from `nodes`."""

    path: Path
    nodes: Expression


@dataclass(frozen=True, slots=True, eq=False)
class FilterShapeExpression:
    """sh:filterShape: those of `nodes` that conform to a shape."""

    shape: Term
    nodes: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """sh:union."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Intersection:
    """sh:intersection."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Minus:
    """sh:minus: `nodes` without those of `others`."""

    nodes: Expression
    others: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Exists:
    """sh:exists: true where there is a node, false where there is none."""

    nodes: Expression


@dataclass(frozen=True, slots=True, eq=False)
class IfExpression:
    """sh:if, sh:then and sh:else; nothing where the branch is not there."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True, eq=False)
class CountExpression:
    """sh:count: how many nodes there are."""

    nodes: Expression


Expression = (
    This
    | ConstantExpression
    | Along
    | FilterShapeExpression
    | Union
    | Intersection
    | Minus
    | Exists
    | IfExpression
    | CountExpression
)
NOTHING = Union(())


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly within one."""
    match expression:
        case This() | ConstantExpression():
            return ()
        case Union(parts) | Intersection(parts):
            return parts
        case Minus(nodes, others):
            return nodes, others
        case IfExpression(condition, then, otherwise):
            return condition, then, otherwise
        case Along() | FilterShapeExpression() | Exists() | CountExpression():
            return (expression.nodes,)


def filters_of(expression: Expression) -> tuple[Term, ...]:
    """The shapes that an expression asks."""
    own = (expression.shape,) if isinstance(expression, FilterShapeExpression) else ()
    return own + tuple(shape for part in parts_of(expression) for shape in filters_of(part))
