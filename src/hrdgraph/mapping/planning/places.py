"""An error in a value of a relation's row → the same error at the source cell that the value comes from."""

from __future__ import annotations

from dataclasses import replace

from hrdgraph.errors import NOWHERE, HrdgraphError, MappingError
from hrdgraph.mapping.model import LogicalSource
from hrdgraph.mapping.plan import Relation, base_scan, cells_of
from hrdgraph.mapping.terms.bad import BadValue
from hrdgraph.sources import ROW
from hrdgraph.sources.kinds import HIDDEN


def placed(error: HrdgraphError, relation: Relation) -> HrdgraphError:
    """The error with file, row and column of the cell, and the rule after the fact; of what a function made, without a column. Its
    origin must name row and column of the relation; other errors are given back as they are."""
    column = error.origin.column or ""
    cells: list[tuple[str, LogicalSource, str | None]] = [*cells_of(relation, column)] if column else []
    cells += [(ROW, base_scan(relation).source, None)] if column.startswith(HIDDEN) else []
    if error.origin.row is None or not cells:
        return error
    number, source, reference = cells[0]
    numbers = error.numbers if isinstance(error, BadValue) else {ROW: error.origin.row}
    rule = replace(error.origin, row=None, column=None)
    kind = MappingError if isinstance(error, BadValue) else type(error)
    fact = error.fact if rule == NOWHERE else f"{error.fact} (made by {rule})"
    return kind(fact, origin=source.place(numbers.get(number), reference), hint=error.hint)


def number_of(error: BadValue, relation: Relation) -> str:
    """The column of row numbers that tells the rows apart which hold the cell of an error."""
    cells = cells_of(relation, error.origin.column) if error.origin.column else []
    return cells[0][0] if cells and cells[0][0] in error.numbers else ROW
