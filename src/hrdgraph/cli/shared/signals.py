"""Signals that end a process into what Ctrl-C is, so that what waits on disk goes with it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

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
