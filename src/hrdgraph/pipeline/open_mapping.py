"""What the rules of a source made, open for the next build: where a few rows of its tables
changed, only what stands on these is mapped again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping import Plan
from hrdgraph.mapping.execution.counted_quads import CountedQuads, TakingBack
from hrdgraph.mapping.execution.execute import Sink, run_kept
from hrdgraph.mapping.execution.kept_rows import Rows
from hrdgraph.mapping.execution.memory import KeptSides
from hrdgraph.mapping.execution.routes import Routes
from hrdgraph.mapping.execution.scan import Progress, RowFacts, ScanOptions, together
from hrdgraph.mapping.execution.small_changes import SmallChanges, TooMuchError
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.pipeline.memory import State, state_of
from hrdgraph.privacy.rule_visibility import Set
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.change import patched

Made = dict[Set, ColumnGraph]
Parts = Mapping[Set, list[QuadRule]]
_SOME: Final = RowFacts(whole=False)


class OpenMapping:
    """The graphs that a plan made, by what is said of who may see them, and what it takes to make
    them others. Whoever changes it, and fails, must not use it again."""

    def __init__(self, plan: Plan, parts: Parts, graph: str) -> None:
        self._plan = plan
        self._scans = {scan.number: scan for scan in plan.scans}
        self._sinks = {said: CountedQuads(graph) for said in parts}
        self._kept, self._states = KeptSides(), dict[Path, State]()
        routes = [(Plan(tuple(rules)), self._sinks[said]) for said, rules in parts.items()]
        self._taking = Routes(routes)
        self._taking_back = Routes([(rules, TakingBack(sink)) for rules, sink in routes])
        self.made = Made()
        self.state = object()  # another one for whatever is made of other files

    def run(self, told: Progress | None, through: Callable[[Sink], Sink]) -> None:
        """Map everything, each row `through` what is made of a sink."""
        self._states = self._states_now()
        self._kept = run_kept(self._plan, through(self._taking), told)
        self.made = {said: sink.graph() for said, sink in self._sinks.items()}
        self.state = object()

    def change(self, told: Progress | None, rows: Mapping[int, pl.DataFrame]) -> Rows | None:
        """Map what differs since, as long as that is little. Of the `rows` of relations, as they
        were, those that they are now, where that is known. None where all is to be mapped: also
        for errors, which are told best by who maps all."""
        try:
            return self._changed(told, rows)
        # of the column engine, where rows have other columns than those that they had
        except (TooMuchError, HrdgraphError, pl.exceptions.PolarsError):
            return None

    def _changed(self, told: Progress | None, rows: Mapping[int, pl.DataFrame]) -> Rows | None:
        states = self._states_now()
        changes = SmallChanges(self._kept, self._read_again(states, told))
        put_right = Rows()
        for relation, rules in self._plan.by_relation():
            before, now = changes.rows(relation)
            if before.height:
                self._taking_back.take(before, rules, _SOME)
            if now.height:
                self._taking.take(now, rules, _SOME)
            if changes.placed and (had := rows.get(relation.number)) is not None:
                put_right[relation.number] = changes.put_right(relation, had, now)
        found = {said: sink.changed() for said, sink in self._sinks.items()}
        if states != self._states_now():
            return None
        self.made = {said: patched(self.made[said], *change) for said, change in found.items()}
        self._kept, self._states, self.state = changes.kept(), states, object()
        return put_right

    def _read_again(
        self, states: Mapping[Path, State], told: Progress | None
    ) -> dict[int, pl.DataFrame]:
        changed = {path for path, state in states.items() if state != self._states[path]}
        return {
            number: together([*ScanOptions(scan.source, scan.columns, None, 1, told).frames()])
            for number, scan in self._scans.items()
            if scan.source.path in changed
        }

    def _states_now(self) -> dict[Path, State]:
        return {path: state_of(path) for path in {one.source.path for one in self._scans.values()}}
