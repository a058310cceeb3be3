"""The answers that rules and checks got in the last build, given again where nothing that they
depend on has changed since, and renewed where little has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import NOTHING, difference
from hrdgraph.rdf.graph import QuadChange
from hrdgraph.sparql.reach import EVERYTHING, Reach, reach_of, reach_of_graph
from hrdgraph.store import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Functions,
    Parameters,
    Solutions,
    Store,
)

if TYPE_CHECKING:
    from hrdgraph.sparql.dataset import ColumnDataset
    from hrdgraph.sparql.renewal import Renewal

_FEW: Final = 0.05  # the part of a graph up to which its answers are renewed


@dataclass
class AnswerLog:
    """What was asked in a build, and what of: a graph, and the graphs that were added to it one
    after the other. Each answer has the number of those that it has seen. `dataset` has all of
    them, where columns have answered."""

    graph: ColumnGraph
    added: list[ColumnGraph] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    dataset: ColumnDataset | None = None


class ColumnRules(Store, Protocol):
    """A store that may show its columns."""

    def dataset(self) -> ColumnDataset:
        """The columns of all that was added."""
        ...


class RememberedAnswers:
    """A store that asks another only what the last build did not ask of equal statements, or what
    cannot be renewed. It keeps the contract of `Store`."""

    def __init__(self, graph: ColumnGraph, store: ColumnRules, last: AnswerLog | None) -> None:
        self.log = AnswerLog(graph)
        self._store, self._last = store, last
        self._changes = [difference(last.graph, graph)] if last else []
        self._reach: Reach = _reach(self._changes[0]) if last else EVERYTHING

    def dataset(self) -> ColumnDataset:
        """The graph in columns, made from those of the last build where it had some."""
        from hrdgraph.sparql.dataset import ColumnDataset

        last = self._last and self._last.dataset
        made = last.after(self._changes[0], self.log.graph) if last else None
        self.log.dataset = made or ColumnDataset.of(self.log.graph)
        return self.log.dataset

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

        def renew(last: Solutions) -> Solutions:
            return self._renewal.rows(text, last, functions)

        return ask() if parameters else self._answer("query", text, ask, renew)

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """The triples of a CONSTRUCT query; see `Store.construct`."""

        def ask() -> ColumnGraph:
            return self._store.construct(text, graph=graph, functions=functions)

        def renew(last: ColumnGraph) -> ColumnGraph:
            return self._renewal.triples(text, last, graph, functions)

        made: ColumnGraph = self._answer(f"construct {graph}", text, ask, renew)
        return made

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        if self._last is not None:
            place = len(self.log.added)
            before = self._last.added[place] if place < len(self._last.added) else NOTHING
            change = difference(before, graph)
            self._changes.append(change)
            self._reach |= _reach(change)
        self.log.added.append(graph)
        self._store.add(graph)
        if "_renewal" in self.__dict__:
            self._renewal.add(graph, self._changes[-1])

    @cached_property
    def _renewal(self) -> Renewal:
        """What renews answers, as far as this build has come."""
        from hrdgraph.sparql.renewal import Renewal

        return Renewal(self._store.dataset(), self._changes)

    def _answer(
        self, form: str, text: str, ask: Callable[[], Any], renew: Callable[[Any], Any]
    ) -> Any:
        place = len(self.log.added)
        known = self._last.answers.get((form, text)) if self._last else None
        if known is None or known[0] != place:
            found = ask()
        elif not reach_of(text).meets(self._reach):
            found = known[1]
        else:
            found = self._renewed(known[1], ask, renew)
        self.log.answers[form, text] = place, found
        return found

    def _renewed(self, last: Any, ask: Callable[[], Any], renew: Callable[[Any], Any]) -> Any:
        from hrdgraph.sparql import Untranslated
        from hrdgraph.sparql.touched import Unbounded

        if sum(map(len, self._changes)) > len(self.log.graph) * _FEW:
            return ask()
        try:
            return renew(last)
        except (Unbounded, Untranslated):
            return ask()


def _reach(change: QuadChange) -> Reach:
    return reach_of_graph(change.gone) | reach_of_graph(change.came)
