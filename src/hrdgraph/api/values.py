"""RDF terms as plain Python values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Final

from hrdgraph.rdf import BlankNode, Literal, Term
from hrdgraph.vocab import XSD

Value = str | int | float | Decimal | bool | date | None
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_READ: Final[Mapping[str, Callable[[str], Value]]] = {
    XSD.integer.value: int,
    XSD.decimal.value: Decimal,
    XSD.double.value: float,
    XSD.float.value: float,
    XSD.date.value: date.fromisoformat,
    XSD.boolean.value: _TRUTH.__getitem__,
}


def plain(term: Term | None) -> Value:
    """A term as a plain value: an IRI and a text as texts, a number, a day or a truth value as
    Python's own.

    A value that Python's type cannot hold, such as a day before the year 1, stays a text.
    """
    if term is None:
        return None
    if isinstance(term, BlankNode):
        return term.n3()
    if isinstance(term, Literal) and term.datatype in _READ:
        with suppress(ValueError, KeyError, ArithmeticError):
            return _READ[term.datatype](term.value)
    return term.value
