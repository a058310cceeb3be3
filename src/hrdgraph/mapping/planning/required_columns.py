"""List what each file of a mapping must have: the columns and paths that its triples maps, views
and joins refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from hrdgraph.mapping.expressions import references, term_references
from hrdgraph.mapping.model import (
    ExpressionField,
    Field,
    GatherMap,
    LogicalSource,
    LogicalView,
    Mapping,
    ObjectMap,
    QuotedMap,
    RefObjectMap,
    TriplesMap,
)

WHOLE: Final = "$"  # the whole item of a JSON source

Needed = dict[LogicalSource, set[str]]


def list_needed(mapping: Mapping) -> Needed:
    """Return the references into each logical source of a mapping."""
    needed: Needed = defaultdict(set)
    maps = {item.node: item for item in mapping.triples_maps}
    for item in mapping.triples_maps:
        values = list(all_maps(item))
        _need(item.source, {name for value in values for name in _own(value)}, needed)
        for value in values:
            if isinstance(value, RefObjectMap | QuotedMap):
                parents = {
                    name for condition in value.conditions for name in references(condition.parent)
                }
                _need(
                    maps[value.parent if isinstance(value, RefObjectMap) else value.quoted].source,
                    parents,
                    needed,
                )
    return needed


def all_maps(item: TriplesMap) -> Iterator[ObjectMap]:
    """Yield every map of a triples map, including those of members of collections."""
    yield from _flat(item.subject)
    yield from item.graphs
    for pair in item.predicate_objects:
        yield from (*pair.predicates, *pair.graphs)
        for value in pair.objects:
            yield from _flat(value)


def _flat(value: ObjectMap) -> Iterator[ObjectMap]:
    yield value
    for member in value.members if isinstance(value, GatherMap) else ():
        yield from _flat(member)


def _own(value: ObjectMap) -> tuple[str, ...]:
    """Return what a map refers to in the source of its own triples map."""
    if isinstance(value, RefObjectMap | QuotedMap):
        return tuple(name for condition in value.conditions for name in references(condition.child))
    return term_references(value.head if isinstance(value, GatherMap) else value)


def _need(source: LogicalSource | LogicalView, names: set[str], needed: Needed) -> None:
    if isinstance(source, LogicalSource):
        needed[source] |= names
        return
    _need(source.on, {name for item in source.fields for name in _field_references(item)}, needed)
    for join in source.joins:
        wanted = {name for condition in join.conditions for name in references(condition.parent)}
        _need(
            join.parent,
            wanted | {name for item in join.fields for name in references(item.expression)},
            needed,
        )


def _field_references(item: Field) -> tuple[str, ...]:
    return references(item.expression) if isinstance(item, ExpressionField) else (WHOLE,)
