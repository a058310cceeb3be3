"""A batch of rows with what is worked out of its columns: each text encoded, escaped or computed
once, however many terms use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import NamedTuple

import polars as pl

from hrdgraph.mapping.terms.iris import (
    ESCAPED,
    NOT_IN_LABEL,
    UNSAFE_IRI,
    UNSAFE_URI,
    blank_labels,
    do_repeat,
    encode_iri,
    encode_uri,
    escape_literal,
    for_distinct,
)
from hrdgraph.sources.column_names import named, series
from hrdgraph.sources.parallel import in_order
from hrdgraph.sources.value_kinds import HIDDEN

Key = tuple[object, ...]


class Treatment(Enum):
    """What is done to the characters of a value on its way into a term: a test that finds
    whether anything is to do (a pattern, or the characters, for which the column engine looks
    faster), and the doing."""

    ESCAPE = (ESCAPED, escape_literal)
    IRI = (UNSAFE_IRI, encode_iri)
    URI = (UNSAFE_URI, encode_uri)
    LABEL = (NOT_IN_LABEL, blank_labels)

    def is_due(self, values: pl.Expr) -> pl.Expr:
        """Whether a value needs it."""
        sign = self.value[0]
        return (
            values.str.contains_any(sign)
            if isinstance(sign, pl.Expr)
            else values.str.contains(sign)
        )

    def __call__(self, values: pl.Series) -> pl.Series:
        """Do it to every value. Null stays null."""
        treated: pl.Series = self.value[1](values)
        return treated


Wanted = Iterable[tuple[str, Treatment]]


class Test(NamedTuple):
    """Whether any value of a column needs a treatment."""

    name: str
    treatment: Treatment
    is_due: pl.Expr


class Batch:
    """Rows of a relation, of whole and of worked-out columns; the latter have hidden names.
    `schema` is that of the rows, kept beside them since a frame makes it anew each time that it
    is asked; `tests` are those that found nothing to treat. Where the rows are known to be
    `bare`, no value in their own columns needs escapes in a literal."""

    def __init__(
        self, frame: pl.DataFrame, whole: Batch | None = None, *, bare: bool = False
    ) -> None:
        self.frame = frame = _unbroken(frame)
        self.schema: dict[str, pl.DataType] = dict(frame.schema if whole is None else whole.schema)
        self.tests: list[Test] = []
        self._names: dict[Key, str] = {} if whole is None else dict(whole._names)
        self._bare: frozenset[str] = (
            frozenset(self.schema if bare else ()) if whole is None else whole._bare
        )

    def parts(self, rows: int) -> Iterator[Batch]:
        """The rows in parts of so many; each may work out more of its own."""
        return (Batch(frame, self) for frame in self.frame.iter_slices(rows))

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
        """Treat columns, all of them tested in one pass; those that need nothing stand for
        themselves."""
        new = [key for key in dict.fromkeys(wanted) if key not in self._names]
        texts = [(name, treatment) for name, treatment in new if self.schema[name] == pl.String]
        tests = [
            Test(name, how, how.is_due(named(name)).any().alias(f"{i}"))
            for i, (name, how) in enumerate(texts)
        ]
        needy = self._needy(tests)
        self.tests += tests if not needy else []
        for name, treatment in new:
            if (name, treatment) in needy:
                self._put((name, treatment), treatment(series(self.frame, name)))
            else:
                self._names[(name, treatment)] = name

    def needs_none(self, tests: Iterable[Test]) -> bool:
        """Whether no test finds a value that needs its treatment."""
        return not self._needy(tests)

    def _needy(self, tests: Iterable[Test]) -> set[Key]:
        """The columns and treatments of which a test finds a value; none is looked for where
        there can be none."""
        due = [test for test in tests if not self._is_bare(test.name, test.treatment)]
        found = self.frame.select(test.is_due for test in due).row(0) if due else ()
        return {
            (test.name, test.treatment) for test, needs in zip(due, found, strict=True) if needs
        }

    def _is_bare(self, name: str, treatment: Treatment) -> bool:
        return treatment is Treatment.ESCAPE and name in self._bare

    def treat_repeating(self, wanted: Wanted) -> None:
        """Treat the columns whose texts repeat, each distinct text once; others are left to
        `treat`."""
        new = [
            key
            for key in dict.fromkeys(wanted)
            if key not in self._names and self.schema[key[0]] == pl.String
        ]
        bare = [key for key in new if self._is_bare(*key)]
        self._names.update((key, key[0]) for key in bare)
        rest = [key for key in new if key not in bare]
        made = in_order(
            lambda key: _repeating(series(self.frame, key[0]), key[1]), rest, pl.thread_pool_size()
        )
        for key, (repeats, column) in zip(rest, made, strict=True):
            if column is not None:
                self._put(key, column)
            elif repeats:
                self._names[key] = key[0]

    def treated(self, name: str, treatment: Treatment | None) -> pl.Expr:
        """A column as text, treated; `treat` must have seen it."""
        held = self._names[(name, treatment)] if treatment else name
        return named(held) if self.schema[held] == pl.String else named(held).cast(pl.String)


def _unbroken(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows without empty chunks, as filters leave them: `pl.format` of Polars 2.1
    panics on one among several."""
    several = [
        column
        for column, count in zip(frame.iter_columns(), frame.n_chunks("all"), strict=True)
        if count > 1
    ]
    return (
        frame.rechunk()
        if any(not len(chunk) for column in several for chunk in column.get_chunks())
        else frame
    )


def _repeating(values: pl.Series, treatment: Treatment) -> tuple[bool, pl.Series | None]:
    """Whether texts repeat, and then what becomes of them; None where they need no treatment."""
    if not do_repeat(values):
        return False, None
    distinct = values.unique()
    is_due = distinct.to_frame().select(treatment.is_due(pl.first()).any()).item()
    return True, for_distinct(values, treatment, distinct) if is_due else None
