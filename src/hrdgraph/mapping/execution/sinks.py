"""What becomes of mapped quads: a graph of dictionary-encoded columns."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.model import TermMap
from hrdgraph.mapping.plan import QuadRule, terms_of
from hrdgraph.mapping.terms.kernel import PreparedBatch, prepare
from hrdgraph.mapping.terms.terms import constant_term, is_constant, joined
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH, TEXT_SCHEMA
from hrdgraph.sources.value_kinds import HIDDEN


def quads_of(columns: list[pl.Series]) -> pl.DataFrame:
    """Four columns of terms as quads s, p, o, g: lists give their cartesian product. A row with
    a null is no quad."""
    frame = pl.DataFrame(
        [column.alias(name) for name, column in zip(COLUMNS, columns, strict=True)]
    )
    for name, column in zip(COLUMNS, columns, strict=True):
        if column.dtype == pl.List:
            frame = frame.explode(name)
    return frame


class GraphSink:
    """Gathers quads in a dictionary of its own; each column of terms is encoded once, however
    many rules share it, and each constant once in all. `graph` is the N-Triples text of the
    graph of rules without a graph map."""

    def __init__(self, graph: str = DEFAULT_GRAPH) -> None:
        self._dictionary = pl.Categorical(pl.Categories.random())
        self._constants: dict[TermMap | None, pl.Series] = {
            None: pl.Series([graph], dtype=self._dictionary)
        }
        self._frames: list[pl.DataFrame] = []

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take the quads of rules over rows. A set repeats nothing anyway, so it is all the same
        whether these are all rows."""
        del known
        terms = self._encoded(prepare(frame, terms_of(rules)))
        for rule in rules:
            self._frames.append(
                quads_of(
                    [
                        terms[rule.subject],
                        terms[rule.predicate],
                        terms[rule.object],
                        terms[rule.graph],
                    ]
                )
            )

    def _encoded(self, batch: PreparedBatch) -> dict[TermMap | None, pl.Series]:
        """The terms of a batch, checked and in this sink's dictionary."""
        height = batch.frame.height
        for term in batch.terms:
            if is_constant(term) and term not in self._constants:
                self._constants[term] = pl.Series([constant_term(term)], dtype=self._dictionary)
        varied = {
            term: f"{HIDDEN}term:{number}"
            for number, term in enumerate(batch.terms)
            if term not in self._constants
        }
        kinds = {
            term: pl.List(self._dictionary) if term in batch.lists else self._dictionary
            for term in varied
        }
        made = batch.checked(
            {name: joined(batch.terms[term]).cast(kinds[term]) for term, name in varied.items()}
        )
        constants = {
            term: self._constants[term].new_from_index(0, height)
            for term in (None, *batch.terms)
            if term not in varied
        }
        return constants | {term: made[name] for term, name in varied.items()}

    def graph(self) -> ColumnGraph:
        """What has been added so far, as a set."""
        if not self._frames:
            return ColumnGraph.from_text(pl.DataFrame(schema=TEXT_SCHEMA))
        return ColumnGraph.from_categorical(pl.concat(self._frames).drop_nulls())
