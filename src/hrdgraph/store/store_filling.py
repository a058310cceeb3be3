"""The columns of a finished build → its store, made when a query first needs it.

A store is a copy of the columns for looking up, and the dearest thing to make of a large graph. It
is filled anew from the columns of its own build and from nothing else, so it keeps nothing that a
build before had, such as who was withdrawn since.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import told
from hrdgraph.errors import HrdgraphError, Origin, OutputError, ProjectError
from hrdgraph.store.oxigraph import OxigraphStore, remove_logs
from hrdgraph.tempfiles import passing_folder

try:
    import fcntl
except ImportError:  # no POSIX system: two that ask at once may both fill one, of which one stays
    fcntl = None  # type: ignore[assignment]

COLUMNS: Final = "columns"  # beside the store
PREFIX: Final = ".store-"  # of the folder in which a store is filled
_PREPARED: Final = "asked"  # below the columns of a build that leaves the store for later
_ATTEMPTS: Final = 3  # builds that may take each other's place while one store is filled


def is_for_later(store: Path) -> bool:
    """Whether a build has left its store to whoever needs it: its columns answer most."""
    return not store.is_dir() and (store.parent / COLUMNS / _PREPARED).is_dir()


def fill_store(store: Path) -> None:
    """Make the store of a build where there is none, whole or not at all, once for all that ask
    at the same time. OutputError where the folder of the build cannot be written, ProjectError
    where one build takes the place of another all the while."""
    for _ in range(_ATTEMPTS):
        if not is_for_later(store):
            return
        with told(store), _turn(store.parent) as build:
            if is_for_later(store):
                _fill_in(build, store)
    if is_for_later(store):
        raise ProjectError("graph-being-built", origin=Origin(str(store.parent)))


def fill_elsewhere(store: Path, columns: Path) -> None:
    """Make a store in any folder that is not there yet, from the columns of a build."""
    from hrdgraph.rdfio import load_columns  # who only asks goes without columns

    with OxigraphStore.create(store) as made:
        made.add(load_columns(columns))
        made.settle()
    remove_logs(store)


def _fill_in(build: int, store: Path) -> None:
    """Fill a store beside its place, and move it there. A build that has been replaced meanwhile
    keeps what was made of it: nothing of it comes into the place of its successor."""
    try:
        with passing_folder(store.parent, PREFIX) as folder:
            fill_elsewhere(folder / store.name, store.parent / COLUMNS)
            if _is_same(build, store.parent):
                made = f"{folder.name}/{store.name}"
                os.rename(made, store.name, src_dir_fd=build, dst_dir_fd=build)
    except (OSError, OutputError, ProjectError):
        if _is_same(build, store.parent):
            raise


@contextmanager
def _turn(folder: Path) -> Iterator[int]:
    """A descriptor of a folder, wherever it is moved, once nobody else fills anything in it."""
    found = os.open(folder, os.O_RDONLY)
    try:
        with suppress(AttributeError, OSError):  # a disk without locks: both fill, one stays
            fcntl.flock(found, fcntl.LOCK_EX)
        yield found
    finally:
        os.close(found)


def _is_same(descriptor: int, folder: Path) -> bool:
    """Whether a folder is still that which was opened."""
    return folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat())


def main() -> None:
    """Fill the store that the command line names: for a server, politely."""
    os.nice(5)
    try:
        fill_store(Path(sys.argv[1]))
    except HrdgraphError:
        raise SystemExit(1) from None
