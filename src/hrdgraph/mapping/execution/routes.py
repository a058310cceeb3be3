"""The rules of a plan by the logical target that their quads go to, and rows to the sink of
each."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hrdgraph.mapping.execution.execute import Sink
from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.model import LogicalTarget
from hrdgraph.mapping.plan import Plan, QuadRule


def by_target(plan: Plan) -> tuple[Plan, dict[LogicalTarget, Plan]]:
    """The rules without a target, for the caller's own output, and those of each target."""
    targets = dict.fromkeys(target for rule in plan.rules for target in rule.targets)
    own = Plan(tuple(rule for rule in plan.rules if not rule.targets)) if targets else plan
    return own, {
        target: Plan(tuple(rule for rule in plan.rules if target in rule.targets))
        for target in targets
    }


class Routes:
    """Hands rows on to several sinks, each with those of the rules that its plan has."""

    def __init__(self, sinks: Sequence[tuple[Plan, Sink]]) -> None:
        self._sinks = [({rule.number for rule in plan.rules}, sink) for plan, sink in sinks]

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Hand on rows, at least one."""
        for own, sink in self._sinks:
            some = [rule for rule in rules if rule.number in own]
            if some:
                sink.take(frame, some, known)
