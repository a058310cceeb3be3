"""Answer jobs from standard input in frames: the whole life of a worker process.

It has the store read-only, little memory, no network, and ends with its server. Started by
`process`."""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.processes.bounds import block_network_and_programs, limit_memory, limit_time, resident
from hrdgraph.store.answer_stream import StoreSession, TooManyRows
from hrdgraph.store.contract import Dataset

if TYPE_CHECKING:
    from hrdgraph.store.remote_session import RemoteSession


READY: Final = 1  # the worker has opened the store
HEAD: Final = 2  # the form and the format of the answer
DATA: Final = 3  # some bytes of it
END: Final = 4  # it is whole
ERROR: Final = 5  # there is none, or no more of it
JOB: Final = 6  # from the server

PREFIX: Final = struct.Struct("!BI")


class Frame(NamedTuple):
    """One message."""

    kind: int
    payload: bytes

    def parse(self) -> dict[str, Any]:
        """Parse the payload of a frame that is no DATA."""
        value: dict[str, Any] = json.loads(self.payload)
        return value


def pack(kind: int, payload: bytes | dict[str, Any]) -> bytes:
    """Write a frame as bytes."""
    data = payload if isinstance(payload, bytes | bytearray) else json.dumps(payload).encode()
    return PREFIX.pack(kind, len(data)) + data


PIECE: Final = 64 << 10  # bytes of a DATA frame
_PREPARED: Final = Path("columns", "asked")  # beside the store, where a build has made it
_WORTH: Final = 1024  # bytes from which an answer is compressed
_GZIP: Final = 31  # of zlib: with the header and trailer of gzip
_LEVEL: Final = 4


class Enough(Exception):
    """The head of an answer was all that was wanted."""


class FrameWriter:
    """What an answer writes to: frames of a good size, compressed where that is worth it."""

    def __init__(
        self, line: _ServerPipe, head: dict[str, Any], *, gzip: bool, only_head: bool
    ) -> None:
        self._line = line
        self._head: dict[str, Any] | None = head
        self._kept = bytearray()
        self._gzip = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP) if gzip else None
        self._only_head = only_head
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._kept += data
        if len(self._kept) >= PIECE:
            self._send(last=False)
        return len(data)

    def flush(self) -> None:
        """Nothing is sent early."""

    def end(self) -> None:
        """Send the rest, and that it was the rest."""
        self._send(last=True)

    def _send(self, *, last: bool) -> None:
        out = b""
        if self._head is not None:
            if last and len(self._kept) < _WORTH:
                self._gzip = None
            out = pack(HEAD, self._head | {"gzip": self._gzip is not None})
            self._head = None
        self.size += len(self._kept)
        data = bytes(self._kept)
        self._kept.clear()
        if self._gzip is not None:
            data = self._gzip.compress(data) + (self._gzip.flush() if last else b"")
        if last or self._only_head:
            out += pack(DATA, data) + pack(END, {"bytes": self.size, "whole": last} | _state())
        elif data:
            out += pack(DATA, data)
        self._line.sendall(out)
        if self._only_head and not last:
            raise Enough


def _state() -> dict[str, Any]:
    """Return what the worker holds, and the processor seconds that it has taken in all."""
    return {"resident": resident(), "spent": time.process_time()}


class _ServerPipe:
    """The pipe to the server, which nothing that is printed may reach."""

    def __init__(self) -> None:
        self._output = os.fdopen(os.dup(1), "wb", buffering=0)
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)

    def sendall(self, data: bytes) -> None:
        """Write all of it, however little the pipe takes at once."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._output.write(rest) :]


class AnswerRefused(Exception):
    """An answer that cannot be given, said as an ERROR frame says it."""


def main() -> None:
    """Serve standard input until it closes; answers go to standard output."""
    line = _ServerPipe()
    config = _receive()
    if config is None:
        return
    alone = (
        not config["network"] and block_network_and_programs()
    )  # before the store starts threads of its own
    try:
        served = _open_session(config)
    except (OSError, RuntimeError, HrdgraphError) as error:
        line.sendall(pack(ERROR, {"kind": "store", "message": str(error)}))
        return
    limit_memory(config["memory"])
    line.sendall(pack(READY, _state() | {"alone": alone, "process": os.getpid()}))
    while (job := _receive()) is not None:
        limit_time(job["seconds"])
        _answer(line, served, job)


def _open_session(config: dict[str, Any]) -> StoreSession | RemoteSession:
    """Open the store; of a large build its columns too, which take longer to start with."""
    prefixes = config["prefixes"]
    if config["remote"]:
        from hrdgraph.store.remote_session import session_of

        return session_of(config["remote"], prefixes)
    store = Path(config["store"])
    if (store.parent / _PREPARED).is_dir():
        from hrdgraph.sparql.worker_main import BuildSession

        return BuildSession.open(store, prefixes)
    return StoreSession.open(store, prefixes)


def _receive() -> dict[str, Any] | None:
    prefix = _exactly(PREFIX.size)
    if prefix is None:
        return None
    payload = _exactly(PREFIX.unpack(prefix)[1])
    return None if payload is None else json.loads(payload)


def _exactly(size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            return None
        data += more
    return bytes(data)


def _answer(line: _ServerPipe, served: StoreSession | RemoteSession, job: dict[str, Any]) -> None:
    try:
        _work(line, served, job).end()
    except Enough:
        pass
    except Exception as error:  # whatever it is, it is the answer
        line.sendall(pack(ERROR, _describe_error(error) | _state()))


def _work(
    line: _ServerPipe, served: StoreSession | RemoteSession, job: dict[str, Any]
) -> FrameWriter:
    write: Callable[..., None]
    if job["op"] == "query":
        named, default = tuple(job["named"]), job["default"]
        dataset = None if default is None else Dataset(tuple(default), named)
        answered = served.query(job["text"], dataset, job["base"], job.get("parameters", {}))
        form, write = answered.form, partial(answered.write, most=job.get("rows", 0))
    elif served.has_graph(job["graph"]):
        form, write = "triples", partial(served.dump, job["graph"])
    else:
        raise AnswerRefused("no graph", job["graph"])
    format = job["formats"].get(form)
    if format is None:
        raise AnswerRefused("not acceptable", form)
    head = {"form": form, "format": format}
    pieces = FrameWriter(line, head, gzip=job["gzip"], only_head=job["head"])
    write(out=pieces, format=format)
    return pieces


def _describe_error(error: Exception) -> dict[str, Any]:
    if isinstance(error, AnswerRefused):
        return {"kind": error.args[0], "message": error.args[1]}
    if isinstance(error, QueryError):
        return {"kind": "refused", "message": error.code, "error": error.as_dict()}
    if isinstance(error, HrdgraphError):
        return {"kind": "elsewhere", "message": error.code, "error": error.as_dict()}
    if isinstance(error, SyntaxError):
        return {"kind": "syntax", "message": error.msg or ""}
    if type(error).__name__ == "StoreMissing":  # known only where there are columns
        return {"kind": "unfilled", "message": "the store is being filled"}
    if isinstance(error, TooManyRows):
        return {"kind": "rows", "message": "too many rows"}
    if isinstance(error, MemoryError):
        return {"kind": "memory", "message": "no memory is left"}
    if isinstance(error, RuntimeError | ValueError):
        return {"kind": "evaluation", "message": str(error)}
    return {"kind": "store", "message": f"{type(error).__name__}: {error}"}
