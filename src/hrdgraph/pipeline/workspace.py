"""A temporary folder that becomes build/ only when everything in it is finished."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hrdgraph.atomic_files import swap, told
from hrdgraph.catalogue import Message
from hrdgraph.tempfiles import passing_folder


def _prefix(target: Path) -> str:
    """What the names of folders at work on `target` begin with. That of another target never
    does: what is restricted must not be put into the place of what is public."""
    return f".{target.name.replace('-', '_')}-"


@contextmanager
def workspace(target: Path, mode: int = 0o777) -> Iterator[Path]:
    """Yield an empty folder beside `target`; on leaving without an error it takes the place of
    `target`, else it is removed. `mode` says who may look into it.

    OutputError where nothing can be written.
    """
    with (
        told(target, left=Message("last-build-still-there")),
        passing_folder(target.parent, _prefix(target), mode) as folder,
    ):
        yield folder
        swap(folder, target, _old(target))


def _old(target: Path) -> Path:
    """What `target` is called while another takes its place."""
    return target.parent / f"{_prefix(target)}old"


def recover(target: Path) -> None:
    """Remove what builds whose process has ended left behind; put back a build that was
    interrupted between the two renames."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    elif old.is_symlink():
        old.unlink()
    else:
        shutil.rmtree(old, ignore_errors=True)
