"""Temporary files and folders, locked while a process works on them. The next process removes
those that a killed one left behind: they may hold names of people, and gigabytes."""

from __future__ import annotations

import os
import secrets
import shutil
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import BinaryIO, Final

from hrdgraph.file_locks import HAS_LOCKS, LockState, lock

ENDING: Final = ".passing"  # of every name: nobody else's files end so
_NEW: Final = 1  # seconds in which whoever makes something has locked it
_OLD: Final = 86_400  # seconds after which nobody uses it, where the system has no locks


@contextmanager
def passing_file(folder: Path, prefix: str, mode: int) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file in a folder, open for writing, of a mode less the umask; removed at the end,
    unless it has moved. OSError where the system does not take it."""
    _sweep_once(folder, prefix)
    path = folder / f"{prefix}{secrets.token_hex(8)}{ENDING}"
    stream = open(path, "xb", opener=partial(os.open, mode=mode))  # noqa: SIM115 -- closed below
    # it holds when the stream is closed, too, and the file waits for its place
    held = _hold(path)
    try:
        yield path, stream
    finally:
        with suppress(OSError):  # of what is thrown away; who keeps it has closed it
            stream.close()
        path.unlink(missing_ok=True)
        held()


@contextmanager
def passing_folder(folder: Path, prefix: str, mode: int = 0o777) -> Iterator[Path]:
    """Make a folder in a folder, of a mode less the umask; removed at the end, unless it has
    moved. OSError where the system does not take it."""
    sweep(folder, prefix)
    path = folder / f"{prefix}{secrets.token_hex(8)}{ENDING}"
    path.mkdir(mode)
    held = _hold(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        held()


class TemporaryFolder(TemporaryDirectory[str]):
    """A new folder that only its owner can read, for what waits on disk; gone with this object.
    OSError where there can be none.

    It lies among the temporary files of the system, or in `parent`.
    """

    def __init__(self, parent: Path | None = None, prefix: str = "hrdgraph-") -> None:
        _sweep_once(parent or Path(gettempdir()), prefix)
        super().__init__(ENDING, prefix, parent, ignore_cleanup_errors=True)
        self._unlock = weakref.finalize(self, _hold(Path(self.name)))

    def cleanup(self) -> None:
        """Remove it now."""
        super().cleanup()
        self._unlock()


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
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _hold(path: Path) -> Callable[[], None]:
    """Mark a file or folder as in use, and return what ends that. Without locks, age alone tells
    what is left behind."""
    if not HAS_LOCKS:
        return lambda: None
    descriptor = os.open(path, os.O_RDONLY)
    lock(descriptor, shared=True)
    return partial(os.close, descriptor)
