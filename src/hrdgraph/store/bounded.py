"""A finished store into a reader whose queries have bounds: of time, of memory, of solutions,
and no way to another server."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from hrdgraph.errors import ProjectError, QueryError
from hrdgraph.store.contract import NO_FUNCTIONS, NO_PARAMETERS, Functions, Parameters
from hrdgraph.store.oxigraph import OxigraphStore, refuse_too_long
from hrdgraph.store.query_guards import refuse_service
from hrdgraph.store.results import Answer
from hrdgraph.store.store_filling import fill_store, is_for_later
from hrdgraph.store.worker_process import USUAL, WORKER, QueryProcess, WorkerLimits


class BoundedReader:
    """A `Reader` over a store folder. It asks in a process of its own, which starts with the
    first query and is replaced when a query has ended it; it ends with this reader, or with
    Ctrl-C at once. A store that the build has left for later is filled for the first query that
    needs it, after `on_filling` was called."""

    def __init__(
        self,
        folder: Path,
        limits: WorkerLimits = USUAL,
        main: str = WORKER,
    ) -> None:
        self.on_filling: Callable[[], None] = lambda: None
        self._folder = folder.absolute()
        self._apart = QueryProcess(limits, main)
        self._asking = Lock()
        self._end = weakref.finalize(self, self._apart.close)

    def query(
        self,
        text: str,
        *,
        parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:
        """Answer a query; see `Reader.query`. QueryError beyond a limit, and for functions of
        our own: those cannot be sent there."""
        if functions:
            raise QueryError("worker-without-functions")
        with self._opened(text) as process:
            try:
                return process.answer(text, parameters)
            except ProjectError as error:
                self._fill(error)
                return process.answer(text, parameters)

    def choice(self, text: str, parameters: Parameters = NO_PARAMETERS) -> object:
        """Which engine answers a query, and why, as the process says it that has several. It
        works the query out for that, within the same bounds."""
        with self._opened(text) as process:
            return process.choice(text, parameters)

    @contextmanager
    def _opened(self, text: str) -> Iterator[QueryProcess]:
        refuse_too_long(text)
        refuse_service(text)
        if not is_for_later(self._folder):
            OxigraphStore.refuse_absent(self._folder)
        with self._asking:  # the process hears one question after the other
            self._apart.open(self._folder)
            yield self._apart

    def _fill(self, error: ProjectError) -> None:
        """Make the store that the process has missed; it takes it up with the next query."""
        if error.code != "store-missing" or not is_for_later(self._folder):
            raise error
        self.on_filling()
        fill_store(self._folder)

    def close(self) -> None:
        """End the process."""
        self._end()
