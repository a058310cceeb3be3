"""Shapes as frozen values: targets and constraints, each as the specification names it. None is
compared with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.validate.engine.model.expression import Expression
from hrdgraph.validate.engine.model.paths import Path
from hrdgraph.vocab import SH


class TargetKind(StrEnum):
    """How a target chooses focus nodes; an implicit class target is one of the class."""

    NODE = "targetNode"
    CLASS = "targetClass"
    SUBJECTS = "targetSubjectsOf"
    OBJECTS = "targetObjectsOf"
    SPARQL = "target"


@dataclass(frozen=True, slots=True, eq=False)
class ConstraintQuery:
    """The text of a SELECT or ASK, its prefixes declared in front, and the messages of who has
    it."""

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

    order: RangeComparison
    limit: Literal

    @property
    def name(self) -> str:
        return str(self.order)


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

    how: Pairwise
    predicate: IRI

    @property
    def name(self) -> str:
        return str(self.how)


@dataclass(frozen=True, slots=True, eq=False)
class LogicalConstraint:
    """sh:not, sh:and, sh:or, sh:xone and sh:node, over the shapes of these nodes."""

    logic: Logic
    shapes: tuple[Term, ...]

    @property
    def name(self) -> str:
        return str(self.logic)


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
    """The IRI of the constraint component."""
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
