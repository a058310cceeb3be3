"""Answer jobs over a finished build: workers over its store, what each client has left, and
answers that wait until their clients take them."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.processes.child_process import TIME
from hrdgraph.sparql.search_clause import Search
from hrdgraph.store.query_guards import (
    evaluation_error,
    refuse_excess,
    refuse_service,
    syntax_error,
)
from hrdgraph.web.endpoint import negotiation as problems
from hrdgraph.web.endpoint.limits import Budget, Cost, EndpointAccess, EndpointLimits, QueryCosts
from hrdgraph.web.endpoint.negotiation import FORMS, Problem
from hrdgraph.web.endpoint.pool import Charge, Full, Pool, Worker, WorkerCrash
from hrdgraph.web.endpoint.worker import DATA, END, ERROR, HEAD, Frame

_KEPT: Final = 256 << 10  # bytes in memory; what a client has not taken beyond them goes to a file


FindUnknown = Callable[[str], Iterable[QueryError]]  # the terms of a query that are nowhere


class TooLarge(Exception):
    """The answer has more bytes than one may have."""


class DiskFull(Exception):
    """Answers that nobody has taken yet fill what may be kept of them, of one client or of all."""


class Disk:
    """What answers take on disk, of each client and of all."""

    def __init__(self, limit: int, share: int) -> None:
        self._limit = limit
        self._share = share
        self._used: Counter[str] = Counter()

    def share(self, client: str) -> Callable[[int], None]:
        """Return a function that takes bytes for a client (gives them back where negative).
        DiskFull where it may not have them."""

        def take(size: int) -> None:
            if size > 0 and (
                self._used[client] + size > self._share or self._used.total() + size > self._limit
            ):
                raise DiskFull
            self._used[client] += size
            if not self._used[client]:
                del self._used[client]

        return take


class Spool:
    """A queue of bytes with an end. A worker is free again when it has made its answer, however
    slow the client is."""

    def __init__(self, limit: int, take: Callable[[int], None] = lambda _: None) -> None:
        self.limit = limit
        self._take = take
        self._taken = 0
        self._parts: deque[bytes | tuple[int, int]] = deque()
        self._kept = 0
        self._file: IO[bytes] | None = None
        self._changed = asyncio.Event()
        self.size = 0
        self.done = False
        self.error: BaseException | None = None

    def write(self, data: bytes) -> None:
        """Add bytes. TooLarge beyond the limit, DiskFull and OSError where the disk does not
        take them."""
        self.size += len(data)
        if self.size > self.limit:
            raise TooLarge
        if self._kept + len(data) > _KEPT:
            self._parts.append(self._write(data))
        else:
            self._parts.append(data)
            self._kept += len(data)
        self._changed.set()

    def end(self, error: BaseException | None = None) -> None:
        """End the answer: it is complete, or cut off by the error."""
        if not self.done:
            self.done, self.error = True, error
            self._changed.set()

    async def settle(self, size: int | None) -> None:
        """Wait until so many bytes are there (None: all), or no more come. Raises what went
        wrong, if it has by then."""
        while not self.done and (size is None or self.size < size):
            self._changed.clear()
            await self._changed.wait()
        if self.error is not None:
            raise self.error

    async def parts(self) -> AsyncIterator[bytes]:
        """Yield the bytes, once. Raises the error instead of ending if the answer is not whole."""
        while True:
            while self._parts:
                yield self._read(self._parts.popleft())
            if self.done:
                break
            self._changed.clear()
            await self._changed.wait()
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        """Let go of the file."""
        self._parts.clear()
        if self._file is not None:
            self._file.close()
        self._take(-self._taken)
        self._taken = 0

    def _write(self, data: bytes) -> tuple[int, int]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the spool
        self._take(len(data))
        self._taken += len(data)
        place = self._file.seek(0, 2)
        self._file.write(data)
        return place, len(data)

    def _read(self, part: bytes | tuple[int, int]) -> bytes:
        if isinstance(part, bytes):
            self._kept -= len(part)
            return part
        assert self._file is not None
        self._file.seek(part[0])
        return self._file.read(part[1])


_LOG: Final = logging.getLogger("hrdgraph.web")
# seconds after which a query lets shorter ones go first, and another worker takes its place
_SHORT: Final = 1.0
_UNFILLED: Final = "store-being-filled"  # what was not for the columns of a new build
_GRACE: Final = 2.0  # processor seconds beyond the deadline before the system ends a worker


@dataclass(frozen=True)
class Build:
    """What is served: a store that does not change, the digest of all that was built, the
    prefixes that need no declaration; the server that is asked instead of a store, if one is."""

    store: Path | None
    digest: str
    prefixes: Mapping[str, str]
    remote: Mapping[str, Any] | None = None


class Work:
    """One job under way: what it answers comes into a spool, what it is comes first."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.head: dict[str, Any] = {}
        self.result: dict[str, Any] = {}
        self.task: asyncio.Task[None] | None = None

    async def settle(self, size: int | None) -> None:
        """Wait for so many bytes or the end. Problem where there will be no answer."""
        await self.spool.settle(size)

    async def stop(self) -> None:
        """Give up: the worker of a job that is not done ends."""
        if self.task is not None and not self.task.done():
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        self.spool.close()


