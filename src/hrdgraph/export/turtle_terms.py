"""Terms → their texts in Turtle: prefixed names, references that are relative to a base, numbers
without quotes; and the prefixes that they use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from hrdgraph.export.names import IriShortener, scheme_counts, with_schemes
from hrdgraph.vocab import XSD

_BARE: Final = {
    XSD.integer.value: r'^"(?:0|-?[1-9][0-9]*)"$',
    XSD.boolean.value: r'^"(?:true|false)"$',
}


@dataclass(frozen=True)
class NameUse:
    """How many terms of a dictionary need each prefix (the empty one is the base), and how many
    are of each concept scheme, which has a prefix of its own."""

    prefixes: Counter[str]
    schemes: Counter[str]

    @property
    def declared(self) -> dict[str, str]:
        """The prefixes that may stand in terms."""
        return with_schemes(self.schemes)

    def header(self, base: str) -> bytes:
        """The base and the prefixes that are used, by name."""
        lines = [f"@base <{base}> .\n"] if self.prefixes.get("") else []
        lines += [
            f"@prefix {prefix}: <{space}> .\n"
            for prefix, space in sorted(self.declared.items())
            if self.prefixes.get(prefix)
        ]
        return ("".join(lines) + ("\n" if lines else "")).encode()


@dataclass(frozen=True, eq=False)
class TurtleTerms:
    """The Turtle text of each term of a dictionary, and what they use."""

    spelled: pl.Series
    use: NameUse

    @classmethod
    def of(cls, pieces: pl.DataFrame, base: str) -> Self:
        """Those of terms in pieces."""
        schemes = scheme_counts(pl.concat([pieces["iri"], pieces["datatype"]]))
        spelled = _spelled(pieces, IriShortener.of(with_schemes(schemes), base))
        return cls(spelled, NameUse(_prefix_counts(spelled), schemes))


def _prefix_counts(spelled: pl.Series) -> Counter[str]:
    found: Counter[str] = Counter()
    for form in (r"^([a-z][a-z0-9-]*):", r'"\^\^([a-z][a-z0-9-]*):[^">]*$'):
        counts = spelled.str.extract(form).drop_nulls().value_counts()
        found.update(dict(counts.iter_rows()))
    relative = int(spelled.str.contains("^<[^:]*>$").sum())
    return found + Counter({"": relative})


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
