"""A temporary folder that becomes build/ only when everything in it is finished."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hrdgraph.writing import swap, told


def _prefix(target: Path) -> str:
    """What the names of folders at work on `target` begin with. That of another target never does: what is restricted must not be put
    into the place of what is public."""
    return f".{target.name.replace('-', '_')}-"


@contextmanager
def workspace(target: Path, mode: int = 0o777) -> Iterator[Path]:
    """Yield an empty folder beside `target`; on leaving without an error it takes the place of `target`, else it is removed.
    `mode` says who may look into it.

    OutputError where nothing can be written.
    """
    folder = target.parent / f"{_prefix(target)}{os.getpid()}"
    with told(target, left="the last build is still there"):
        try:
            folder.mkdir(mode=mode)
            yield folder
            swap(folder, target, _old(target))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _old(target: Path) -> Path:
    """What `target` is called while another takes its place."""
    return target.parent / f"{_prefix(target)}old"


def recover(target: Path) -> None:
    """Remove what builds whose process has ended left behind; put back a build that was interrupted between the two renames."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    for path in target.parent.glob(f"{_prefix(target)}*"):
        name = path.name.removeprefix(_prefix(target))
        if name == "old" or (name.isdigit() and not _is_running(int(name))):
            path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()
