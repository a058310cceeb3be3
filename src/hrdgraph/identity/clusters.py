"""Pairs that are the same into clusters of things, and the chain of pairs that joins two of
them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping


def clusters(
    pairs: Iterable[tuple[str, str]], rank: Mapping[str, int]
) -> tuple[tuple[str, ...], ...]:
    """The connected sets of two or more names, each in the order of `rank` and all in the order
    of their first members."""
    parent: dict[str, str] = {}
    for left, right in pairs:
        first, second = left, right
        if left in parent or right in parent:  # most things have one name more, and no others
            first, second = _root(parent, left), _root(parent, right)
        if rank[second] < rank[first]:  # the root is always the member of the lowest rank
            first, second = second, first
        parent[first] = parent[second] = first
    members: dict[str, list[str]] = {}
    for name in sorted(parent, key=rank.__getitem__):
        members.setdefault(_root(parent, name), []).append(name)
    return tuple(tuple(names) for names in members.values() if len(names) > 1)


def _root(parent: dict[str, str], name: str) -> str:
    above = parent.setdefault(name, name)
    while above != name:
        parent[name] = name = parent[above]
        above = parent[name]
    return name


def chain(pairs: Iterable[tuple[str, str]], start: str, end: str) -> list[tuple[str, str]]:
    """The shortest way from `start` to `end` over pairs, each turned into the direction of
    travel; empty if there is none."""
    neighbours: dict[str, list[str]] = {}
    for left, right in pairs:
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    came_from, queue = {start: start}, deque([start])
    while queue and end not in came_from:
        here = queue.popleft()
        for there in neighbours.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    return _walk_back(came_from, end) if end in came_from else []


def _walk_back(came_from: Mapping[str, str], end: str) -> list[tuple[str, str]]:
    steps = []
    while came_from[end] != end:
        steps.append((came_from[end], end))
        end = came_from[end]
    return steps[::-1]
