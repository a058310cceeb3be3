"""Shapes, node expressions and rules as frozen values, named as in the specification. They are not
compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.shacl.paths import Path
from hrdgraph.vocab import SH


@dataclass(frozen=True, slots=True, eq=False)
class This:
    """sh:this: the focus node."""


@dataclass(frozen=True, slots=True, eq=False)
class ConstantExpression:
    """One term for every focus node."""

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
    """sh:if, sh:then and sh:else; nothing for a missing branch."""

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
    """Return the expressions directly within one."""
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
    """Return the shapes that an expression refers to."""
    own = (expression.shape,) if isinstance(expression, FilterShapeExpression) else ()
    return own + tuple(shape for part in parts_of(expression) for shape in filters_of(part))


class TargetKind(StrEnum):
    """How a target chooses focus nodes; an implicit class target is one of the class."""

    NODE = "targetNode"
    CLASS = "targetClass"
    SUBJECTS = "targetSubjectsOf"
    OBJECTS = "targetObjectsOf"
    SPARQL = "target"


@dataclass(frozen=True, slots=True, eq=False)
class ConstraintQuery:
    """The text of a SELECT or ASK, with its prefixes, and the messages of its node."""

    node: Term
    text: str
    ask: bool = False
    messages: tuple[Literal, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One target declaration; `query` where SPARQL chooses, with the `parameters` of its target
    type by variable."""

    kind: TargetKind
    term: Term
    query: ConstraintQuery | None = None
    parameters: Mapping[str, Term] = field(default_factory=dict, hash=False)


class RangeComparison(StrEnum):
    """The four value ranges: how a value must stand to the limit."""

    MIN_INCLUSIVE = "MinInclusive"
    MAX_INCLUSIVE = "MaxInclusive"
    MIN_EXCLUSIVE = "MinExclusive"
    MAX_EXCLUSIVE = "MaxExclusive"


class Pairwise(StrEnum):
    """The constraints between value nodes and the values of another property."""

    EQUALS = "Equals"
    DISJOINT = "Disjoint"
    LESS_THAN = "LessThan"
    LESS_THAN_OR_EQUALS = "LessThanOrEquals"


class Logic(StrEnum):
    """The constraints that combine shapes."""

    NOT = "Not"
    AND = "And"
    OR = "Or"
    XONE = "Xone"
    NODE = "Node"


@dataclass(frozen=True, slots=True, eq=False)
class ClassOf:
    """sh:class."""

    term: Term
    name: str = "Class"


@dataclass(frozen=True, slots=True, eq=False)
class DatatypeConstraint:
    """sh:datatype."""

    iri: IRI
    name: str = "Datatype"


@dataclass(frozen=True, slots=True, eq=False)
class NodeKind:
    """sh:nodeKind; which of the three kinds are allowed."""

    iri: bool
    blank: bool
    literal: bool
    name: str = "NodeKind"


@dataclass(frozen=True, slots=True, eq=False)
class CountConstraint:
    """sh:minCount and sh:maxCount (`name` says which)."""

    name: str
    limit: int


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """sh:minInclusive and its three relatives."""

    name: RangeComparison
    limit: Literal


@dataclass(frozen=True, slots=True, eq=False)
class Length:
    """sh:minLength and sh:maxLength (`name` says which)."""

    name: str
    limit: int


@dataclass(frozen=True, slots=True, eq=False)
class PatternConstraint:
    """sh:pattern with sh:flags."""

    text: str
    flags: str
    name: str = "Pattern"


@dataclass(frozen=True, slots=True, eq=False)
class LanguageIn:
    """sh:languageIn; ranges in lower case."""

    ranges: tuple[str, ...]
    name: str = "LanguageIn"


@dataclass(frozen=True, slots=True, eq=False)
class UniqueLang:
    """sh:uniqueLang true."""

    name: str = "UniqueLang"


