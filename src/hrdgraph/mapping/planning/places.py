"""An error in a value of a relation's row → the same error at the source cell that the value comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from hrdgraph.errors import NOWHERE, HrdgraphError, Origin
from hrdgraph.mapping.plan import Relation, cells_of
from hrdgraph.sources import ROW

E = TypeVar("E", bound=HrdgraphError)


def placed(error: E, relation: Relation) -> E:
    """The error with file, row and column of the cell, and the rule after the fact. Its origin must name row and column of the
    relation; other errors are given back as they are."""
    cells = cells_of(relation, error.origin.column) if error.origin.column else []
    if error.origin.row is None or not cells:
        return error
    number, source, reference = cells[0]
    place = Origin(str(source.path), error.origin.row if number == ROW else None, reference)
    rule = replace(error.origin, row=None, column=None)
    fact = error.fact if rule == NOWHERE else f"{error.fact} (made by {rule})"
    return type(error)(fact, origin=place, hint=error.hint)
