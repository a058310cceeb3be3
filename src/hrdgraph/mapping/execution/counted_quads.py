"""Quads into a graph, and rows that came and went into how it changes: of each quad it is known
how often it was made, so that it goes with the last row that made it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from hrdgraph.mapping.execution.scan import RowFacts
from hrdgraph.mapping.execution.sinks import GraphSink
from hrdgraph.mapping.execution.small_changes import TooMuchError
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.change import NOTHING
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH

_TIMES: Final = "times"
_QUAD: Final = list(COLUMNS)


class CountedQuads(GraphSink):
    """A sink of quads that stays open for changes, once its first graph has been asked for."""

    def __init__(self, graph: str = DEFAULT_GRAPH) -> None:
        super().__init__(graph)
        self._times = self._counted(1)
        self._change = list[pl.DataFrame]()

    def graph(self) -> ColumnGraph:
        """What has been added, as a set."""
        self._times = self._counted(1)
        return self._graph(self._times)

    def take_back(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take back the quads of rules over rows that are there no longer."""
        self._change.append(self._counted(1))
        self.take(frame, rules, known)
        self._change.append(self._counted(-1))

    def changed(self) -> tuple[ColumnGraph, ColumnGraph]:
        """The quads that went since a graph was asked for last, and those that came.
        TooMuchError where more are taken back than there were, which no change of rows can do."""
        change = _summed([*self._change, self._counted(1)]).filter(pl.col(_TIMES) != 0)
        self._change = []
        about = change.select("s").unique()
        near = self._times.join(about, on="s", how="semi")
        now = _summed([near, change])
        if (now[_TIMES] < 0).any():
            raise TooMuchError
        now = now.filter(pl.col(_TIMES) > 0)
        far = self._times.join(about, on="s", how="anti")
        self._times = pl.concat([far, now], rechunk=True)
        gone, came = (
            one.join(other, on=_QUAD, how="anti") for one, other in ((near, now), (now, near))
        )
        return self._graph(gone), self._graph(came)

    def _counted(self, sign: int) -> pl.DataFrame:
        """The quads taken since, each once, and how often it was made."""
        frames, self._frames = self._frames, []
        kinds = dict.fromkeys(COLUMNS, self._dictionary)
        taken = pl.concat(frames).drop_nulls() if frames else pl.DataFrame(schema=kinds)
        return taken.group_by(_QUAD).agg(pl.len().cast(pl.Int32).alias(_TIMES) * sign)

    def _graph(self, counted: pl.DataFrame) -> ColumnGraph:
        if not counted.height:
            return NOTHING
        return ColumnGraph.from_categorical(counted.select(_QUAD))


class TakingBack:
    """A sink for rows that are there no longer."""

    def __init__(self, quads: CountedQuads) -> None:
        self._quads = quads

    def take(self, frame: pl.DataFrame, rules: Sequence[QuadRule], known: RowFacts) -> None:
        """Take back the quads of rules over rows, at least one."""
        self._quads.take_back(frame, rules, known)


def _summed(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames).group_by(_QUAD).agg(pl.col(_TIMES).sum())
