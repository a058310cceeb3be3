"""A finished build into a service: workers over its store, the digest that its answers carry,
what each client has left."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.processes.child_process import TIME
from hrdgraph.sparql.search_clause import Search
from hrdgraph.store.query_guards import refuse_service
from hrdgraph.store.syntax_errors import evaluation_error, syntax_error, syntax_place
from hrdgraph.web.endpoint import problems
from hrdgraph.web.endpoint.budget import Budget
from hrdgraph.web.endpoint.formats import FORMS
from hrdgraph.web.endpoint.frames import DATA, END, ERROR, HEAD, Frame
from hrdgraph.web.endpoint.pool import Full, Pool
from hrdgraph.web.endpoint.query_costs import Cost, QueryCosts
from hrdgraph.web.endpoint.settings import EndpointAccess, EndpointLimits
from hrdgraph.web.endpoint.spool import Disk, DiskFull, Spool, TooLarge
from hrdgraph.web.endpoint.worker_process import Charge, Worker, WorkerCrash

_LOG: Final = logging.getLogger("hrdgraph.web")
# seconds after which a query lets shorter ones go first, and another worker takes its place
_SHORT: Final = 1.0
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
        self.costs = QueryCosts()
        self._disk = Disk(limits.disk, limits.answer)
        self._pool = self._pool_over(build)
        self._old: set[asyncio.Task[None]] = set()

    def _pool_over(self, build: Build) -> Pool:
        charge = Charge(
            build.store,
            build.prefixes,
            self.limits.memory,
            network=bool(self.access.services) or build.remote is not None,
            sandbox=self.access.sandbox,
            remote=build.remote,
        )
        if self.access.writable:
            return Pool(charge, 1, self.limits.queue, spare=False)
        return Pool(charge, self.limits.workers, self.limits.queue)

    @property
    def pool(self) -> Pool:
        """The workers over the present build."""
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
            work.spool.end(problems.busy())
            return
        if cost is Cost.DEAR:
            worker.slow_down()
        started, whole = time.monotonic(), False
        slowing = asyncio.get_running_loop().call_later(_SHORT, pool.set_aside, worker)
        try:
            async with asyncio.timeout(self.limits.timeout):
                whole = await self._pump(worker, job, work)
        except TimeoutError:
            work.spool.end(problems.timed_out(self.limits.timeout))
        except WorkerCrash as error:
            work.spool.end(
                problems.timed_out(self.limits.timeout)
                if error.bound == TIME
                else problems.crashed()
            )
        except TooLarge:
            work.spool.end(problems.too_large(work.spool.limit))
        except DiskFull:
            work.spool.end(problems.disk_full())
        except OSError as error:
            _LOG.error("an answer cannot be kept: %s", error)
            work.spool.end(problems.failed())
        finally:
            slowing.cancel()
            seconds = time.monotonic() - started
            self.budget.charge(client, seconds=seconds, errors=_is_costly(work.spool.error))
            if text:  # a store elsewhere takes no processor here
                is_known = whole and self.build.remote is None
                self.costs.learn(text, worker.spent if is_known else seconds)
            pool.release(client, worker, whole=whole)
            work.spool.end(problems.failed())  # no change where it has ended

    async def _pump(self, worker: Worker, job: Mapping[str, Any], work: Work) -> bool:
        """Move an answer into its spool; whether the worker has done its job to the end and is
        free."""
        async for frame in worker.run({**job, "seconds": self.limits.timeout + _GRACE}):
            if frame.kind == HEAD:
                work.head = frame.said()
            elif frame.kind == DATA:
                work.spool.put(frame.payload)
            elif frame.kind == END:
                work.result = frame.said()
                work.spool.end()
            elif frame.kind == ERROR:
                work.spool.end(_problem(frame, job, self.build.prefixes))
        return True

    def check(self, text: str) -> None:
        """Raise the 400 of a query that no engine is to see."""
        from hrdgraph.store.query_guards import refuse_excess

        try:
            refuse_excess(text, size=self.limits.query, depth=self.limits.depth)
            refuse_service(text, self.access.services)
        except QueryError as error:
            raise problems.bad_query(error) from error


def _is_costly(error: BaseException | None) -> bool:
    """Whether what went wrong cost a worker, or all of its time; what was asked wrongly is
    counted where it is answered."""
    return (
        isinstance(error, problems.Problem)
        and error.status >= 500
        and error.facts[0].code != problems.UNFILLED
        and not error.facts[0].code.startswith(problems.ELSEWHERE)
    )


def _problem(frame: Frame, job: Mapping[str, Any], prefixes: Mapping[str, str]) -> problems.Problem:
    said, text = frame.said(), str(job.get("text", ""))
    kind, message = said["kind"], said["message"]
    if kind == "not acceptable":
        return problems.not_acceptable(FORMS[message], message, job.get("asked", ""))
    if kind == "no graph":
        return problems.no_graph()
    if kind == "syntax":
        place = syntax_place(text, message)
        return problems.bad_query(
            syntax_error(text, message, prefixes), column=place[1] if place else None
        )
    if kind == "refused":
        return problems.bad_query(HrdgraphError.from_dict(said["error"]))
    if kind == "elsewhere":
        return problems.store_elsewhere(HrdgraphError.from_dict(said["error"]))
    if kind == "evaluation":
        return problems.bad_query(evaluation_error(message))
    if kind == "unfilled":
        return problems.unfilled()
    if kind == "rows":
        return problems.too_many_rows(int(job["rows"]))
    if kind == "memory":
        return problems.crashed()
    _LOG.error("a worker cannot read the store: %s", message)
    return problems.failed()
