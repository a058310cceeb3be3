"""The values of an expression for many rows at once: codes of terms, or what a code would only be
made for to be taken apart again: truth values, plain strings, whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.rdf.terms import escape
from hrdgraph.sparql.dictionary import Dictionary, matched
from hrdgraph.sparql.values import STRING, Values, truth, values_of
from hrdgraph.vocab import XSD

TERMS: Final = "terms"
TRUTHS: Final = "truths"
STRINGS: Final = "strings"
NUMBERS: Final = "numbers"
_TYPES: Final = {pl.UInt32: TERMS, pl.Boolean: TRUTHS, pl.String: STRINGS, pl.Int64: NUMBERS}


@dataclass(frozen=True, eq=False)
class Vector:
    """One value for each row, null where there is none or where it is an error."""

    kind: str
    series: pl.Series
    dictionary: Dictionary

    @classmethod
    def of(cls, series: pl.Series, dictionary: Dictionary) -> Vector:
        """A vector of the kind that the type of a column says."""
        return cls(_TYPES[type(series.dtype)], series, dictionary)

    @cached_property
    def codes(self) -> pl.Series:
        """The values as terms."""
        if self.kind == TERMS:
            return self.series
        distinct = self.series.drop_nulls().unique()
        texts = pl.Series(map(self._written, distinct.to_list()), dtype=pl.String)
        found = pl.DataFrame({"value": distinct, "code": self.dictionary.codes(texts)})
        return matched(self.series, found, "value")["code"]

    @cached_property
    def values(self) -> Values:
        """The values as they are compared."""
        return values_of(self.codes, self.dictionary)

    @cached_property
    def truths(self) -> pl.Series:
        """The effective boolean values."""
        if self.kind == TRUTHS:
            return self.series
        if self.kind == STRINGS:
            return self.series != ""
        return truth(self.values)

    @cached_property
    def simple(self) -> pl.Series:
        """The values that are plain strings; null for all others."""
        if self.kind == STRINGS:
            return self.series
        frame = self.values.frame
        return frame.select(pl.when(pl.col("kind") == STRING).then("words").alias("words"))["words"]

    def _written(self, value: object) -> str:
        if self.kind == TRUTHS:
            return f'"{str(value).lower()}"^^<{XSD.boolean.value}>'
        if self.kind == NUMBERS:
            return f'"{value}"^^<{XSD.integer.value}>'
        return f'"{escape(str(value))}"'


def alike(vectors: Sequence[Vector]) -> list[pl.Series]:
    """Vectors as columns of one type: their own, if they have one, else codes."""
    kinds = {vector.kind for vector in vectors}
    return [vector.series if len(kinds) == 1 else vector.codes for vector in vectors]
