"""Temporary files and folders, locked while a process works on them. The next process removes
those that a killed one left behind: they may hold names of people, and gigabytes."""

from __future__ import annotations

import os
import secrets
import shutil
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from glob import escape
from pathlib import Path
from tempfile import gettempdir
from typing import BinaryIO, Final

from hrdgraph.file_locks import HAS_LOCKS, LockState, lock

ENDING: Final = ".passing"  # of every name: nobody else's files end so
_NEW: Final = 1  # seconds in which whoever makes something has locked it
_OLD: Final = 86_400  # seconds after which nobody uses it, where the system has no locks


@contextmanager
def passing_file(folder: Path, prefix: str, mode: int) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file in a folder, open for writing, of a mode less the umask; removed at the end,
    unless it has moved. OSError where the system does not take it."""
    with _passing(folder, prefix) as (path, stack):
        opener = partial(os.open, mode=mode)
        stream = open(path, "xb", opener=opener)  # noqa: SIM115 -- closed below
        # it holds when the stream is closed, too, and the file waits for its place
        stack.callback(_hold(path))
        try:
            yield path, stream
        finally:
            with suppress(OSError):  # of what is thrown away; who keeps it has closed it
                stream.close()


@contextmanager
def passing_folder(folder: Path, prefix: str, mode: int = 0o777) -> Iterator[Path]:
    """Make a folder in a folder, of a mode less the umask; removed at the end, unless it has
    moved. OSError where the system does not take it."""
    with _passing(folder, prefix) as (path, stack):
        path.mkdir(mode)
        stack.callback(_hold(path))
        yield path


@contextmanager
def _passing(folder: Path, prefix: str) -> Iterator[tuple[Path, ExitStack]]:
    """Name what will be made in a folder; remove it at the end, even where an interruption comes
    as soon as it is there."""
    _sweep_once(folder, prefix)
    path = folder / f"{prefix}{secrets.token_hex(8)}{ENDING}"
    with ExitStack() as stack:
        stack.callback(_remove, path)
        yield path, stack


class TemporaryFolder:
    """A new folder that only its owner can read, for what waits on disk; gone with this object.
    OSError where there can be none.

    It lies among the temporary files of the system, or in `parent`.
    """

    def __init__(self, parent: Path | None = None, prefix: str = "hrdgraph-") -> None:
        passing = passing_folder(parent or Path(gettempdir()), prefix, 0o700)
        self.name = str(passing.__enter__())
        self.cleanup = weakref.finalize(self, passing.__exit__, None, None, None)

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *_: object) -> None:
        self.cleanup()


def sweep(folder: Path, prefix: str) -> None:
    """Remove what is nobody's any more, of what has a name of ours that begins so; what cannot
    be removed stays."""
    for path in folder.glob(f"{escape(prefix)}*{ENDING}"):
        with suppress(OSError):
            if HAS_LOCKS:
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
                try:
                    if _is_left(descriptor):
                        _remove(path)
                finally:
                    os.close(descriptor)
            elif time.time() - path.lstat().st_mtime > _OLD:
                _remove(path)


_sweep_once = cache(sweep)  # in a folder of many files each look takes a while


def _is_left(descriptor: int) -> bool:
    """Say whether it is our own, not just made, and in use by nobody; on a disk without locks
    everything counts as in use, and nothing is removed."""
    status = os.fstat(descriptor)
    if status.st_uid != os.getuid() or time.time() - status.st_mtime < _NEW:
        return False
    return lock(descriptor) is LockState.HELD


def _remove(path: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _hold(path: Path) -> Callable[[], None]:
    """Mark a file or folder as in use, and return what ends that. Without locks, age alone tells
    what is left behind."""
    if not HAS_LOCKS:
        return lambda: None
    descriptor = os.open(path, os.O_RDONLY)
    lock(descriptor, shared=True)
    return partial(os.close, descriptor)
