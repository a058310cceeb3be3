"""The part of the SPARQL algebra that is evaluated over columns, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


class Untranslated(Exception):
    """Raised for what columns cannot answer; `reason` is a code of the catalogue, `detail` the
    word of the query. The store answers then: nobody sees this as an error."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a pattern. Hidden ones, for blank nodes and inner nodes of paths, have names
    that no query can write."""

    name: str


Slot = Variable | str  # a constant is its N-Triples text


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern."""

    s: Slot
    p: Slot
    o: Slot

    def variables(self) -> Iterator[str]:
        return (slot.name for slot in (self.s, self.p, self.o) if isinstance(slot, Variable))


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of a variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A term, as its N-Triples text."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function, by its SPARQL name in capitals, or a function of the caller's,
    by its IRI in brackets."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """A test whether a pattern has a solution that agrees with the row."""

    inner: Operator


Expression = Reference | Constant | Call | Exists


@dataclass(frozen=True, slots=True)
class Basic:
    """Triple patterns that all hold."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Given rows, None where a variable is unbound. Without variables and with one row, it is the
    start of every pattern."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Join:
    left: Operator
    right: Operator


@dataclass(frozen=True, slots=True)
class LeftJoin:
    left: Operator
    right: Operator
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Minus:
    left: Operator
    right: Operator


@dataclass(frozen=True, slots=True)
class Filter:
    inner: Operator
    condition: Expression


@dataclass(frozen=True, slots=True)
class Union:
    left: Operator
    right: Operator


@dataclass(frozen=True, slots=True)
class Alternatives:
    """A path with alternatives: each pair of its ends once. SPARQL says as often as there are
    ways; we follow the store, which says once."""

    inner: Operator
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extend:
    inner: Operator
    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Graph:
    """A pattern within one named graph, or within each."""

    name: Slot
    inner: Operator


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate of a group; without an expression, COUNT(*)."""

    name: str
    function: str
    distinct: bool
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class Group:
    inner: Operator
    keys: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]


@dataclass(frozen=True, slots=True)
class Project:
    inner: Operator
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    inner: Operator


@dataclass(frozen=True, slots=True)
class Order:
    """Rows in an order; each key with whether it descends."""

    inner: Operator
    keys: tuple[tuple[Expression, bool], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    inner: Operator
    start: int
    length: int | None


Operator = (
    Basic
    | Table
    | Join
    | LeftJoin
    | Minus
    | Filter
    | Union
    | Alternatives
    | Extend
    | Graph
    | Group
    | Project
    | Distinct
    | Order
    | Slice
)

SELECT: Final = "select"
ASK: Final = "ask"
CONSTRUCT: Final = "construct"


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: its form, its pattern, and the variables or template of the answer."""

    form: str
    inner: Operator
    variables: tuple[str, ...] = ()
    template: tuple[Pattern, ...] = ()


UNIT: Final = Table((), ((),))


def parts(node: Operator) -> Iterator[Operator]:
    """Yield the operators directly below one, without those of EXISTS."""
    for name in ("left", "right", "inner"):
        if hasattr(node, name):
            yield getattr(node, name)


def conditions(node: Operator) -> Iterator[Expression]:
    """Yield the expressions of an operator itself."""
    if isinstance(node, LeftJoin | Filter) and node.condition is not None:
        yield node.condition
    elif isinstance(node, Extend):
        yield node.expression
    elif isinstance(node, Group):
        yield from (item.expression for item in node.aggregates if item.expression is not None)
    elif isinstance(node, Order):
        yield from (key for key, _ in node.keys)


def is_ordered(node: Operator) -> bool:
    """Say whether the query asks for an order of the solutions."""
    while isinstance(node, Project | Distinct | Slice | Extend | Filter):
        node = node.inner
    return isinstance(node, Order)


def is_key_again(node: Extend) -> bool:
    """Say whether an Extend only repeats the value of a grouping key, as the parser writes it."""
    return isinstance(node.expression, Reference) and node.expression.name.startswith("__agg_")


def expressions(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all below it, without the patterns of EXISTS."""
    yield expression
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from expressions(argument)


def list_variables(expression: Expression) -> set[str]:
    """Return the variables on whose values an expression depends."""
    names: set[str] = set()
    for part in expressions(expression):
        if isinstance(part, Reference):
            names.add(part.name)
        elif isinstance(part, Exists):
            names |= visible(part.inner) | free(part.inner)
    return names


def visible(node: Operator) -> set[str]:
    """Return the variables that the solutions of an operator may bind."""
    if isinstance(node, Basic):
        return {name for pattern in node.patterns for name in pattern.variables()}
    if isinstance(node, Table | Project):
        return set(node.variables)
    if isinstance(node, Alternatives):
        return set(node.ends)
    if isinstance(node, Group):
        return {*node.keys, *(item.name for item in node.aggregates)}
    if isinstance(node, Minus):
        return visible(node.left)
    names = {name for part in parts(node) for name in visible(part)}
    if isinstance(node, Extend):
        names.add(node.name)
    elif isinstance(node, Graph) and isinstance(node.name, Variable):
        names.add(node.name.name)
    return names


def free(node: Operator) -> set[str]:
    """Return the variables that conditions within an operator use but nothing there binds."""
    names: set[str] = set()
    here = {name for part in parts(node) for name in visible(part)}
    for condition in conditions(node):
        names |= list_variables(condition) - here
    for part in parts(node):
        names |= free(part)
    return names
