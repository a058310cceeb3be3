"""Jobs into answers of one worker process, as the server sees it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from hrdgraph.catalogue import Message
from hrdgraph.errors import ProjectError
from hrdgraph.processes import child_process
from hrdgraph.web.endpoint.frames import END, ERROR, JOB, PREFIX, READY, Frame, pack

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
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
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
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *child_process.command("hrdgraph.web.endpoint.worker"),
                stdin=theirs.fileno(), stdout=asyncio.subprocess.DEVNULL,
                stderr=child_process.stderr(), cwd="/", start_new_session=True,
                env=child_process.environment(_KEPT) | {"PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
        reader, writer = await asyncio.open_connection(sock=ours, limit=_AHEAD)
        worker = cls(process, reader, writer)
        try:
            async with asyncio.timeout(_START):
                await worker._begin(charge)
        except BaseException:
            await worker.end()
            raise
        return worker

    async def _begin(self, charge: Charge) -> None:
        store = str(charge.store.absolute()) if charge.store else ""
        said = {
            "store": store,
            "prefixes": dict(charge.prefixes),
            "memory": charge.memory,
            "network": charge.network,
            "remote": charge.remote,
        }
        self._writer.write(pack(JOB, said))
        try:
            frame = await self._frame()
        except WorkerCrash as error:
            raise ProjectError(
                "worker-not-started",
            ) from error
        if frame.kind != READY:
            fact = Message("store-unopenable", reason=frame.said()["message"])
            raise ProjectError(fact, hint="build-again")
        self.fresh = self.resident = frame.said()["resident"]
        self.alone = frame.said()["alone"]
        self._note(frame)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None and not self._reader.at_eof()

    def slow_down(self) -> None:
        """Let other processes go first, for good: no process may take that back."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.number, _POLITE)
            self.is_slowed = True

    async def run(self, job: Mapping[str, Any]) -> AsyncIterator[Frame]:
        """The frames of an answer, the last of them END or ERROR. Crashed where the worker ends
        before that."""
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
        said = frame.said()
        spent = said.get("spent", self._spent_before)
        self.resident, self.spent = said.get("resident", 0), spent - self._spent_before
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
                self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
