"""A batch of rows with what is worked out of its columns: each text encoded, escaped or computed once, however many terms use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

import polars as pl

from hrdgraph.mapping.terms.escape import ESCAPED, NOT_IN_LABEL, blank_labels, escape_literal
from hrdgraph.mapping.terms.iris import UNSAFE_IRI, UNSAFE_URI, encode_iri, encode_uri
from hrdgraph.sources.kinds import HIDDEN

Key = tuple[object, ...]


class Treatment(Enum):
    """What is done to the characters of a value on its way into a term: a test that finds whether anything is to do (a pattern, or
    the characters, for which the column engine looks faster), and the doing."""

    ESCAPE = (ESCAPED, escape_literal)
    IRI = (UNSAFE_IRI, encode_iri)
    URI = (UNSAFE_URI, encode_uri)
    LABEL = (NOT_IN_LABEL, blank_labels)

    def is_due(self, values: pl.Expr) -> pl.Expr:
        """Whether a value needs it."""
        sign = self.value[0]
        return values.str.contains_any(sign) if isinstance(sign, pl.Expr) else values.str.contains(sign)


Wanted = Iterable[tuple[str, Treatment]]


class Batch:
    """Rows of a relation, of whole and of worked-out columns; the latter have hidden names. `schema` is that of the rows, kept beside
    them since a frame makes it anew each time that it is asked."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.schema: dict[str, pl.DataType] = dict(frame.schema)
        self._names: dict[Key, str] = {}

    def add(self, key: Key, make: Callable[[], pl.Series]) -> str:
        """The name of the column that `make` gives, made once for each key."""
        if key not in self._names:
            self._put(key, make())
        return self._names[key]

    def _put(self, key: Key, column: pl.Series) -> None:
        name = f"{HIDDEN}made:{self.frame.width}"
        self._names[key], self.schema[name] = name, column.dtype
        self.frame = self.frame.hstack([column.alias(name)])

    def is_multi(self, name: str) -> bool:
        """Whether a column holds a list for each row."""
        return self.schema[name] == pl.List

    def treat(self, wanted: Wanted) -> None:
        """Treat columns, all of them tested in one pass; those that need nothing stand for themselves."""
        new = [key for key in dict.fromkeys(wanted) if key not in self._names]
        texts = [(name, treatment) for name, treatment in new if self.schema[name] == pl.String]
        tests = [treatment.is_due(pl.col(name)).any().alias(f"{i}") for i, (name, treatment) in enumerate(texts)]
        found = self.frame.select(tests).row(0) if tests else ()
        needy = {key for key, needs in zip(texts, found, strict=True) if needs}
        for name, treatment in new:
            if (name, treatment) in needy:
                self._put((name, treatment), treatment.value[1](self.frame[name]))
            else:
                self._names[(name, treatment)] = name

    def treated(self, name: str, treatment: Treatment | None) -> pl.Expr:
        """A column as text, treated; `treat` must have seen it."""
        held = self._names[(name, treatment)] if treatment else name
        return pl.col(held) if self.schema[held] == pl.String else pl.col(held).cast(pl.String)
