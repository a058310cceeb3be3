"""Open a build so that it can be served: whole, fit to be published, still there when it is built
anew, with its store or the server that it was pushed to."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import HrdgraphError, Origin, ProjectError
from hrdgraph.identity import read_ledger
from hrdgraph.privacy.readable_build import KEY, SERVED, recorded
from hrdgraph.privacy.visibility import without
from hrdgraph.processes.child_process import command, environment
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE, read_manifest
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio import load_columns, save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.oxigraph import KNOWN_PREFIXES
from hrdgraph.store.remote_session import RemoteReader, RemoteStore, told_to_workers
from hrdgraph.store.store_filling import fill_elsewhere, is_for_later
from hrdgraph.tempfiles import TemporaryFolder
from hrdgraph.web.endpoint.service import Build

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
        raise ProjectError("graph-being-built", origin=Origin(str(project.build_dir)))
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


_MAIN: Final = "hrdgraph.store.store_filling"


async def fill_later_store(project: Project, served: ServedBuild) -> bool:
    """Fill the store of what is served, if it was left for later; whether it is there now and was
    not before. That of a build is made in its own folder where that can be written, so that it is
    made once; nothing of it is taken if another build has come."""
    if not is_for_later(served.store):
        return False
    if served.digest == served.source and await _filled(project.build_dir / served.store.name):
        await asyncio.to_thread(lay_store_aside, project, served)
    if is_for_later(served.store):
        await _filled(served.store)
    if is_for_later(served.store):
        _LOG.warning("the store cannot be filled: what columns do not answer is not answered")
        return False
    return True


async def _filled(store: Path) -> bool:
    """Whether a process of its own has filled a store; it ends with this one, or when nobody
    waits for it any more."""
    process = await asyncio.create_subprocess_exec(
        *command(_MAIN, str(store.absolute())), env=environment(),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def build_of(served: ServedBuild, remote: RemoteStore | None) -> Build:
    """What the endpoint is told to answer from."""
    if remote is None:
        return Build(served.store, served.digest, KNOWN_PREFIXES)
    return Build(None, served.digest, KNOWN_PREFIXES, told_to_workers(remote, served.source))


def is_elsewhere(remote: RemoteStore | None, digest: str) -> bool:
    """Whether the server that is asked has a build; true where none is asked."""
    if remote is None:
        return True
    try:
        return RemoteReader(remote, digest=digest).record.digest == digest
    except HrdgraphError as error:
        _LOG.debug("the build is not on the server yet: %s", error)
        return False


def redact_build(
    project: Project, served: ServedBuild, folder: Path, down: frozenset[str]
) -> ServedBuild | None:
    """What is served without the names that are `down`, in a folder of its own below `folder`:
    columns and store, no downloads. None where it cannot be made, which is said: then nothing is
    shown."""
    target = folder / f"redacted-{secrets.token_hex(8)}"
    try:
        graph = _take_out(project, served, down)
        return _write_redacted(graph, served, target, down)
    except HrdgraphError as error:
        _LOG.error("what was withdrawn cannot be taken out: %s", error.code)
    except Exception as error:  # whatever it is, it may repeat a name
        _LOG.error("what was withdrawn cannot be taken out: %s", type(error).__name__)
    shutil.rmtree(target, ignore_errors=True)
    return None


def _take_out(project: Project, served: ServedBuild, down: frozenset[str]) -> ColumnGraph:
    whole = load_columns(served.folder / project.columns_dir.name)
    clusters = read_ledger(project.judgements_file).clusters
    graph = without(whole, down - served.withdrawn, clusters)
    if any(graph.position(IRI(name)) is not None for name in down):
        raise ProjectError("withdrawn-since-build", count=len(down))
    return graph


def _write_redacted(
    graph: ColumnGraph, served: ServedBuild, target: Path, down: frozenset[str]
) -> ServedBuild:
    columns, store = target / "columns", target / served.store.name
    save_columns(graph, columns)
    prepare_columns(graph, columns)
    save_columns(ColumnGraph.from_quads(()), columns / "rules")  # nothing is derived any more
    if not is_for_later(store):  # of a large graph, columns answer until there is one
        fill_elsewhere(store, columns)
    # of a table and of a download that hold something else, no digest
    manifest = {**served.manifest, "quads": len(graph), "inputs": {}, "outputs": {}}
    manifest.pop("quads_by_source", None)
    (target / PRIVATE).mkdir(mode=0o700)
    for place, said in ((target, manifest), (target / PRIVATE, {KEY: sorted(down)})):
        (place / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    digest = secrets.token_hex(32)  # of the names nothing is told, so no digest of them either
    return replace(
        served, manifest=manifest, digest=digest, folder=target, store=store, withdrawn=down
    )
