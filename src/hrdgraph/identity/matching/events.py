"""Two records of events into reasons: victims, what was done, days and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hrdgraph.identity.matching.reasons import Reason
from hrdgraph.identity.records import Record, SharedContext

VETO: Final = -20.0
_VICTIM, _ACT, _ONCE, _OTHER_ACT = 2.5, 1.5, 1.5, -2.5
_SAME_DAYS, _OVERLAP, _UNDATED = 2.0, 0.7, -0.5
_COUNTRY, _ONE_SOURCE = 0.5, -1.0
_FINAL: Final = frozenset({"killing", "death", "death-in-custody"})  # done to a person once only
_FEW_DAYS = 31  # an overlap of dates no wider than this says that they are the same


def event_reasons(left: Record, right: Record) -> Iterator[Reason]:
    """What speaks for one event, and what against. Events without a victim in common are two:
    names of places say too little."""
    yield _victims(left, right)
    yield from _acts(left, right)
    yield from _dates(left, right)
    if left.countries and right.countries:
        shared = left.countries & right.countries
        codes = tuple(
            country.rpartition("/")[2] for country in (min(left.countries), min(right.countries))
        )
        yield (
            Reason("same-country", _COUNTRY, codes[:1])
            if shared
            else Reason("other-country", VETO, codes)
        )
    if set(left.sources) & set(right.sources):
        yield Reason("one-source", _ONE_SOURCE)


def _victims(left: Record, right: Record) -> Reason:
    shared = _of(left, "victim") & _of(right, "victim")
    return (
        Reason("same-victim", _VICTIM, (_first(shared),))
        if shared
        else Reason("other-victim", VETO)
    )


def _acts(left: Record, right: Record) -> Iterator[Reason]:
    mine, other = _of(left, "act"), _of(right, "act")
    shared = mine & other
    if shared:
        yield Reason("same-act", _ACT, (_first(shared),))
    elif not (_codes(mine) & _FINAL and _codes(other) & _FINAL):  # a death here, a killing there
        yield Reason("other-act", _OTHER_ACT, (_first(mine), _first(other)))
    if _codes(mine) & _FINAL and _codes(other) & _FINAL:
        yield Reason("only-once", _ONCE)


def _dates(left: Record, right: Record) -> Iterator[Reason]:
    if left.days is None or right.days is None:
        yield Reason("undated", _UNDATED)
    elif left.days[1] < right.days[0] or right.days[1] < left.days[0]:
        yield Reason("other-days", VETO)
    elif max(left.days[1], right.days[1]) - min(left.days[0], right.days[0]) <= _FEW_DAYS:
        yield Reason("same-days", _SAME_DAYS)
    else:
        yield Reason("overlapping-days", _OVERLAP)


def _of(record: Record, kind: str) -> frozenset[SharedContext]:
    return frozenset(context for context in record.contexts if context.kind == kind)


def _codes(contexts: frozenset[SharedContext]) -> frozenset[str]:
    return frozenset(context.iri.rpartition("/")[2] for context in contexts)


def _first(contexts: frozenset[SharedContext]) -> str:
    return min(context.label or context.iri for context in contexts)
