"""The graphs that stages of a build make, from those that the last build made in their places:
the same object where nothing has changed, a patch of it where something has."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hrdgraph.pipeline.memory import BuildMemory
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import difference, patched, renamed, reunited


class GraphsAgain:
    """Graphs by their names, of this build and of the last that kept them. Each is equal to what
    a build without a memory makes."""

    def __init__(self, memory: BuildMemory, name: str) -> None:
        self._memory, self._name = memory, name
        self._last: dict[str, tuple[Sequence[ColumnGraph], ColumnGraph]] = memory.recall(name) or {}
        self._made: dict[str, tuple[Sequence[ColumnGraph], ColumnGraph]] = {}

    def union(self, name: str, parts: Sequence[ColumnGraph]) -> ColumnGraph:
        """The union of graphs."""
        before, last = self._last.get(name, ((), None))
        made = ColumnGraph.union(parts) if last is None else reunited(last, before, parts)
        return self._kept(name, parts, made)

    def disjoint(self, name: str, parts: Sequence[ColumnGraph]) -> ColumnGraph:
        """The union of graphs no two of which have a quad in common."""
        before, last = self._last.get(name, ((), None))
        if last is None or len(before) != len(parts):
            return self._kept(name, parts, ColumnGraph.union(parts))
        changes = [difference(*pair) for pair in zip(before, parts, strict=True)]
        gone, came = zip(*((change.gone, change.came) for change in changes), strict=True)
        made = patched(last, ColumnGraph.union(gone), ColumnGraph.union(came))
        return self._kept(name, parts, made)

    def same(self, name: str, graph: ColumnGraph) -> ColumnGraph:
        """A graph that was made anew."""
        _, last = self._last.get(name, ((), None))
        if last is not None and graph is not last:
            change = difference(last, graph)
            graph = patched(last, change.gone, change.came)
        return self._kept(name, (), graph)

    def within(self, name: str, part: ColumnGraph, old: IRI, new: IRI) -> ColumnGraph:
        """The quads of one named graph in another."""
        before, last = self._last.get(name, ((), None))
        if last is None:
            return self._kept(name, (part,), _moved(part, old, new))
        change = difference(before[0], part)
        gone, came = (_moved(graph, old, new) for graph in (change.gone, change.came))
        return self._kept(name, (part,), patched(last, gone, came))

    def keep(self) -> None:
        """Keep what was made for the next build."""
        self._memory.keep(self._name, self._made)

    def _kept(self, name: str, parts: Sequence[ColumnGraph], made: ColumnGraph) -> ColumnGraph:
        self._made[name] = (parts, made)
        return made


def _moved(graph: ColumnGraph, old: IRI, new: IRI) -> ColumnGraph:
    names = (pl.Series([name.n3()], dtype=pl.String) for name in (old, new))
    return renamed(graph.trimmed(), *names) if len(graph) else graph
