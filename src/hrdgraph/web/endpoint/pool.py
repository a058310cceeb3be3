"""Start worker processes and hand them to clients: so many at a time, the next client's turn
first; what was killed is replaced."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.processes import child_process, processors
from hrdgraph.web.endpoint.limits import Cost
from hrdgraph.web.endpoint.worker import END, ERROR, JOB, PREFIX, READY, Frame, pack

_AHEAD: Final = 256 << 10  # bytes that are read from a worker before they are wanted
_POLITE: Final = 15  # niceness of a worker whose query is long
# what a Python of the same installation needs of what this process was given
_KEPT: Final = frozenset(
    ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TMPDIR")
)
_START: Final = 20.0  # seconds that a worker may take to open a store


@dataclass(frozen=True)
class Charge:
    """What a worker is started with."""

    store: Path | None
    prefixes: Mapping[str, str]
    memory: int
    network: bool = False
    sandbox: bool = False  # whether no worker may be without one
    # what a worker asks instead of a store, and who asks: not in its environment, which is shown
    remote: Mapping[str, Any] | None = field(default=None, repr=False)


class WorkerCrash(Exception):
    """The worker ended before its answer did. `bound` is what it ran into, if that is known."""

    def __init__(self, bound: str) -> None:
        super().__init__(bound)
        self.bound = bound


class Worker:
    """One worker process. It does one job at a time; a job that is given up ends it."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:  # fmt: skip
        self._process = process
        self._reader = reader
        self._writer = writer
        self.number = process.pid
        self.fresh = 0  # bytes that it held when it was ready
        self.resident = 0  # bytes that it held after its last job
        self.spent = 0.0  # seconds of a processor that its last job took
        self._spent_before = 0.0
        self.alone = False  # without a network
        self.is_slowed = False
        self.jobs = 0

    @classmethod
    async def start(cls, charge: Charge) -> Self:
        """Start one and wait until it has opened the store. ProjectError where it cannot."""
        process = await asyncio.create_subprocess_exec(
            *child_process.command("hrdgraph.web.endpoint.worker"),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=child_process.stderr(), cwd="/", start_new_session=True, limit=_AHEAD,
            env=child_process.environment(_KEPT) | {"PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        worker = cls(process, process.stdout, process.stdin)
        try:
            async with asyncio.timeout(_START):
                await worker._begin(charge)
        except BaseException:
            await worker.end()
            raise
        return worker

    async def _begin(self, charge: Charge) -> None:
        store = str(charge.store.absolute()) if charge.store else ""
        job = {
            "store": store, "prefixes": dict(charge.prefixes), "memory": charge.memory,
            "network": charge.network, "remote": charge.remote,
        }  # fmt: skip
        self._writer.write(pack(JOB, job))
        try:
            frame = await self._frame()
        except WorkerCrash as error:
            raise ProjectError("process-ended", hint="is-memory-left") from error
        if frame.kind != READY:
            raise ProjectError("unreadable", reason=frame.parse()["message"], hint="build-first")
        self.fresh = self.resident = frame.parse()["resident"]
        self.alone = frame.parse()["alone"]
        self._note(frame)

    @property
    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        return self._process.returncode is None and not self._reader.at_eof()

    def slow_down(self) -> None:
        """Let other processes go first, for good: no process may take that back."""
        with suppress(AttributeError, OSError):  # Windows has no such call
            os.setpriority(os.PRIO_PROCESS, self.number, _POLITE)
            self.is_slowed = True

    async def run(self, job: Mapping[str, Any]) -> AsyncIterator[Frame]:
        """Yield the frames of an answer, the last of them END or ERROR. Crashed where the worker
        ends before that."""
        self.jobs += 1
        self._writer.write(pack(JOB, dict(job)))
        while True:
            frame = await self._frame()
            if frame.kind in (END, ERROR):
                self._note(frame)
                yield frame
                return
            yield frame

    def _note(self, frame: Frame) -> None:
        report = frame.parse()
        spent = report.get("spent", self._spent_before)
        self.resident, self.spent = report.get("resident", 0), spent - self._spent_before
        self._spent_before = spent

    async def _frame(self) -> Frame:
        try:
            kind, size = PREFIX.unpack(await self._reader.readexactly(PREFIX.size))
            return Frame(kind, await self._reader.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            bound = child_process.bound_reached(await self._process.wait())
            raise WorkerCrash(bound) from error

    async def end(self) -> None:
        """Kill it, whatever it is doing, and wait until it is gone."""
        self._writer.close()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()


_LOG: Final = logging.getLogger("hrdgraph.web")
_OLD: Final = 20_000  # jobs after which a worker is replaced, whatever it holds
_FEW: Final = 8  # requests of one client that may wait, however short the queue is
_LIGHT: Final = 2.0  # seconds of workers of late, below which a client may have the last worker
_PAUSES: Final = (0.0, 0.2, 1.0, 5.0)  # seconds before a start is tried again


class Full(Exception):
    """No worker is free, and as many requests wait as may."""


class _Turn(asyncio.Future[Worker]):
    """What a client waits for: a worker for a job of that likely cost."""

    def __init__(self, cost: Cost, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.cost = cost


class Pool:
    """Workers over one store. Who has used least has the next turn; the last worker is for who
    has none busy and has used little, and the last but one for what is likely to be cheap."""

    def __init__(self, charge: Charge, size: int, queue: int) -> None:
        self._charge = charge
        self._size = size
        self._count = size + 1
        self._queue = queue
        self._idle: list[Worker] = []
        self._busy: Counter[str] = Counter()
        self._aside: set[Worker] = set()  # at a long query, their successors started
        self._heavy: set[Worker] = set()  # at work for a client that has used much
        self._dear: set[Worker] = set()  # at what is likely to be dear
        self._tried: set[Worker] = set()  # at what nobody knows yet
        self._used: dict[str, float] = {}  # of clients that wait
        self._waiting: OrderedDict[str, deque[_Turn]] = OrderedDict()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._all: set[Worker] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the workers. ProjectError where the store cannot be opened."""
        first = await Worker.start(self._charge)
        self._add_idle(first)
        if not first.alone and not self._charge.network:
            if self._charge.sandbox:
                await self.close()
                raise ProjectError("sandbox-missing")
            _LOG.warning(
                "this system cannot keep workers from the network; queries are still refused "
                "SERVICE"
            )
        for _ in range(self._count - 1):
            self._replace()

    @property
    def waiting(self) -> int:
        """Return how many requests wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def processes(self) -> frozenset[int]:
        """Return the process numbers of the workers that run."""
        return frozenset(worker.number for worker in self._all)

    async def acquire(
        self, client: str, patience: float, used: float = 0.0, cost: Cost = Cost.CHEAP
    ) -> Worker:
        """Return a worker for one job of that likely cost, when it is the turn of this client,
        which has used so many seconds of workers of late.

        Full where too many wait, or this one waited too long."""
        if self._closed or not self._has_room(client):
            raise Full
        turn = _Turn(cost, loop=asyncio.get_running_loop())
        self._waiting.setdefault(client, deque()).append(turn)
        self._used[client] = used
        self._grant()
        try:
            async with asyncio.timeout(patience):
                return await asyncio.shield(turn)
        except BaseException as error:
            self._forget(client, turn)
            if turn.done() and not turn.cancelled() and not turn.exception():  # it came as we went
                self.release(client, turn.result(), whole=True)
            turn.cancel()
            if isinstance(error, TimeoutError):
                raise Full from None
            raise

    def _has_room(self, client: str) -> bool:
        """Tell whether one more may wait: where too many do, the last of who has most in the queue
        goes for who has less."""
        mine = len(self._waiting.get(client, ()))
        if self.waiting < self._queue:
            return mine < max(_FEW, self._queue // 4)
        most = max(self._waiting, key=lambda name: len(self._waiting[name]), default=client)
        if not self._waiting or len(self._waiting[most]) <= mine + 1:
            return False
        turn = self._waiting[most][-1]
        self._forget(most, turn)
        turn.set_exception(Full())
        return True

    def release(self, client: str, worker: Worker, *, whole: bool) -> None:
        """Give a worker back; one whose job is not whole is killed and replaced, and so is one
        that has grown."""
        was_aside = worker in self._aside
        self._aside.discard(worker)
        for kind in (self._heavy, self._dear, self._tried):
            kind.discard(worker)
        self._busy[client] -= 1
        if not self._busy[client]:
            del self._busy[client]
        grown = worker.resident > worker.fresh + self._charge.memory // 2
        if (
            whole
            and worker.is_running
            and not worker.is_slowed
            and not grown
            and worker.jobs < _OLD
            and not self._closed
        ):
            self._idle.append(worker)
        else:
            self._end(worker)
            if not was_aside:
                self._replace()
        self._grant()

    def set_aside(self, worker: Worker) -> None:
        """Let a worker whose query is long go on behind all others, and start its successor now:
        it ends with its query anyhow."""
        worker.slow_down()
        if worker.is_slowed and worker in self._all and len(self._aside) < self._size:
            self._aside.add(worker)
            self._replace()

    async def close(self) -> None:
        """Kill the workers; those that wait are told that it is full."""
        self._closed = True
        for task in tuple(self._starting):
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for turns in self._waiting.values():
            for turn in turns:
                if not turn.done():
                    turn.set_exception(Full())
        await asyncio.gather(
            *(worker.end() for worker in self._all), *self._ending, return_exceptions=True
        )
        self._idle.clear()

    async def drain(self) -> None:
        """Wait until no job runs and nobody waits, then close."""
        while self._busy or self._waiting:
            await asyncio.sleep(0.05)
        await self.close()

    def _grant(self) -> None:
        """Give idle workers to who waits."""
        while self._grant_one():
            pass

    def _grant_one(self) -> bool:
        for client in sorted(self._waiting, key=lambda name: self._used[name]):
            self._idle = [worker for worker in self._idle if self._is_alive(worker)]
            if not self._idle:
                return False
            turn = next(
                (turn for turn in self._waiting[client] if self._may_have_one(client, turn.cost)),
                None,
            )
            if turn is not None:
                self._give(client, turn)
                return True
        return False

    def _give(self, client: str, turn: _Turn) -> None:
        turns, worker = self._waiting[client], self._idle.pop()
        turns.remove(turn)
        turn.set_result(worker)
        self._busy[client] += 1
        if self._used[client] >= _LIGHT:
            self._heavy.add(worker)
        if turn.cost is not Cost.CHEAP:
            (self._dear if turn.cost is Cost.DEAR else self._tried).add(worker)
        self._waiting.move_to_end(client)
        if not turns:
            del self._waiting[client], self._used[client]

    def _may_have_one(self, client: str, cost: Cost) -> bool:
        """Tell whether an idle worker is for this client and job: half of them for those who have
        used much, half for what is dear, but on one processor less than there are, and half for
        what nobody knows; of all these together all but one; the last for who has none busy."""
        free = sum(self._busy.values()) - len(self._aside) < self._size
        is_heavy, half = self._used[client] >= _LIGHT, max(1, self._size // 2)
        if cost is Cost.CHEAP and not is_heavy:
            return free or not self._busy.get(client, 0)
        slow = (self._heavy | self._dear | self._tried) - self._aside
        return (
            free
            and len(slow) < max(1, self._size - 1)
            and not (is_heavy and len(self._heavy) >= half)
            and not (cost is Cost.UNKNOWN and len(self._tried - self._aside) >= half)
            and not (cost is Cost.DEAR and len(self._dear) >= min(half, max(1, processors() - 1)))
        )

    def _is_alive(self, worker: Worker) -> bool:
        if worker.is_running:
            return True
        self._end(worker)  # somebody else ended it
        self._replace()
        return False

    def _forget(self, client: str, turn: _Turn) -> None:
        turns = self._waiting.get(client)
        if turns is not None and turn in turns:
            turns.remove(turn)
        if turns is not None and not turns:
            del self._waiting[client], self._used[client]

    def _add_idle(self, worker: Worker) -> None:
        """Add a worker to the idle ones, and give it to whoever waits."""
        self._all.add(worker)
        self._idle.append(worker)
        self._grant()

    def _end(self, worker: Worker) -> None:
        self._all.discard(worker)
        self._keep(self._ending, worker.end())

    def _replace(self) -> None:
        if not self._closed:
            self._keep(self._starting, self._start_one())

    def _keep(self, tasks: set[asyncio.Task[None]], work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _start_one(self) -> None:
        tries = 0
        while True:
            await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            try:
                self._add_idle(await Worker.start(self._charge))
                return
            except (HrdgraphError, OSError, TimeoutError) as error:
                tries += 1
                _LOG.warning("a worker does not start: %s", error)
