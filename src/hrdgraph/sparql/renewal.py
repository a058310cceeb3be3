"""The answer that a query had, and quads that changed since → its answer now: only what the
change can reach is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import patched
from hrdgraph.rdf.graph import QuadChange
from hrdgraph.sparql.algebra import (
    CONSTRUCT,
    SELECT,
    Distinct,
    Operator,
    Order,
    Pattern,
    Project,
    Query,
    Reference,
    Seeds,
    Variable,
)
from hrdgraph.sparql.answers import ColumnAnswer
from hrdgraph.sparql.dataset import ColumnDataset
from hrdgraph.sparql.dictionary import CODE
from hrdgraph.sparql.evaluation import Evaluation
from hrdgraph.sparql.kept_algebra import translate_kept
from hrdgraph.sparql.narrowing import agreeing, narrowed
from hrdgraph.sparql.reach import is_changing
from hrdgraph.sparql.reader import constructed, named
from hrdgraph.sparql.touched import Touched, Unbounded
from hrdgraph.store import NO_FUNCTIONS, Functions, Solutions

Rows = Iterable[pl.DataFrame]


class Renewal:
    """Renews answers after changes that have led to what is there now. Raises Unbounded and
    Untranslated where a query has to be asked whole."""

    def __init__(self, now: ColumnDataset, changes: Iterable[QuadChange]) -> None:
        self._now, self._either, self._changed = now, now.copy(), now.empty()
        self._dictionary = now.dictionary
        self._properties: set[str] = set()
        for change in changes:
            self._take(change)

    def add(self, graph: ColumnGraph, change: QuadChange) -> None:
        """Take up quads that were added to those that are there now, and how they differ from
        what was added before."""
        self._either.add(graph)
        self._take(change)

    def _take(self, change: QuadChange) -> None:
        for graph in (change.gone, change.came):
            self._changed.add(graph)
            self._properties.update(graph.terms.gather(graph.quads["p"].unique()))
        self._either.add(change.gone)

    def triples(
        self,
        text: str,
        last: ColumnGraph,
        graph: IRI | None = None,
        functions: Functions = NO_FUNCTIONS,
    ) -> ColumnGraph:
        """What a CONSTRUCT query makes that had made `last`: a patch of it."""
        query, now, touched = self._begun(text, functions, CONSTRUCT)
        places = _places(query.template)
        seeds = touched.within(query.inner, places.keys())
        if not seeds:
            return last
        rows = pl.concat(self._found(query.inner, seeds, now), how="diagonal")
        made = constructed(query.template, rows, self._dictionary)
        came = ColumnAnswer(CONSTRUCT, (), made, self._dictionary).graph(graph)
        gone = self._reached(last, seeds, places)
        return last if gone == came else patched(last, gone, came)

    def rows(self, text: str, last: Solutions, functions: Functions = NO_FUNCTIONS) -> Solutions:
        """The answer of a SELECT query that had been answered with `last`."""
        query, now, touched = self._begun(text, functions, SELECT)
        keys = _keys(query)
        seeds = touched.of(query.inner)
        if not seeds:
            return last
        before = kept = self._coded(last)
        for rows in seeds:
            kept = kept.join(rows, on=rows.columns, how="anti", maintain_order="left")
        came = [rows for rows in self._found(query.inner, seeds, now) if rows.height]
        if not came and kept.height == before.height:
            return last
        ordered = now.solutions(Order(Seeds(pl.concat([kept, *came], how="diagonal")), keys))
        found = ColumnAnswer(SELECT, query.variables, ordered, self._dictionary).answer()
        assert isinstance(found, Solutions)
        return found

    def _begun(
        self, text: str, functions: Functions, form: str
    ) -> tuple[Query, Evaluation, Touched]:
        query = translate_kept(text)
        if query.form != form or is_changing(query):
            raise Unbounded
        self._dictionary.forget()
        views = (self._now, self._changed, self._either)
        now, changed, either = (Evaluation(view, named(functions)) for view in views)
        return query, now, Touched(changed, either, self._properties)

    @staticmethod
    def _found(node: Operator, seeds: Rows, now: Evaluation) -> list[pl.DataFrame]:
        """The solutions that agree with a row, each as often as it is one."""
        found, before = list[pl.DataFrame](), list[pl.DataFrame]()
        for rows in seeds:
            solutions = agreeing(now.solutions(narrowed(node, rows)), rows)
            for other in before:
                if set(solutions.columns).issuperset(other.columns):
                    solutions = solutions.join(other, on=other.columns, how="anti")
            found.append(solutions)
            before.append(rows)
        return found

    def _reached(self, last: ColumnGraph, seeds: Rows, places: Mapping[str, str]) -> ColumnGraph:
        """The triples that solutions which agree with a row had made."""
        masks = []
        for rows in seeds:
            texts = (self._dictionary.texts(rows[name]) for name in rows.columns)
            wanted = pl.DataFrame(
                [
                    last.positions(text).alias(places[name])
                    for name, text in zip(rows.columns, texts, strict=True)
                ]
            )
            numbered = last.quads.with_row_index("row")
            masks.append(numbered.join(wanted, on=wanted.columns, how="semi")["row"])
        return ColumnGraph(last.terms, last.quads[pl.concat(masks).unique().sort()])

    def _coded(self, answer: Solutions) -> pl.DataFrame:
        columns = zip(*answer.rows, strict=True) if answer.rows else [()] * len(answer.variables)
        texts = (
            pl.Series([term and term.n3() for term in column], dtype=pl.String)
            for column in columns
        )
        codes = map(self._dictionary.codes, texts)
        named = zip(codes, answer.variables, strict=True)
        return pl.DataFrame([column.alias(name) for column, name in named]).cast(CODE)


def _places(template: Iterable[Pattern]) -> dict[str, str]:
    """The variables that stand in the same place of every triple that a query makes, with it."""
    each = [
        {
            slot.name: place
            for place, slot in (("s", one.s), ("p", one.p), ("o", one.o))
            if isinstance(slot, Variable)
        }
        for one in template
    ]
    first, *others = each
    return {
        name: place
        for name, place in first.items()
        if all(other.get(name) == place for other in others)
    }


def _keys(query: Query) -> tuple[tuple[Reference, bool], ...]:
    """By what the rows of an answer are sorted; Unbounded where they do not show it, or do not
    say in which order they come."""
    node = query.inner
    while isinstance(node, Project | Distinct):
        node = node.inner
    keys = node.keys if isinstance(node, Order) else ()
    shown = [key for key, _ in keys if isinstance(key, Reference) and key.name in query.variables]
    if not keys or len(shown) < len(keys):
        raise Unbounded
    return keys  # type: ignore[return-value]
