"""The process of a command: its streams and the signals that end it."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NoReturn, TextIO

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, OutputError, reason_of

CLEAR: Final = "\r\033[K"  # written by itself, it takes the line from a terminal
# bold, italic, reversed and their end are ours, and harm nobody
_UNSEEN: Final = r"(?!\x1b\[[0137](?:;[137])*m)[\x00-\x08\x0b-\x1f\x7f-\x9f]"


def visible(text: str) -> str:
    """Return a text in which control characters are escapes, as JSON and N-Triples have them: a
    terminal shows them, and obeys none."""
    return re.sub(_UNSEEN, lambda match: f"\\u{ord(match[0]):04x}", text)


class _Text(io.TextIOWrapper):
    """A stream of texts. What programs read (bytes) goes by it."""

    def write(self, text: str, /) -> int:
        return super().write(text if text == CLEAR else visible(text))


class _Output(io.FileIO):
    """Standard output: what it does not take is an OutputError, or a BrokenPipeError where its
    reader has gone."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            fact = (
                Message("stream-closed")
                if error.errno == errno.EBADF
                else Message("unwritable", reason=reason_of(error))
            )
            hint = "send-elsewhere"
            raise OutputError(fact, origin=Origin("standard output"), hint=hint) from error


class _Errors(io.FileIO):
    """Standard error: what it does not take cannot be told to anybody, and changes no exit code."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def guard() -> None:
    """Put such streams in the place of those of the interpreter, which are None where they are
    closed."""
    sys.stdout = _guard(sys.stdout, _Output)
    sys.stderr = _guard(sys.stderr, _Errors)


def _guard(stream: TextIO | None, kind: type[io.FileIO]) -> TextIO:
    if stream is None:
        # takes nothing, and keeps its number from the files of this run
        closed = os.open(os.devnull, os.O_RDONLY)
        return _Text(io.BufferedWriter(kind(closed, "w")), encoding="utf-8", errors="replace")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    raw = kind(stream.fileno(), "w", closefd=False)
    return _Text(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        # what the terminal has no letter for
        errors="backslashreplace" if stream.errors == "strict" else stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def settle() -> None:
    """Write what is left in the streams; what they do not take now was said before, and must not
    come up when the process ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, HrdgraphError):
            silence(stream)


def silence(stream: TextIO) -> None:
    """Have a stream take everything, and write it nowhere."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


_SIGNALS: Final = tuple(
    number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
)


class Ended(KeyboardInterrupt):
    """The process is asked to end, as `timeout`, a batch system or a closing terminal do; its
    argument is the signal."""


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Inside, such a signal is an interruption. Who ignores one, as `nohup` does, still does.

    Only for work in small steps: Python hears of a signal between them, while otherwise it ends
    the process at once.
    """
    mine = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in mine:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: Any) -> NoReturn:
    raise Ended(number)
