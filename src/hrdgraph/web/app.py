"""Serve a project with a finished build as one application: the endpoint, the pages, and the next
build, whole and fit to be published, when it comes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from hrdgraph.catalogue import Message as Sentence
from hrdgraph.errors import HrdgraphError, Origin, ProjectError
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.privacy.readable_build import KEY, SERVED, ReadableBuild, read_recorded
from hrdgraph.privacy.visibility import remove_things
from hrdgraph.privacy.withdrawals import (
    NAME,
    ListMark,
    is_stand_in,
    names_down,
    read_list_mark,
    withdrawals_of,
)
from hrdgraph.privacy.withdrawn_names import find_returns
from hrdgraph.processes.child_process import command, environment
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import PRIVATE, read_manifest, why_unfit
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio.columns import load_columns, save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.oxigraph import KNOWN_PREFIXES, OxigraphStore
from hrdgraph.store.remote_session import RemoteReader, RemoteStore, describe_to_workers
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.tempfiles import TemporaryFolder
from hrdgraph.web.endpoint.http import ProblemResponse
from hrdgraph.web.endpoint.limits import EndpointAccess, EndpointLimits
from hrdgraph.web.endpoint.negotiation import Problem, method_not_allowed
from hrdgraph.web.endpoint.routes import routes
from hrdgraph.web.endpoint.service import Build, FindUnknown, Service
from hrdgraph.web.middleware import (
    AccessLog,
    LastModified,
    OrderlyShutdown,
    ProxyMiddleware,
    WithdrawalGate,
)
from hrdgraph.web.turns import Visited

if TYPE_CHECKING:
    from hrdgraph.sparql.search_clause import Search
    from hrdgraph.web.pages.pages import Pages


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
    """Make a folder for the builds that are served, removed in the end; None if it cannot be made.

    It lies beside the build, or in the folder that systemd gives as $CACHE_DIRECTORY."""
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
    """Open the last build, laid into a folder where a new build does not replace it. ProjectError
    where one is made just now, or since the manifest was `looked` at."""
    manifest, digest = looked or read_manifest(project)
    down = read_recorded(project.build_dir)
    kept = _link(project, folder / digest[:16]) if folder else project.build_dir
    if read_manifest(project)[1] != digest:
        raise ProjectError(
            "graph-being-built", hint="try-again", origin=Origin(str(project.build_dir))
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


def _link(project: Project, target: Path) -> Path:
    """Put the served part of a build at another place: as links, since a finished build never
    changes, or as copies if links are not allowed."""
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
    if served.digest == served.source and await _fill_store(project.build_dir / served.store.name):
        await asyncio.to_thread(lay_store_aside, project, served)
    if is_for_later(served.store):
        await _fill_store(served.store)
    if is_for_later(served.store):
        _LOG.warning("the store cannot be filled: what columns do not answer is not answered")
        return False
    return True


async def _fill_store(store: Path) -> bool:
    """Tell whether a process of its own has filled a store; it ends with this one, or when nobody
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
    """Return what the endpoint answers from."""
    if remote is None:
        return Build(served.store, served.digest, KNOWN_PREFIXES)
    return Build(None, served.digest, KNOWN_PREFIXES, describe_to_workers(remote, served.source))


