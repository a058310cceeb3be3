"""The part of the SPARQL algebra that columns answer, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


class Untranslated(Exception):
    """What the columns do not answer; `reason` is a code of the catalogue, `detail` the word of
    the query that it is about. The store answers then: no person sees this as an error."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a pattern. Hidden ones, which stand for blank nodes and for the middle of
    paths, have names that no query can write."""

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
    """Whether a pattern has a solution that agrees with the row."""

    inner: Operator


Expression = Reference | Constant | Call | Exists


@dataclass(frozen=True, slots=True)
class Basic:
    """Triple patterns that all hold."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are given, None where a variable is unbound. Without variables and with one row
    it is what every pattern starts from."""

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
    """A path with alternatives: what its ways lead to, each pair of ends once. SPARQL says as
    often as there are ways; the store, whose answers are ours, says once."""

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
    """A whole query: its form, what is looked for, and what the answer has of it."""

    form: str
    inner: Operator
    variables: tuple[str, ...] = ()
    template: tuple[Pattern, ...] = ()


UNIT: Final = Table((), ((),))


def parts(node: Operator) -> Iterator[Operator]:
    """The operators directly below one, those of EXISTS left out."""
    for name in ("left", "right", "inner"):
        if hasattr(node, name):
            yield getattr(node, name)


def conditions(node: Operator) -> Iterator[Expression]:
    """The expressions of an operator itself."""
    if isinstance(node, LeftJoin | Filter) and node.condition is not None:
        yield node.condition
    elif isinstance(node, Extend):
        yield node.expression
    elif isinstance(node, Group):
        yield from (one.expression for one in node.aggregates if one.expression is not None)
    elif isinstance(node, Order):
        yield from (key for key, _ in node.keys)


def is_ordered(node: Operator) -> bool:
    """Whether the solutions of an operator come in an order that the query asks for."""
    while isinstance(node, Project | Distinct | Slice | Extend | Filter):
        node = node.inner
    return isinstance(node, Order)


def is_key_again(node: Extend) -> bool:
    """Whether a key of a group is only given its value once more, as the parser writes it."""
    return isinstance(node.expression, Reference) and node.expression.name.startswith("__agg_")


def walk(node: Operator) -> Iterator[Operator]:
    """An operator and all below it, those of EXISTS too."""
    yield node
    for part in below(node):
        yield from walk(part)


def below(node: Operator) -> Iterator[Operator]:
    """The operators that one is made of, and those of EXISTS in its conditions."""
    yield from parts(node)
    for condition in conditions(node):
        yield from (one.inner for one in expressions(condition) if isinstance(one, Exists))


def expressions(expression: Expression) -> Iterator[Expression]:
    """An expression and all below it; not what stands in the pattern of an EXISTS."""
    yield expression
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from expressions(argument)


def mentioned(expression: Expression) -> set[str]:
    """The variables on whose values an expression depends."""
    names: set[str] = set()
    for one in expressions(expression):
        if isinstance(one, Reference):
            names.add(one.name)
        elif isinstance(one, Exists):
            names |= visible(one.inner) | free(one.inner)
    return names


def visible(node: Operator) -> set[str]:
    """The variables that the solutions of an operator may bind."""
    if isinstance(node, Basic):
        return {name for pattern in node.patterns for name in pattern.variables()}
    if isinstance(node, Table | Project):
        return set(node.variables)
    if isinstance(node, Alternatives):
        return set(node.ends)
    if isinstance(node, Group):
        return {*node.keys, *(one.name for one in node.aggregates)}
    if isinstance(node, Minus):
        return visible(node.left)
    names = {name for part in parts(node) for name in visible(part)}
    if isinstance(node, Extend):
        names.add(node.name)
    elif isinstance(node, Graph) and isinstance(node.name, Variable):
        names.add(node.name.name)
    return names


def certain(node: Operator) -> set[str]:
    """The variables that every solution of an operator binds."""
    match node:
        case Basic():
            return visible(node)
        case Table(names, rows):
            columns = zip(names, zip(*rows, strict=True), strict=False)
            return {name for name, column in columns if None not in column}
        case Join(left, right):
            return certain(left) | certain(right)
        case LeftJoin(left) | Minus(left):
            return certain(left)
        case Union(left, right):
            return certain(left) & certain(right)
        case Project(inner, names) | Alternatives(inner, names) | Group(inner, names):
            return certain(inner) & set(names)
        case Graph(Variable(name), inner):
            return certain(inner) | {name}
    return certain(node.inner)


def free(node: Operator) -> set[str]:
    """The variables that conditions within an operator look at, but nothing there binds."""
    names: set[str] = set()
    here = {name for part in parts(node) for name in visible(part)}
    for condition in conditions(node):
        names |= mentioned(condition) - here
    for part in parts(node):
        names |= free(part)
    return names
