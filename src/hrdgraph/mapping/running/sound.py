"""Rows of which some cannot be mapped into those that can, where the caller has the others left out: each of these is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from hrdgraph.errors import HrdgraphError, MappingError, Origin, SourceError
from hrdgraph.mapping.plan import Relation, base_scan
from hrdgraph.mapping.planning.places import placed
from hrdgraph.sources import ROW

Reject = Callable[[HrdgraphError], None]
Probe = Callable[[pl.DataFrame], object]


def sound(frame: pl.DataFrame, relation: Relation, probe: Probe, reject: Reject | None) -> pl.DataFrame:
    """The rows of a relation that `probe` makes no error of; all of them where nothing is to be left out."""
    return frame if reject is None else without(frame, faults(frame, relation, probe, reject))


def without(frame: pl.DataFrame, places: list[int]) -> pl.DataFrame:
    """The rows but those at some positions."""
    return frame.filter(~pl.int_range(pl.len()).is_in(places)) if places else frame


def faults(frame: pl.DataFrame, relation: Relation, probe: Probe, reject: Reject) -> list[int]:
    """The positions of the rows that `probe` makes an error of, found by halving; each is rejected at the cell that it comes from."""
    return list(_faults(frame, relation, probe, reject, 0))


def _faults(frame: pl.DataFrame, relation: Relation, probe: Probe, reject: Reject, start: int) -> Iterator[int]:
    if not frame.height:
        return
    try:
        probe(frame)
    except (MappingError, SourceError) as error:
        if frame.height == 1:
            reject(placed(_with_row(error, frame, relation), relation))
            yield start
            return
        half = frame.height // 2
        yield from _faults(frame[:half], relation, probe, reject, start)
        yield from _faults(frame[half:], relation, probe, reject, start + half)


def _with_row(error: MappingError | SourceError, frame: pl.DataFrame, relation: Relation) -> MappingError | SourceError:
    """An error that knows its row: a function does not know for which row it was called."""
    if error.origin.row is not None or ROW not in frame.columns:
        return error
    place = Origin(str(base_scan(relation).source.path), frame[ROW][0])
    return type(error)(f"{error.fact} (made by {error.origin})", origin=place, hint=error.hint)
