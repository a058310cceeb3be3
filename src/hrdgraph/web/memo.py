"""Compute expensive values once, by one thread while the others wait, or only when they are
asked for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from threading import RLock
from typing import Any, TypeVar

Value = TypeVar("Value")


class once(cached_property[Value]):
    """A cached property that one thread works out while others wait for it: since Python 3.12,
    each works out a plain one for itself."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        super().__init__(make)
        self._making = RLock()

    def __get__(self, instance: Any, owner: type | None = None) -> Value:  # type: ignore[override]
        with self._making:
            value: Value = super().__get__(instance, owner)
            return value


class MemoMap(Mapping[int, Value]):
    """Values by nodes, made when they are asked for; those that were asked for last are kept.
    Safe to share between threads."""

    def __init__(
        self, nodes: Callable[[], Iterable[int]], known: Container[int],
        make: Callable[[int], Value], kept: int,
    ) -> None:  # fmt: skip
        self._mark_ends = nodes
        self._known = known
        self._make = lru_cache(maxsize=kept)(make)

    def __getitem__(self, node: int) -> Value:
        if node not in self._known:
            raise KeyError(node)
        return self._make(node)

    def get(self, node: int, default: Any = None) -> Any:
        """Return the value of a node. Mostly there is none, so that an exception would be slow."""
        return self._make(node) if node in self._known else default

    def __contains__(self, node: object) -> bool:
        return node in self._known

    def __iter__(self) -> Iterator[int]:
        return iter(self._mark_ends())

    def __len__(self) -> int:
        return sum(1 for _ in self._mark_ends())
