"""A temporary folder that becomes build/ only when everything in it is finished."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hrdgraph.errors import Origin, OutputError

_PREFIX = ".build-"


@contextmanager
def workspace(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target`; on leaving without an error it takes the place of `target`, else it is removed.

    OutputError where nothing can be written.
    """
    folder = target.parent / f"{_PREFIX}{os.getpid()}"
    try:
        folder.mkdir()
        yield folder
        _swap(folder, target)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", origin=Origin(str(target)), hint=_hint(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hint(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full: free some space; the last build is still there"
    return "may you write into that folder? The last build is still there"


def _swap(folder: Path, target: Path) -> None:
    old = target.parent / f"{_PREFIX}old"
    if target.exists():
        target.rename(old)
    folder.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Remove what builds whose process has ended left behind; put back a build that was interrupted between the two renames."""
    old = target.parent / f"{_PREFIX}old"
    if old.exists() and not target.exists():
        old.rename(target)
    for path in target.parent.glob(f"{_PREFIX}*"):
        name = path.name.removeprefix(_PREFIX)
        if not (name.isdigit() and _is_running(int(name))):
            shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()
