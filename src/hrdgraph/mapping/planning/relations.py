"""Logical sources and views of a mapping into relations: each once, with the columns that
anything refers to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar, cast

from hrdgraph.errors import MappingError
from hrdgraph.mapping.expressions import renamed
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    ExpressionField,
    Field,
    IterableField,
    LogicalSource,
    LogicalView,
    Reference,
    ViewJoin,
)
from hrdgraph.mapping.plan import (
    INDEX,
    UNNUMBERED,
    Below,
    Enumerate,
    Extend,
    Gather,
    ItemField,
    Iterate,
    Join,
    Pick,
    Relation,
    Scan,
    row_columns,
)
from hrdgraph.mapping.planning.required_columns import WHOLE
from hrdgraph.rdf import Literal
from hrdgraph.sources.json.path import quoted_name
from hrdgraph.sources.value_kinds import HIDDEN
from hrdgraph.vocab import XSD

BELOW: Final = "source:"  # the columns that a view stands on, while its fields are made
R = TypeVar("R", bound=Relation)


class Relations:
    """Makes relations; equal ones are the same object, so that they are run once, and have a
    number in the order in which they are first asked for, those below a relation before it."""

    def __init__(self, columns: Mapping[LogicalSource, set[str]]) -> None:
        self._columns = columns
        self._made: dict[LogicalSource | LogicalView, Relation] = {}
        self._equal: dict[tuple[object, ...], Relation] = {}

    def of(self, source: LogicalSource | LogicalView) -> Relation:
        """The rows of a logical source or view."""
        if source not in self._made:
            self._made[source] = self.one(
                self._scan(source) if isinstance(source, LogicalSource) else self._view(source)
            )
        return self._made[source]

    def one(self, relation: R) -> R:
        """The relation that stands for all that are equal to this one."""
        if relation.number != UNNUMBERED:
            return relation
        below = self._below(relation)  # these first: they have the lower numbers
        own = replace(relation, number=len(self._equal), **below)
        return cast("R", self._equal.setdefault(_shape(own), own))

    def _below(self, relation: Relation) -> dict[str, Any]:
        """The relations that one stands directly on, each the one for all that are equal."""
        match relation:
            case Scan():
                return {}
            case Join(child, parent):
                return {"child": self.one(child), "parent": self.one(parent)}
            case Gather(child, members=members):
                settled = tuple((self.one(rows), term) for rows, term in members)
                return {"child": self.one(child), "members": settled}
            case _:
                return {"child": self.one(relation.child)}

    def _scan(self, source: LogicalSource) -> Scan:
        return Scan(source, tuple(sorted(self._columns[source])))

    def _view(self, source: LogicalView) -> Relation:
        rows: Relation = Enumerate(Below(self.of(source.on), BELOW))
        for item in source.fields:
            rows = self.one(_with_field(rows, item, source.on))
        for join in source.joins:
            rows = self.one(self._joined(rows, join))
        return rows

    def _joined(self, rows: Relation, join: ViewJoin) -> Relation:
        fields = tuple(made for item in join.fields for made in _brought(item))
        return Join(
            rows,
            self.of(join.parent),
            join.inner,
            join.conditions,
            fields,
            tag_over(rows),
            join.origin,
        )


def _shape(relation: Relation) -> tuple[object, ...]:
    """What equal relations have in common, given the numbers of those that they stand on: to
    compare these again and again would be dear."""
    values = (getattr(relation, item.name) for item in dataclasses.fields(relation) if item.compare)
    return (type(relation), *map(_by_number, values))


def _by_number(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_by_number, value))
    return value.number if isinstance(value, Relation) else value


def tag_over(rows: Relation) -> str:
    """What the row numbers of a parent are called beside those of `rows`."""
    return f"{HIDDEN}{len(row_columns(rows))}:"


def _with_field(rows: Relation, item: Field, on: LogicalSource | LogicalView) -> Relation:
    """Add a field of a view, and the fields below it."""
    if isinstance(item, IterableField):
        if not isinstance(on, LogicalSource) or on.formulation != "JSONPath":
            raise MappingError("iterable-field-misplaced", origin=item.origin)
        return _items(rows, BELOW + WHOLE, item)
    return _nested(Extend(rows, item.name, renamed(item.expression, BELOW), item.origin), item)


def _brought(item: ExpressionField) -> Iterator[tuple[str, Expression]]:
    """What a join brings for one of its fields: the field, and its index where it is a field of
    the parent too."""
    yield item.name, item.expression
    if not isinstance(item.expression, Reference):
        yield f"{item.name}.{INDEX}", Constant(Literal("0", XSD.integer.value))
    elif not item.expression.name.endswith(INDEX):
        yield f"{item.name}.{INDEX}", Reference(f"{item.expression.name}.{INDEX}")


def _items(rows: Relation, column: str, item: IterableField) -> Relation:
    """The items in a column, with the fields that refer into them; other fields come after
    these."""
    referring = [
        one
        for one in item.fields
        if isinstance(one, ExpressionField) and isinstance(one.expression, Reference)
    ]
    fields = tuple(
        ItemField(one.name, _path(item, one.expression.name), one.origin)  # type: ignore[union-attr]
        for one in referring
    )
    has_text = any(isinstance(one, IterableField) for one in item.fields)
    rows = Iterate(
        rows, column, item.name, item.formulation, item.iterator, fields, has_text, item.origin
    )
    for one in referring:
        rows = _nested(rows, one)
    return _nested(
        rows, replace(item, fields=tuple(one for one in item.fields if one not in referring))
    )


def _nested(rows: Relation, parent: Field) -> Relation:
    for item in parent.fields:
        if isinstance(item, IterableField):
            rows = _items(rows, parent.name, item)
        elif isinstance(item.expression, Reference):
            rows = _nested(
                Pick(rows, parent.name, item.name, item.expression.name, item.origin), item
            )
        elif isinstance(item.expression, Constant):
            rows = _nested(Extend(rows, item.name, item.expression, item.origin), item)
        else:
            raise MappingError("nested-field-without-reference", origin=item.origin)
    return rows


def _path(parent: IterableField, name: str) -> str:
    """The path of a nested field in its parent's items: records of a CSV table have plain names."""
    return quoted_name(name) if parent.formulation == "CSV" else name
