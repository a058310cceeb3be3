"""Property paths (§2.3.1) as frozen values and as SPARQL, and walking them from many focus nodes
at once in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hrdgraph.rdf import IRI
from hrdgraph.shacl.graph_data import (
    Ids,
    Keys,
    Pairs,
    TooManyPairs,
    TripleArrays,
    distinct,
    distinct_sorted,
    expand,
    member_pairs,
    pack,
    spans,
    unite,
    unpack,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Inverse:
    """sh:inversePath."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class SequencePath:
    """A list of paths, one after the other."""

    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AlternativePath:
    """sh:alternativePath."""

    choices: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedPath:
    """sh:zeroOrMorePath (`*`), sh:oneOrMorePath (`+`) and sh:zeroOrOnePath (`?`)."""

    path: Path
    mark: str


_ZERO, _MANY = ("*", "?"), ("*", "+")


def flatten(path: Path, mark: str) -> tuple[Path, str]:
    """Return a repeated path without repetition within: `(p*)+` is `p*`, `(^(p?))+` is `(^p)*`,
    `(p*|q)+` is `(p|q)*`."""
    zero, many = mark in _ZERO, mark in _MANY
    while True:
        match path:
            case RepeatedPath(inner, other):
                path, zero, many = inner, zero or other in _ZERO, many or other in _MANY
            case Inverse(RepeatedPath(inner, other)):
                path, zero, many = Inverse(inner), zero or other in _ZERO, many or other in _MANY
            case AlternativePath(choices) if many and any(
                isinstance(choice, RepeatedPath) for choice in choices
            ):
                parts = [
                    flatten(choice.path, choice.mark)
                    if isinstance(choice, RepeatedPath)
                    else (choice, "")
                    for choice in choices
                ]
                path = AlternativePath(tuple(choice for choice, _ in parts))
                zero = zero or any(other in _ZERO for _, other in parts)
            case _:
                return path, "*" if zero and many else "+" if many else "?"


Path = IRI | Inverse | SequencePath | AlternativePath | RepeatedPath


MOST_PAIRS = 1 << 24  # pairs held at once: 128 MB as keys


def identity(nodes: Ids) -> Pairs:
    """Return each node with itself."""
    return Pairs(nodes, nodes)


def walk(data: TripleArrays, path: Path, nodes: Ids, *, turned: bool = False) -> Pairs:
    """Return the value nodes of sorted nodes, with the path walked backwards if `turned` (§2.3.1).
    Raises TooManyPairs."""
    match path:
        case IRI():
            relation = data.by_object(path) if turned else data.pairs(path)
            starts, counts = spans(nodes, relation.left)
            if int(counts.sum()) == len(relation):
                return relation
            _, places = expand(starts, counts)
            return Pairs(relation.left[places], relation.right[places])
        case Inverse(inner):
            return walk(data, inner, nodes, turned=not turned)
        case AlternativePath(choices):
            return unite([walk(data, choice, nodes, turned=turned) for choice in choices])
        case SequencePath(steps):
            pairs = identity(nodes)
            for step in reversed(steps) if turned else steps:
                pairs = _join(data, pairs, step, turned)
            return pairs
        case RepeatedPath(inner, mark):
            return _repeat(data, *flatten(inner, mark), nodes, turned)


def onward(data: TripleArrays, pairs: Pairs, path: Path) -> Pairs:
    """Walk on from the right side of pairs along a path. Raises TooManyPairs."""
    return _join(data, pairs, path, False)


def _join(data: TripleArrays, pairs: Pairs, path: Path, turned: bool) -> Pairs:
    """Walk on from the right side of pairs, in parts: in a dense graph the product is far larger
    than the result."""
    onward = walk(data, path, distinct(pairs.right), turned=turned)
    starts, counts = spans(pairs.right, onward.left)
    keys = np.empty(0, np.uint64)
    for rows in _parts(counts):
        run, places = expand(starts[rows], counts[rows])
        more = distinct(pack(pairs.left[rows][run], onward.right[places]))
        keys = more if not len(keys) else distinct_sorted(np.sort(np.concatenate([keys, more])))
        if len(keys) > MOST_PAIRS:
            raise TooManyPairs
    return unpack(keys)


def _parts(counts: NDArray[np.intp]) -> list[slice]:
    """Return slices of rows that expand to no more than may be held, as far as single rows
    allow."""
    ends = np.cumsum(counts)
    if not len(ends) or ends[-1] <= MOST_PAIRS:
        return [slice(0, len(counts))]
    cuts = np.searchsorted(
        ends, np.arange(MOST_PAIRS, int(ends[-1]) + MOST_PAIRS, MOST_PAIRS), side="right"
    ).tolist()
    return [
        slice(start, end)
        for start, end in zip([0, *cuts], [*cuts, len(counts)], strict=True)
        if end > start
    ]


def _repeat(data: TripleArrays, path: Path, mark: str, nodes: Ids, turned: bool) -> Pairs:
    """Return a closure, semi-naive: each round walks on only from what the last one found."""
    first = walk(data, path, nodes, turned=turned)
    if mark == "?":
        return unite([identity(nodes), first])
    pairs_so_far = _PairSet(pack(first.left, first.right))
    if mark == "*":
        pairs_so_far.add(pairs_so_far.fresh(pack(nodes, nodes)))
    fresh = first
    while len(fresh):
        onward = _join(data, fresh, path, turned)
        keys = pairs_so_far.fresh(pack(onward.left, onward.right))
        pairs_so_far.add(keys)
        fresh = unpack(keys)
    return unpack(pairs_so_far.all())


def fitting(nodes: Ids, pairs: Pairs) -> int:
    """Estimate from the pairs of some nodes how many nodes lead to as many as may be held."""
    return max(1, len(nodes) * 3 * MOST_PAIRS // (4 * (len(pairs) + 1)))


class _PairSet:
    """A growing set of pairs as a few sorted arrays, each at least twice as long as the next:
    adding a few is cheap."""

    def __init__(self, keys: Keys) -> None:
        self._runs = [keys]

    def fresh(self, keys: Keys) -> Keys:
        """Return the keys that are new."""
        for run in self._runs:
            keys = keys[~member_pairs(keys, run)]
        return keys

    def add(self, keys: Keys) -> None:
        """Add keys that are not known yet. Raises TooManyPairs."""
        self._runs.append(keys)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            self._runs[-2:] = [np.sort(np.concatenate(self._runs[-2:]))]
        if sum(map(len, self._runs)) > MOST_PAIRS:
            raise TooManyPairs

    def all(self) -> Keys:
        """Return every key, sorted."""
        return np.sort(np.concatenate(self._runs))


def sparql_path(path: Path) -> str:
    """Return the path as SPARQL; anything but a predicate in brackets."""
    match path:
        case IRI():
            return path.n3()
        case Inverse(inner):
            return f"(^{sparql_path(inner)})"
        case SequencePath(steps):
            return "(" + "/".join(map(sparql_path, steps)) + ")"
        case AlternativePath(choices):
            return "(" + "|".join(map(sparql_path, choices)) + ")"
        case RepeatedPath(inner, mark):
            return f"({sparql_path(inner)}{mark})"
