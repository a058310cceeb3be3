"""A project into a server that listens until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator
from typing import Final

import uvicorn

from hrdgraph.errors import OutputError
from hrdgraph.project import Project
from hrdgraph.web.app import Server, Serving, application
from hrdgraph.web.protocol import guarded

_CONNECTIONS: Final = 512  # all together; more are answered 503
_ALL: Final = 480  # connections, some of them idle: of more, those go whose address has most
_ONE_HOST: Final = 128
_SWITCH: Final = 0.001  # seconds after which a thread that works lets the loop go on
_LAST: Final = 5  # seconds that answers under way are given when the server stops
_HEAD: Final = 96 << 10  # bytes of a request line and headers: a query may stand in the address


def listen(host: str, port: int) -> socket.socket:
    """A socket that waits for connections. OutputError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named, or asyncio leaves Nagle's delay of 40 ms on
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
    except OSError as error:
        made.close()
        hint = "choose-other-address"
        raise OutputError(
            "address-unusable", host=host, port=port, reason=error.strerror or error, hint=hint
        ) from error
    return made


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
        one = 0 if settings.behind_proxy else _ONE_HOST
        config = uvicorn.Config(
            application(server),
            http=guarded(settings.limits.slow, one, _ALL),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS,
            h11_max_incomplete_event_size=_HEAD,
            timeout_graceful_shutdown=_LAST,
        )
        _quieten()
        sys.setswitchinterval(_SWITCH)
        await _Uvicorn(config, lambda: ready(server)).serve([line])


class _Uvicorn(uvicorn.Server):
    """A server that says when it is ready, and for which a signal is an order, not an accident."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

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


def _quieten() -> None:
    """Leave out of the log what uvicorn says of answers that are broken off: that is on purpose,
    and is noted."""
    logger = logging.getLogger("uvicorn.error")
    logger.setLevel(logging.WARNING)
    logger.addFilter(lambda record: "without completing response" not in str(record.msg))


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