def is_elsewhere(remote: RemoteStore | None, digest: str) -> bool:
    """Tell whether the server that is asked has a build; true where none is asked."""
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
    """Make a folder with what is served without the names that are `down`: columns and store, no
    downloads. None where it cannot be made, which is logged: then nothing is shown."""
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
    """Take out what is down, and whoever a build would keep closed because of a like name. Of
    somebody whom only a build can find by the name, nobody knows what to take out."""
    whole = load_columns(served.folder / project.columns_dir.name)
    ledger, listed = read_ledger(project.judgements_file), withdrawals_of(project)
    alike = {each.iri for each in find_returns(listed, ledger, whole)}
    called = [name for names in listed.list_traits(NAME).values() for name in names]
    new = down - served.withdrawn
    graph = remove_things(whole, new | alike, ledger.clusters, called)
    if any(graph.position(IRI(name)) is not None for name in down) or any(map(is_stand_in, new)):
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
        OxigraphStore.write(store, graph)
    # of a table and of a download that hold something else, no digest
    manifest = {**served.manifest, "quads": len(graph), "inputs": {}, "outputs": {}}
    manifest.pop("quads_by_source", None)
    (target / PRIVATE).mkdir(mode=0o700)
    for place, content in ((target, manifest), (target / PRIVATE, {KEY: sorted(down)})):
        (place / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    digest = secrets.token_hex(32)  # of the names nothing is told, so no digest of them either
    return replace(
        served, manifest=manifest, digest=digest, folder=target, store=store, withdrawn=down
    )


DESCRIBED: Final = "/void.ttl"  # where the pages have the description of the data set
EDITOR: Final = "/editor"  # and the editor of queries, in the language of the visitor
MANIFEST: Final = "manifest.json"
_LOOK: Final = 1.0  # seconds between two looks for a new build


@dataclass(frozen=True, slots=True)
class Serving:
    """How a project is served."""

    limits: EndpointLimits = field(default_factory=EndpointLimits)
    access: EndpointAccess = field(default_factory=EndpointAccess)
    behind_proxy: bool = False
    prefix: str = ""
    address: str = ""  # where the public finds it, for what is said in pages
    pages: bool = True
    anyway: bool = False  # whatever the validation of a build has found
    remote: RemoteStore | None = None  # the server that queries are sent to, which has the build


class Server:
    """One project being served. A new build is taken up whole, or not at all."""

    def __init__(self, project: Project, settings: Serving) -> None:
        self.project = project
        self.settings = settings
        self.service: Service | None = None
        self._access = (
            replace(settings.access, described=DESCRIBED, editor=EDITOR)
            if settings.pages
            else settings.access
        )
        self._folder: Path | None = None
        self._served: ServedBuild | None = None
        self._known: frozenset[str] = frozenset()
        self._heeded: ListMark | None = None
        self._refused = ""
        self._app: ASGIApp | None = None
        self._making: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve until the end of the context. ProjectError where there is nothing to serve."""
        async with AsyncExitStack() as stack:
            self._folder = stack.enter_context(shelter(self.project))
            self._served = self._open_checked()
            self._known = self._served.withdrawn
            self.service = Service(
                build_of(self._served, self.settings.remote), self.settings.limits, self._access
            )
            stack.push_async_callback(self.service.close)
            stack.push_async_callback(self._stop_filling)
            await self.service.start()
            self._mount()
            watch = asyncio.create_task(self._watch())
            stack.push_async_callback(_cancel, watch)
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the application of the moment; what is no part of the endpoint waits until
        the pages are there."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        while (
            self._making is not None and not self._making.done() and not path.startswith("/sparql")
        ):
            with suppress(Exception):
                await asyncio.shield(self._making)
        assert self._app is not None
        await self._app(scope, receive, send)

    def names_down(self) -> frozenset[str]:
        """Return the names that were withdrawn before all that may be answering now was made."""
        return self._known

    def _open_checked(self) -> ServedBuild:
        """Open the present build, if it may be published."""
        served = open_build(self.project, self._folder)
        reason = why_unfit(served.manifest)
        if reason and not self.settings.anyway:
            hint = Sentence(
                "correct-and-build", report=self.project.build_dir / PRIVATE / "report.html"
            )
            raise ProjectError(
                "not-publishable", reason=reason, way=hint, hint="serve-all-the-same"
            )
        return served

    def _mount(self) -> None:
        assert self._served is not None
        assert self.service is not None
        # those of the pages before know who is withdrawn now
        self.service.search, self.service.unknown = None, lambda _: ()
        self._app = self._date(_application(routes(self.service)))
        if self._filling is not None:
            self._filling.cancel()
        self._filling = asyncio.create_task(self._fill(self._served))
        if self.settings.pages:
            self._making = asyncio.create_task(self._add_pages(self._served))

    async def _fill(self, served: ServedBuild) -> None:
        """Fill the store that a large build has left for later, and give it to new workers."""
        if self.settings.remote is not None:  # which answers in its place
            return
        try:
            filled = await fill_later_store(self.project, served)
            if filled and served is self._served and self.service is not None:
                await self.service.replace(build_of(served, self.settings.remote))
        except (HrdgraphError, OSError) as error:
            _LOG.warning("the store cannot be filled: %s", error)

    async def _stop_filling(self) -> None:
        if self._filling is not None:
            await _cancel(self._filling)

    def _date(self, app: ASGIApp) -> ASGIApp:
        """Return an application that says since when its answers are as they are."""
        assert self._served is not None
        try:
            when = (self._served.folder / MANIFEST).stat().st_mtime
        except OSError:
            return app
        return LastModified(app, when)

    async def _add_pages(self, served: ServedBuild) -> None:
        """Make the pages while the endpoint already answers; without them where they cannot be
        made, which is said."""
        assert self.service is not None
        try:
            new_routes, search, unknown = await asyncio.to_thread(
                self._pages_of, served, asyncio.get_running_loop()
            )
            if served is self._served:  # another build may have come meanwhile
                self.service.search, self.service.unknown = search, unknown
                self._app = self._date(_application([*routes(self.service), *new_routes]))
        except ModuleNotFoundError as error:
            _LOG.info("without pages: %s", error)
        except HrdgraphError as error:
            _LOG.error("without pages: %s", error)
        except Exception:  # the endpoint answers all the same
            _LOG.exception("without pages: an error in hrdgraph itself; please report it")

    def _pages_of(
        self, served: ServedBuild, loop: asyncio.AbstractEventLoop
    ) -> tuple[list[BaseRoute], Search, FindUnknown]:
        from hrdgraph.library.graph import Graph, find_unknown
        from hrdgraph.web.json_api.routes import routes as api_routes
        from hrdgraph.web.machines.routes import routes as machine_routes
        from hrdgraph.web.pages import Site
        from hrdgraph.web.pages.pages import Pages
        from hrdgraph.web.pages.routes import routes as page_routes
        from hrdgraph.web.reconciliation.service import routes as reconciliation_routes
        from hrdgraph.web.saved_queries import asking, rank_hits

        assert self.service is not None
        project = _reopen(self.project).with_output(served.folder)
        build = ReadableBuild(project, served.withdrawn)
        graph = Graph(project, build=build)
        ask = asking(self.service, loop, graph)
        site = Site.of(graph, address=self.settings.address, ask=ask)
        pages = Pages(site)
        # a server that ends does not wait for it
        Thread(target=_prepare, args=(pages,), daemon=True).start()
        machines = [*machine_routes(site), *api_routes(pages), *reconciliation_routes(pages)]

        unknown = partial(
            find_unknown, ontology=graph.ontology, prefixes=project.prefixes,
            is_used=lambda term: site.rdf.find(term.value) >= 0,
        )  # fmt: skip
        return [*machines, *page_routes(pages)], partial(rank_hits, pages), unknown

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            try:
                await self._look()
                await self._heed()
            except HrdgraphError as error:
                _LOG.debug("the build is not ready: %s", error)
            except OSError as error:
                _LOG.warning("the build cannot be looked at: %s", error)

    async def _look(self) -> None:
        """Take up a new build; one that is not to be published leaves the old one served, which
        is said once."""
        assert self.service is not None
        assert self._served is not None
        manifest, digest = await asyncio.to_thread(read_manifest, self.project)
        if digest in (self._served.source, self._refused) and not self._is_outdone(digest):
            return
        if (reason := why_unfit(manifest)) and not self.settings.anyway:
            self._refused = digest
            _LOG.warning(
                "a new build is there, but not served: %s; the old one is served on", reason
            )
            return
        if not await asyncio.to_thread(is_elsewhere, self.settings.remote, digest):
            return
        await self._change(
            await asyncio.to_thread(open_build, self.project, self._folder, (manifest, digest))
        )
        _LOG.warning("a new build is served")

    def _is_outdone(self, digest: str) -> bool:
        """Tell whether something was taken out of what is served, and the same was built without
        it: what was withdrawn may have been in no statement."""
        assert self._served is not None
        is_redacted = self._served.digest != self._served.source == digest
        return is_redacted and self._known <= read_recorded(self.project.build_dir)

    async def _heed(self) -> None:
        """Serve the build without what was withdrawn since it was made. Until that is there, and
        where it cannot be made, nothing is shown."""
        assert self._served is not None
        mark = read_list_mark(self.project)
        if self._folder is None or mark == self._heeded:
            return
        down = await asyncio.to_thread(names_down, self.project)
        # from a server elsewhere nothing can be taken out: it is asked again when a new build is
        # there
        if down - self._known and self.settings.remote is None:
            redacted = await asyncio.to_thread(
                redact_build, self.project, self._served, self._folder, down | self._known
            )
            if redacted is not None:
                await self._change(redacted)
                _LOG.warning("what was withdrawn is taken out until there is a new build")
        self._heeded = mark

    async def _change(self, served: ServedBuild) -> None:
        """Serve another build. Requests under way are answered from the build before. Meanwhile a
        withdrawal counts as carried out only if both builds know of it."""
        assert self.service is not None
        assert self._served is not None
        old, self._known = self._served, self._known & served.withdrawn
        drained = await self.service.replace(build_of(served, self.settings.remote))
        self._served, self._heeded = served, None
        if self._folder is not None and old.folder.parent == self._folder:
            drained.add_done_callback(lambda _: shutil.rmtree(old.folder, ignore_errors=True))
        self._mount()
        self._known = served.withdrawn


def application(server: Server) -> ASGIApp:
    """Wrap a running server as one application, behind a proxy if any, with an access log."""
    settings = server.settings
    assert server.service is not None
    gated = WithdrawalGate(server, server.project, server.names_down)
    visited = Visited(gated, server.service.budget)
    return AccessLog(
        OrderlyShutdown(
            ProxyMiddleware(
                visited,
                behind_proxy=settings.behind_proxy,
                prefix=settings.prefix,
                address=settings.address,
            )
        )
    )


def _reopen(project: Project) -> Project:
    """Return the project as it stands in its folder now; as it was where that is damaged."""
    try:
        return open_project(project.root)
    except HrdgraphError:
        return project


def _application(paths: list[BaseRoute]) -> Starlette:
    return Starlette(
        routes=paths,
        exception_handlers={404: _missing, 405: _not_allowed, Problem: _problem, Exception: _fault},
    )


async def _missing(_: Request, __: Exception) -> Response:
    return ProblemResponse(Problem(404, "address-unknown"))


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return ProblemResponse(error)


async def _not_allowed(request: Request, error: Exception) -> Response:
    allowed = getattr(error, "headers", None) or {}
    methods = sorted(allowed.get("Allow", "GET").split(", "))
    return ProblemResponse(method_not_allowed(request.method, *methods))


async def _fault(_: Request, error: Exception) -> Response:
    reason = type(error).__name__
    return ProblemResponse(Problem(500, "task-fault", hint="please-report", reason=reason))


def _prepare(pages: Pages) -> None:
    """Work out what most visitors ask for first. What goes wrong here does so again where
    somebody asks for it, and is told there."""
    try:
        pages.prepare()
    except Exception as error:  # what is not prepared is made when it is asked for
        _LOG.debug("not prepared: %s", error)


async def _cancel(task: Awaitable[Any]) -> None:
    assert isinstance(task, asyncio.Task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
