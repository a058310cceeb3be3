"""Leave out and report the rows that cannot be mapped, if the caller wants that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import TypeVar

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, MappingError, Origin, SourceError
from hrdgraph.mapping.plan import Relation, base_scan
from hrdgraph.mapping.planning.relations import cells_of, locate, number_of
from hrdgraph.mapping.terms.typed_literals import BadValue
from hrdgraph.sources import ROW

Reject = Callable[[HrdgraphError], None]
T = TypeVar("T")
Probe = Callable[[pl.DataFrame], object]


def sound(
    frame: pl.DataFrame, relation: Relation, probe: Probe, reject: Reject | None
) -> pl.DataFrame:
    """Return the rows of a relation for which `probe` raises no error; all of them without
    `reject`."""
    return frame if reject is None else without(frame, faults(frame, relation, probe, reject))


def sound_with(
    frame: pl.DataFrame, relation: Relation, make: Callable[[pl.DataFrame], T],
    reject: Reject | None,
) -> tuple[pl.DataFrame, T]:  # fmt: skip
    """Return the rows for which `make` raises no error, and its result, computed once if there is
    none."""
    if reject is not None:
        try:
            return frame, make(frame)
        except (MappingError, SourceError):
            frame = sound(frame, relation, make, reject)
    with telling(frame, relation, make):
        return frame, make(frame)


@contextmanager
def telling(frame: pl.DataFrame, relation: Relation, probe: Probe) -> Iterator[None]:
    """Add the source cell, or at least the row, to errors in the rows of a relation: a function
    does not know its row, so the first for which `probe` raises an error is searched."""
    try:
        yield
    except (MappingError, SourceError) as error:
        if error.origin.row is not None:
            raise locate(error, relation) from error
        raise next((cause for _, cause in _bisect(frame, relation, probe, 0)), error) from error


def reject_once(reject: Reject) -> Reject:
    """Return a function that rejects each row once, however often its file is read."""
    places: set[Origin] = set()

    def tell(error: HrdgraphError) -> None:
        if error.origin not in places:
            places.add(error.origin)
            reject(error)

    return tell


@contextmanager
def naming(relation: Relation) -> Iterator[None]:
    """Add the source cell to errors in the terms of a relation's rows."""
    try:
        yield
    except MappingError as error:
        raise locate(error, relation) from error


def without(frame: pl.DataFrame, places: list[int]) -> pl.DataFrame:
    """Return the rows without those at some positions."""
    return frame.filter(~pl.int_range(pl.len()).is_in(places)) if places else frame


def faults(frame: pl.DataFrame, relation: Relation, probe: Probe, reject: Reject) -> list[int]:
    """Return the positions of the rows for which `probe` raises an error; each cell at fault is
    rejected, in the order of rows."""
    faulty: list[int] = []
    faults_found: list[tuple[int, HrdgraphError]] = []
    rest = pl.int_range(frame.height, eager=True)
    while (error := _error_of(some := frame[rest] if faulty else frame, probe)) is not None:
        if isinstance(error, BadValue) and error.places is not None:
            places, errors = error.places, _errors_of(error, some, relation, probe)
        else:
            errors = list(_bisect(some, relation, probe, 0))
            places = pl.Series([place for place, _ in errors], dtype=pl.UInt32)
            if not errors:
                raise error  # of the rows together, and of none alone
        faults_found += [(rest[place], fault) for place, fault in errors]
        faulty += rest.gather(places).to_list()
        rest = rest.filter(~pl.int_range(len(rest), eager=True).is_in(places.implode()))
    for _, fault in sorted(faults_found, key=itemgetter(0)):
        reject(fault)
    return faulty


def _error_of(frame: pl.DataFrame, probe: Probe) -> MappingError | SourceError | None:
    try:
        if frame.height:
            probe(frame)
    except (MappingError, SourceError) as error:
        return error
    return None


def _errors_of(
    error: BadValue, frame: pl.DataFrame, relation: Relation, probe: Probe
) -> list[tuple[int, HrdgraphError]]:
    """Return one error for each row of a file with such a value, however many rows of the relation
    have it."""
    assert error.places is not None
    numbers = frame[number_of(error, relation)].gather(error.places)
    places = error.places.filter(numbers.is_first_distinct())
    names, errors = frame.columns, list[tuple[int, HrdgraphError]]()
    for place in places:
        cause, row = error.at(place), frame[place : place + 1]
        fault, name = _locate_cell(cause, row, relation, probe, names)
        names = sorted(names, key=lambda other: other != name) if name else names
        errors.append((place, fault))
    return errors


def _bisect(
    frame: pl.DataFrame, relation: Relation, probe: Probe, start: int
) -> Iterator[tuple[int, HrdgraphError]]:
    """Find the rows of an error that only knows one, by halving."""
    error = _error_of(frame, probe)
    if error is None:
        return
    if frame.height == 1:
        yield start, _locate_cell(error, frame, relation, probe, frame.columns)[0]
        return
    half = frame.height // 2
    yield from _bisect(frame[:half], relation, probe, start)
    yield from _bisect(frame[half:], relation, probe, start + half)


def _locate_cell(
    error: MappingError | SourceError, frame: pl.DataFrame, relation: Relation, probe: Probe,
    names: Sequence[str],
) -> tuple[HrdgraphError, str]:  # fmt: skip
    """Return the error of one row with its place; where it does not know its cell, that of the
    first of some columns without whose cell there would be no error, and its name."""
    located = locate(_with_row(error, frame, relation), relation)
    if located.origin.row is None or located.origin.column:
        return located, ""
    for name in names:
        cells = [] if name.endswith(ROW) else cells_of(relation, name)
        without_cell = frame.with_columns(pl.lit(None, frame.schema[name]).alias(name))
        if cells and _error_of(without_cell, probe) is None:
            number, source, column = cells[0]
            place = source.place(frame[number][0], column)
            return type(located)(located.message, origin=place, hint=located.advice), name
    return located, ""


def _with_row(
    error: MappingError | SourceError, frame: pl.DataFrame, relation: Relation
) -> MappingError | SourceError:
    """Return the error with its row."""
    if error.origin.row is not None or ROW not in frame.columns:
        return error
    place, rule = base_scan(relation).source.place(frame[ROW][0]), error.origin.parts()
    fact = Message("made-by-rule", fact=error.message, rule=rule) if rule else error.message
    return type(error)(fact, origin=place, hint=error.advice)
