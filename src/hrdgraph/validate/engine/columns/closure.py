"""A relation → its transitive closure by way of its circles: whatever lies on one circle reaches
the same."""

from __future__ import annotations

import numpy as np

from hrdgraph.validate.engine.columns.relation import (
    NONE,
    Ids,
    Keys,
    Pairs,
    distinct,
    pack,
    pairs_of,
    spans,
)


class TooManyPairs(Exception):
    """More pairs than may be held at once: ask for fewer focus nodes."""


def closure(edges: Pairs, nodes: Ids, most: int) -> Keys | None:
    """The pairs of sorted `nodes` and all that one or more edges lead to, sorted. TooManyPairs
    for more than `most`; None where what lies on the way is so much more than the pairs that
    going node by node is cheaper.
    """
    names = distinct(np.concatenate([edges.left, edges.right, nodes]))
    left, right, wanted = (
        np.searchsorted(names, ids).astype(np.uint32) for ids in (edges.left, edges.right, nodes)
    )
    starts = np.searchsorted(left, np.arange(len(names) + 1)).tolist()
    part = np.array(components(starts, right.tolist()), np.uint32)
    between = pairs_of(part[left], part[right])
    return _reached(between, part, wanted, names, most)


def _reached(between: Pairs, part: Ids, wanted: Ids, names: Ids, most: int) -> Keys | None:
    """Parts have smaller numbers than those that lead to them, so that each is worked out from
    finished ones, and let go with its last."""
    last = int(part[wanted].max(initial=0))
    first, counts = (
        column.tolist() for column in spans(np.arange(last + 1, dtype=np.uint32), between.left)
    )
    members, asking = (
        _by_part(part, np.arange(len(part), dtype=np.uint32), last),
        _by_part(part[wanted], wanted, last),
    )
    waiting = np.bincount(between.right[between.left != between.right], minlength=last + 1).tolist()
    below: dict[int, Ids] = {}
    keys: list[Keys] = []
    made = held = work = 0
    for number in range(last + 1):
        onward = between.right[first[number] : first[number] + counts[number]].tolist()
        reach = distinct(
            np.concatenate(
                [NONE, *(members[number] if other == number else below[other] for other in onward)]
            )
        )
        below[number] = (
            reach if number in onward else distinct(np.concatenate([members[number], reach]))
        )
        made, held, work = (
            made + len(reach) * len(asking[number]),
            held + len(below[number]),
            work + len(reach),
        )
        if made > most:
            raise TooManyPairs
        if held > most or work > 4 * most:
            return None
        keys.append(
            pack(
                np.repeat(names[asking[number]], len(reach)),
                np.tile(names[reach], len(asking[number])),
            )
        )
        for other in onward:
            waiting[other] -= other != number
        for other in {number, *onward}:
            if not waiting[other]:
                held -= len(below.pop(other))
    return np.sort(np.concatenate(keys))


def _by_part(part: Ids, nodes: Ids, last: int) -> list[Ids]:
    """The nodes of each part up to the last, sorted."""
    order = np.argsort(part, kind="stable")
    return np.split(nodes[order], np.searchsorted(part[order], np.arange(1, last + 1)))[: last + 1]


def components(starts: list[int], targets: list[int]) -> list[int]:
    """For each node the number of its strongly connected component (Tarjan). Edges of node n are
    `targets[starts[n]:starts[n + 1]]`; a component has a greater number than those that it leads
    to.
    """
    count = len(starts) - 1
    at, found, low, part = starts[:-1], [0] * count, [0] * count, [-1] * count
    stack: list[int] = []
    clock = parts = 0
    for root in range(count):
        way = [] if found[root] else [root]
        while way:
            node = way[-1]
            if not found[node]:
                clock += 1
                found[node] = low[node] = clock
                stack.append(node)
            if at[node] < starts[node + 1]:
                onward = targets[at[node]]
                at[node] += 1
                if not found[onward]:
                    way.append(onward)
                elif part[onward] < 0:
                    low[node] = min(low[node], found[onward])
                continue
            way.pop()
            if way:
                low[way[-1]] = min(low[way[-1]], low[node])
            if low[node] == found[node]:
                while part[node] < 0:
                    part[stack.pop()] = parts
                parts += 1
    return part