class Service:
    """Answers jobs over one build at a time, within its limits."""

    def __init__(self, build: Build, limits: EndpointLimits, access: EndpointAccess) -> None:
        self.limits = limits
        self.access = access
        self.build = build
        self.budget = Budget(limits.client_seconds, limits.client_errors)
        # what answers `SERVICE hrd:search`; the pages give it when they are there
        self.search: Search | None = None
        # what says which terms of a query are nowhere; likewise
        self.unknown: FindUnknown = lambda _: ()
        self.costs = QueryCosts()
        self._disk = Disk(limits.disk, limits.answer)
        self._pool = self._pool_over(build)
        self._old: set[asyncio.Task[None]] = set()

    def _pool_over(self, build: Build) -> Pool:
        charge = Charge(
            build.store, build.prefixes, self.limits.memory,
            network=bool(self.access.services) or build.remote is not None,
            sandbox=self.access.sandbox, remote=build.remote,
        )  # fmt: skip
        return Pool(charge, self.limits.workers, self.limits.queue)

    @property
    def pool(self) -> Pool:
        """Return the workers over the present build."""
        return self._pool

    async def start(self) -> None:
        """Start the workers. ProjectError where the store cannot be opened."""
        await self._pool.start()

    async def close(self) -> None:
        """End all workers."""
        await self._pool.close()
        for task in self._old:
            task.cancel()
        await asyncio.gather(*self._old, return_exceptions=True)

    async def replace(self, build: Build) -> asyncio.Task[None]:
        """Answer from another build from now on; what is under way ends over the old one, which
        is let go when the task is done."""
        pool = self._pool_over(build)
        await pool.start()
        old, self._pool, self.build = self._pool, pool, build
        task = asyncio.create_task(old.drain())
        self._old.add(task)
        task.add_done_callback(self._old.discard)
        return task

    def admit(self, client: str) -> None:
        """Raise the 429 of a client that has used what it may."""
        if seconds := self.budget.wait(client):
            raise problems.over_budget(seconds)

    def begin(self, client: str, job: Mapping[str, Any], most: int = 0) -> Work:
        """Put a job into the queue; its answer has at most so many bytes, or what any answer may
        have."""
        work = Work(Spool(most or self.limits.answer, self._disk.share(client)))
        work.task = asyncio.create_task(self._do(client, job, work))
        return work

    async def _do(self, client: str, job: Mapping[str, Any], work: Work) -> None:
        pool, text = self._pool, str(job.get("text", ""))
        cost = self.costs.guess(text) if text else Cost.CHEAP
        try:
            used = self.budget.used(client)
            worker = await pool.acquire(client, self.limits.patience, used, cost)
        except Full:
            work.spool.end(Problem(503, "endpoint-busy", hint="try-again", wait=1))
            return
        if cost is Cost.DEAR:
            worker.slow_down()
        started, whole = time.monotonic(), False
        slowing = asyncio.get_running_loop().call_later(_SHORT, pool.set_aside, worker)
        try:
            async with asyncio.timeout(self.limits.timeout):
                whole = await self._pump(worker, job, work)
        except (TimeoutError, WorkerCrash) as error:
            late = isinstance(error, TimeoutError) or error.bound == TIME
            seconds = f"{self.limits.timeout:g}"
            timed_out = Problem(504, "answer-timed-out", hint="narrow-query", seconds=seconds)
            work.spool.end(
                timed_out if late else Problem(503, "answer-crashed", hint="narrow-query")
            )
        except TooLarge:
            work.spool.end(_too_large(work.spool.limit, "byte"))
        except DiskFull:
            work.spool.end(Problem(503, "answers-not-taken", wait=10))
        except OSError as error:
            _LOG.error("an answer cannot be kept: %s", error)
            work.spool.end(_unreadable_store())
        finally:
            slowing.cancel()
            took = time.monotonic() - started
            self.budget.charge(client, seconds=took, errors=_is_costly(work.spool.error))
            if text:  # a store elsewhere takes no processor here
                is_known = whole and self.build.remote is None
                self.costs.learn(text, worker.spent if is_known else took)
            pool.release(client, worker, whole=whole)
            work.spool.end(_unreadable_store())  # no change where it has ended

    async def _pump(self, worker: Worker, job: Mapping[str, Any], work: Work) -> bool:
        """Move an answer into its spool; whether the worker has done its job to the end and is
        free."""
        async for frame in worker.run({**job, "seconds": self.limits.timeout + _GRACE}):
            if frame.kind == HEAD:
                work.head = frame.parse()
            elif frame.kind == DATA:
                work.spool.write(frame.payload)
            elif frame.kind == END:
                work.result = frame.parse()
                work.spool.end()
            elif frame.kind == ERROR:
                work.spool.end(_problem(frame, job, self.build.prefixes))
        return True

    def check(self, text: str) -> None:
        """Raise the 400 of a query that no engine is to see."""
        try:
            refuse_excess(text, size=self.limits.query, depth=self.limits.depth)
            refuse_service(text, self.access.services)
        except QueryError as error:
            raise problems.bad_query(error) from error


