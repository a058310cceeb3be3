"""The bytes of an answer, as fast as a worker makes them, into the same bytes as fast as a
client takes them."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from typing import IO, Final

_KEPT: Final = 256 << 10  # bytes in memory; what a client has not taken beyond them goes to a file


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
        """What takes bytes for a client, and gives them back where they are negative. DiskFull
        where it may not have them."""

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

    def put(self, data: bytes) -> None:
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
        """Say that nothing more comes: the answer is whole, or it is not, for this reason."""
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
        """The bytes, once. Raises the error in place of the end where the answer is not whole."""
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
