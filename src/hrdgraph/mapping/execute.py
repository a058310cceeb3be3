"""A plan into quads: relations run batch by batch, and a sink takes what the rules over each make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import polars as pl

from hrdgraph.errors import MappingError
from hrdgraph.mapping.places import placed
from hrdgraph.mapping.plan import Plan, Relation, Rule, base_scan
from hrdgraph.mapping.rows import Rows

MEMORY: Final = 1 << 30  # bytes that a run aims to stay under


class Sink(Protocol):
    """Takes rows, at least one, and the rules that are to be applied to each; `whole` says that no more rows come to these rules."""

    def take(self, frame: pl.DataFrame, rules: Sequence[Rule], *, whole: bool) -> None: ...


def run(plan: Plan, sink: Sink, *, memory: int = MEMORY) -> None:
    """Run a plan. Errors of sources and values carry file, row and column; nothing is dropped silently but rows that make no term."""
    rows = Rows()
    groups: dict[int, list[tuple[Relation, list[Rule]]]] = {}
    for relation, rules in plan.by_relation():
        groups.setdefault(id(base_scan(relation)), []).append((relation, rules))
    for group in groups.values():
        for batch, whole in rows.stream(base_scan(group[0][0]), limit=memory // 4):
            for relation, rules in group:
                _apply(rows.of(relation, batch), relation, rules, sink, whole=whole)


def _apply(frame: pl.DataFrame, relation: Relation, rules: Sequence[Rule], sink: Sink, *, whole: bool) -> None:
    """Hand over rows; an error in a value names the cell that it comes from, and the rule after it."""
    try:
        if frame.height:
            sink.take(frame, rules, whole=whole)
    except MappingError as error:
        raise placed(error, relation) from error
