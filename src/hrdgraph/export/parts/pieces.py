"""Texts and their numbers → the bytes of a document: each text is made once, and copied wherever
its number stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]
    Flags = NDArray[np.bool_]


class Pieces:
    """Texts with a number each. All are taken up before the first are joined."""

    def __init__(self) -> None:
        self._texts: list[pl.Series] = []
        self._size = 0

    def add(self, texts: pl.Series | Sequence[str]) -> int:
        """Take up texts, none of which is null. The number of the first one; the others
        follow."""
        column = texts if isinstance(texts, pl.Series) else pl.Series(texts, dtype=pl.String)
        first = self._size
        self._texts.append(column.rename("text"))
        self._size += len(column)
        return first

    def add_for(self, places: Numbers, texts: pl.Series | Sequence[str], size: int) -> Numbers:
        """Take up a text for each of some places among `size`; the number of each place. That of
        any other says nothing."""
        numbers = np.zeros(size, np.uint32)
        first = self.add(texts)
        numbers[places] = np.arange(first, first + len(places), dtype=np.uint32)
        return numbers

    def joined(self, *columns: Numbers) -> bytes:
        """The texts with the numbers in a row, row after row, in UTF-8. No text of a row is
        made: what is joined are references to texts."""
        numbers = pl.Series(np.stack(columns, axis=1).ravel())
        text: bytes | None = self._all.gather(numbers).str.join("").cast(pl.Binary).item()
        return text or b""

    @cached_property
    def _all(self) -> pl.Series:
        return pl.concat(self._texts, rechunk=True)


def starts(column: NDArray[np.generic]) -> Flags:
    """Whether a row differs from the one before it; the first does."""
    flags = np.ones(len(column), np.bool_)
    np.not_equal(column[1:], column[:-1], out=flags[1:])
    return flags


def used(column: Numbers, size: int) -> Numbers:
    """The distinct numbers of a column, which are below `size`, in order."""
    marks = np.zeros(size, np.bool_)
    marks[column] = True
    return np.flatnonzero(marks).astype(np.uint32)
