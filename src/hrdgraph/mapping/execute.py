"""A plan into quads in columns: relations run batch by batch, each term expression once for each batch, for a sink to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl

from hrdgraph.errors import MappingError
from hrdgraph.mapping.kernel import term_column
from hrdgraph.mapping.model import Constant, TermMap, term_references
from hrdgraph.mapping.places import placed
from hrdgraph.mapping.plan import Plan, Relation, Rule, base_scan
from hrdgraph.mapping.rows import Rows
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH


class Sink(Protocol):
    """Takes quads in columns. `encode` turns a column of term texts into the sink's own column type, once for each."""

    def encode(self, terms: pl.Series) -> pl.Series: ...

    def add(self, quads: pl.DataFrame) -> None: ...


@dataclass(frozen=True)
class Context:
    """What a run needs beside the plan: the graph (N-Triples text) of rules without a graph map."""

    default_graph: str = DEFAULT_GRAPH


def run(plan: Plan, sink: Sink, context: Context | None = None) -> None:
    """Run a plan. Errors of sources and values carry file, row and column; nothing is dropped silently but rows that make no term."""
    rows, terms = Rows(), _Terms(sink, context or Context())
    groups: dict[int, list[tuple[Relation, list[Rule]]]] = {}
    for relation, rules in plan.by_relation():
        groups.setdefault(id(base_scan(relation)), []).append((relation, rules))
    for group in groups.values():
        for batch in rows.stream(base_scan(group[0][0])):
            for relation, rules in group:
                terms.of(rows.of(relation, batch), relation, rules)


class _Terms:
    """Makes the quads of rules for a sink: each term map once for a batch, each constant once for the whole run."""

    def __init__(self, sink: Sink, context: Context) -> None:
        self._sink = sink
        self._default = sink.encode(pl.Series([context.default_graph]))
        self._constants: dict[TermMap, pl.Series] = {}

    def of(self, frame: pl.DataFrame, relation: Relation, rules: list[Rule]) -> None:
        """Hand the quads that rules make of a batch of their relation to the sink."""
        made: dict[TermMap | None, pl.Series] = {}
        if not frame.height:
            return
        for rule in rules:
            for term in (rule.subject, rule.predicate, rule.object, rule.graph):
                if term not in made:
                    made[term] = self._column(frame, relation, term)
            self._sink.add(quads_of([made[rule.subject], made[rule.predicate], made[rule.object], made[rule.graph]]))

    def _column(self, frame: pl.DataFrame, relation: Relation, term: TermMap | None) -> pl.Series:
        if term is None:
            return self._default.new_from_index(0, frame.height)
        if not isinstance(term.expression, Constant) or term_references(term):
            return self._sink.encode(_terms(frame, term, relation))
        if term not in self._constants:
            self._constants[term] = self._sink.encode(_terms(frame.head(1), term, relation))
        return self._constants[term].new_from_index(0, frame.height)


def _terms(frame: pl.DataFrame, term: TermMap, relation: Relation) -> pl.Series:
    """The terms of a batch; an error in a value names the cell that it comes from, and the rule after it."""
    try:
        return term_column(frame, term)
    except MappingError as error:
        raise placed(error, relation) from error


def quads_of(columns: list[pl.Series]) -> pl.DataFrame:
    """Four columns of terms as quads s, p, o, g: rows without a term are left out, lists give their cartesian product."""
    frame = pl.DataFrame([column.rename(name) for name, column in zip(COLUMNS, columns, strict=True)])
    for name, kind in frame.schema.items():
        if kind == pl.List:
            frame = frame.explode(name)
    return frame.drop_nulls() if any(column.null_count() for column in frame) else frame
