"""Values → ranks, by which it is counted how many others are greater, without looking at each
pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from hrdgraph.rdf.lexical import number_of
from hrdgraph.validate.engine.columns.compare import NUMBER, TEXT, WINDOW, OrderedValues, plain
from hrdgraph.validate.engine.columns.data import column_of
from hrdgraph.validate.engine.columns.relation import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

Runs: TypeAlias = "tuple[NDArray[np.uint32], NDArray[np.uint32]]"


class Ranks:
    """All values in one line, by kind and in a kind by size; equal ones have one rank. Of one
    kind are values that have an order among themselves: those of one family, moments with a time
    zone apart from those without. Kind 0 has none.
    """

    def __init__(self, values: OrderedValues) -> None:
        sizes, finer = _sizes(values), _finer(values)
        kinds = np.where(
            (values.family == 0) | np.isnan(sizes),
            0,
            2 * values.family.astype(np.int64) + values.zoned,
        )
        order = np.lexsort((finer, sizes, kinds))
        is_first = np.ones(len(order), np.bool_)
        is_first[1:] = np.any(
            [column[order][1:] != column[order][:-1] for column in (kinds, sizes, finer)], axis=0
        )
        self.of = np.empty(len(order), np.uint32)
        self.of[order] = np.cumsum(is_first) - 1
        self._kinds, self._sizes = kinds[order][is_first], sizes[order][is_first]

    def greater(self, *, strict: bool) -> tuple[Runs, Runs]:
        """For each rank where the ranks start and end that are greater (or, not `strict`,
        equal): those of its own kind, and those of the moments that have a time zone where it
        has none, or the other way round.
        """
        ends = np.searchsorted(self._kinds, self._kinds, "right")
        starts = np.where(self._kinds > 0, np.arange(len(ends)) + strict, ends)
        return _runs(starts, ends), _runs(*self._across())

    def _across(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """A moment without a time zone is compared only with what is further away than time
        zones may shift it (XML Schema, §D.2.1)."""
        starts, ends = (
            np.searchsorted(self._kinds, self._kinds ^ 1, side) for side in ("left", "right")
        )
        for kind in distinct(self._kinds[starts < ends].astype(np.uint32)).tolist():
            mine = self._kinds == kind
            starts[mine] += np.searchsorted(
                self._sizes[self._kinds == kind ^ 1], self._sizes[mine] + WINDOW, "right"
            )
        return starts, ends


def _runs(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Runs:
    return starts.astype(np.uint32), ends.astype(np.uint32)


def _sizes(values: OrderedValues) -> NDArray[np.float64]:
    """The values as numbers, texts too."""
    places = np.flatnonzero(values.family == TEXT)
    sizes = values.high.copy()
    sizes[places] = plain(values.texts[column_of(places)]).rank("dense").to_numpy()
    return sizes


def _finer(values: OrderedValues) -> NDArray[np.intp]:
    """The order of numbers that floating point cannot tell apart."""
    finer = np.zeros(len(values.family), np.intp)
    near = values.near & (values.family == NUMBER)
    if not near.any():
        return finer
    places = np.flatnonzero((values.family == NUMBER) & np.isin(values.high, values.high[near]))
    exact = [
        number_of(text[1 : text.rindex('"')]) for text in values.texts[column_of(places)].to_list()
    ]
    rank = {
        number: place
        for place, number in enumerate(sorted({number for number in exact if number is not None}))
    }
    finer[places] = [len(rank) if number is None else rank[number] for number in exact]
    return finer
