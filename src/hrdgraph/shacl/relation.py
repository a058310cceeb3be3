"""Sets and relations as sorted arrays of term numbers: joins, unions, and transitive closure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


Ids: TypeAlias = "NDArray[np.uint32]"
Mask: TypeAlias = "NDArray[np.bool_]"
Keys: TypeAlias = "NDArray[np.uint64]"

Array = TypeVar("Array", Ids, Keys)
NONE = np.empty(0, np.uint32)
_SPARSE = 16  # below this share of the dictionary, sorting is cheaper than a mask over all of it
_HIGH = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A binary relation, sorted by `left`, then `right`, distinct."""

    left: Ids
    right: Ids

    def __len__(self) -> int:
        return len(self.left)


def pack(left: Ids, right: Ids) -> Keys:
    """One key for each pair, in the order of the pairs."""
    return (left.astype(np.uint64) << _HIGH) | right


def unpack(keys: Keys) -> Pairs:
    """The pairs of sorted keys."""
    return Pairs((keys >> _HIGH).astype(np.uint32), keys.astype(np.uint32))


def pairs_of(left: Ids, right: Ids) -> Pairs:
    """The set of these pairs."""
    return unpack(distinct_sorted(np.sort(pack(left, right))))


def distinct(ids: Array) -> Array:
    """The set of these numbers. (numpy.unique does the same, once it has imported masked arrays
    for 10 ms.)"""
    return distinct_sorted(np.sort(ids))


def distinct_sorted(keys: Array) -> Array:
    """Sorted numbers without repetition."""
    if len(keys) < 2:
        return keys
    keep = np.empty(len(keys), np.bool_)
    keep[0] = True
    np.not_equal(keys[1:], keys[:-1], out=keep[1:])
    return keys if keep.all() else keys[keep]


def nodes_of(ids: Ids, size: int) -> Ids:
    """The set of these terms of a dictionary of `size`."""
    if len(ids) * _SPARSE < size:
        return distinct(ids)
    return np.flatnonzero(mask_of(ids, size)).astype(np.uint32)


def mask_of(ids: Ids, size: int) -> Mask:
    """A mask over the dictionary that is true for these terms."""
    mask = np.zeros(size, np.bool_)
    mask[ids] = True
    return mask


def member(ids: Ids, nodes: Ids, size: int) -> Mask:
    """For each of `ids`, whether it is in the set `nodes`."""
    if not len(nodes):
        return np.zeros(len(ids), np.bool_)
    if len(ids) * _SPARSE > size:
        return mask_of(nodes, size)[ids]
    places = np.searchsorted(nodes, ids)
    places[places == len(nodes)] = 0
    return np.asarray(nodes[places] == ids)


def member_pairs(keys: Keys, others: Keys) -> Mask:
    """For each of `keys`, whether it is in the sorted `others`."""
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    places = np.searchsorted(others, keys)
    places[places == len(others)] = 0
    return np.asarray(others[places] == keys)


def spans(ids: Ids, column: Ids) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each of `ids`, where its run in the sorted `column` starts, and how long it is."""
    starts = np.searchsorted(column, ids, side="left")
    return starts, np.searchsorted(column, ids, side="right") - starts


def expand(
    starts: NDArray[np.intp], counts: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For every element of the runs: which run it is of, and its place."""
    total = int(counts.sum())
    run = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return run, np.arange(total) - np.repeat(before, counts) + np.repeat(starts, counts)


def count_of(pairs: Pairs, nodes: Ids) -> NDArray[np.intp]:
    """How many pairs each of the sorted `nodes` has."""
    return spans(nodes, pairs.left)[1]


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
