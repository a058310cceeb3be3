"""Put the rooms of the workbench together into one application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from hrdgraph.workbench_app.gate import Gate
from hrdgraph.workbench_app.page import asset
from hrdgraph.workbench_app.rooms import (
    building,
    citing,
    findings,
    imports,
    pages,
    publish,
    same,
    sources,
    start,
    table,
)
from hrdgraph.workbench_app.rooms.graph import PREFIX, GraphPages
from hrdgraph.workbench_app.visit import Visit, route
from hrdgraph.workbench_app.workplace import Workplace

_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POST: Final = "POST"
Handler = Callable[[Request, Exception], Awaitable[Response]]


def application(workplace: Workplace, port: int) -> ASGIApp:
    """Build the workbench, for the browser of this machine that knows the secret."""
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
    """List each address with the function that answers there."""
    gets = [route(workplace, path, answer) for path, answer in _ASKED.items()]
    posts = [route(workplace, path, act, _POST) for path, act in _DONE.items()]
    return [Route("/static/{name:path}", serve_static), *gets, *posts]


_ASKED: Final = {
    "/": start.start, "/language": start.choose_language, "/sources": sources.sources,
    "/template": sources.give_template, "/import/{delivery}": imports.proposal, "/tour": start.step,
    "/build": building.look, "/findings": findings.findings, "/pages": pages.pages,
    "/pages/{delivery}": pages.page, "/citing": citing.citing, "/same": same.same,
    "/publish": publish.publish,
    "/table": table.table, "/table/rows": table.rows, "/table/state": table.state,
    "/table/check": table.check, "/table/evidence": table.evidence, "/names": table.names,
}  # fmt: skip
_DONE: Final = {
    "/new": start.make_project, "/open": start.open_folder, "/example": start.open_example,
    "/sources": sources.upload, "/sources/ask": sources.ask_who_sees,
    "/sources/remove": sources.take_out, "/sources/restore": sources.bring_back,
    "/versions": sources.choose_versions, "/import/{delivery}": imports.answer,
    "/sources/undo": imports.undo_update, "/build": building.begin, "/build/stop": building.stop,
    "/pages/{delivery}": pages.decide, "/citing": citing.cite, "/same": same.decide,
    "/publish": publish.act,
    "/table/copy": table.make_copy, "/table/change": table.change,
}  # fmt: skip


async def serve_static(request: Request) -> Response:
    """Serve a style sheet, a script or a picture."""
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
