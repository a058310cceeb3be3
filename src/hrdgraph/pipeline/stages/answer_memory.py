"""The answers that rules and checks got in the last build, given again where nothing that they
depend on has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.sparql.reach import EVERYTHING, NOTHING, reach_of, reach_of_graph
from hrdgraph.sparql.stars import Changes
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
        self._changed = NOTHING if last else EVERYTHING
        self._changes: Changes | None = Changes()  # None where they are many
        if last is not None:
            self._change(last.graph, graph)

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
        if self._changed is not EVERYTHING:
            self._change(before, graph)
        self._store.add(graph)

    def _change(self, before: ColumnGraph, now: ColumnGraph) -> None:
        """Take up how a graph differs from that of the last build, and what both say of subjects
        that have changed."""
        changed = difference(before, now)
        self._changed |= reach_of_graph(changed)
        if self._changes is None or len(self._changes.statements) + len(changed) > _MANY:
            self._changes = None
            return
        known = [*self._changes.facts]
        new = self._changes.add(changed.text()["s", "p", "o"].iter_rows())
        here = (before, now) if len(changed) else (now,)
        for graph, subjects in (
            *((one, known) for one in here),
            *((one, new) for one in self._all),
        ):
            self._changes.tell(_of_subjects(graph, subjects))

    @property
    def _all(self) -> list[ColumnGraph]:
        """What was there in either build, as far as this one has come."""
        count = len(self.log.added)
        last = [self._last.graph, *self._last.added[:count]] if self._last is not self.log else []
        return [*last, self.log.graph, *self.log.added]

    def _answer(self, form: str, text: str, ask: Callable[[], Any]) -> Any:
        place = len(self.log.added)
        known = self._last.answers.get((form, text))
        if known is None or known[0] != place or self._may_differ(text):
            known = place, ask()
        self.log.answers[form, text] = known
        return known[1]

    def _may_differ(self, text: str) -> bool:
        return reach_of(text).meets(self._changed) and (
            self._changes is None or self._changes.are_seen_by(text)
        )


_NONE = ColumnGraph.union([])
_MANY: Final = 2_000  # changed statements that are not looked at one by one


def _of_subjects(graph: ColumnGraph, subjects: list[str]) -> Iterator[tuple[str, str, str]]:
    """What a graph says of some subjects."""
    places = [place for text in subjects if (place := graph.position(text)) is not None]
    rows = graph.quads.filter(pl.col("s").is_in(places)) if places else graph.quads.clear()
    found = (graph.terms.gather(rows[name]).to_list() for name in ("s", "p", "o"))
    return zip(*found, strict=True)


def difference(one: ColumnGraph, other: ColumnGraph) -> ColumnGraph:
    """The quads that are in one of two graphs only. Only the dictionaries are compared as
    texts."""
    if one is other:
        return _NONE
    names = list(COLUMNS)
    places = other.positions(one.terms)
    left = pl.DataFrame([places.gather(one.quads[name]).alias(name) for name in names])
    # a term that the other graph has not is null, which equals nothing
    gone = left.with_row_index("row").join(other.quads, on=names, how="anti")["row"]
    came = other.quads.join(left, on=names, how="anti")
    parts = [ColumnGraph(one.terms, one.quads[gone]), ColumnGraph(other.terms, came)]
    return ColumnGraph.from_text(pl.concat([part.text() for part in parts]))