@dataclass(frozen=True, slots=True, eq=False)
class PairConstraint:
    """sh:equals, sh:disjoint, sh:lessThan and sh:lessThanOrEquals."""

    name: Pairwise
    predicate: IRI


@dataclass(frozen=True, slots=True, eq=False)
class LogicalConstraint:
    """sh:not, sh:and, sh:or, sh:xone and sh:node, over the shapes of these nodes."""

    name: Logic
    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PropertyConstraint:
    """sh:property: its results are those of the property shape."""

    shape: Term
    name: str = "Property"


@dataclass(frozen=True, slots=True, eq=False)
class QualifiedCount:
    """One bound on how many values conform to a shape and to none of `siblings` (`name` says
    which bound)."""

    name: str
    shape: Term
    limit: int
    siblings: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ClosedConstraint:
    """sh:closed true; the predicates that are allowed."""

    allowed: tuple[IRI, ...]
    name: str = "Closed"


@dataclass(frozen=True, slots=True, eq=False)
class HasValue:
    """sh:hasValue."""

    term: Term
    name: str = "HasValue"


@dataclass(frozen=True, slots=True, eq=False)
class In:
    """sh:in."""

    terms: tuple[Term, ...]
    name: str = "In"


@dataclass(frozen=True, slots=True, eq=False)
class SparqlConstraint:
    """sh:sparql with a SELECT."""

    query: ConstraintQuery
    name: str = "SPARQL"


@dataclass(frozen=True, slots=True, eq=False)
class Custom:
    """A constraint of a SPARQL-based component: its validator, and its parameters by variable."""

    iri: IRI
    query: ConstraintQuery
    parameters: Mapping[str, Term] = field(hash=False)
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ExpressionConstraint:
    """sh:expression: a node expression that must give `true`, and nothing else, for each value
    node."""

    node: Term
    expression: Expression
    messages: tuple[Literal, ...] = ()
    name: str = "Expression"


Constraint = (
    ClassOf
    | DatatypeConstraint
    | NodeKind
    | CountConstraint
    | Range
    | Length
    | PatternConstraint
    | LanguageIn
    | UniqueLang
    | PairConstraint
    | LogicalConstraint
    | PropertyConstraint
    | QualifiedCount
    | ClosedConstraint
    | HasValue
    | In
    | SparqlConstraint
    | Custom
    | ExpressionConstraint
)


def component_of(constraint: Constraint) -> IRI:
    """Return the IRI of the constraint component."""
    return (
        constraint.iri
        if isinstance(constraint, Custom)
        else SH[f"{constraint.name}ConstraintComponent"]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A shape. A property shape has a path. A deactivated shape has no constraint and no target."""

    node: Term
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: IRI = SH.Violation


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Every shape that a target reaches, checked, by its node; `roots` are those that have a
    target."""

    shapes: Mapping[Term, Shape]
    roots: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A variable of a template."""

    name: str


Place = Term | Variable


@dataclass(frozen=True, slots=True, eq=False)
class TripleRule:
    """sh:TripleRule: every subject with every predicate and every object."""

    subject: Expression
    predicate: Expression
    object: Expression


@dataclass(frozen=True, slots=True, eq=False)
class QueryRule:
    """sh:SPARQLRule: its CONSTRUCT as a SELECT of `selected`, and the triples that each solution
    fills in. A blank node of the template is another one for each solution. `of_focus` says that
    it names $this; one that does not says the same of every focus node.
    """

    query: ConstraintQuery
    template: tuple[tuple[Place, Place, Place], ...]
    selected: tuple[str, ...]
    of_focus: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShapeRule:
    """A rule of a shape: it runs for the focus nodes that conform to all `conditions`. Rules of
    one `order` (that of the shape, then that of the rule) see the same graph.
    """

    node: Term
    shape: Term
    made: TripleRule | QueryRule
    conditions: tuple[Term, ...]
    order: tuple[Decimal, Decimal]
