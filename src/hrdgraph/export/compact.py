"""Terms → their texts in JSON-LD with a context, in each form that a value may have.

N-Triples escapes (as `hrdgraph.rdf` writes them) are JSON escapes, so literals are copied as they
stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import OutputError
from hrdgraph.export.context import JsonLdContext
from hrdgraph.export.names import ANY_LOCAL, IriShortener
from hrdgraph.rdf.terms import unescape

# a string stands as it is in a map of languages
FORMS: Final = ("id", "vocab", "reference", "tagged", "typed", "wrapped", "bare", "map")


@dataclass(frozen=True, eq=False)
class CompactTerms:
    """The terms of a dictionary (in `pieces`), as a context lets them be written. OutputError
    where an IRI would be misread with it."""

    pieces: pl.DataFrame
    context: JsonLdContext
    base: str

    def __post_init__(self) -> None:
        iri = self.pieces["iri"]
        wrong = misread(iri.filter(iri == self._spelled), self.context)
        if len(wrong):
            fact = Message("iri-read-as-prefixed", iri=wrong[0])
            raise OutputError(fact, hint="rename-term-context-spelled-like")

    @cached_property
    def ids(self) -> pl.Series:
        """The JSON text of each term as an `@id`; says nothing of a literal."""
        return _quoted(self._spelled)

    @cached_property
    def prefixed(self) -> pl.Series:
        """The prefixed name of each IRI, null where there is none."""
        return self._names.prefixed(self.pieces["iri"], ANY_LOCAL)

    def values(self, form: str, places: pl.Series) -> pl.Series:
        """The JSON texts of some terms in a form."""
        return _WRITERS[form](self, places)

    @cached_property
    def _names(self) -> IriShortener:
        return IriShortener.of(self.context.prefixes, self.base)

    @cached_property
    def _spelled(self) -> pl.Series:
        relative = self._names.relative(self.pieces["iri"])
        return self.pieces.select(
            pl.coalesce(relative, self.prefixed, pl.col("iri"), "text").alias("id")
        )["id"]

    def _id(self, places: pl.Series) -> pl.Series:
        return self.ids.gather(places)

    def _reference(self, places: pl.Series) -> pl.Series:
        return f'{{"{self.context.keywords["@id"]}": ' + self._id(places) + "}"

    def _vocabulary(self, places: pl.Series) -> pl.Series:
        """IRIs as they are written where a term of the vocabulary may stand: a term, a prefixed
        name, or in full."""
        terms = {iri: found[0].name for iri, found in self.context.by_iri.items() if ":" in iri}
        iri = self.pieces["iri"].gather(places)
        known = iri.replace_strict(terms, default=None, return_dtype=pl.String)
        text = pl.coalesce(known, self.prefixed.gather(places), iri, self._text(places))
        return _quoted(pl.select(text.alias("vocab"))["vocab"])

    def _text(self, places: pl.Series) -> pl.Series:
        return self.pieces["text"].gather(places)

    def _bare(self, places: pl.Series) -> pl.Series:
        return _quoted_lexical(self.pieces["lexical"].gather(places))

    def _value(self, places: pl.Series) -> pl.Series:
        return f'{{"{self.context.keywords["@value"]}": ' + self._bare(places)

    def _tagged(self, places: pl.Series) -> pl.Series:
        language = self.pieces["language"].gather(places)
        return (
            self._value(places) + f', "{self.context.keywords["@language"]}": "' + language + '"}'
        )

    def _typed(self, places: pl.Series) -> pl.Series:
        datatype = self.pieces["datatype"].gather(places)
        known = datatype.unique()
        short = self._names.prefixed(known, ANY_LOCAL).fill_null(known)
        word, name = self.context.keywords["@type"], datatype.replace(known, short)
        return self._value(places) + f', "{word}": "' + name + '"}'

    def _wrapped(self, places: pl.Series) -> pl.Series:
        return self._value(places) + "}"


_WRITERS: Final[dict[str, Callable[[CompactTerms, pl.Series], pl.Series]]] = {
    "id": CompactTerms._id,
    "vocab": CompactTerms._vocabulary,
    "reference": CompactTerms._reference,
    "tagged": CompactTerms._tagged,
    "typed": CompactTerms._typed,
    "wrapped": CompactTerms._wrapped,
    "bare": CompactTerms._bare,
    "map": CompactTerms._bare,
}


def misread(iris: pl.Series, context: JsonLdContext) -> pl.Series:
    """The IRIs whose scheme is a term of the context: written out, they would be expanded again
    when they are read."""
    schemes = iris.str.extract(r"^([^:/?#]*):(?:[^/]|/[^/]|/?$)")
    return iris.filter(schemes.is_in(list(context.names)).fill_null(False))


def _quoted(texts: pl.Series) -> pl.Series:
    """JSON strings of IRIs and blank node labels, which hold nothing that JSON escapes but
    perhaps a backslash."""
    return '"' + texts.str.replace_all("\\", "\\\\", literal=True) + '"'


def _quoted_lexical(lexical: pl.Series) -> pl.Series:
    """JSON strings of literals. Two escapes of N-Triples are unknown to JSON; texts with these
    are written anew."""
    foreign = lexical.filter(lexical.str.contains(r"\\[U']").fill_null(False)).unique()
    written = [json.dumps(unescape(text[1:-1]), ensure_ascii=False) for text in foreign]
    return lexical.replace(foreign, pl.Series(written, dtype=pl.String))
