"""HTTP/1.1 over a connection whose other side may be slow, silent or many."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_STEP: Final = 1.0  # seconds between two looks at a connection


class GuardedConnection(H11Protocol):
    """One connection, which is broken off where the other side keeps it waiting."""

    slow: ClassVar[float]
    most: ClassVar[int]
    hosts: ClassVar[Counter[str]]
    _host = ""
    _since = 0.0  # when it last got on
    _left = 0  # bytes that were not taken then
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._host = self.client[0] if self.client else ""
        self.hosts[self._host] += 1
        self._since = self.loop.time()
        if self.most and self.hosts[self._host] > self.most:
            transport.abort()
        else:
            self._watch = self.loop.call_later(_STEP, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self.hosts[self._host] -= 1
        if not self.hosts[self._host]:
            del self.hosts[self._host]
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        now, left = self.loop.time(), self.transport.get_write_buffer_size()
        if self._gets_on(left):
            self._since = now
        self._left = left
        if now - self._since >= self.slow:
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(_STEP, self._look)

    def _gets_on(self, left: int) -> bool:
        """Whether the other side is not what is waited for, or does something."""
        if left:
            return left != self._left  # what is not taken stays: no more is written then
        answering = self.cycle is not None and not self.cycle.response_complete
        between = self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        return answering or (between and self.cycle is not None)


def guarded(slow: float, connections: int) -> type[asyncio.Protocol]:
    """A protocol for uvicorn that breaks off connections on which for `slow` seconds a request
    does not end or nothing is taken.

    No address has more than `connections` at a time; 0 is any number, for a server behind a proxy.
    """
    return type(
        "Bounded", (GuardedConnection,), {"slow": slow, "most": connections, "hosts": Counter()}
    )
