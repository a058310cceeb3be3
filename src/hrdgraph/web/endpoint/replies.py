"""A job under way into an HTTP response that is whole, or ends so that nobody can take it for
whole."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.web.endpoint.headers import NEVER, data_headers
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.service import Service, Work
from hrdgraph.web.negotiation import preferred_language

_HOST: Final = re.compile(r"[A-Za-z0-9.\-_]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
T = TypeVar("T")


class ClientGone(Exception):
    """The client has closed the connection: nobody is there to answer."""


class Resource:
    """An ASGI application whose `reply` answers, or raises Problem."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        client = self.service.budget.client(request.client.host if request.client else "")
        try:
            answer = await self.reply(request, client)
        except ClientGone:
            return
        except Problem as problem:
            if 400 <= problem.status < 500 and problem.status != 429:
                self.service.budget.charge(client, errors=1)
            answer = problem_response(problem)
        await answer(scope, receive, send)

    async def reply(self, request: Request, client: str) -> ASGIApp:
        """Answer one request."""
        raise NotImplementedError


def problem_response(problem: Problem) -> Response:
    """A problem as a response, which nobody keeps."""
    return ProblemResponse(problem)


class ProblemResponse(Response):
    """A problem, said in the language of whoever asks once it is known who does: the one that the
    address names as `lang`, else the one that the client accepts."""

    media_type = "application/problem+json"

    def __init__(self, problem: Problem) -> None:
        headers = data_headers(NEVER, problem.headers)
        super().__init__(problem.body("en"), problem.status, headers)
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = language_of(Request(scope))
        self.body = self._problem.body(language)
        self.headers["Content-Length"] = str(len(self.body))
        self.headers["Content-Language"] = language
        await super().__call__(scope, receive, send)


def language_of(request: Request) -> str:
    """The language in which a client is told what is wrong."""
    asked = request.query_params.get("lang", "")
    accepted = request.headers.get("accept-language", "")
    return asked if asked in LANGUAGES else preferred_language(accepted, LANGUAGES)


def address(request: Request) -> str:
    """The address that was asked, without its query, for relative IRIs and for what is said
    about this endpoint."""
    return f"{top(request)}{_path(request)}"


def top(request: Request) -> str:
    """The address below which all paths are, without a slash at its end. Problem where the
    client names no host."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise Problem(400, "host-malformed")
    return f"{request.url.scheme}://{host}{request.scope.get('root_path', '').rstrip('/')}"


def _path(request: Request) -> str:
    """The path below the prefix of the application, as it was sent: nothing is decoded that was
    not."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    path: str = raw.partition(b"?")[0].decode("latin-1")
    return path.removeprefix(request.scope.get("root_path", "").rstrip("/"))


async def unless_gone(request: Request, work: Work, waiting: Awaitable[T]) -> T:
    """Wait for something, unless the client goes: then the job is given up. Gone."""
    watch = asyncio.ensure_future(_departure(request.receive))
    wanted = asyncio.ensure_future(waiting)
    try:
        await asyncio.wait({watch, wanted}, return_when=asyncio.FIRST_COMPLETED)
        if not wanted.done():
            raise ClientGone
        return wanted.result()
    except BaseException:
        await work.stop()
        raise
    finally:
        for task in (watch, wanted):
            task.cancel()
        await asyncio.gather(watch, wanted, return_exceptions=True)


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Stream:
    """A response whose body comes from a job. It has a length where the job is done; otherwise
    the connection says whether it is whole."""

    def __init__(self, work: Work, headers: Mapping[str, str]) -> None:
        self._work = work
        self._headers = dict(headers)
        # of HEAD, only the beginning is made
        if work.spool.done and work.spool.error is None and work.result.get("whole", True):
            self._headers["Content-Length"] = str(work.spool.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = asyncio.ensure_future(_departure(receive))
        sending = asyncio.ensure_future(self._send(send, only_head=scope["method"] == "HEAD"))
        try:
            await asyncio.wait({watch, sending}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        except Problem:
            pass  # to return without the last message is to break the connection off
        finally:
            for task in (watch, sending):
                task.cancel()
            await asyncio.gather(watch, sending, return_exceptions=True)
            await self._work.stop()

    async def _send(self, send: Send, *, only_head: bool) -> None:
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in self._headers.items()
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if not only_head:
            async for part in self._work.spool.parts():
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
