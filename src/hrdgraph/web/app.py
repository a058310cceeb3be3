"""A project with a finished build into one application: the endpoint, the pages where they are
there, and the next build when it comes."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
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
from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.privacy.readable_build import ReadableBuild, recorded
from hrdgraph.privacy.withdrawals import ListMark, list_mark, names_down
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import PRIVATE, read_manifest, why_unfit
from hrdgraph.web.endpoint.http import problem_response
from hrdgraph.web.endpoint.limits import EndpointAccess, EndpointLimits
from hrdgraph.web.endpoint.problems import Problem, method_not_allowed
from hrdgraph.web.endpoint.routes import routes
from hrdgraph.web.endpoint.service import Service
from hrdgraph.web.middleware import (
    AccessLog,
    LastModified,
    OrderlyShutdown,
    ProxyMiddleware,
    WithdrawalGate,
)
from hrdgraph.web.served_builds import (
    ServedBuild,
    build_of,
    fill_later_store,
    is_elsewhere,
    open_build,
    redact_build,
    shelter,
)
from hrdgraph.web.turns import Visited

if TYPE_CHECKING:
    from hrdgraph.sparql.search_clause import Search
    from hrdgraph.store.remote_session import RemoteStore
    from hrdgraph.web.pages.pages import Pages

_LOG: Final = logging.getLogger("hrdgraph.web")
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
            self._served = self._checked()
            self._known = self._served.withdrawn
            self.service = Service(
                build_of(self._served, self.settings.remote), self.settings.limits, self._access
            )
            stack.push_async_callback(self.service.close)
            stack.push_async_callback(self._stop_filling)
            await self.service.start()
            self._mount()
            watch = asyncio.create_task(self._watch())
            stack.push_async_callback(_cancelled, watch)
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

    def known(self) -> frozenset[str]:
        """The names that were down when all was made that may be answering now."""
        return self._known

    def _checked(self) -> ServedBuild:
        """The present build, if it may be published."""
        served = open_build(self.project, self._folder)
        reason = why_unfit(served.manifest)
        if reason and not self.settings.anyway:
            hint = Sentence(
                "correct-and-build", report=self.project.build_dir / PRIVATE / "report.html"
            )
            raise ProjectError("nothing-served", reason=reason, way=hint)
        return served

    def _mount(self) -> None:
        assert self._served is not None
        assert self.service is not None
        self.service.search = None  # that of the pages before knows who is withdrawn now
        self._app = self._dated(_application(routes(self.service)))
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
            await _cancelled(self._filling)

    def _dated(self, app: ASGIApp) -> ASGIApp:
        """An application that says since when its answers are as they are."""
        assert self._served is not None
        try:
            made = (self._served.folder / MANIFEST).stat().st_mtime
        except OSError:
            return app
        return LastModified(app, made)

    async def _add_pages(self, served: ServedBuild) -> None:
        """Make the pages while the endpoint already answers; without them where they cannot be
        made, which is said."""
        assert self.service is not None
        try:
            made, search = await asyncio.to_thread(
                self._pages_of, served, asyncio.get_running_loop()
            )
            if served is self._served:  # another build may have come meanwhile
                self.service.search = search
                self._app = self._dated(_application([*routes(self.service), *made]))
        except ModuleNotFoundError as error:
            _LOG.info("without pages: %s", error)
        except HrdgraphError as error:
            _LOG.error("without pages: %s", error)
        except Exception:  # the endpoint answers all the same
            _LOG.exception("without pages: a fault in hrdgraph itself; please report it")

    def _pages_of(
        self, served: ServedBuild, loop: asyncio.AbstractEventLoop
    ) -> tuple[list[BaseRoute], Search]:
        from hrdgraph.library.graph import Graph
        from hrdgraph.web.json_api.routes import routes as api_routes
        from hrdgraph.web.machines.routes import routes as machine_routes
        from hrdgraph.web.pages import Site, page_routes
        from hrdgraph.web.pages.pages import Pages
        from hrdgraph.web.reconciliation.service import routes as reconciliation_routes
        from hrdgraph.web.saved_queries import asking, scored

        assert self.service is not None
        project = _reopened(self.project).built_in(served.folder)
        build = ReadableBuild(project, served.withdrawn)
        ask = asking(self.service, loop, project.base)
        site = Site.of(Graph(project, build=build), address=self.settings.address, ask=ask)
        pages = Pages(site)
        # a server that ends does not wait for it
        Thread(target=_prepare, args=(pages,), daemon=True).start()
        machines = [*machine_routes(site), *api_routes(pages), *reconciliation_routes(pages)]
        return [*machines, *page_routes(pages)], partial(scored, pages)

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
        """Whether something was taken out of what is served, and the same was built without it:
        what was withdrawn may have been in no statement."""
        assert self._served is not None
        is_redacted = self._served.digest != self._served.source == digest
        return is_redacted and self._known <= recorded(self.project.build_dir)

    async def _heed(self) -> None:
        """Where something was withdrawn since the build was made, serve it without that. Until
        it is there, and where it cannot be made, nothing is shown."""
        assert self._served is not None
        mark = list_mark(self.project)
        if self._folder is None or mark == self._heeded:
            return
        down = await asyncio.to_thread(names_down, self.project)
        # from a server elsewhere nothing can be taken out: it is asked again when a new build is
        # there
        if down - self._known and self.settings.remote is None:
            made = await asyncio.to_thread(
                redact_build, self.project, self._served, self._folder, down | self._known
            )
            if made is not None:
                await self._change(made)
                _LOG.warning("what was withdrawn is taken out until there is a new build")
        self._heeded = mark

    async def _change(self, served: ServedBuild) -> None:
        """Serve something else. What is under way ends over what was served before, and while
        one takes the place of the other, only what both know of counts as known."""
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
    """A running server as one application: what a proxy says is believed, and answers are noted."""
    settings = server.settings
    assert server.service is not None
    gated = WithdrawalGate(server, server.project, server.known)
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


def _reopened(project: Project) -> Project:
    """The project as it stands in its folder now; as it was where that is damaged."""
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
    return problem_response(Problem(404, "address-unknown"))


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error)


async def _not_allowed(_: Request, error: Exception) -> Response:
    allowed = getattr(error, "headers", None) or {}
    return problem_response(method_not_allowed(*sorted(allowed.get("Allow", "GET").split(", "))))


async def _fault(_: Request, __: Exception) -> Response:
    return problem_response(Problem(500, "server-fault"))


def _prepare(pages: Pages) -> None:
    """Work out what most visitors ask for first. What goes wrong here does so again where
    somebody asks for it, and is told there."""
    try:
        pages.prepare()
    except Exception as error:  # what is not prepared is made when it is asked for
        _LOG.debug("not prepared: %s", error)


async def _cancelled(task: Awaitable[Any]) -> None:
    assert isinstance(task, asyncio.Task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
