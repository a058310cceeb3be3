"""Refuses triples that would be within themselves (RML-star), or would hold too many others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from math import prod
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.term_maps import DEPTH
from hrdgraph.mapping.model import GatherMap, ObjectMap, QuotedMap, RefObjectMap, TriplesMap
from hrdgraph.rdf import Term

_TRIPLES: Final = 1000  # within one
# of triples that one triples map may say, since each way to quote others is one
_KINDS: Final = 100_000

Need = tuple[Term, bool]  # the subjects of a triples map, or its triples


class _Size(NamedTuple):
    """How deep triples stand in others, how many in one, and how many kinds of them there are."""

    depth: int
    triples: int
    kinds: int


def check_nesting(maps: Mapping[Term, TriplesMap]) -> None:
    """MappingError where the triples of a triples map cannot be made of a bounded number of
    terms."""
    needs = {
        need: _alternatives(item, need)
        for node, item in maps.items()
        for need in ((node, False), (node, True))
    }
    graph = {need: {inner for some in found for inner in some} for need, found in needs.items()}
    sizes: dict[Need, _Size] = {}
    try:
        for need in TopologicalSorter(graph).static_order():
            size = sizes[need] = _size(need, needs[need], sizes)
            if size.depth > DEPTH or size.triples > _TRIPLES or size.kinds > _KINDS:
                hint = Message("nest-triples-less", limit=DEPTH, known=_TRIPLES)
                place = maps[need[0]].origin
                raise MappingError("triples-nested-too-deep", origin=place, hint=hint)
    except CycleError as error:
        place, hint = maps[error.args[1][0][0]].origin, Message("break-triple-circle")
        raise MappingError("triple-within-itself", origin=place, hint=hint) from None


def _size(need: Need, alternatives: list[list[Need]], sizes: Mapping[Need, _Size]) -> _Size:
    depths = [sizes[inner].depth for some in alternatives for inner in some]
    counts = [sum(sizes[inner].triples for inner in some) for some in alternatives]
    kinds = sum(prod(sizes[inner].kinds for inner in some) for some in alternatives)
    return _Size(need[1] + max(depths, default=0), need[1] + max(counts, default=0), kinds)


def _alternatives(item: TriplesMap, need: Need) -> list[list[Need]]:
    """What the subject of a triples map is made of; or what each of its triples is."""
    if not need[1]:
        return [list(_within(item.subject))]
    values = [
        value for pair in item.predicate_objects for value in pair.objects for _ in pair.predicates
    ]
    subject = (need[0], False)
    return [*([subject, *_within(value)] for value in values), *([subject] for _ in item.classes)]


def _within(value: ObjectMap) -> Iterator[Need]:
    match value:
        case RefObjectMap(parent):
            yield parent, False
        case QuotedMap(quoted):
            yield quoted, True
        case GatherMap(_, members):
            yield from (need for member in members for need in _within(member))
