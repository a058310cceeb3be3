"""Rows on their way into a sink, kept for who traces what was made of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hrdgraph.mapping.execution.execute import Sink
from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.plan import Join, QuadRule

Rows = dict[int, pl.DataFrame]  # of relations, by their numbers


class KeptRows:
    """Hands rows on to a sink, and keeps those of each relation that come all at once. Not those
    of joins: which columns these have, and how often equal rows come, is as their rules want."""

    def __init__(self, sink: Sink, rows: Rows) -> None:
        self._sink, self._rows = sink, rows

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Hand on rows, at least one."""
        relation = rules[0].relation
        if known.whole and not isinstance(relation, Join):
            self._rows[relation.number] = frame
        self._sink.take(frame, rules, known)
