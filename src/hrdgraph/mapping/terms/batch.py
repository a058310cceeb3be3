"""A batch of rows with what is worked out of its columns: each text encoded, escaped or computed once, however many terms use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

import polars as pl

from hrdgraph.mapping.terms.escape import NEEDS_ESCAPE, NOT_IN_LABEL, blank_labels, escape_literal
from hrdgraph.mapping.terms.iris import UNSAFE_IRI, UNSAFE_URI, encode_iri, encode_uri
from hrdgraph.sources.kinds import HIDDEN

Key = tuple[object, ...]


class Treatment(Enum):
    """What is done to the characters of a value on its way into a term: a test that finds whether anything is to do, and the doing."""

    ESCAPE = (NEEDS_ESCAPE, escape_literal)
    IRI = (UNSAFE_IRI, encode_iri)
    URI = (UNSAFE_URI, encode_uri)
    LABEL = (NOT_IN_LABEL, blank_labels)


Wanted = Iterable[tuple[str, Treatment]]


class Batch:
    """Rows of a relation, of whole and of worked-out columns; the latter have hidden names."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._names: dict[Key, str] = {}

    def add(self, key: Key, make: Callable[[], pl.Series]) -> str:
        """The name of the column that `make` gives, made once for each key."""
        if key not in self._names:
            self._put(key, make())
        return self._names[key]

    def _put(self, key: Key, column: pl.Series) -> None:
        self._names[key] = f"{HIDDEN}made:{self.frame.width}"
        self.frame = self.frame.hstack([column.alias(self._names[key])])

    def is_multi(self, name: str) -> bool:
        """Whether a column holds a list for each row."""
        return self.frame.schema[name] == pl.List

    def treat(self, wanted: Wanted) -> None:
        """Treat columns, all of them tested in one pass; those that need nothing stand for themselves."""
        new = [key for key in dict.fromkeys(wanted) if key not in self._names]
        schema = self.frame.schema
        texts = [(name, treatment) for name, treatment in new if schema[name] == pl.String]
        tests = [pl.col(name).str.contains(treatment.value[0]).any().alias(f"{i}") for i, (name, treatment) in enumerate(texts)]
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
        return pl.col(held) if self.frame.schema[held] == pl.String else pl.col(held).cast(pl.String)
