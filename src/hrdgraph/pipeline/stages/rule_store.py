"""The public graph → what answers the rules and checks of a build, and the store that is kept."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.rdf import ColumnGraph
from hrdgraph.sparql import MANY, ColumnStore
from hrdgraph.store import OxigraphStore, Store, remove_logs


class RuleStore:
    """Answers rules and checks, of a large graph from its columns, of a small one in memory. The
    store on disk, the dearest step, is filled once, when all is derived: a small graph is loaded
    twice in half the time that one load and many additions take there."""

    def __init__(self, graph: ColumnGraph, folder: Path, *, many: int = MANY) -> None:
        self._folder = folder
        self._store: OxigraphStore | None = None
        self.by_columns = len(graph) >= many
        self.answers: Store = (
            ColumnStore(graph, self._filled) if self.by_columns else _in_memory(graph)
        )

    def keep(self, graph: ColumnGraph) -> None:
        """Leave a finished store in the folder, with all of a graph."""
        store = self._filled(graph) if self._store is None else self._store
        store.settle()
        self.close()
        remove_logs(self._folder)

    def close(self) -> None:
        """Let go of the folder."""
        if self._store is not None:
            self._store.close()

    def _filled(self, graph: ColumnGraph) -> OxigraphStore:
        self._store = OxigraphStore.create(self._folder)
        self._store.add(graph)
        self._store.settle()
        return self._store


def _in_memory(graph: ColumnGraph) -> OxigraphStore:
    store = OxigraphStore.create()
    store.add(graph)
    return store
