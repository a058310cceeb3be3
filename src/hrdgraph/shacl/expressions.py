"""Evaluate a node expression (SHACL Advanced Features §6) for many focus nodes, in bounded
memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

import numpy as np

from hrdgraph.rdf import Literal, Term
from hrdgraph.shacl.graph_data import (
    NONE,
    Ids,
    Mask,
    Pairs,
    TooManyPairs,
    TripleArrays,
    distinct,
    distinct_sorted,
    member,
    member_pairs,
    merged,
    pack,
    pairs_of,
    unpack,
)
from hrdgraph.shacl.model import (
    Along,
    ConstantExpression,
    CountExpression,
    Exists,
    Expression,
    FilterShapeExpression,
    IfExpression,
    Intersection,
    Minus,
    This,
    Union,
)
from hrdgraph.shacl.paths import identity, onward, walk
from hrdgraph.vocab import XSD

TRUE: Final = Literal("true", XSD.boolean.value)
FALSE: Final = Literal("false", XSD.boolean.value)


class ConformanceOracle(Protocol):
    """What expressions that ask shapes ask."""

    data: TripleArrays

    def failing(self, node: Term, focus: Ids) -> Ids:
        """Which nodes do not conform to a shape."""
        ...


def in_parts(
    judge: ConformanceOracle, expressions: tuple[Expression, ...], focus: Ids
) -> Iterator[tuple[Ids, tuple[Pairs, ...]]]:
    """The focus nodes in parts that fit into memory, each with the nodes of every expression.
    TooManyPairs where one does not."""
    waiting = [focus] if len(focus) else []
    while waiting:
        part = waiting.pop()
        try:
            yield part, tuple(nodes_of_expression(judge, one, part) for one in expressions)
        except TooManyPairs:
            if len(part) < 2:
                raise
            waiting += [part[len(part) // 2 :], part[: len(part) // 2]]


def nodes_of_expression(judge: ConformanceOracle, expression: Expression, focus: Ids) -> Pairs:
    """What an expression gives for each of the sorted focus nodes."""
    match expression:
        case This():
            return identity(focus)
        case ConstantExpression(term):
            return _constant(judge.data, term, focus)
        case Along(path, This()):
            return walk(judge.data, path, focus)
        case Along(path, nodes):
            return onward(judge.data, nodes_of_expression(judge, nodes, focus), path)
        case FilterShapeExpression(shape, nodes):
            return _filtered(judge, shape, nodes_of_expression(judge, nodes, focus))
        case Union(parts):
            return merged([nodes_of_expression(judge, part, focus) for part in parts])
        case IfExpression():
            return _chosen(judge, expression, focus)
        case _:
            return _compared(judge, expression, focus)


def _compared(
    judge: ConformanceOracle,
    expression: Intersection | Minus | Exists | CountExpression,
    focus: Ids,
) -> Pairs:
    """Expressions that only compare what others give."""
    match expression:
        case Intersection(parts):
            first, *others = (
                (nodes_of_expression(judge, part, focus) for part in parts)
                if parts
                else (Pairs(NONE, NONE),)
            )
            return _kept(first, others, there=True)
        case Minus(nodes, others):
            return _kept(
                nodes_of_expression(judge, nodes, focus),
                [nodes_of_expression(judge, others, focus)],
                there=False,
            )
        case Exists(nodes):
            found = nodes_of_expression(judge, nodes, focus)
            holds = member(focus, distinct_sorted(found.left), judge.data.size)
            return Pairs(
                focus,
                np.where(holds, _number(judge.data, TRUE), _number(judge.data, FALSE)).astype(
                    np.uint32
                ),
            )
        case CountExpression(nodes):
            return _counts(judge.data, nodes_of_expression(judge, nodes, focus), focus)


def _number(data: TripleArrays, term: Term) -> int:
    """The number of a term, a new one where no dictionary has it."""
    return int(data.made([term.n3()])[0])


def _constant(data: TripleArrays, term: Term, focus: Ids) -> Pairs:
    return Pairs(focus, np.full(len(focus), _number(data, term), np.uint32))


def _filtered(judge: ConformanceOracle, shape: Term, pairs: Pairs) -> Pairs:
    wrong = judge.failing(shape, distinct(pairs.right))
    keep = ~member(pairs.right, wrong, judge.data.size)
    return Pairs(pairs.left[keep], pairs.right[keep])


def _kept(pairs: Pairs, others: list[Pairs], *, there: bool) -> Pairs:
    """The pairs that are in all others, or in none."""
    keys = pack(pairs.left, pairs.right)
    for other in others:
        found = member_pairs(keys, pack(other.left, other.right))
        keys = keys[found if there else ~found]
    return unpack(keys)


def _chosen(judge: ConformanceOracle, choice: IfExpression, focus: Ids) -> Pairs:
    holds = holding(judge.data, nodes_of_expression(judge, choice.condition, focus), focus)
    branches = ((choice.then, focus[holds]), (choice.otherwise, focus[~holds]))
    found = [nodes_of_expression(judge, branch, part) for branch, part in branches]
    return pairs_of(
        *(
            np.concatenate(two)
            for two in ([one.left for one in found], [one.right for one in found])
        )
    )


def holding(data: TripleArrays, pairs: Pairs, focus: Ids) -> Mask:
    """For each focus node whether an expression gave `true` for it, and nothing else."""
    counts = np.searchsorted(pairs.left, focus, "right") - np.searchsorted(
        pairs.left, focus, "left"
    )
    true = pairs.left[pairs.right == _number(data, TRUE)]
    return np.asarray((counts == 1) & member(focus, true, data.size))


def _counts(data: TripleArrays, pairs: Pairs, focus: Ids) -> Pairs:
    counts = np.searchsorted(pairs.left, focus, "right") - np.searchsorted(
        pairs.left, focus, "left"
    )
    numbers = {
        count: _number(data, Literal(str(count), XSD.integer.value))
        for count in distinct(counts.astype(np.uint32)).tolist()
    }
    return Pairs(focus, np.array([numbers[count] for count in counts.tolist()], np.uint32))
