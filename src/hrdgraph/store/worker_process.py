"""Answer queries over columns in a process of their own, which is ended if a query takes too much.
Oxigraph cannot give up a query, and no thread can be ended from outside; a process can."""

from __future__ import annotations

import pickle
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

from hrdgraph.catalogue import too_many
from hrdgraph.errors import HrdgraphError, ProjectError, QueryError
from hrdgraph.processes.child_process import DEPTH, MEMORY, ChildProcess, bound_reached
from hrdgraph.rdf import Term
from hrdgraph.store.contract import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Functions,
    Parameters,
    Solutions,
)
from hrdgraph.store.oxigraph import OxigraphStore, refuse_too_long
from hrdgraph.store.query_guards import refuse_service
from hrdgraph.store.store_filling import fill_store, is_for_later

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph


Row = dict[str, Term | None]
_HINT: Final = "patterns-apart"


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """The bounds of a query: time for each, memory beside its graph, and solutions."""

    seconds: float = 300.0
    memory: int = 2 << 30
    solutions: int = 5_000_000


USUAL: Final = WorkerLimits()
# the module that the process runs: one that asks the store, one that asks columns first
WORKER: Final = "hrdgraph.store.worker_main"
COLUMNS_WORKER: Final = "hrdgraph.sparql.worker_main"


class QueryProcess:
    """A process that answers queries over one graph, then over the next. It starts with the first
    query and ends on closing."""

    def __init__(self, limits: WorkerLimits = USUAL, main: str = WORKER) -> None:
        self._limits, self._main = limits, main
        self._process: ChildProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()  # of who has kept one, and forgot it

    def close(self) -> int:
        """End the process, whatever it is doing. What it ended with, which was not this where it
        had ended before."""
        process, self._process = self._process, None
        return process.end() if process else 0

    def solutions(
        self, graphs: Iterable[ColumnGraph], texts: Iterable[str], *, blanks: bool
    ) -> list[Row]:
        """Return all solutions of some SELECTs over graphs; with `blanks`, blank nodes have IRIs.
        QueryError beyond a limit."""
        self._do("load", [graph.document() for graph in graphs], self._limits.memory)
        rows: list[Row] = []
        for text in texts:
            answer = self._answer(text, {}, self._limits.solutions - len(rows), _HINT, blanks)
            if not isinstance(answer, Solutions):
                raise QueryError("query-of-other-form", format="SELECT")
            rows += answer
        return rows

    def open(self, folder: Path) -> None:
        """Take up a finished store, to be asked with `answer`. Raises what `OxigraphStore.open`
        raises."""
        if self._process is None:
            self._do("open", folder, self._limits.memory)

    def answer(self, text: str, parameters: Parameters) -> Answer:
        """Answer a query from the open store. QueryError beyond a limit."""
        return self._answer(text, parameters, self._limits.solutions, "narrow-query")

    def _answer(
        self, text: str, parameters: Parameters, most: int, hint: str, blanks: bool = False
    ) -> Answer:
        job = ("answer", text, dict(parameters), most, blanks)
        reply = self._do(*job, seconds=self._limits.seconds)
        if reply is None:
            raise QueryError(too_many(self._limits.solutions, "row"), hint=hint)
        return _solutions(*reply) if isinstance(reply, tuple) else reply

    def choice(self, text: str, parameters: Parameters) -> object:
        """Return the engine of the process that answers a query, and why."""
        return self._do("choice", text, dict(parameters), seconds=self._limits.seconds)

    def _do(self, *job: Any, seconds: float | None = None) -> Any:
        """Send a job and return the reply; exceptions from there are raised here. The process is
        ended if it does not reply."""
        try:
            reply = self._ask(job, seconds)
        except BaseException:
            self.close()
            raise
        if isinstance(reply, MemoryError):
            raise self._excess()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _ask(self, job: tuple[Any, ...], seconds: float | None) -> Any:
        process = self._process = self._process or ChildProcess(self._main)
        try:
            pickle.dump(job, process.input, pickle.HIGHEST_PROTOCOL)
            process.input.flush()
            if seconds is not None and not process.speaks(seconds):
                raise QueryError("too-slow", seconds=f"{seconds:g}", hint=_HINT)
            return pickle.load(process.output)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise self._explain_end() from error

    def _explain_end(self) -> HrdgraphError:
        """Return the error for a process that ended by itself."""
        code = self.close()
        bound = bound_reached(code)
        if bound == MEMORY:
            return self._excess()
        if bound == DEPTH:
            return QueryError("nested-too-deep")
        return HrdgraphError("process-ended", hint="is-memory-left")

    def _excess(self) -> QueryError:
        return QueryError(
            "query-takes-memory", limit=f"{self._limits.memory / (1 << 20):,.0f}", hint=_HINT
        )


def _solutions(
    names: tuple[str, ...], terms: list[Term | None], cells: array[int], count: int
) -> Solutions:
    if not names:
        return Solutions((), ((),) * count)
    columns = ([terms[cell] for cell in cells[n :: len(names)]] for n in range(len(names)))
    return Solutions(names, tuple(zip(*columns, strict=True)))


class BoundedReader:
    """A `Reader` over a store folder. It uses a process of its own, which starts with the first
    query and is replaced after a query has ended it; it ends with this reader, or at once with
    Ctrl-C. A store left for later is filled for the first query that needs it, after
    `on_filling`."""

    def __init__(self, folder: Path, limits: WorkerLimits = USUAL, main: str = WORKER) -> None:
        self.on_filling: Callable[[], None] = lambda: None
        self._folder = folder.absolute()
        self._apart = QueryProcess(limits, main)
        self._asking = Lock()
        self._end = weakref.finalize(self, self._apart.close)

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query; see `Reader.query`. QueryError beyond a limit, and for functions of
        our own: those cannot be sent there."""
        if functions:
            raise QueryError("process-ended")
        with self._open(text) as process:
            try:
                return process.answer(text, parameters)
            except ProjectError as error:
                if error.code != "store-missing" or not is_for_later(self._folder):
                    raise error
                self.on_filling()
                fill_store(self._folder)
                return process.answer(text, parameters)

    def choice(self, text: str, parameters: Parameters = NO_PARAMETERS) -> object:
        """Return the engine that answers a query, and why. The process runs the query for that,
        within the same bounds."""
        with self._open(text) as process:
            return process.choice(text, parameters)

    @contextmanager
    def _open(self, text: str) -> Iterator[QueryProcess]:
        refuse_too_long(text)
        refuse_service(text)
        if not is_for_later(self._folder):
            OxigraphStore.refuse_absent(self._folder)
        with self._asking:  # the process hears one question after the other
            self._apart.open(self._folder)
            yield self._apart

    def close(self) -> None:
        """End the process."""
        self._end()
