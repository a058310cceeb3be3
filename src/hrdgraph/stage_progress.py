"""How far a build is within one of its stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Self, TypeVar

Item = TypeVar("Item")
Progress = Callable[[str], None]
Tell = Callable[[int, int], None]  # how many are done, of how many


class StagePart(str):
    """The name of a stage, with how much of it is done: so many of `total` rows,
    queries, shapes or files (0 where nobody knows)."""

    done: int
    total: int

    def __new__(cls, stage: str, done: int, total: int) -> Self:
        progress = super().__new__(cls, stage)
        progress.done, progress.total = done, total
        return progress


def nobody(_done: int, _total: int) -> None:
    """Tell nobody."""


def within(progress: Progress, stage: str) -> Tell:
    """Return what tells how far a stage is."""
    return lambda done, total: progress(StagePart(stage, done, total))


def rows_within(progress: Progress, stage: str) -> Callable[[str, int], None]:
    """Return the same of rows, for who tells how many of each file have been read."""
    read: dict[str, int] = {}

    def tell(file: str, rows: int) -> None:
        read[file] = rows
        progress(StagePart(stage, sum(read.values()), 0))

    return tell


def tell_each(
    items: Sequence[Item], tell: Tell, before: int = 0, total: int | None = None
) -> Iterator[Item]:
    """Yield the items, and tell of each that it begins; there were so many before them, of
    so many in all."""
    for number, item in enumerate(items, before):
        tell(number, len(items) if total is None else total)
        yield item
