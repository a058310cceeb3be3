"""An operator → one that finds at least the same, and no less where there are more quads: nothing
is taken away, and no condition is looked at."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from functools import reduce

from hrdgraph.sparql.algebra import (
    Alternatives,
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
    Project,
    Slice,
    Union,
    certain,
    expressions,
    mentioned,
    visible,
)
from hrdgraph.sparql.narrowing import operands


def relaxed(node: Operator, names: Set[str]) -> Operator:
    """An operator each of whose solutions, as far as it binds some variables, agrees with a
    solution of another, of which only these variables matter; and so it does over any quads that
    are among those that it reads. It may bind fewer of them."""
    match node:
        case Minus(left):
            return relaxed(left, names)
        case Filter(inner) | Distinct(inner) | Order(inner) | Slice(inner):
            return relaxed(inner, names)
        case Union():
            return replace(node, left=relaxed(node.left, names), right=relaxed(node.right, names))
        case Join():
            return _joined(node, names)
        case LeftJoin():
            return _optional(node, names)
        case Extend():
            return _extended(node, names)
        case Project(inner, known):
            return replace(node, inner=relaxed(inner, names & {*known}))
        case Group(inner, keys):
            return Project(relaxed(inner, {*keys}), keys)
        case Alternatives() | Graph():
            return replace(node, inner=relaxed(node.inner, visible(node.inner)))
    return node


def _joined(node: Join, names: Set[str]) -> Operator:
    """What is joined, each with what the others share with it."""
    parts = [*operands(node)]
    each = []
    for part in parts:
        others = {name for other in parts if other is not part for name in visible(other)}
        each.append(relaxed(part, names | others))
    return reduce(Join, each)


def _extended(node: Extend, names: Set[str]) -> Operator:
    """A value is left unbound that comes from what is not worked out here."""
    asked = mentioned(node.expression)
    inner = relaxed(node.inner, names | asked)
    known = (asked & visible(node.inner)) <= visible(inner) and not any(
        isinstance(one, Exists) for one in expressions(node.expression)
    )
    return replace(node, inner=inner) if known and node.name in names else inner


def _optional(node: LeftJoin, names: Set[str]) -> Operator:
    """What is optional may have been there or not: it is left out, or both is looked at."""
    if not (visible(node.right) - certain(node.left)) & names:
        return relaxed(node.left, names)
    left = relaxed(node.left, names | visible(node.right))
    right = relaxed(node.right, names | visible(node.left))
    return Union(left, Join(left, right))
