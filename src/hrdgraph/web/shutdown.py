"""Requests for which a server that ends does not wait any longer, into an answer that says so,
or a connection that is broken off."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrdgraph.web.endpoint import problems
from hrdgraph.web.endpoint.replies import problem_response


class OrderlyShutdown:
    """An application whose requests end in order when they are cancelled, which only the end of
    the server does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            # otherwise to return without the last message is to break the connection off
            if not begun:
                await problem_response(problems.ending())(scope, receive, send)
