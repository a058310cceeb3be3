"""How far a long run is, on standard error: a line that changes on a terminal, one line after
the other in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.process import CLEAR, visible
from hrdgraph.stage_progress import StagePart

_SHORT: Final = 2.0  # seconds of a run that needs no telling
_TERMINAL: Final = 0.2  # seconds between two tellings
_LOG: Final = 30.0

Read = Callable[[str, int], None]


@contextmanager
def ticking(language: str = "en") -> Iterator[Read]:
    """Yield a function that is told of rows that were read of a file, and says so where it takes
    long; a terminal is left clean."""
    with _ticker() as ticker:
        yield lambda file, rows: ticker.say(lambda: _render_rows(Path(file).name, rows, language))


def _render_rows(file: str, rows: int, language: str) -> str:
    return f"… {file}: {phrase('part-rows', language, count=rows)}"


@contextmanager
def counting(language: str) -> Iterator[Callable[[int, int], None]]:
    """Do the same with a function that is told how many of how many are done."""
    with _ticker() as ticker:
        yield lambda done, total: ticker.say(lambda: _render_part(done, total, language))


@contextmanager
def _ticker() -> Iterator[_Ticker]:
    ticker = _Ticker(sys.stderr.isatty())
    try:
        yield ticker
    finally:
        ticker.clear()


class _Ticker:
    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal, self._shown = is_terminal, False
        self._due = time.monotonic() + (_SHORT if is_terminal else _LOG)

    def say(self, words: Callable[[], str]) -> None:
        """Show the words in place of those before, if it is time."""
        if time.monotonic() < self._due:
            return
        line = words()
        if self._is_terminal:
            sys.stderr.write(CLEAR)
        sys.stderr.write(line if self._is_terminal else f"{line}\n")
        sys.stderr.flush()
        self._shown = True
        self._due = time.monotonic() + (_TERMINAL if self._is_terminal else _LOG)

    def clear(self) -> None:
        """Take the line from a terminal."""
        if self._shown and self._is_terminal:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()


class StageLine(Protocol):
    """What is told of a stage: its name, how many were done before it, of how many, and how far
    it is itself, in words."""

    def __call__(self, stage: str, done: int, total: int, part: str = "") -> None: ...


def render_stage(stage: str, language: str) -> str:
    """Tell how far a stage is, where it says so: `12 of 30`."""
    if not isinstance(stage, StagePart):
        return ""

    if stage.total:
        return _render_part(stage.done, stage.total, language)
    return phrase("part-rows", language, count=stage.done)


def _render_part(done: int, total: int, language: str) -> str:
    return phrase("part-of", language, shown=number(done, language), count=total)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[StageLine]:
    """Yield a function that shows what is being done and how much of it: a bar on a terminal, a
    line for each stage in a log, and in half a minute of a stage another."""
    if quiet:
        yield lambda *_: None
    elif not sys.stderr.isatty():
        yield _Log()
    else:
        with _bar() as step:
            yield step


class _Log:
    """A line for each stage, with its number where there are several; of a stage that goes on, a
    line now and then."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._due = 0.0

    def __call__(self, stage: str, done: int, total: int, part: str = "") -> None:
        now = time.monotonic()
        if stage in self._said and not (part and now >= self._due):
            return
        self._said.add(stage)
        self._due = now + _LOG
        number = f" ({done + 1}/{total})" if total > 1 else ""
        sys.stderr.write(f"… {stage}{number}{f': {part}' if part else ''}\n")
        sys.stderr.flush()


@contextmanager
def _bar() -> Iterator[StageLine]:
    """One line with a bar, how much is done of how much, and for how long; it goes away at the
    end."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(24),
        MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[part]}", markup=False),
    )  # fmt: skip
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as bar:
        task = bar.add_task("…", total=None, part="")
        yield lambda stage, done, total, part="": bar.update(
            task, description=visible(stage), completed=done, total=total or None, part=part
        )
