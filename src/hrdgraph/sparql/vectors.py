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
        codes = self.dictionary.codes(self._written(distinct), plain=True)
        found = pl.DataFrame({"value": distinct, "code": codes})
        return matched(self.series.rename("value"), found, "value")["code"]

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

    def _written(self, values: pl.Series) -> pl.Series:
        if self.kind == TRUTHS:
            texts, type_ = values.cast(pl.String), XSD.boolean.value
        elif self.kind == NUMBERS:
            texts, type_ = values.cast(pl.String), XSD.integer.value
        else:
            return values.to_frame("value").select(pl.format('"{}"', _escaped(values))).to_series()
        return texts.to_frame("value").select(pl.format(f'"{{}}"^^<{type_}>', "value")).to_series()


def _escaped(texts: pl.Series) -> pl.Series:
    """Strings as N-Triples has them; few have anything to escape."""
    special = texts.str.contains(r'[\\"\x00-\x1f\x7f]').arg_true()
    if not len(special):
        return texts
    changed = [escape(text) for text in texts.gather(special).to_list()]
    return texts.clone().scatter(special, pl.Series(changed, dtype=pl.String))


def alike(vectors: Sequence[Vector]) -> list[pl.Series]:
    """Vectors as columns of one type: their own, if they have one, else codes."""
    kinds = {vector.kind for vector in vectors}
    return [vector.series if len(kinds) == 1 else vector.codes for vector in vectors]
