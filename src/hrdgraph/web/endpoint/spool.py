"""The bytes of an answer, as fast as a worker makes them, into the same bytes as fast as a
client takes them."""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import AsyncIterator
from typing import IO, Final

_KEPT: Final = 1 << 20  # bytes in memory; what a client has not taken beyond them goes to a file


class TooLarge(Exception):
    """The answer has more bytes than one may have."""


class Spool:
    """A queue of bytes with an end. A worker is free again when it has made its answer, however
    slow the client is."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: deque[bytes | tuple[int, int]] = deque()
        self._kept = 0
        self._file: IO[bytes] | None = None
        self._changed = asyncio.Event()
        self.size = 0
        self.done = False
        self.error: BaseException | None = None

    def put(self, data: bytes) -> None:
        """Add bytes. TooLarge beyond the limit, OSError where the disk does not take them."""
        self.size += len(data)
        if self.size > self._limit:
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

    def _write(self, data: bytes) -> tuple[int, int]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the spool
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
