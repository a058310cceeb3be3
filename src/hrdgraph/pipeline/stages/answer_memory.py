"""The answers that rules and checks got in the last build, given again where nothing that they
depend on has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.sparql.reach import EVERYTHING, reach_of, reach_of_graph
from hrdgraph.store import NO_FUNCTIONS, NO_PARAMETERS, Answer, Functions, Parameters, Store


@dataclass
class AnswerLog:
    """What was asked in a build, and what of: a graph, and the graphs that were added to it one
    after the other. Each answer has the number of those that it has seen."""

    graph: ColumnGraph
    added: list[ColumnGraph] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)


class RememberedAnswers:
    """A store that asks another only what the last build did not ask of equal statements. It
    keeps the contract of `Store`."""

    def __init__(self, graph: ColumnGraph, store: Store, last: AnswerLog | None) -> None:
        self.log = AnswerLog(graph)
        self._store, self._last = store, last or self.log
        self._changed = (
            reach_of_graph(difference(last.graph, graph)) if last is not None else EVERYTHING
        )

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query; see `Reader.query`."""

        def ask() -> Answer:
            return self._store.query(text, parameters=parameters, functions=functions)

        return ask() if parameters else self._answer("query", text, ask)

    def construct(self, text: str, *, functions: Functions = NO_FUNCTIONS) -> ColumnGraph:
        """The triples of a CONSTRUCT query; see `Store.construct`."""
        made: ColumnGraph = self._answer(
            "construct", text, lambda: self._store.construct(text, functions=functions)
        )
        return made

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        place = len(self.log.added)
        before = self._last.added[place] if place < len(self._last.added) else _NONE
        self.log.added.append(graph)
        self._changed |= reach_of_graph(difference(before, graph))
        self._store.add(graph)

    def _answer(self, form: str, text: str, ask: Callable[[], Any]) -> Any:
        place = len(self.log.added)
        known = self._last.answers.get((form, text))
        if known is None or known[0] != place or reach_of(text).meets(self._changed):
            known = place, ask()
        self.log.answers[form, text] = known
        return known[1]


_NONE = ColumnGraph.union([])


def difference(one: ColumnGraph, other: ColumnGraph) -> ColumnGraph:
    """The quads that are in one of two graphs only."""
    if one is other:
        return _NONE
    left, right = one.text(), other.text()
    names = list(COLUMNS)
    parts = [left.join(right, on=names, how="anti"), right.join(left, on=names, how="anti")]
    return ColumnGraph.from_text(pl.concat(parts))
