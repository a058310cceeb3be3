"""An operator, and rows with which its solutions are to agree → an operator that looks for no
others, as far down as that can be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

import polars as pl

from hrdgraph.sparql.algebra import (
    Alternatives,
    Distinct,
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Minus,
    Operator,
    Order,
    Project,
    Seeds,
    Slice,
    Table,
    Union,
    certain,
    is_key_again,
    visible,
)


def narrowed(node: Operator, rows: pl.DataFrame) -> Operator:
    """Of the solutions of an operator at least all that bind the variables of the rows, which
    are distinct, and agree with one of them; others may be among them (`agreeing`)."""
    if not rows.height or not visible(node).issuperset(rows.columns):
        return Table(tuple(sorted(visible(node))), ())
    match node:
        case Union(left, right):
            return _either(*(narrowed(part, rows) for part in (left, right)))
        case Join():
            return _joined(node, rows)
        case LeftJoin(left, right):
            return replace(node, left=_by(left, rows, _settled(left, [right])))
        case Minus(left):
            return replace(node, left=narrowed(left, rows))
        case Filter(inner) | Order(inner) | Distinct(inner) | Project(inner) | Alternatives(inner):
            return replace(node, inner=narrowed(inner, rows))
        case Extend(inner, name):
            names = visible(inner) if is_key_again(node) else visible(inner) - {name}
            return replace(node, inner=_by(inner, rows, names))
        case Group(inner, keys):
            return replace(node, inner=_by(inner, rows, keys))
        case Slice():
            return node
    return reduce(Join, [*_given(node, rows), node])


def agreeing(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The solutions that bind the variables of the rows and agree with one of them."""
    if not set(found.columns).issuperset(rows.columns):
        return found.clear()
    return found.join(rows, on=rows.columns, how="semi", maintain_order="left")


def operands(node: Operator) -> Iterator[Operator]:
    """What is joined, in whatever order it is written."""
    if isinstance(node, Join):
        yield from operands(node.left)
        yield from operands(node.right)
    else:
        yield node


def _either(left: Operator, right: Operator) -> Operator:
    if isinstance(left, Table) and not left.rows:
        return right
    return left if isinstance(right, Table) and not right.rows else Union(left, right)


def _joined(node: Join, rows: pl.DataFrame) -> Operator:
    """What has a table or a union of its own to make is narrowed itself; patterns are read for
    what is at hand."""
    parts = [*operands(node)]
    made = _given(node, rows)
    for part in parts:
        others = [one for one in parts if one is not part]
        wide = isinstance(part, Union | Project | Distinct | Group | LeftJoin | Minus | Filter)
        made.append(_by(part, rows, _settled(part, others)) if wide else part)
    return reduce(Join, made)


def _given(node: Operator, rows: pl.DataFrame) -> list[Operator]:
    """The rows as something to join with, which must not bind what the other side may not."""
    names = [name for name in rows.columns if name in certain(node)]
    return [Seeds(rows.select(names).unique())] if names else []


def _settled(node: Operator, others: Iterable[Operator]) -> set[str]:
    """The variables whose values in a solution are those of one of what is joined."""
    elsewhere = {name for other in others for name in visible(other)}
    return certain(node) | (visible(node) - elsewhere)


def _by(node: Operator, rows: pl.DataFrame, names: Iterable[str]) -> Operator:
    """An operator narrowed by some of the variables, if the rows have any."""
    known = [name for name in rows.columns if name in set(names)]
    return narrowed(node, rows.select(known).unique()) if known else node
