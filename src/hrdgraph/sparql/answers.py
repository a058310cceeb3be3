"""What a query found in columns → terms, or the bytes that a process sends of it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from io import BufferedReader
from itertools import chain
from typing import BinaryIO, Final, cast

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term, parse_term
from hrdgraph.rdf.graph import DEFAULT_GRAPH, PartsReader, written
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.sparql.algebra import ASK, CONSTRUCT
from hrdgraph.sparql.dictionary import CODE, Dictionary
from hrdgraph.sparql.values import BLANK, values_of
from hrdgraph.sparql.values import IRI as IRI_KIND
from hrdgraph.store import Answer, Boolean, GraphAnswer, Solutions

_UNBOUND: Final = ""  # what stands for no term where terms are sent
_PART: Final = 50_000  # rows that are written at a time


@dataclass(frozen=True, eq=False)
class ColumnAnswer:
    """An answer as columns of codes: one for each variable, or s, p and o. It is to be read
    before the next query."""

    form: str
    variables: tuple[str, ...]
    rows: pl.DataFrame
    dictionary: Dictionary

    def __len__(self) -> int:
        return self.rows.height

    def answer(self) -> Answer:
        """The same as Python values."""
        if self.form == ASK:
            return Boolean(self.rows.height > 0)
        if self.form == CONSTRUCT:
            return GraphAnswer(tuple(self.graph()))
        columns = [self._terms(self._column(name)) for name in self.variables]
        return Solutions(
            self.variables, tuple(zip(*columns, strict=True)) if columns else ((),) * len(self)
        )

    def told(self) -> tuple[tuple[str, ...], list[Term | None], array[int], int]:
        """Solutions as a process sends them: the variables, each term once, the place of each
        cell among them, row by row, and how many rows."""
        codes = pl.DataFrame([self._column(name) for name in self.variables])
        distinct = (
            pl.concat([codes[name].unique().rename("code") for name in self.variables]).unique()
            if self.variables
            else pl.Series("code", dtype=CODE)
        )
        places = pl.DataFrame([distinct, pl.int_range(len(distinct), dtype=CODE, eager=True)])
        places.columns = ["code", "place"]
        cells = codes.select(pl.all().replace_strict(places["code"], places["place"]).cast(CODE))
        sent = array("I")
        sent.frombytes(cells.to_numpy(order="c").tobytes() if cells.height else b"")
        return self.variables, self._terms(distinct), sent, len(self)

    def graph(self, name: IRI | None = None) -> ColumnGraph:
        """The triples of an answer that has them, in the default graph or in one with a name."""
        texts = [self.dictionary.texts(self.rows[name]).alias(name) for name in ("s", "p", "o")]
        return ColumnGraph.from_text(
            pl.DataFrame(texts).with_columns(g=pl.lit(name.n3() if name else DEFAULT_GRAPH))
        )

    def stream(self) -> BinaryIO:
        """Solutions as SPARQL's TSV, in which each term is written whole; triples as N-Triples.
        No more than a part of it is made at a time."""
        if self.form == CONSTRUCT:
            return self.graph().stream()
        head = "\t".join(f"?{name}" for name in self.variables) + "\n"
        starts = range(0, len(self), _PART)
        parts = (self._lines(self.rows.slice(start, _PART)) for start in starts)
        return cast("BinaryIO", BufferedReader(PartsReader(chain([head.encode()], parts))))

    def _lines(self, rows: pl.DataFrame) -> bytes:
        texts = pl.DataFrame(
            [
                self.dictionary.texts(rows[name]).fill_null(_UNBOUND).alias(str(place))
                if name in rows.columns
                else pl.repeat(_UNBOUND, rows.height, eager=True).alias(str(place))
                for place, name in enumerate(self.variables)
            ]
        )
        return written(texts.select(pl.concat_str(pl.all(), separator="\t")).to_series())

    def _column(self, name: str) -> pl.Series:
        if name in self.rows.columns:
            return self.rows[name]
        return pl.repeat(None, len(self), dtype=CODE, eager=True).alias(name)

    def _terms(self, codes: pl.Series) -> list[Term | None]:
        distinct = codes.unique()
        frame = values_of(distinct, self.dictionary).frame
        texts = self.dictionary.texts(distinct)
        columns = (frame["kind"], texts, frame["words"], frame["tag"], frame["type"])
        made = map(_term, *(column.to_list() for column in columns))
        terms = dict(zip(distinct.to_list(), made, strict=True))
        return [terms[code] for code in codes.to_list()]


def _term(kind: int, text: str, words: str, tag: str | None, datatype: str) -> Term | None:
    if kind == 0:
        return None
    if kind == IRI_KIND and text[1] != "<":
        return IRI(words)
    if kind in (IRI_KIND, BLANK):
        return parse_term(text)
    return Literal(words, RDF_LANG_STRING, tag) if tag else Literal(words, datatype)
