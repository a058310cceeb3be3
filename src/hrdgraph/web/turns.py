"""Give work to threads in turns: who has used least of late goes first, and nobody has more than a
share of the threads."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar, copy_context
from functools import partial
from typing import Final, NamedTuple, ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from hrdgraph.web.endpoint.http import ProblemResponse
from hrdgraph.web.endpoint.limits import Budget
from hrdgraph.web.endpoint.negotiation import Problem, over_budget

# they share one processor, as Python has it: more would make each of them slower
_THREADS: Final = 3
_LIGHT: Final = 2.0  # seconds of threads of late, below which a client may have the last thread
_WAITING: Final = 48  # pieces of work of one client that wait
_ALL: Final = 1000  # of all of them
_OPEN: Final = 48  # requests of one client at a time
T = TypeVar("T")
P = ParamSpec("P")


class Turns:
    """Threads that work for one client after the other: two pieces of one client are never at
    work at once."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="turn")
        self._busy: set[str] = set()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def run(self, client: str, function: Callable[[], T]) -> T:
        """Run a function in a thread when it is the turn of this client. Problem where too much of
        it waits, or it has used what it may."""
        if seconds := self._budget.wait(client):
            raise over_budget(seconds)
        async with self._turn(client):
            started, context = time.monotonic(), copy_context()
            try:
                loop = asyncio.get_running_loop()
                work = loop.run_in_executor(self._threads, lambda: context.run(function))
                return await _until_done(work)
            finally:
                self._budget.charge(client, seconds=time.monotonic() - started)

    def close(self) -> None:
        """Take no more work."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def _turn(self, client: str) -> AsyncIterator[None]:
        await self._come(client)
        try:
            yield
        finally:
            self._busy.discard(client)
            self._grant()

    async def _come(self, client: str) -> None:
        mine = self._waiting.setdefault(client, deque())
        if len(mine) >= _WAITING or sum(map(len, self._waiting.values())) >= _ALL:
            raise Problem(503, "endpoint-busy", hint="try-again", wait=1)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        mine.append(turn)
        self._grant()
        try:
            await turn
        except BaseException:
            self._leave(client, turn)
            raise

    def _leave(self, client: str, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():  # it came as we went
            self._busy.discard(client)
        elif turn in (mine := self._waiting.get(client, deque())):
            mine.remove(turn)
        self._grant()

    def _grant(self) -> None:
        self._waiting = {client: turns for client, turns in self._waiting.items() if turns}
        for client in sorted(self._waiting.keys() - self._busy, key=self._budget.used):
            if len(self._busy) >= _THREADS - (self._budget.used(client) >= _LIGHT):
                return
            turn = self._waiting[client].popleft()
            if not turn.done():
                self._busy.add(client)
                turn.set_result(None)


async def _until_done(work: asyncio.Future[T]) -> T:
    """Return what a thread makes; a thread cannot be ended, so its turn lasts until it is done,
    whoever has gone."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise


class Visitor(NamedTuple):
    """Whose request this is, and the threads that work for it."""

    client: str
    turns: Turns


_VISITOR: Final[ContextVar[Visitor]] = ContextVar("visitor")


async def in_turn(function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """Run a function in a thread when it is the turn of who asks."""
    visitor = _VISITOR.get(None)
    if visitor is None:
        return await run_in_threadpool(function, *arguments, **options)
    return await visitor.turns.run(visitor.client, partial(function, *arguments, **options))


def client_of_request(default: str) -> str:
    """Return the client whose request is worked at here, in its thread too."""
    visitor = _VISITOR.get(None)
    return default if visitor is None else visitor.client


class Visited:
    """An application that knows whose request each is; nobody has more than a number of them
    open."""

    def __init__(self, app: ASGIApp, budget: Budget) -> None:
        self._app = app
        self._budget = budget
        self._turns = Turns(budget)
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = self._budget.client((scope.get("client") or ("", 0))[0])
        if self._open[client] >= _OPEN:
            await ProblemResponse(over_budget(2))(scope, receive, send)
            return
        self._open[client] += 1
        token = _VISITOR.set(Visitor(client, self._turns))
        try:
            await self._app(scope, receive, send)
        finally:
            _VISITOR.reset(token)
            self._open -= Counter([client])
