"""What a function of a mapping takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hrdgraph.mapping.functions.column_bodies import ColumnBody
from hrdgraph.rdf import IRI
from hrdgraph.sources.value_kinds import STRING

Result = str | list[str] | None


class Function(NamedTuple):
    """A function over texts; None stands for a missing value. `many` gives a list; unless
    `variadic`, parameters are taken in order, and the last `optional` of them may be left out.
    `outputs` are what rml:return may name (anything, when empty); `kind` is the natural datatype
    of the result. `columns` makes of whole columns what `body` makes of each row, and refuses none.
    """

    iri: IRI
    parameters: tuple[IRI, ...]
    body: Callable[..., Result]
    many: bool = False
    variadic: bool = False
    optional: int = 0
    outputs: tuple[IRI, ...] = ()
    kind: int = STRING
    columns: ColumnBody | None = None
