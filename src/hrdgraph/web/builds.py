"""The build folder of a project into something that can be served: whole, fit to be published, and still there when it is built anew."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.passing import TemporaryFolder
from hrdgraph.project import Project
from hrdgraph.project.manifest import read_manifest

_LOG: Final = logging.getLogger("hrdgraph.web")


@dataclass(frozen=True)
class Served:
    """A build as it was when it was opened: its manifest, the digest of that, and a folder with its store."""

    manifest: Mapping[str, Any]
    digest: str
    store: Path


@contextmanager
def shelter(project: Project) -> Iterator[Path | None]:
    """A folder for the stores that are served, removed in the end; None where none can be made.

    It lies beside the build, or in the folder that systemd gives as $CACHE_DIRECTORY.
    """
    parent = Path(os.environ.get("CACHE_DIRECTORY") or project.root)
    try:
        held = TemporaryFolder(parent, ".serve-")
    except OSError:
        yield None  # a disk that cannot be written keeps its build
        return
    with held as folder:
        yield Path(folder)


def open_build(project: Project, folder: Path | None) -> Served:
    """The last build, its store laid into a folder where a new build does not remove it. ProjectError where one is made just now."""
    manifest, digest = read_manifest(project)
    store = _linked(project.store_dir, folder / digest[:16]) if folder else project.store_dir
    if read_manifest(project)[1] != digest:
        raise ProjectError("the graph is being built", origin=Origin(str(project.build_dir)), hint="try again when it is done")
    return Served(manifest, digest, store)


def _linked(store: Path, target: Path) -> Path:
    """The store at another place: as links, for a store that is finished never changes; as a copy where links are not allowed."""
    if not store.is_dir():
        raise ProjectError("there is no store", origin=Origin(str(store)), hint="run `hrdgraph build` first")
    for copy in (os.link, shutil.copyfile):
        shutil.rmtree(target, ignore_errors=True)
        try:
            return Path(shutil.copytree(store, target, copy_function=copy))
        except (OSError, shutil.Error) as error:
            _LOG.debug("the store cannot be laid aside: %s", error)
    _LOG.warning("the store cannot be linked or copied: do not build into this folder while it is served")
    shutil.rmtree(target, ignore_errors=True)
    return store
