"""A plan into quads in columns: relations run batch by batch, each term expression once for each batch, for a sink to take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl

from hrdgraph.errors import MappingError
from hrdgraph.mapping.kernel import term_column
from hrdgraph.mapping.model import TermMap
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
    context, rows = context or Context(), Rows()
    groups: dict[int, list[tuple[Relation, list[Rule]]]] = {}
    for relation, rules in plan.by_relation():
        groups.setdefault(id(base_scan(relation)), []).append((relation, rules))
    for group in groups.values():
        for batch in rows.stream(base_scan(group[0][0])):
            for relation, rules in group:
                _run_rules(rows.of(relation, batch), relation, rules, sink, context)


def _run_rules(frame: pl.DataFrame, relation: Relation, rules: list[Rule], sink: Sink, context: Context) -> None:
    made: dict[TermMap | None, pl.Series] = {}

    def column(term: TermMap | None) -> pl.Series:
        if term not in made:
            terms = _terms(frame, term, relation) if term else pl.repeat(context.default_graph, frame.height, dtype=pl.String, eager=True)
            made[term] = sink.encode(terms)
        return made[term]

    for rule in rules:
        parts = (rule.subject, rule.predicate, rule.object, rule.graph)
        sink.add(quads_of([column(part) for part in parts]))


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
    return frame.drop_nulls()
