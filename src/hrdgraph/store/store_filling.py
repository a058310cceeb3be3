"""Fill the store of a finished build from its columns, when a query first needs it.

A store is a copy of the columns for look-ups, and costs most to make for a large graph. It is only
filled from the columns of its own build, so it keeps nothing of an earlier one, such as somebody
withdrawn since."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import writing_to
from hrdgraph.errors import HrdgraphError, Origin, OutputError, ProjectError
from hrdgraph.file_locks import take_turn
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.tempfiles import passing_folder

COLUMNS: Final = "columns"  # beside the store
PREFIX: Final = ".store-"  # of the folder in which a store is filled
_PREPARED: Final = "asked"  # below the columns of a build that leaves the store for later
_ATTEMPTS: Final = 3  # builds that may take each other's place while one store is filled


def is_for_later(store: Path) -> bool:
    """Say whether a build has left its store for later: its columns answer most queries."""
    return not store.is_dir() and (store.parent / COLUMNS / _PREPARED).is_dir()


def fill_store(store: Path) -> None:
    """Make the store of a build where there is none, whole or not at all, once for all that ask
    at the same time. OutputError where the folder of the build cannot be written, ProjectError
    where one build takes the place of another all the while."""
    for _ in range(_ATTEMPTS):
        if not is_for_later(store):
            return
        with writing_to(store), take_turn(store.parent):
            if is_for_later(store):
                # A build that has been replaced meanwhile keeps what was made of it: its successor
                # has no such folder to move from.
                build = store.parent.stat()
                try:
                    with passing_folder(store.parent, PREFIX) as folder:
                        fill_elsewhere(folder / store.name, store.parent / COLUMNS)
                        if _is_same(build, store.parent):
                            (folder / store.name).rename(store)
                except (OSError, OutputError, ProjectError):
                    if _is_same(build, store.parent) and is_for_later(store):
                        raise
    if is_for_later(store):
        raise ProjectError("graph-being-built", hint="try-again", origin=Origin(str(store.parent)))


def fill_elsewhere(store: Path, columns: Path) -> None:
    """Make a store in any folder that is not there yet, from the columns of a build."""
    from hrdgraph.rdfio.columns import load_columns  # who only asks goes without columns

    OxigraphStore.write(store, load_columns(columns))


def _is_same(build: os.stat_result, folder: Path) -> bool:
    """Return whether a folder is still the one that was looked at."""
    return folder.exists() and os.path.samestat(build, folder.stat())


def main() -> None:
    """Fill the store that the command line names: for a server, politely."""
    if hasattr(os, "nice"):
        os.nice(5)
    try:
        fill_store(Path(sys.argv[1]))
    except HrdgraphError:
        raise SystemExit(1) from None
