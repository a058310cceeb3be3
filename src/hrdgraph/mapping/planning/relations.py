"""Turn logical sources and views of a mapping into relations: each once, with the columns that
anything refers to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar, cast

from hrdgraph.catalogue import Message, lacks
from hrdgraph.errors import NOWHERE, HrdgraphError, MappingError
from hrdgraph.mapping.expressions import add_prefix, references, term_references
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
    Elements,
    Enumerate,
    Extend,
    Gather,
    ItemField,
    Iterate,
    Join,
    Pick,
    Reify,
    Relation,
    Scan,
    base_scan,
    fields_of,
    row_columns,
)
from hrdgraph.mapping.planning.required_columns import WHOLE
from hrdgraph.mapping.terms.typed_literals import BadValue
from hrdgraph.rdf import Literal
from hrdgraph.sources import ROW
from hrdgraph.sources.json.stream import quote_name
from hrdgraph.sources.reference_columns import HIDDEN
from hrdgraph.vocab import XSD


def locate(error: HrdgraphError, relation: Relation) -> HrdgraphError:
    """Return the error with file, row and column of the cell, and the rule after the fact; for
    functions, without a column. Its origin must name row and column of the relation; other
    errors are returned unchanged."""
    column = error.origin.column or ""
    cells: list[tuple[str, LogicalSource, str | None]] = (
        [*cells_of(relation, column)] if column else []
    )
    cells += [(ROW, base_scan(relation).source, None)] if column.startswith(HIDDEN) else []
    if error.origin.row is None or not cells:
        return error
    number, source, reference = cells[0]
    numbers = error.numbers if isinstance(error, BadValue) else {ROW: error.origin.row}
    rule = replace(error.origin, row=None, column=None)
    kind = MappingError if isinstance(error, BadValue) else type(error)
    fact = (
        error.message
        if rule == NOWHERE
        else Message("made-by-rule", fact=error.message, rule=rule.parts())
    )
    return kind(fact, origin=source.place(numbers.get(number), reference), hint=error.advice)


def number_of(error: BadValue, relation: Relation) -> str:
    """Return the column of row numbers for the rows that hold the cell of an error."""
    cells = cells_of(relation, error.origin.column) if error.origin.column else []
    return cells[0][0] if cells and cells[0][0] in error.numbers else ROW


def cells_of(relation: Relation, name: str) -> list[tuple[str, LogicalSource, str]]:
    """Return the source cells behind a column of a relation: row-number column, file, reference in
    the file."""
    match relation:
        case Scan(source, columns):
            return [(ROW, source, name)] if name in columns else []
        case Below(child, prefix):
            return cells_of(child, name.removeprefix(prefix)) if name.startswith(prefix) else []
        case Extend(child, own, expression) if name == own:
            return _of_all(child, references(expression))
        case Iterate(child, column) if name in fields_of(relation):
            return cells_of(child, column)
        case Pick(child, column, own) if name == own:
            return cells_of(child, column)
        case Join(child, parent, _, _, fields, tag):
            cells = dict(fields)
            if name not in cells:
                return cells_of(child, name)
            inner = _of_all(parent, references(cells[name]))
            return [(tag + row, source, reference) for row, source, reference in inner]
        case Gather(child, own, head) if name == own:
            return _of_all(child, term_references(head))
        case Elements(gather) if name == gather.column("value"):
            numbers = row_columns(gather)
            return [  # those that a join adds are in other rows
                cell
                for rows, term in gather.members
                for reference in term_references(term)
                for cell in cells_of(rows, reference)
                if cell[:2] in numbers
            ]
        case Reify(child, own, triple) if name in (own, f"{own}.triple"):
            return _of_all(child, term_references(triple))
        case _:
            return cells_of(relation.child, name)


def _of_all(relation: Relation, names: Iterable[str]) -> list[tuple[str, LogicalSource, str]]:
    return [cell for name in names for cell in cells_of(relation, name)]


def copy_of(relation: Relation, name: str) -> str | None:
    """Return the column of the file below a relation that one of its columns repeats, unchanged or
    a value of each cell."""
    match relation:
        case Scan(_, columns):
            return name if name in columns else None
        case Below(child, prefix):
            return copy_of(child, name.removeprefix(prefix)) if name.startswith(prefix) else None
        case Extend(child, own, expression) if name == own:
            return copy_of(child, expression.name) if isinstance(expression, Reference) else None
        case Iterate() if name in fields_of(relation):
            return None
        case Pick(_, _, own) if name == own:
            return None
        case Join(fields=fields) if name in dict(fields):
            return None
        case _:
            return copy_of(relation.child, name)


BELOW: Final = "source:"  # the columns that a view stands on, while its fields are made
R = TypeVar("R", bound=Relation)


class Relations:
    """Makes relations; equal ones are the same object, so that they are run once. They are
    numbered in order of first use, after those below them."""

    def __init__(self, columns: Mapping[LogicalSource, set[str]]) -> None:
        self._columns = columns
        self._made: dict[LogicalSource | LogicalView, Relation] = {}
        self._equal: dict[tuple[object, ...], Relation] = {}

    def of(self, source: LogicalSource | LogicalView) -> Relation:
        """Return the rows of a logical source or view."""
        if source not in self._made:
            self._made[source] = self.one(
                self._scan(source) if isinstance(source, LogicalSource) else self._view(source)
            )
        return self._made[source]

    def one(self, relation: R) -> R:
        """Return the relation that represents all equal ones."""
        if relation.number != UNNUMBERED:
            return relation
        below = self._below(relation)  # these first: they have the lower numbers
        own = replace(relation, number=len(self._equal), **below)
        # relations are compared by the numbers of those below: comparing all of them is slow
        values = (getattr(own, item.name) for item in dataclasses.fields(own) if item.compare)
        return cast("R", self._equal.setdefault((type(own), *map(_by_number, values)), own))

    def _below(self, relation: Relation) -> dict[str, Any]:
        """Return the relations directly below one, each representing its equals."""
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
            rows = self.one(self._join(rows, join))
        return rows

    def _join(self, rows: Relation, join: ViewJoin) -> Relation:
        fields = tuple(field for item in join.fields for field in _columns_of(item))
        return Join(
            rows, self.of(join.parent), join.inner, join.conditions, fields, tag_over(rows),
            join.origin,
        )  # fmt: skip


def _by_number(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_by_number, value))
    return value.number if isinstance(value, Relation) else value


def tag_over(rows: Relation) -> str:
    """Return the prefix of a parent's row numbers beside those of `rows`."""
    return f"{HIDDEN}{len(row_columns(rows))}:"


