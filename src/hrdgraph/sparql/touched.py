"""An operator, and quads that changed → which of its solutions may be others than before: rows,
with one of which each of those agrees."""

from __future__ import annotations

from collections.abc import Iterator, Set

import polars as pl

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
    Seeds,
    Slice,
    Slot,
    Table,
    Union,
    Variable,
    certain,
    conditions,
    expressions,
    walk,
)
from hrdgraph.sparql.evaluation import Evaluation
from hrdgraph.sparql.narrowing import agreeing, narrowed, operands
from hrdgraph.sparql.relaxation import relaxed

_MOST = 20_000  # rows, of which it is worth while to ask


class Unbounded(Exception):
    """Nothing tells which solutions a change can reach."""


class Touched:
    """Rows that tell the solutions of operators that a change can reach: each solution that there
    was before and is no more, or is there now and was not, as often as it is now, binds the
    variables of one of the rows and agrees with it. Raises Unbounded where that cannot be told,
    Untranslated for what columns do not answer.

    `changed` evaluates over the quads that were taken away and those that came, `either` over
    all that were or are; `properties` are those of which some changed.
    """

    def __init__(self, changed: Evaluation, either: Evaluation, properties: Set[str]) -> None:
        self._changed, self._either, self._properties = changed, either, properties
        self._graph: Slot | None = None

    def within(self, node: Operator, names: Set[str]) -> list[pl.DataFrame]:
        """The rows for the solutions of an operator, in some of these variables alone: of others,
        it is looked what the solutions that they lead to have there."""
        subjects = {*_subjects(node)} & names
        found, others = list[pl.DataFrame](), list[pl.DataFrame]()
        for rows in self.of(node):
            own = [name for name in rows.columns if name in names]
            # little is said of one thing
            is_near = len(own) == rows.width or not subjects.isdisjoint(own)
            (found if is_near else others).append(rows.select(own) if is_near else rows)
        for rows in others:
            found += self._led_to(node, rows, names)
        return _merged(found)

    def of(self, node: Operator) -> list[pl.DataFrame]:
        """The rows for the solutions of an operator."""
        return _merged([*self._below(node), *self._by_conditions(node)])

    def _below(self, node: Operator) -> Iterator[pl.DataFrame]:
        match node:
            case Basic(patterns):
                for pattern in patterns:
                    yield from self._changes(pattern, patterns)
            case Join():
                yield from self._joined(node)
            case Union(left, right):
                yield from self.of(left) + self.of(right)
            case Minus(left, right) | LeftJoin(left, right):
                yield from self.of(left) + self.within(right, certain(left))
            case Project(inner, names) | Group(inner, names):
                yield from self.within(inner, {*names})
            case Alternatives(inner, ends):
                yield from self.within(inner, {*ends, *self._graph_name})
            case Graph(name, inner):
                yield from self._in_graph(name, inner)
            case Filter(inner) | Extend(inner) | Distinct(inner) | Order(inner):
                yield from self.of(inner)
            case Slice(inner) if self.of(inner):
                raise Unbounded

    def _by_conditions(self, node: Operator) -> Iterator[pl.DataFrame]:
        """The rows for what is looked for by EXISTS in the conditions of an operator."""
        for condition in conditions(node):
            for one in expressions(condition):
                if isinstance(one, Exists):
                    inner = _untested(one.inner)
                    known = certain(node.inner) if isinstance(node, Filter | Extend) else set()
                    yield from self.within(inner, known)

    def _changes(self, pattern: Pattern, others: tuple[Pattern, ...]) -> Iterator[pl.DataFrame]:
        """The rows for a pattern: of those that say something of one thing, the thing alone."""
        if isinstance(pattern.p, str) and pattern.p not in self._properties:
            return
        rows = self._changed.solutions(self._placed(Basic((pattern,))))
        named = [name for name in rows.columns if name[0] != "\x01"]
        if rows.height and not named:
            raise Unbounded
        if isinstance(pattern.s, Variable) and sum(one.s == pattern.s for one in others) > 1:
            named = [pattern.s.name]
        yield rows.select(named)

    def _joined(self, node: Join) -> Iterator[pl.DataFrame]:
        """Of what is joined with a table, that which agrees with it."""
        parts = [*operands(node)]
        found = [rows for part in parts for rows in self.of(part)]
        tables = [one for one in parts if found and isinstance(one, Table)]
        for table in (self._either.solutions(one) for one in tables):
            found = [_fitting(rows, table) for rows in found]
        yield from found

    def _in_graph(self, name: Slot, inner: Operator) -> Iterator[pl.DataFrame]:
        if not _reads(inner):
            raise Unbounded  # which graphs there are, no pattern says
        self._graph = name
        try:
            yield from self.of(inner)
        finally:
            self._graph = None

    def _led_to(
        self, node: Operator, rows: pl.DataFrame, names: Set[str]
    ) -> Iterator[pl.DataFrame]:
        """What the solutions that agree with the rows bind of some variables, before and now."""
        asked = narrowed(self._placed(relaxed(node, names | set(rows.columns))), rows)
        found = agreeing(self._either.solutions(asked), rows)
        kept = found.select(name for name in found.columns if name in names)
        if found.height and not kept.width:
            raise Unbounded
        yield from _by_bound(kept.unique())

    def _placed(self, node: Operator) -> Operator:
        return node if self._graph is None else Graph(self._graph, node)

    @property
    def _graph_name(self) -> tuple[str, ...]:
        return (self._graph.name,) if isinstance(self._graph, Variable) else ()


def _untested(node: Operator) -> Operator:
    """What EXISTS looks for, whatever it is tested for beside the row."""
    while isinstance(node, Filter):
        if any(isinstance(one, Exists) for one in expressions(node.condition)):
            raise Unbounded
        node = node.inner
    return node


def _subjects(node: Operator) -> Iterator[str]:
    """The variables of which an operator says something."""
    for one in walk(node):
        for pattern in one.patterns if isinstance(one, Basic) else ():
            if isinstance(pattern.s, Variable):
                yield pattern.s.name


def _fitting(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """The rows that agree with a table, in what all rows of it bind."""
    names = [name for name in rows.columns if name in table.columns]
    names = [name for name in names if not table[name].null_count()]
    return rows.join(table.select(names), on=names, how="semi") if names else rows


def _reads(node: Operator) -> bool:
    return any(isinstance(one, Basic) for one in operands(node)) or not isinstance(
        node, Table | Seeds | Join
    )


def _by_bound(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows in parts that bind the same variables."""
    loose = [name for name in rows.columns if rows[name].null_count()]
    if not loose:
        yield rows
        return
    masks = rows.select(pl.col(loose).is_null())
    for mask in masks.unique().iter_rows(named=True):
        same = pl.all_horizontal(pl.col(name) == value for name, value in mask.items())
        bound = [name for name in rows.columns if not mask.get(name)]
        if not bound:
            raise Unbounded
        yield rows.filter(masks.select(same.alias("same"))["same"]).select(bound)


def _merged(found: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The same rows, those with the same variables together, each once; none that are empty."""
    kinds: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for rows in found:
        if rows.height:
            names = tuple(sorted(rows.columns))
            kinds.setdefault(names, []).append(rows.select(names))
    merged = [pl.concat(same).unique() for same in kinds.values()]
    if sum(rows.height for rows in merged) > _MOST:
        raise Unbounded
    return merged
