"""Terms → their texts in Turtle: prefixed names, references that are relative to a base, numbers
without quotes; and the prefixes that they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.export.names import IriShortener, with_schemes
from hrdgraph.vocab import XSD

_BARE: Final = {
    XSD.integer.value: r'^"(?:0|-?[1-9][0-9]*)"$',
    XSD.boolean.value: r'^"(?:true|false)"$',
}


@dataclass(frozen=True, eq=False)
class TurtleTerms:
    """The Turtle text of each term of a dictionary, with the prefixes that may stand in it."""

    spelled: pl.Series
    declared: Mapping[str, str]
    base: str

    @classmethod
    def of(cls, pieces: pl.DataFrame, base: str) -> TurtleTerms:
        """Those of terms in pieces."""
        declared = with_schemes(pl.concat([pieces["iri"], pieces["datatype"]]).drop_nulls())
        return cls(_spelled(pieces, IriShortener.of(declared, base)), declared, base)

    @cached_property
    def use(self) -> Counter[str]:
        """How many terms need a prefix, and how many (of the empty name) the base."""
        found: Counter[str] = Counter()
        for form in (r"^([a-z][a-z0-9-]*):", r'"\^\^([a-z][a-z0-9-]*):[^">]*$'):
            found.update(_counted(self.spelled.str.extract(form)))
        relative = int(self.spelled.str.contains("^<[^:]*>$").sum())
        return found + Counter({"": relative})

    def header(self) -> bytes:
        """The base and the prefixes that are used, by name."""
        return header(self.declared, self.base, self.use)


def header(declared: Mapping[str, str], base: str, use: Mapping[str, int]) -> bytes:
    """The base and those of the declared prefixes that are used, by name."""
    lines = [f"@base <{base}> .\n"] if use.get("") else []
    lines += [
        f"@prefix {prefix}: <{space}> .\n"
        for prefix, space in sorted(declared.items())
        if use.get(prefix)
    ]
    return ("".join(lines) + ("\n" if lines else "")).encode()


def _counted(names: pl.Series) -> dict[str, int]:
    counts = names.drop_nulls().value_counts()
    return dict(counts.iter_rows())


def _spelled(pieces: pl.DataFrame, names: IriShortener) -> pl.Series:
    datatypes = pieces["datatype"].unique().drop_nulls()
    short = names.prefixed(datatypes).fill_null("<" + datatypes + ">")
    typed = pl.col("lexical") + "^^" + pl.col("datatype").replace(datatypes, short)
    bare = pl.any_horizontal(
        *(
            (pl.col("datatype") == datatype) & pl.col("lexical").str.contains(form)
            for datatype, form in _BARE.items()
        )
    )
    return pieces.select(
        pl.coalesce(
            "<" + names.relative(pieces["iri"]) + ">",
            names.prefixed(pieces["iri"]),
            pl.when(bare)
            .then(pl.col("lexical").str.strip_chars('"'))
            .when(pl.col("datatype").is_not_null())
            .then(typed),
            "text",
        ).alias("spelled")
    )["spelled"]
