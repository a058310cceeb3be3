"""HTTP/1.1 over a connection whose other side may be slow, silent or many."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_STEP: Final = 1.0  # seconds between two looks at a connection
# bytes that are taken in the time in which nothing at all may happen; who is slower only holds a
# place
_LEAST: Final = 32 << 10


class GuardedConnection(H11Protocol):
    """One connection, which is broken off where the other side keeps it waiting."""

    slow: ClassVar[float]
    most: ClassVar[int]
    all: ClassVar[int]
    hosts: ClassVar[dict[str, list[GuardedConnection]]]  # the connections of each, the oldest first
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
        else:
            transport.abort()

    def _has_place(self) -> bool:
        """Whether there is one more for this host. Where there is none for anybody, who has most
        gives up the oldest one."""
        mine = len(self.hosts.get(self._host, ()))
        if self.most and mine >= self.most:
            return False
        if sum(map(len, self.hosts.values())) < self.all:
            return True
        greedy = max(self.hosts.values(), key=len)
        if len(greedy) <= mine + 1:
            return False
        greedy[0].transport.abort()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self in (held := self.hosts.get(self._host, [])):
            held.remove(self)
        if not held:
            self.hosts.pop(self._host, None)
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
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(_STEP, self._look)

    def _gets_on(self, left: int) -> bool:
        """Whether the other side is not what is waited for, or does something."""
        if left:
            return not self._left or self._moved >= _LEAST
        answering = self.cycle is not None and not self.cycle.response_complete
        between = self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        return answering or (between and self.cycle is not None)


def guarded(slow: float, connections: int, all: int) -> type[asyncio.Protocol]:
    """A protocol for uvicorn that breaks off connections on which for `slow` seconds a request
    does not end or hardly anything is taken.

    No address has more than `connections` at a time; 0 is any number, for a server behind a
    proxy. There are `all` of them at most.
    """
    return type(
        "Bounded",
        (GuardedConnection,),
        {"slow": slow, "most": connections, "all": all, "hosts": {}},
    )
