"""Queries over a graph in columns, and over a store where columns do not answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph, Term, parse_term
from hrdgraph.sparql.algebra import (
    ASK,
    CONSTRUCT,
    SELECT,
    Query,
    Slot,
    Untranslated,
    Variable,
)
from hrdgraph.sparql.dataset import ColumnDataset
from hrdgraph.sparql.dictionary import CODE
from hrdgraph.sparql.evaluation import Evaluation
from hrdgraph.sparql.translation import known, translate
from hrdgraph.sparql.values import BLANK, IRI, values_of
from hrdgraph.store import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Boolean,
    Functions,
    GraphAnswer,
    Parameters,
    Solutions,
    Store,
    refuse_unreadable,
)
from hrdgraph.store.syntax_errors import refuse_lost
from hrdgraph.vocab import HRDF, PREFIXES

KNOWN = known({**PREFIXES, "hrdf": HRDF.prefix})

# quads; of fewer, the store has answered before a query is read for columns
MANY: Final = 150_000


class ColumnAnswers:
    """Answers queries from columns alone. Raises Untranslated for what they do not answer."""

    def __init__(self, graph: ColumnGraph) -> None:
        self._dataset = ColumnDataset(graph)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        self._dataset.add(graph)

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query as a store does."""
        query = translate(text, KNOWN)
        code = self._dataset.dictionary.code
        given = {name: code(term.n3()) for name, term in parameters.items()}
        if query.form == CONSTRUCT:
            return GraphAnswer(tuple(self._constructed(query, functions, given)))
        rows = self._rows(query, functions, given)
        if query.form == ASK:
            return Boolean(rows.height > 0)
        assert query.form == SELECT
        columns = [
            self._terms(rows[name]) if name in rows.columns else [None] * rows.height
            for name in query.variables
        ]
        found = zip(*columns, strict=True) if columns else [()] * rows.height
        return Solutions(query.variables, tuple(found))

    def construct(self, text: str, *, functions: Functions = NO_FUNCTIONS) -> ColumnGraph:
        """The triples of a CONSTRUCT query, without one Python object for each."""
        query = translate(text, KNOWN)
        if query.form != CONSTRUCT:
            raise Untranslated("sparql-part-unknown", query.form)
        return self._constructed(query, functions, {})

    def _rows(self, query: Query, functions: Functions, given: Mapping[str, int]) -> pl.DataFrame:
        named = {name.n3(): function for name, function in functions.items()}
        return Evaluation(self._dataset, named, given).solutions(query.inner)

    def _terms(self, codes: pl.Series) -> list[Term | None]:
        distinct = codes.drop_nulls().unique()
        texts = self._dataset.dictionary.texts(distinct)
        terms = dict(zip(distinct.to_list(), map(parse_term, texts.to_list()), strict=True))
        return [terms.get(code) for code in codes.to_list()]

    def _constructed(
        self, query: Query, functions: Functions, given: Mapping[str, int]
    ) -> ColumnGraph:
        rows = self._rows(query, functions, given)
        rows = rows.with_columns(pl.lit(code, CODE).alias(name) for name, code in given.items())
        parts = [
            pl.DataFrame(
                [
                    self._column(slot, rows).alias(name)
                    for name, slot in (("s", one.s), ("p", one.p), ("o", one.o))
                ]
            )
            .drop_nulls()
            .unique()
            for one in query.template
        ]
        triples = pl.concat(parts).unique() if parts else pl.DataFrame()
        if not triples.height:
            return ColumnGraph.union([])
        dictionary = self._dataset.dictionary
        subjects = values_of(triples["s"], dictionary)["kind"].is_in([BLANK, IRI])
        predicates = values_of(triples["p"], dictionary)["kind"] == IRI
        triples = triples.filter(subjects & predicates)
        return ColumnGraph.from_text(
            triples.select(
                *(dictionary.texts(triples[name]).alias(name) for name in ("s", "p", "o")),
                pl.lit("").alias("g"),
            )
        )

    def _column(self, slot: Slot, rows: pl.DataFrame) -> pl.Series:
        if isinstance(slot, Variable):
            if slot.name in rows.columns:
                return rows[slot.name]
            return pl.repeat(None, rows.height, dtype=pl.UInt32, eager=True)
        code = self._dataset.dictionary.code(slot)
        return pl.repeat(code, rows.height, dtype=pl.UInt32, eager=True)


class ColumnStore:
    """A store in columns, that keeps the contract of `Store`. What columns do not answer, a store
    does that is made when it is first needed, of the same quads."""

    def __init__(self, graph: ColumnGraph, fallback: Callable[[ColumnGraph], Store]) -> None:
        self._columns = ColumnAnswers(graph)
        self._parts = [graph]
        self._fallback = fallback
        self._store: Store | None = None

    def add(self, graph: ColumnGraph) -> None:
        """Add quads; what is there already stays once."""
        self._columns.add(graph)
        if self._store is None:
            self._parts.append(graph)
        else:
            self._store.add(graph)

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query; see `Reader.query`."""
        refuse_unreadable(text)
        refuse_lost(text, parameters)
        try:
            return self._columns.query(text, parameters=parameters, functions=functions)
        except Untranslated:
            pass
        return self._stored.query(text, parameters=parameters, functions=functions)

    def construct(self, text: str, *, functions: Functions = NO_FUNCTIONS) -> ColumnGraph:
        """The triples of a CONSTRUCT query."""
        refuse_unreadable(text)
        try:
            return self._columns.construct(text, functions=functions)
        except Untranslated:
            return self._stored.construct(text, functions=functions)

    @property
    def _stored(self) -> Store:
        if self._store is None:
            self._store = self._fallback(ColumnGraph.union(self._parts))
            self._parts = []
        return self._store
