"""The public graph → what answers the rules and checks of a build, and the store that is kept of a
graph that its columns do not answer for."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.pipeline.memory import BuildMemory, NoMemory
from hrdgraph.pipeline.stages.answer_memory import RememberedAnswers
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import NOTHING, minus
from hrdgraph.sparql import MANY, ColumnStore
from hrdgraph.store import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Functions,
    OxigraphStore,
    Parameters,
    Store,
    remove_logs,
)

if TYPE_CHECKING:
    from hrdgraph.sparql.dataset import ColumnDataset

_LOG = "answers"


class RuleStore:
    """Answers rules and checks, of a large graph from its columns, of a small one in memory. The
    store on disk, the dearest step, is filled beside all this with what is known at first, and at
    the end with the rest: two loads of a small graph take half the time of one and many
    additions. That of a large one is left to whoever asks what columns do not answer
    (`store_filling`). In memory nothing is loaded before something is asked: what the last build
    asked of equal statements need not be asked again, and what remains is so little that columns
    answer it before a store of a small graph is loaded. It keeps the contract of `Store`."""

    def __init__(
        self,
        graph: ColumnGraph,
        folder: Path,
        memory: BuildMemory | None = None,
        *,
        many: int = MANY,
    ) -> None:
        self._folder, self._memory = folder, memory or NoMemory()
        self._given, self._known = NOTHING, [graph]
        self._engine: Store | None = None
        self._dataset: ColumnDataset | None = None
        self._store: OxigraphStore | None = None
        self._thread = ThreadPoolExecutor(1)
        self._first: Future[OxigraphStore] | None = None
        self._begun: Future[None] | None = None
        last = self._memory.recall(_LOG)
        self._is_large = len(graph) >= many
        self.by_columns = self._is_large or last is not None
        self._remembered = RememberedAnswers(graph, self, last) if self._memory.keeps else None
        self.answers: Store = self._remembered or self
        if not self._is_large:
            self._given, self._first = graph, self._thread.submit(_on_disk, folder, graph)
        if last is not None and last.dataset is not None:
            self._asked()  # whose columns are those of the last build

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query; see `Reader.query`."""
        return self._asked().query(text, parameters=parameters, functions=functions)

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """The triples of a CONSTRUCT query; see `Store.construct`."""
        return self._asked().construct(text, graph=graph, functions=functions)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        if self._engine is None:
            self._known.append(graph)
        else:
            self._engine.add(graph)

    def keep(self, graph: ColumnGraph) -> None:
        """Begin to leave a store in the folder, with all of a graph; `finish` waits for it. Of a
        large graph none is left, where nothing has needed it. A small one is loaded beside what
        comes next."""
        self.remember()
        self._engine, self._dataset, self._known = None, None, []  # nobody asks from now on
        if self._store is not None or not self._is_large:
            self._begun = self._thread.submit(self._leave, graph)

    def remember(self) -> None:
        """Keep what was asked for the next build."""
        if self._remembered is not None:
            self._memory.keep(_LOG, self._remembered.log)

    def finish(self) -> None:
        """Wait until the store is finished. Raises why it could not be."""
        if self._begun is not None:
            self._begun.result()

    def close(self) -> None:
        """Let go of the folder, whatever became of the store."""
        self._thread.shutdown()
        for store in (self._store, _made(self._first)):
            if store is not None:
                store.close()

    def _leave(self, graph: ColumnGraph) -> None:
        store = self._filled(graph) if self._store is None else self._store
        store.settle()
        store.close()
        remove_logs(self._folder)

    def dataset(self) -> ColumnDataset:
        """The columns of all that was given and added. Only a build with a memory asks for them,
        whose rules columns answer."""
        self._asked()
        assert self._dataset is not None
        return self._dataset

    def _asked(self) -> Store:
        if self._engine is None:
            graph, *added = self._known
            self._engine = self._in_columns(graph) if self.by_columns else OxigraphStore.create()
            for part in added if self.by_columns else self._known:
                self._engine.add(part)
        return self._engine

    def _in_columns(self, graph: ColumnGraph) -> ColumnStore:
        from hrdgraph.sparql import ColumnAnswers
        from hrdgraph.sparql.dataset import ColumnDataset
        from hrdgraph.sparql.kept_algebra import translate_kept

        remembered = self._remembered
        self._dataset = remembered.dataset() if remembered else ColumnDataset.of(graph)
        return ColumnStore(graph, self._filled, ColumnAnswers(self._dataset, translate_kept))

    def _filled(self, graph: ColumnGraph) -> OxigraphStore:
        first = self._first
        self._store = OxigraphStore.create(self._folder) if first is None else first.result()
        self._store.add(minus(graph, self._given))
        self._store.settle()
        return self._store


def _on_disk(folder: Path, graph: ColumnGraph) -> OxigraphStore:
    store = OxigraphStore.create(folder)
    store.add(graph)
    return store


def _made(store: Future[OxigraphStore] | None) -> OxigraphStore | None:
    return None if store is None or store.exception() is not None else store.result()
