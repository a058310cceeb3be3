"""Choose the engine for a query: the store for looking up a few things, the columns for going
through many."""

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
from hrdgraph.sparql.column_dataset import ColumnDataset

STORE: Final = "store"
COLUMNS: Final = "columns"
# solutions that the store may go through: it has done so before columns, which take the same
# time for few as for many, have answered
FEW: Final = 1_500
_MOST: Final = 1e15
# what the store takes for the number of matches of a pattern whose subject, property and object
# it knows or not; of parameters it learns only when it has put the patterns in order
_SUPPOSED: Final = MappingProxyType({
    (True, True, True): 1, (True, False, True): 2, (True, True, False): 10,
    (True, False, False): 100, (False, True, True): 10_000, (False, False, True): 100_000,
    (False, True, False): 1_000_000, (False, False, False): 1_000_000_000,
})  # fmt: skip
_WHOLE: Final = (Project, Group, Distinct, Slice, Order)  # within others: worked out first
_ONE: Final = (Filter, Extend, Graph, Alternatives, *_WHOLE)


class ChosenEngine(NamedTuple):
    """The engine that answers a query, and why. `reason` is the code of a message; its fields are
    `detail` (a word of the query) or `solutions` (a number of steps)."""

    engine: str
    reason: str
    detail: str = ""
    solutions: int = 0


def choose(query: Query, dataset: ColumnDataset, given: Mapping[str, int]) -> ChosenEngine:
    """Choose the engine for a query that columns can answer."""
    cost = _cost(query.inner, dataset, given)
    if cost <= FEW:
        return ChosenEngine(STORE, "sparql-looks-up", solutions=round(cost))
    return ChosenEngine(COLUMNS, "sparql-scans", solutions=round(min(cost, len(dataset))))


def leave_to_store(reason: Untranslated) -> ChosenEngine:
    """Choose the store for a query that columns cannot answer."""
    return ChosenEngine(STORE, reason.reason, reason.detail)


def _cost(node: Operator, dataset: ColumnDataset, given: Mapping[str, int]) -> float:
    """Estimate the solutions that the store goes through; with a LIMIT and no sorting, it stops
    early."""
    cost = _Estimate(dataset, given).whole(node)
    length = _first(node)
    return cost if length is None else min(cost, length)


def _first(node: Operator) -> int | None:
    """Return how many solutions are enough, if any will do."""
    length = None
    while isinstance(node, Project | Slice):
        if isinstance(node, Slice) and node.length is not None:
            length = node.start + node.length
        node = node.inner
    return length if isinstance(node, Basic) and len(node.patterns) == 1 else None


class _Progress(NamedTuple):
    """The state of an estimate: current solutions, bound variables, and solutions gone through."""

    size: float
    bound: frozenset[str]
    cost: float = 0.0

    def on(self, fan: float, names: frozenset[str]) -> _Progress:
        """Return the progress after one more pattern, with so many solutions for each."""
        size = min(self.size * fan, _MOST)
        return _Progress(size, self.bound | names, min(self.cost + max(size, self.size), _MOST))


class _Estimate:
    """Estimates costs in the order of the store: the pattern that it takes for the smallest, then
    the smallest connected one; optional parts from each solution, sub-queries and MINUS as a
    whole."""

    def __init__(self, dataset: ColumnDataset, given: Mapping[str, int]) -> None:
        self._dataset, self._named = dataset, dict(given)

    def whole(self, node: Operator) -> float:
        """Estimate the cost of an operator by itself."""
        return self._after(node, _Progress(1.0, frozenset())).cost

    @singledispatchmethod
    def _after(self, node: Operator, walk: _Progress) -> _Progress:
        """Return the estimate of cost and size after one more operator."""
        # patterns and tables in the order of the store, then other operands
        operands = [*_operands(node)]
        self._named |= {k: v for item in operands for k, v in _single(item, self._dataset).items()}
        rest = [item for item in operands if isinstance(item, Pattern | Table)]
        while rest:
            following = min(rest, key=lambda item: _rank_operand(item, walk.bound))
            rest.remove(following)
            walk = walk.on(self._fan(following, walk.bound), _names(following))
        for item in operands:
            if isinstance(item, Exists):
                walk = walk._replace(cost=self._after(item.inner, walk).cost)
            elif not isinstance(item, Pattern | Table):
                walk = self._beside(item, walk)
        return walk

    @_after.register
    def _(self, node: LeftJoin, walk: _Progress) -> _Progress:
        walk = self._after(node.left, walk)
        beside = self._beside(node.right, walk)
        return _Progress(max(beside.size, walk.size), beside.bound, beside.cost)

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
        """Return the estimate after one more operand, which may have to be evaluated by itself."""
        if isinstance(node, Minus | Project | Group | Distinct | Slice | Order):
            return walk._replace(cost=walk.cost + self.whole(node))
        return self._after(node, walk)

    def _fan(self, item: Pattern | Table, bound: frozenset[str]) -> float:
        """Estimate the solutions of a pattern for each current one."""
        if isinstance(item, Table):
            return 1.0 if bound & set(item.variables) else float(len(item.rows))
        s, p, o = (self._code(slot) for slot in (item.s, item.p, item.o))
        fan = float(self._dataset.count(s, p, o))
        for place, slot, code in (("s", item.s, s), ("o", item.o, o)):
            if code is None and isinstance(slot, Variable) and slot.name in bound:
                fan /= max(self._dataset.distinct(p, place), 1)
        return fan

    def _code(self, slot: Slot) -> int | None:
        if isinstance(slot, Variable):
            return self._named.get(slot.name)
        return self._dataset.dictionary.code(slot)


def _operands(node: Operator) -> Iterator[Pattern | Operator | Exists]:
    """Yield the operands of an operator, single patterns too, and the EXISTS of its conditions."""
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
        yield from (part for part in expressions(condition) if isinstance(part, Exists))


def _part(node: Operator) -> Iterator[Pattern | Operator | Exists]:
    return iter((node,)) if isinstance(node, _WHOLE) else _operands(node)


def _names(item: Pattern | Table) -> frozenset[str]:
    return frozenset(item.variables() if isinstance(item, Pattern) else item.variables)


def _rank_operand(item: Pattern | Table, bound: frozenset[str]) -> tuple[bool, int]:
    """Return the sort key of the store: first patterns with a bound variable, then those that it
    takes for small."""
    apart = bool(bound) and bound.isdisjoint(_names(item))
    if isinstance(item, Table):
        return apart, len(item.rows)
    is_bound = [isinstance(slot, str) or slot.name in bound for slot in (item.s, item.p, item.o)]
    return apart, _SUPPOSED[is_bound[0], is_bound[1], is_bound[2]]


def _single(node: object, dataset: ColumnDataset) -> dict[str, int]:
    """Return the values of variables for which VALUES gives just one."""
    if not isinstance(node, Table) or len(node.rows) != 1:
        return {}
    pairs = zip(node.variables, node.rows[0], strict=True)
    return {name: dataset.dictionary.code(text) for name, text in pairs if text is not None}
