"""Arrays of term numbers → sets and joins of them; every array of nodes or of pairs is sorted
and distinct."""

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
