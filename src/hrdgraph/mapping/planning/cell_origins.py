"""Where what stands in the rows of a relation comes from: the source cells of a column, and of
an error in its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hrdgraph.catalogue import Message
from hrdgraph.errors import NOWHERE, HrdgraphError, MappingError
from hrdgraph.mapping.expressions import references, term_references
from hrdgraph.mapping.model import LogicalSource, Reference
from hrdgraph.mapping.plan import (
    Below,
    Elements,
    Extend,
    Gather,
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
from hrdgraph.mapping.terms.invalid_values import BadValue
from hrdgraph.sources import ROW
from hrdgraph.sources.value_kinds import HIDDEN


def placed(error: HrdgraphError, relation: Relation) -> HrdgraphError:
    """The error with file, row and column of the cell, and the rule after the fact; of what a
    function made, without a column. Its origin must name row and column of the relation; other
    errors are given back as they are."""
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
    """The column of row numbers that tells the rows apart which hold the cell of an error."""
    cells = cells_of(relation, error.origin.column) if error.origin.column else []
    return cells[0][0] if cells and cells[0][0] in error.numbers else ROW


def cells_of(relation: Relation, name: str) -> list[tuple[str, LogicalSource, str]]:
    """The source cells behind a column of a relation: row-number column, file, reference in the
    file."""
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
            made = dict(fields)
            if name not in made:
                return cells_of(child, name)
            inner = _of_all(parent, references(made[name]))
            return [(tag + row, source, reference) for row, source, reference in inner]
        case Gather(child, own, head) if name == own:
            return _of_all(child, term_references(head))
        case Elements(gather) if name == gather.column("value"):
            return _member_cells(gather)
        case Reify(child, own, triple) if name in (own, f"{own}.triple"):
            return _of_all(child, term_references(triple))
        case _:
            return cells_of(relation.child, name)


def _of_all(relation: Relation, names: Iterable[str]) -> list[tuple[str, LogicalSource, str]]:
    return [cell for name in names for cell in cells_of(relation, name)]


def copied(relation: Relation, name: str) -> str | None:
    """The column of the file which the rows of a relation go through that one of its columns
    repeats, as it is or a value of each cell."""
    match relation:
        case Scan(_, columns):
            return name if name in columns else None
        case Below(child, prefix):
            return copied(child, name.removeprefix(prefix)) if name.startswith(prefix) else None
        case Extend(child, own, expression) if name == own:
            return copied(child, expression.name) if isinstance(expression, Reference) else None
        case Iterate() if name in fields_of(relation):
            return None
        case Pick(_, _, own) if name == own:
            return None
        case Join(fields=fields) if name in dict(fields):
            return None
        case _:
            return copied(relation.child, name)


def _member_cells(gather: Gather) -> list[tuple[str, LogicalSource, str]]:
    """The cells of a row that its members are made of; those of other rows, which a join brings,
    stand in other rows."""
    known = row_columns(gather)
    cells = [
        c
        for rows, term in gather.members
        for name in term_references(term)
        for c in cells_of(rows, name)
    ]
    return [cell for cell in cells if cell[:2] in known]
