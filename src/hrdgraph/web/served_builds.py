"""The build folder of a project into something that can be served: whole, fit to be published,
and still there when it is built anew."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.privacy.readable_build import SERVED, recorded
from hrdgraph.project import Project
from hrdgraph.project.model import read_manifest
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.tempfiles import TemporaryFolder

_FOLDERS: Final = ("store", "columns")
_FILES: Final = ("graph.*", "manifest.json")
_LOG: Final = logging.getLogger("hrdgraph.web")


@dataclass(frozen=True)
class ServedBuild:
    """A build as it was when it was opened: its manifest, a digest of all that is served, a
    folder with its store, columns and downloads, the names that were down when it was made, and
    the digest of the manifest in the build folder."""

    manifest: Mapping[str, Any]
    digest: str
    folder: Path
    store: Path
    withdrawn: frozenset[str] = frozenset()
    source: str = ""


@contextmanager
def shelter(project: Project) -> Iterator[Path | None]:
    """A folder for the builds that are served, removed in the end; None where none can be made.

    It lies beside the build, or in the folder that systemd gives as $CACHE_DIRECTORY.
    """
    parent = Path(os.environ.get("CACHE_DIRECTORY") or project.root)
    try:
        held = TemporaryFolder(parent, SERVED)
    except OSError:
        yield None  # a disk that cannot be written keeps its build
        return
    with held as folder:
        yield Path(folder)


def open_build(
    project: Project, folder: Path | None, looked: tuple[Mapping[str, Any], str] | None = None
) -> ServedBuild:
    """The last build, what is served of it laid into a folder where a new build does not replace
    it. ProjectError where one is made just now, or has been made since the manifest was `looked`
    at."""
    manifest, digest = looked or read_manifest(project)
    down = recorded(project.build_dir)
    kept = _linked(project, folder / digest[:16]) if folder else project.build_dir
    if read_manifest(project)[1] != digest:
        raise ProjectError(
            "graph-being-built",
            origin=Origin(str(project.build_dir)),
        )
    return ServedBuild(manifest, digest, kept, kept / project.store_dir.name, down, digest)


def lay_store_aside(project: Project, served: ServedBuild) -> None:
    """Put the store that was filled in the build folder into what is served of the same build,
    whole or not at all; nothing where another build has come."""
    if served.store == project.store_dir or read_manifest(project)[1] != served.source:
        return
    held = served.store.with_name(f"{served.store.name}.part")
    for copy in (os.link, shutil.copyfile):
        with suppress(OSError, shutil.Error):
            shutil.copytree(project.store_dir, held, copy_function=copy)
            # who has taken the place of the build between the two has another manifest
            if read_manifest(project)[1] == served.source:
                held.rename(served.store)
            return
        shutil.rmtree(held, ignore_errors=True)


def _linked(project: Project, target: Path) -> Path:
    """What is served of a build at another place: as links, for a build that is finished never
    changes; as a copy where links are not allowed."""
    store = project.store_dir
    if not store.is_dir() and not is_for_later(store):
        raise ProjectError("store-missing", origin=Origin(str(store)), hint="build-first")
    for copy in (os.link, shutil.copyfile):
        shutil.rmtree(target, ignore_errors=True)
        try:
            for name in _FOLDERS:
                if (folder := project.build_dir / name).is_dir():
                    shutil.copytree(folder, target / name, copy_function=copy)
            for file in (file for pattern in _FILES for file in project.build_dir.glob(pattern)):
                copy(file, target / file.name)
            return target
        except (OSError, shutil.Error) as error:
            _LOG.debug("the build cannot be laid aside: %s", error)
    _LOG.warning(
        "the build cannot be linked or copied: do not build into this folder while it is served"
    )
    shutil.rmtree(target, ignore_errors=True)
    return project.build_dir
