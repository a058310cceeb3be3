"""Queries over a graph in columns, and over a store where columns do not answer them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Self

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sparql.algebra import (
    CONSTRUCT,
    SELECT,
    Pattern,
    Query,
    Slot,
    Untranslated,
    Variable,
    is_ordered,
)
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.dataset import ColumnDataset
from hrdgraph.sparql.dictionary import CODE, Dictionary
from hrdgraph.sparql.evaluation import Evaluation
from hrdgraph.sparql.planner import ChosenEngine, choose, left_to_store
from hrdgraph.sparql.translation import translate
from hrdgraph.sparql.values import BLANK, values_of
from hrdgraph.sparql.values import IRI as IRI_KIND
from hrdgraph.store import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Functions,
    Parameters,
    Store,
    refuse_unreadable,
)
from hrdgraph.store.contract import Function
from hrdgraph.store.query_guards import refuse_lost

_NO_TRIPLES: Final = pl.DataFrame(schema=dict.fromkeys(("s", "p", "o"), CODE))
Read = Callable[[str], Query]  # the text of a query → its algebra; Untranslated


class ColumnAnswers:
    """Answers queries from columns alone. Raises Untranslated for what they do not answer.
    `read` may know the algebra of some queries from before."""

    def __init__(self, dataset: ColumnDataset, read: Read = translate) -> None:
        self._dataset, self._read = dataset, read

    @classmethod
    def of(cls, graph: ColumnGraph, read: Read = translate) -> Self:
        """What answers from any graph."""
        return cls(ColumnDataset.of(graph), read)

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
        return self.found(text, parameters, functions).answer()

    def found(
        self,
        text: str,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> ColumnAnswer:
        """The same in columns, to be read before the next query."""
        query, given = self._read(text), self._codes(parameters)
        rows = Evaluation(self._dataset, named(functions), given).solutions(query.inner)
        if query.form == CONSTRUCT:
            known = (pl.lit(code, CODE).alias(name) for name, code in given.items())
            rows = constructed(query.template, rows.with_columns(known), self._dataset.dictionary)
        elif query.form == SELECT and not is_ordered(query.inner):
            rows = rows.sort(rows.columns)
        return ColumnAnswer(query.form, query.variables, rows, self._dataset.dictionary)

    def choice(self, text: str, parameters: Parameters = NO_PARAMETERS) -> ChosenEngine:
        """Which engine should answer a query, this or a store, and why."""
        try:
            query = self._read(text)
        except Untranslated as reason:
            return left_to_store(reason)
        return choose(query, self._dataset, self._codes(parameters))

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """The triples of a CONSTRUCT query, without one Python object for each."""
        if (form := self._read(text).form) != CONSTRUCT:
            raise Untranslated("sparql-part-unknown", form)
        return self.found(text, NO_PARAMETERS, functions).graph(graph)

    def _codes(self, parameters: Parameters) -> dict[str, int]:
        dictionary = self._dataset.dictionary
        dictionary.forget()
        return {name: dictionary.code(term.n3()) for name, term in parameters.items()}


def named(functions: Functions) -> dict[str, Function]:
    """Functions by their names as queries have them."""
    return {name.n3(): function for name, function in functions.items()}


def constructed(
    template: Iterable[Pattern], rows: pl.DataFrame, dictionary: Dictionary
) -> pl.DataFrame:
    """The triples that a template makes of solutions, as codes, each once."""
    parts = [
        pl.DataFrame(
            [
                _column(slot, rows, dictionary).alias(name)
                for name, slot in (("s", one.s), ("p", one.p), ("o", one.o))
            ]
        )
        .drop_nulls()
        .unique()
        for one in template
    ]
    triples = pl.concat(parts).unique() if parts else _NO_TRIPLES
    subjects = values_of(triples["s"], dictionary)["kind"].is_in([BLANK, IRI_KIND])
    predicates = values_of(triples["p"], dictionary)["kind"] == IRI_KIND
    return triples.filter(subjects & predicates)


def _column(slot: Slot, rows: pl.DataFrame, dictionary: Dictionary) -> pl.Series:
    if isinstance(slot, Variable):
        if slot.name in rows.columns:
            return rows[slot.name]
        return pl.repeat(None, rows.height, dtype=CODE, eager=True)
    return pl.repeat(dictionary.code(slot), rows.height, dtype=CODE, eager=True)


class ColumnStore:
    """A store in columns, that keeps the contract of `Store`. What columns do not answer, a store
    does that is made when it is first needed, of the same quads. `prepared` are the columns that a
    build has kept of the graph."""

    def __init__(
        self,
        graph: ColumnGraph,
        fallback: Callable[[ColumnGraph], Store],
        prepared: ColumnAnswers | None = None,
    ) -> None:
        self._columns = prepared or ColumnAnswers.of(graph)
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

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """The triples of a CONSTRUCT query."""
        refuse_unreadable(text)
        try:
            return self._columns.construct(text, graph=graph, functions=functions)
        except Untranslated:
            return self._stored.construct(text, graph=graph, functions=functions)

    @property
    def _stored(self) -> Store:
        if self._store is None:
            self._store = self._fallback(ColumnGraph.union(self._parts))
            self._parts = []
        return self._store
