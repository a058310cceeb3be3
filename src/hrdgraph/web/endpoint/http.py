"""Read what a request of SPARQL 1.1 Protocol asks (§2.1, §2.2), and answer it whole, or so that
nobody takes the answer for whole."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hrdgraph.catalogue import LANGUAGES, Message, kind_word
from hrdgraph.store.answer_stream import is_absolute
from hrdgraph.web.endpoint.limits import EndpointLimits
from hrdgraph.web.endpoint.negotiation import (
    NEVER,
    Problem,
    best_language,
    data_headers,
)
from hrdgraph.web.endpoint.service import Service, Work

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_FIELDS: Final = 300
_CLOSING: Final = {"Connection": "close"}

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A query, the graphs that the request names for it (None: none), and the name of a
    format."""

    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    format: str = ""

    @property
    def has_dataset(self) -> bool:
        """Tell whether the request names graphs."""
        return bool(self.default or self.named)


async def operation_of(request: Request, limits: EndpointLimits) -> Operation | None:
    """Return what a request asks; None for a plain GET, which asks for the description of the
    service. Raises Problem."""
    pairs = parameters(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        return _query(pairs) if pairs else None
    kind = content_type(request)
    body = await body_of(request, limits.body, limits.slow)
    if kind == UPDATE:
        raise Problem(403, "endpoint-read-only")
    if kind == FORM:
        return _query([*pairs, *parameters(body)])
    if kind == QUERY:
        return _query([*pairs, ("query", text_of(body))])
    raise Problem(415, "body-without-query", type=kind[:100], media=QUERY, form=FORM)


def _query(pairs: Pairs) -> Operation:
    if _values(pairs, "update"):
        raise Problem(403, "endpoint-read-only")
    texts = _values(pairs, "query")
    if len(texts) != 1:
        raise Problem(400, "one-expected", term="query", count=len(texts))
    formats = _values(pairs, "format")
    graphs = graphs_of(pairs, "default-graph-uri"), graphs_of(pairs, "named-graph-uri")
    return Operation(texts[0], *graphs, format=formats[-1] if formats else "")


def graphs_of(pairs: Pairs, name: str) -> tuple[str, ...]:
    """Return the graphs that a parameter names. Problem where one is no absolute IRI."""
    iris = _values(pairs, name)
    if bad := [iri for iri in iris if not is_absolute(iri)]:
        kind = kind_word("iri")
        raise Problem(400, "takes-not", option=f"`{name}`", kind=kind, value=bad[0][:100])
    return iris


def _values(pairs: Pairs, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in pairs if key == name)


def parameters(data: bytes) -> list[tuple[str, str]]:
    """Parse the pairs of a form or query string. Problem where they are no UTF-8, or too many."""
    try:
        return parse_qsl(
            data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "not-in-encoding", encoding="UTF-8") from error
    except ValueError as error:
        raise Problem(
            400, "too-many", limit=_FIELDS, what=Message("word-parameter", count=_FIELDS)
        ) from error


def content_type(request: Request) -> str:
    """Return the media type of the body. Problem where it says a charset other than UTF-8."""
    kind, *rest = (
        part.strip().lower() for part in request.headers.get("content-type", "").split(";")
    )
    charsets = [part.partition("=")[2].strip('"') for part in rest if part.startswith("charset")]
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise Problem(415, "not-in-encoding", encoding="UTF-8")
    return kind


def text_of(body: bytes) -> str:
    """Decode a body. Problem where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "not-in-encoding", encoding="UTF-8") from error


async def body_of(request: Request, limit: int, seconds: float) -> bytes:
    """Read the whole body, of at most `limit` bytes and within `seconds`."""
    too_long = Problem(
        413,
        "too-many",
        what=Message("word-byte", count=limit),
        hint="narrow-query",
        headers=_CLOSING,
        limit=limit,
    )
    if int(request.headers.get("content-length", "0")) > limit:
        raise too_long
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                data += part
                if len(data) > limit:
                    raise too_long
    except TimeoutError as error:
        raise Problem(408, "too-slow", headers=_CLOSING, seconds=f"{seconds:g}") from error
    except ClientDisconnect as error:
        raise Problem(400, "process-ended") from error  # nobody is there to read it
    return bytes(data)


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
            answer = ProblemResponse(problem)
        await answer(scope, receive, send)

    async def reply(self, request: Request, client: str) -> ASGIApp:
        """Answer one request."""
        raise NotImplementedError


class ProblemResponse(Response):
    """A problem, which nobody keeps, in the language of whoever asks once it is known who does:
    the one that the address names as `lang`, else the one that the client accepts."""

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
    """Return the language in which a client is told what is wrong."""
    tag = request.query_params.get("lang", "")
    accepted = request.headers.get("accept-language", "")
    return tag if tag in LANGUAGES else best_language(accepted, LANGUAGES)


def address(request: Request) -> str:
    """Return the address that was asked, without its query, for relative IRIs and for what is said
    about this endpoint."""
    return f"{top(request)}{_path(request)}"


def top(request: Request) -> str:
    """Return the address below which all paths are, without a slash at its end. Problem where the
    client names no host."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise Problem(400, "must-be-one-of", term="Host", known="NAME, NAME:PORT")
    return f"{request.url.scheme}://{host}{request.scope.get('root_path', '').rstrip('/')}"


def _path(request: Request) -> str:
    """Return the path below the prefix of the application, as it was sent: nothing is decoded that
    was not."""
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
