"""Run a workbench over a project on this machine until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from hrdgraph.atomic_files import write_file
from hrdgraph.errors import OutputError
from hrdgraph.project import Project, open_project
from hrdgraph.project.open import SETTINGS
from hrdgraph.web.server import ReadyServer, listen
from hrdgraph.workbench_app.gate import ENTRANCE, Gate
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
        return visit.page("failed.html", 404, errors=[{"text": visit.words("page_missing_lead")}])

    return answer


def _fault(workplace: Workplace) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        visit = Visit(request, workplace)
        text = visit.words("fault", what=type(error).__name__)
        return visit.page("failed.html", 500, errors=[{"text": text}])

    return answer


def workbench(
    project: str | Path | Project = ".", *, port: int = 0, read_only: bool = False,
    browser: bool = True, ready: Callable[[str], None] = lambda _: None, lang: str | None = None,
) -> None:  # fmt: skip
    """Open a project in a browser, tables in and graph out, until the process is told to stop.

    Only this machine reaches it. `ready` is called with the address that lets a browser in, once
    requests are answered; without `port` any that is free is taken. With `read_only` nothing can
    be changed. `lang` is the first language of the pages. ProjectError where a folder is named
    that is no project.

    >>> import hrdgraph
    >>> hrdgraph.workbench("no such folder", browser=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hrdgraph.errors.ProjectError: ...
    """
    place = Path(project) if isinstance(project, str | Path) else project.root

    run(place, port, ready, read_only=read_only, browser=browser, lang=lang)


def write_shortcut(folder: Path, project: Path) -> Path:
    """Write a file that opens the workbench on a project with a double click, and return it.
    OutputError where the folder cannot be written."""
    command = [sys.executable, "-m", "hrdgraph", "workbench", str(project.resolve())]
    if os.name == "nt":
        path = folder / "hrdgraph.bat"
        words = " ".join(f'"{word}"' for word in command).replace("%", "%%")
        text = f"@chcp 65001 >nul\r\n@{words}\r\n"
    elif sys.platform == "darwin":
        path = folder / "hrdgraph.command"
        text = f"#!/bin/sh\nexec {shlex.join(command)}\n"
    else:
        path = folder / "hrdgraph.desktop"
        words = " ".join(map(_quote_desktop, command))
        text = f"[Desktop Entry]\nType=Application\nName=hrdgraph\nTerminal=true\nExec={words}\n"
    write_file(path, [text.encode()])
    path.chmod(0o755)
    return path


def _quote_desktop(word: str) -> str:
    """Quote a word of the key Exec (Desktop Entry Specification 1.5, "The Exec key")."""
    inner = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'


_HOST: Final = "127.0.0.1"
_USUAL: Final = 8723
_LAST: Final = 3  # seconds that answers under way are given in the end


def run(
    place: Path, port: int, ready: Callable[[str], None], *, read_only: bool, browser: bool,
    lang: str | None,
) -> None:  # fmt: skip
    """Run until the process is told to stop."""
    root, here = _places(place)
    workplace = Workplace(root, here, read_only=read_only)
    with _line(port) as line:
        address = f"http://{_HOST}:{line.getsockname()[1]}{ENTRANCE}?key={workplace.key}"
        address += f"&tag={lang}" if lang else ""
        config = uvicorn.Config(
            application(workplace, line.getsockname()[1]), ws="none", log_config=None,
            access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=_LAST,
        )  # fmt: skip
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        asyncio.run(
            ReadyServer(config, lambda: _begun(address, ready, browser=browser)).serve([line])
        )


def _line(port: int) -> socket:
    """Open a socket at a port; if none is named, at the usual one if it is free, so that windows
    find a restarted workbench again."""
    if port == 0:
        with suppress(OutputError):
            return listen(_HOST, _USUAL)
    return listen(_HOST, port)


def _places(place: Path) -> tuple[Path | None, Path]:
    """Return the project to open, if any, and the folder for new ones. ProjectError where a named
    one is none."""
    if (place / SETTINGS).is_file():
        open_project(place)
        return place, place.resolve().parent
    if place.resolve() != Path.cwd():
        open_project(place)  # says what is missing
    return None, place.resolve()


def _begun(address: str, ready: Callable[[str], None], *, browser: bool) -> None:
    ready(address)
    if browser:
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
