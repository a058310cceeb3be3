"""Functions on our terms into functions that Oxigraph can call, whose errors are not lost."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from hrdgraph.rdfio.oxi import OxTerm, from_ox, to_ox
from hrdgraph.store.contract import Function, Functions

OxValue = OxTerm | ox.Triple | None


class Calls:
    """The functions of one query. Oxigraph turns every error in a function into "no value"; this
    keeps the first one."""

    def __init__(self, functions: Functions) -> None:
        self._errors: list[Exception] = []
        self.table = {
            ox.NamedNode(name.value): self._wrap(function) for name, function in functions.items()
        }

    def _wrap(self, function: Function) -> Callable[..., OxValue]:
        def call(*arguments: object) -> OxValue:
            try:
                value = function(*map(from_ox, arguments))
                return None if value is None else to_ox(value)
            except Exception as error:  # raised again by who asked: the store would lose it
                self._errors.append(error)
                return None

        return call

    def raise_first(self) -> None:
        """Raise the first error that a function raised while the query ran."""
        if self._errors:
            raise self._errors[0]
