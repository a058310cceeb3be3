"""The rooms of the workbench into one application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from hrdgraph.workbench.gate import Gate
from hrdgraph.workbench.page import asset
from hrdgraph.workbench.rooms import (
    building,
    findings,
    imports,
    page_decisions,
    pages,
    publish,
    same,
    sources,
    start,
    table,
    table_copy,
    tour,
)
from hrdgraph.workbench.rooms.graph import PREFIX, GraphPages
from hrdgraph.workbench.visit import Visit, route
from hrdgraph.workbench.workplace import Workplace

_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POST: Final = "POST"
Handler = Callable[[Request, Exception], Awaitable[Response]]


def application(workplace: Workplace, port: int) -> ASGIApp:
    """The workbench, for the browser of this machine that knows the secret."""
    graph = GraphPages(workplace)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        workplace.spare.prepare()
        yield
        await graph.close()
        workplace.close()

    app = Starlette(
        routes=[*routes(workplace), Mount(PREFIX, graph)],
        lifespan=lifespan,
        exception_handlers={404: _missing(workplace), 500: _fault(workplace)},
    )
    return Gate(
        app, port=port, key=workplace.key, secret=workplace.secret, read_only=workplace.read_only
    )


def routes(workplace: Workplace) -> list[Route]:
    """Each address with what answers there."""
    return [
        Route("/static/{name:path}", static),
        route(workplace, "/", start.start),
        route(workplace, "/language", start.choose_language),
        route(workplace, "/new", start.make_project, _POST),
        route(workplace, "/open", start.open_folder, _POST),
        route(workplace, "/example", start.open_example, _POST),
        route(workplace, "/sources", sources.sources),
        route(workplace, "/sources", sources.upload, _POST),
        route(workplace, "/sources/remove", sources.take_out, _POST),
        route(workplace, "/sources/restore", sources.bring_back, _POST),
        route(workplace, "/versions", sources.choose_versions, _POST),
        route(workplace, "/template", sources.give_template),
        route(workplace, "/import/{delivery}", imports.proposal),
        route(workplace, "/import/{delivery}", imports.answer, _POST),
        route(workplace, "/tour", tour.step),
        route(workplace, "/build", building.look),
        route(workplace, "/build", building.begin, _POST),
        route(workplace, "/build/stop", building.stop, _POST),
        route(workplace, "/findings", findings.findings),
        route(workplace, "/pages", pages.pages),
        route(workplace, "/pages/{delivery}", pages.page),
        route(workplace, "/pages/{delivery}", page_decisions.decide, _POST),
        route(workplace, "/same", same.same),
        route(workplace, "/same", same.decide, _POST),
        route(workplace, "/publish", publish.publish),
        route(workplace, "/publish", publish.act, _POST),
        route(workplace, "/table", table.table),
        route(workplace, "/table/copy", table_copy.make_copy, _POST),
        route(workplace, "/table/rows", table.rows),
        route(workplace, "/table/state", table.state),
        route(workplace, "/table/check", table.check),
        route(workplace, "/table/evidence", table.evidence),
        route(workplace, "/table/change", table.change, _POST),
        route(workplace, "/names", table.names),
    ]


async def static(request: Request) -> Response:
    """A style sheet, a script, a picture."""
    name = request.path_params["name"]
    kind = _TYPES.get(f".{name.rpartition('.')[2]}")
    try:
        data = asset(name) if kind and ".." not in name.split("/") else b""
    except (OSError, ValueError):
        data = b""
    if not data:
        return Response(status_code=404)
    cached = "private, max-age=31536000, immutable" if request.query_params.get("v") else "no-store"
    return Response(data, media_type=kind, headers={"Cache-Control": cached})


def _missing(workplace: Workplace) -> Handler:
    async def answer(request: Request, _: Exception) -> Response:
        visit = Visit(request, workplace)
        return visit.page("failed.html", 404, errors=[{"text": visit.words("missing")}])

    return answer


def _fault(workplace: Workplace) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        visit = Visit(request, workplace)
        text = visit.words("fault", what=type(error).__name__)
        return visit.page("failed.html", 500, errors=[{"text": text}])

    return answer
