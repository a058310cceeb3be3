"""Show the pages of the last build, even one with violations, behind the gate of the workbench."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrdgraph.errors import HrdgraphError
from hrdgraph.web.endpoint.limits import EndpointLimits
from hrdgraph.workbench_app.page import render
from hrdgraph.workbench_app.visit import Visit, show_error
from hrdgraph.workbench_app.workplace import Workplace

if TYPE_CHECKING:
    from hrdgraph.web.app import Server

PREFIX: Final = "/graph"
_WORKERS: Final = 1  # processes that answer queries: there is one person


class GraphPages:
    """The pages of the open project. The server behind them starts with the first request, takes
    up each new build by itself, and gives way when another project is opened."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._stack = AsyncExitStack()
        self._root: Path | None = None
        self._app: ASGIApp | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit(Request(scope), self._workplace)
        try:
            app = await self._ready()
        except HrdgraphError as error:
            await show_error(visit, error)(scope, receive, send)
            return
        inner = {
            **scope,
            "root_path": PREFIX,
            # the bar is put into pages as they are
            "headers": [item for item in scope["headers"] if item[0] != b"accept-encoding"],
        }
        bar = render("parts/graph_bar.html", {"w": visit.words}).encode()
        await app(inner, receive, _with_bar(send, bar))

    async def _ready(self) -> ASGIApp:
        async with self._lock:
            project = self._workplace.project
            if self._app is None or self._root != project.root:
                await self.close()
                from hrdgraph.web.app import Server, Serving, application

                serving = Serving(limits=EndpointLimits(workers=_WORKERS), anyway=True)
                server: Server = Server(project, serving)
                await self._stack.enter_async_context(server.running())
                self._app, self._root = application(server), project.root
            return self._app

    async def close(self) -> None:
        """End the server behind the pages."""
        self._app = None
        with suppress(HrdgraphError):
            await self._stack.aclose()
        self._stack = AsyncExitStack()


def _with_bar(send: Send, bar: bytes) -> Send:
    """Pages with a way back to the workbench at their top."""
    start: Message | None = None

    async def sending(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            is_page = any(
                name.lower() == b"content-type" and value.startswith(b"text/html")
                for name, value in message["headers"]
            )
            start = message if is_page else None
            if is_page:
                return
        elif start is not None:
            body = _insert_bar(message.get("body", b""), bar)
            added = len(body) - len(message.get("body", b""))
            await send({**start, "headers": _longer(start["headers"], added)})
            start, message = None, {**message, "body": body}
        await send(message)

    return sending


def _insert_bar(body: bytes, bar: bytes) -> bytes:
    head, tag, rest = body.partition(b"<body")
    attributes, end, inner = rest.partition(b">")
    return head + tag + attributes + end + bar + inner if tag else body


def _longer(headers: list[tuple[bytes, bytes]], added: int) -> list[tuple[bytes, bytes]]:
    return [
        (name, str(int(value) + added).encode())
        if name.lower() == b"content-length"
        else (name, value)
        for name, value in headers
        if name.lower() != b"etag"
    ]
