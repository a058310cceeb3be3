"""A query → which engine answers it: what looks up a few things goes to the store, what goes
through many to the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import singledispatchmethod
from types import MappingProxyType
from typing import Final, NamedTuple

from hrdgraph.sparql.algebra import (
    Alternatives,
    Basic,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    Operator,
    Order,
    Pattern,
    Project,
    Query,
    Slice,
    Slot,
    Table,
    Union,
    Untranslated,
    Variable,
    conditions,
    expressions,
)
from hrdgraph.sparql.dataset import ColumnDataset

STORE: Final = "store"
COLUMNS: Final = "columns"
# solutions that the store may go through: it has done so before columns, which take the same
# time for few as for many, have answered
FEW: Final = 1_500
_MOST: Final = 1e15
# what the store takes for the number of matches of a pattern whose subject, property and object
# it knows or not; of parameters it learns only when it has put the patterns in order
_SUPPOSED: Final = MappingProxyType(
    {
        (True, True, True): 1,
        (True, False, True): 2,
        (True, True, False): 10,
        (True, False, False): 100,
        (False, True, True): 10_000,
        (False, False, True): 100_000,
        (False, True, False): 1_000_000,
        (False, False, False): 1_000_000_000,
    }
)
_WHOLE: Final = (Project, Group, Distinct, Slice, Order)  # within others: worked out first
_ONE: Final = (Filter, Extend, Graph, Alternatives, *_WHOLE)


class ChosenEngine(NamedTuple):
    """Which engine answers, and why: a code of the catalogue, and the word of the query or the
    number of solutions that it is about."""

    engine: str
    reason: str
    detail: str = ""
    solutions: int = 0


def choose(query: Query, dataset: ColumnDataset, given: Mapping[str, int]) -> ChosenEngine:
    """The engine for a query that columns answer."""
    cost = _cost(query.inner, dataset, given)
    if cost <= FEW:
        return ChosenEngine(STORE, "sparql-looks-up", solutions=round(cost))
    return ChosenEngine(COLUMNS, "sparql-scans", solutions=round(min(cost, len(dataset))))


def left_to_store(reason: Untranslated) -> ChosenEngine:
    """The choice of a query that columns do not answer."""
    return ChosenEngine(STORE, reason.reason, reason.detail)


def _cost(node: Operator, dataset: ColumnDataset, given: Mapping[str, int]) -> float:
    """How many solutions the store is likely to go through. It ends with the first of them that
    a LIMIT wants, where nothing is to be sorted out."""
    cost = _Estimate(dataset, given).whole(node)
    length = _first(node)
    return cost if length is None else min(cost, length)


def _first(node: Operator) -> int | None:
    """How many solutions are enough, where any will do."""
    length = None
    while isinstance(node, Project | Slice):
        if isinstance(node, Slice) and node.length is not None:
            length = node.start + node.length
        node = node.inner
    return length if isinstance(node, Basic) and len(node.patterns) == 1 else None


class _Progress(NamedTuple):
    """How far one has got: so many solutions at hand, these variables bound, so many solutions
    gone through."""

    size: float
    bound: frozenset[str]
    cost: float = 0.0

    def on(self, fan: float, names: frozenset[str]) -> _Progress:
        """One pattern further, with so many solutions for each."""
        size = min(self.size * fan, _MOST)
        return _Progress(size, self.bound | names, min(self.cost + max(size, self.size), _MOST))


class _Estimate:
    """Follows patterns as the store does: from that which it takes for the smallest to what it
    takes for the smallest beside it, optional parts from each solution, sub-queries and what
    MINUS takes away whole."""

    def __init__(self, dataset: ColumnDataset, given: Mapping[str, int]) -> None:
        self._dataset, self._named = dataset, dict(given)

    def whole(self, node: Operator) -> float:
        """What an operator costs by itself."""
        return self._after(node, _Progress(1.0, frozenset())).cost

    @singledispatchmethod
    def _after(self, node: Operator, walk: _Progress) -> _Progress:
        """How far one is after an operator."""
        return self._joined([node], walk)

    @_after.register
    def _(self, node: LeftJoin, walk: _Progress) -> _Progress:
        walk = self._after(node.left, walk)
        found = self._beside(node.right, walk)
        return _Progress(max(found.size, walk.size), found.bound, found.cost)

    @_after.register
    def _(self, node: Minus, walk: _Progress) -> _Progress:
        walk = self._after(node.left, walk)
        return walk._replace(cost=walk.cost + self.whole(node.right))

    @_after.register
    def _(self, node: Union, walk: _Progress) -> _Progress:
        one, other = self._after(node.left, walk), self._after(node.right, walk)
        cost = one.cost + other.cost - walk.cost
        return _Progress(one.size + other.size, one.bound | other.bound, cost)

    def _beside(self, node: Operator, walk: _Progress) -> _Progress:
        """The same for what is joined to what is at hand, if need be worked out first."""
        if isinstance(node, Minus | Project | Group | Distinct | Slice | Order):
            return walk._replace(cost=walk.cost + self.whole(node))
        return self._after(node, walk)

    def _joined(self, nodes: list[Operator], walk: _Progress) -> _Progress:
        """Patterns and tables first, in the order of the store; then what else is joined."""
        found = [part for node in nodes for part in _operands(node)]
        self._named |= {k: v for one in found for k, v in _single(one, self._dataset).items()}
        left = [one for one in found if isinstance(one, Pattern | Table)]
        while left:
            following = min(left, key=lambda one: _supposed(one, walk.bound))
            left.remove(following)
            walk = walk.on(self._fan(following, walk.bound), _names(following))
        for one in found:
            if isinstance(one, Exists):
                walk = walk._replace(cost=self._after(one.inner, walk).cost)
            elif not isinstance(one, Pattern | Table):
                walk = self._beside(one, walk)
        return walk

    def _fan(self, one: Pattern | Table, bound: frozenset[str]) -> float:
        """How many solutions a pattern gives for each that is at hand."""
        if isinstance(one, Table):
            return 1.0 if bound & set(one.variables) else float(len(one.rows))
        s, p, o = (self._code(slot) for slot in (one.s, one.p, one.o))
        fan = float(self._dataset.count(s, p, o))
        for place, slot, code in (("s", one.s, s), ("o", one.o, o)):
            if code is None and isinstance(slot, Variable) and slot.name in bound:
                fan /= max(self._dataset.distinct(p, place), 1)
        return fan

    def _code(self, slot: Slot) -> int | None:
        if isinstance(slot, Variable):
            return self._named.get(slot.name)
        return self._dataset.dictionary.code(slot)


def _operands(node: Operator) -> Iterator[Pattern | Operator | Exists]:
    """What is joined within an operator, single patterns too, and what its conditions look
    for."""
    if isinstance(node, Basic):
        yield from node.patterns
    elif isinstance(node, Join):
        yield from _part(node.left)
        yield from _part(node.right)
    elif isinstance(node, _ONE):
        yield from _operands(node.inner)
    else:
        yield node
        return
    for condition in conditions(node):
        yield from (one for one in expressions(condition) if isinstance(one, Exists))


def _part(node: Operator) -> Iterator[Pattern | Operator | Exists]:
    return iter((node,)) if isinstance(node, _WHOLE) else _operands(node)


def _names(one: Pattern | Table) -> frozenset[str]:
    return frozenset(one.variables() if isinstance(one, Pattern) else one.variables)


def _supposed(one: Pattern | Table, bound: frozenset[str]) -> tuple[bool, int]:
    """What the store goes by: what has a variable with the others first, then what it takes for
    small; of equals, the first."""
    apart = bool(bound) and bound.isdisjoint(_names(one))
    if isinstance(one, Table):
        return apart, len(one.rows)
    known = [isinstance(slot, str) or slot.name in bound for slot in (one.s, one.p, one.o)]
    return apart, _SUPPOSED[known[0], known[1], known[2]]


def _single(node: object, dataset: ColumnDataset) -> dict[str, int]:
    """The values of variables of which VALUES gives one."""
    if not isinstance(node, Table) or len(node.rows) != 1:
        return {}
    given = zip(node.variables, node.rows[0], strict=True)
    return {name: dataset.dictionary.code(text) for name, text in given if text is not None}