def _with_field(rows: Relation, item: Field, on: LogicalSource | LogicalView) -> Relation:
    """Add a field of a view, and the fields below it."""
    if isinstance(item, IterableField):
        if not isinstance(on, LogicalSource) or on.formulation != "JSONPath":
            fact = Message("not-allowed-here", term="rml:IterableField")
            raise MappingError(fact, origin=item.origin)
        return _items(rows, BELOW + WHOLE, item)
    return _nest(Extend(rows, item.name, add_prefix(item.expression, BELOW), item.origin), item)


def _columns_of(item: ExpressionField) -> Iterator[tuple[str, Expression]]:
    """Yield the columns that a join adds for a field: the field, and its index if it is a field of
    the parent too."""
    yield item.name, item.expression
    if not isinstance(item.expression, Reference):
        yield f"{item.name}.{INDEX}", Constant(Literal("0", XSD.integer.value))
    elif not item.expression.name.endswith(INDEX):
        yield f"{item.name}.{INDEX}", Reference(f"{item.expression.name}.{INDEX}")


def _items(rows: Relation, column: str, item: IterableField) -> Relation:
    """Return the items in a column, with the fields that refer into them, then other fields."""
    referring = [
        part
        for part in item.fields
        if isinstance(part, ExpressionField) and isinstance(part.expression, Reference)
    ]
    fields = tuple(
        ItemField(part.name, _path(item, part.expression.name), part.origin)  # type: ignore[union-attr]
        for part in referring
    )
    has_text = any(isinstance(part, IterableField) for part in item.fields)
    rows = Iterate(
        rows, column, item.name, item.formulation, item.iterator, fields, has_text, item.origin
    )
    for part in referring:
        rows = _nest(rows, part)
    return _nest(
        rows, replace(item, fields=tuple(part for part in item.fields if part not in referring))
    )


def _nest(rows: Relation, parent: Field) -> Relation:
    for item in parent.fields:
        if isinstance(item, IterableField):
            rows = _items(rows, parent.name, item)
        elif isinstance(item.expression, Reference):
            rows = _nest(
                Pick(rows, parent.name, item.name, item.expression.name, item.origin), item
            )
        elif isinstance(item.expression, Constant):
            rows = _nest(Extend(rows, item.name, item.expression, item.origin), item)
        else:
            hint = "use-reference-inside"
            raise MappingError(lacks("rml:field", "rml:reference"), origin=item.origin, hint=hint)
    return rows


def _path(parent: IterableField, name: str) -> str:
    """Return the path of a nested field in its parent's items: records of a CSV table have plain
    names."""
    return quote_name(name) if parent.formulation == "CSV" else name
