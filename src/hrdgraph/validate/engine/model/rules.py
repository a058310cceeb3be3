"""Rules as frozen values (SHACL Advanced Features §8): what each makes of a focus node."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hrdgraph.rdf import Term
from hrdgraph.validate.engine.model.expression import Expression
from hrdgraph.validate.engine.model.shapes import ConstraintQuery


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