def _unreadable_store() -> Problem:
    """Say that the engine could not read its store."""
    return Problem(503, "store-unavailable", hint="try-again", wait=2)


def _is_costly(error: BaseException | None) -> bool:
    """Tell whether an error cost a worker, or all of its time. A wrong query does not count
    here: it is counted where it is answered."""
    return (
        isinstance(error, Problem)
        and error.status >= 500
        and error.facts[0].code != _UNFILLED
        and not error.facts[0].code.startswith("remote-store-")
    )


def _too_large(limit: int, word: str) -> Problem:
    what = Message(f"word-{word}", count=limit)
    return Problem(503, "answer-too-large", hint="narrow-query", limit=limit, what=what)


def _problem(frame: Frame, job: Mapping[str, Any], prefixes: Mapping[str, str]) -> Problem:
    failure, text = frame.parse(), str(job.get("text", ""))
    kind, message = failure["kind"], failure["message"]
    if kind == "not acceptable":
        return problems.not_acceptable(FORMS[message])
    if kind == "no graph":
        return Problem(404, "address-unknown")
    if kind == "syntax":
        return problems.bad_query(syntax_error(text, message, prefixes))
    if kind == "refused":
        return problems.bad_query(HrdgraphError.from_dict(failure["error"]))
    if kind == "elsewhere":
        return Problem.of_errors(503, (HrdgraphError.from_dict(failure["error"]),))
    if kind == "evaluation":
        return problems.bad_query(evaluation_error(message))
    if kind == "unfilled":
        return Problem(503, _UNFILLED, wait=30)
    if kind == "rows":
        return _too_large(int(job["rows"]), "row")
    if kind == "memory":
        return Problem(503, "answer-crashed", hint="narrow-query")
    _LOG.error("a worker cannot read the store: %s", message)
    return _unreadable_store()
