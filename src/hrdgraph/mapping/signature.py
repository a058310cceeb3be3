"""What a function of a mapping takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hrdgraph.rdf import IRI

Result = str | list[str] | None


class Function(NamedTuple):
    """A function over texts; None stands for a missing value. `many` gives a list; unless `variadic`, parameters are taken in order."""

    iri: IRI
    parameters: tuple[IRI, ...]
    body: Callable[..., Result]
    many: bool = False
    variadic: bool = False
