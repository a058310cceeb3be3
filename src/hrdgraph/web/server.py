"""Serve a project until told to stop, over HTTP/1.1 connections whose other side may be slow,
silent or many."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator
from typing import Any, ClassVar, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from hrdgraph.errors import OutputError
from hrdgraph.project import Project
from hrdgraph.web.app import Server, Serving, application

_STEP: Final = 1.0  # seconds between two looks at a connection
_HALF_OPEN: Final = 160  # connections of everybody whose header is not complete
# bytes that are taken in the time in which nothing at all may happen; who is slower only holds a
# place
_LEAST: Final = 32 << 10


class GuardedConnection(H11Protocol):
    """One connection, which is broken off where the other side keeps it waiting."""

    slow: ClassVar[float]
    most: ClassVar[int]
    all: ClassVar[int]
    hosts: ClassVar[dict[str, list[GuardedConnection]]]  # the connections of each, the oldest first
    half_open: ClassVar[dict[GuardedConnection, None]]  # those without a whole header, the same
    _host = ""
    _since = 0.0  # when it last got on
    _left = 0  # bytes that were not taken then
    _moved = 0  # bytes that were taken since then, or written in their place
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._host = self.client[0] if self.client else ""
        self._since = self.loop.time()
        if self._has_place():
            self.hosts.setdefault(self._host, []).append(self)
            self._watch = self.loop.call_later(_STEP, self._look)
            self._note_header()
        else:
            self._drop()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.transport.is_closing():
            self._note_header()

    def _note_header(self) -> None:
        """Take note whether a header is awaited. Where too many are, the oldest connection of
        these goes, whoever it is from: an honest one sends its header at once."""
        answered = self.cycle is None or self.cycle.response_complete
        idle = self.cycle is not None and not self.conn.trailing_data[0]
        if not answered or idle or self.conn.their_state is not h11.IDLE:
            self.half_open.pop(self, None)
            return
        self.half_open.setdefault(self)
        if len(self.half_open) > _HALF_OPEN:
            next(iter(self.half_open))._drop()

    def _has_place(self) -> bool:
        """Tell whether there is one more for this host. Where there is none for anybody, who has
        most gives up the oldest one."""
        mine = len(self.hosts.get(self._host, ()))
        if self.most and mine >= self.most:
            return False
        if sum(map(len, self.hosts.values())) < self.all:
            return True
        greedy = max(self.hosts.values(), key=len)
        if len(greedy) <= mine + 1:
            return False
        greedy[0]._drop()
        return True

    def _drop(self) -> None:
        """Break the connection off. It counts no more from now on: many may come before the loop
        tells that it is lost, and uvicorn answers 503 for those that it still counts."""
        self.transport.abort()
        self._forget()
        self.connections.discard(self)

    def _forget(self) -> None:
        self.half_open.pop(self, None)
        if self in (held := self.hosts.get(self._host, [])):
            held.remove(self)
        if not held:
            self.hosts.pop(self._host, None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        now, left = self.loop.time(), self.transport.get_write_buffer_size()
        self._moved += abs(left - self._left)
        if self._gets_on(left):
            self._since, self._moved = now, 0
        self._left = left
        if now - self._since >= self.slow:
            self._drop()
        else:
            self._watch = self.loop.call_later(_STEP, self._look)

    def _gets_on(self, left: int) -> bool:
        """Tell whether the other side is not what is waited for, or does something."""
        if left:
            return not self._left or self._moved >= _LEAST
        answering = self.cycle is not None and not self.cycle.response_complete
        between = self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        return answering or (between and self.cycle is not None)


def guard_protocol(slow: float, connections: int, all: int) -> type[asyncio.Protocol]:
    """Make a protocol for uvicorn that breaks off connections on which for `slow` seconds a
    request does not end or hardly anything is taken.

    No address has more than `connections` at a time; 0 is any number, for a server behind a proxy.
    There are `all` of them at most, and fewer that wait for a header."""
    return type(
        "Bounded",
        (GuardedConnection,),
        {"slow": slow, "most": connections, "all": all, "hosts": {}, "half_open": {}},
    )


_CONNECTIONS: Final = 512  # all together; more are answered 503
_ALL: Final = 480  # connections, some of them idle: of more, those go whose address has most
_ONE_HOST: Final = 128
_SWITCH: Final = 0.001  # seconds after which a thread that works lets the loop go on
_LAST: Final = 5  # seconds that answers under way are given when the server stops
_HEAD: Final = 96 << 10  # bytes of a request line and headers: a query may stand in the address


def listen(host: str, port: int) -> socket.socket:
    """Open a socket that waits for connections. OutputError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named, or asyncio leaves Nagle's delay of 40 ms on
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(1024)
    except OSError as error:
        opened.close()
        hint = "choose-other-address"
        raise OutputError(
            "address-unusable", host=host, port=port, reason=error.strerror or error, hint=hint
        ) from error
    return opened


def serve(
    project: Project, settings: Serving, line: socket.socket, ready: Callable[[Server], None]
) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is called when requests are answered. Raises
    ProjectError where nothing can be served."""
    asyncio.run(_serve(project, settings, line, ready))


async def _serve(
    project: Project, settings: Serving, line: socket.socket, ready: Callable[[Server], None]
) -> None:
    server = Server(project, settings)
    async with server.running():
        per_host = 0 if settings.behind_proxy else _ONE_HOST
        config = uvicorn.Config(
            application(server), http=guard_protocol(settings.limits.slow, per_host, _ALL),
            ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
            proxy_headers=False, limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_HEAD, timeout_graceful_shutdown=_LAST,
        )  # fmt: skip
        # leave out of the log what uvicorn says of answers that are broken off: that is on
        # purpose, and is noted
        logger = logging.getLogger("uvicorn.error")
        logger.setLevel(logging.WARNING)
        logger.addFilter(lambda record: "without completing response" not in str(record.msg))
        sys.setswitchinterval(_SWITCH)
        await _Uvicorn(config, lambda: ready(server)).serve([line])


class ReadyServer(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


class _Uvicorn(ReadyServer):
    """A server for which a signal is an order, not an accident."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def start_logging(*, quiet: bool) -> None:
    """Write the log to standard error, a line for each event, with the time in UTC."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    for name in ("hrdgraph.web", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.WARNING if quiet else logging.INFO)
        logger.propagate = False
