"""Pass each request through what every server needs: the end of the server, proxies, dates of
answers, and withdrawals, which no answer may outlive."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrdgraph.errors import HrdgraphError
from hrdgraph.privacy.withdrawals import ListMark, list_gone_keys, names_down, read_list_mark
from hrdgraph.project import Project
from hrdgraph.web.endpoint.http import ProblemResponse
from hrdgraph.web.endpoint.negotiation import Problem

_LOG: Final = logging.getLogger("hrdgraph.web")
_ACCESS: Final = logging.getLogger("hrdgraph.web.access")
_LONGEST: Final = 64  # characters of a date
_OF_BODIES: Final = (b"content-length", b"content-type", b"content-encoding")


class LastModified:
    """An application whose answers say when what they are made of was made. Who names that
    moment, or a later one, in If-Modified-Since gets 304; If-None-Match goes before it."""

    def __init__(self, app: ASGIApp, when: float) -> None:
        self._app = app
        self._when = int(when)
        self._said = formatdate(self._when, usegmt=True).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        known = self._is_known(scope)
        is_unsent = False

        async def send_dated(message: Message) -> None:
            nonlocal is_unsent
            if message["type"] != "http.response.start":
                if not is_unsent:
                    await send(message)
                return
            if _is_of_build(message):
                is_unsent = known and message["status"] == 200
                message = self._start(message, is_unsent)
            await send(message)
            if is_unsent:
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, receive, send_dated)

    def _start(self, message: Message, is_unsent: bool) -> Message:
        headers = [item for item in message["headers"] if item[0] != b"last-modified"]
        if is_unsent:
            headers = [item for item in headers if item[0] not in _OF_BODIES]
        status = 304 if is_unsent else message["status"]
        return {**message, "status": status, "headers": [*headers, (b"last-modified", self._said)]}

    def _is_known(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        since = headers.get(b"if-modified-since", b"").decode("latin-1")
        if not since or len(since) > _LONGEST or b"if-none-match" in headers:
            return False
        try:
            return parsedate_to_datetime(since).timestamp() >= self._when
        except (ValueError, TypeError, OverflowError):
            return False


def _is_of_build(message: Message) -> bool:
    """Tell whether an answer stays the same as long as the build does: it has a tag."""
    return message["status"] in (200, 304) and any(
        name.lower() == b"etag" for name, _ in message["headers"]
    )


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
                await ProblemResponse(
                    Problem(503, "store-unavailable", hint="try-again", wait=5, headers=_CLOSING)
                )(scope, receive, send)


_ABSOLUTE: Final = re.compile(rb"https?://([^/?#]+)(/.*)?", re.I | re.S)


class ProxyMiddleware:
    """An application behind a proxy, or below a prefix.

    Only what the nearest proxy itself added is believed: the last address of X-Forwarded-For.
    Where the public address is known, it is the one that every request is for: no header of a
    visitor gets into an answer. The proxy may leave the prefix in the path or take it away.
    """

    def __init__(self, app: ASGIApp, *, behind_proxy: bool, prefix: str, address: str = "") -> None:
        self._app = app
        self._behind_proxy = behind_proxy
        self._prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""
        self._public = urlsplit(address) if address else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = dict(scope)
            _split(scope)
            if self._behind_proxy:
                headers = {
                    name: value.decode("latin-1")
                    for name, value in scope["headers"]
                    if name.startswith(b"x-forwarded-")
                }
                if client := headers.get(b"x-forwarded-for", "").rpartition(",")[2].strip():
                    scope["client"] = (client, 0)
            if self._public is not None:
                _set_host(scope, self._public)
            if self._prefix:
                path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
                if not (path == self._prefix or path.startswith(f"{self._prefix}/")):
                    path, raw = self._prefix + path, self._prefix.encode() + raw
                scope.update(path=path, raw_path=raw, root_path=self._prefix)
        await self._app(scope, receive, send)


def _split(scope: Scope) -> None:
    """Take the host out of a target in absolute form; it counts more than the header (RFC 9112
    §3.2.2)."""
    if target := _ABSOLUTE.fullmatch(scope.get("raw_path") or b""):
        host, path = target.groups()
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope.update(
            raw_path=path or b"/",
            path=unquote((path or b"/").decode("latin-1")),
            headers=[*headers, (b"host", host)],
        )


def _set_host(scope: Scope, public: SplitResult) -> None:
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    scope.update(
        scheme=public.scheme,
        headers=[
            *headers,
            (b"host", public.netloc.encode("idna" if not public.netloc.isascii() else "ascii")),
        ],
    )


_CLOSING: Final = {"Connection": "close"}
_GONE: Final = Problem(410, "thing-withdrawn")
_CLOSED: Final = Problem(503, "graph-awaits-withdrawal")
_PLACES: Final = ("/id/", "/data/")  # before the key of a thing in an address


@dataclass(frozen=True)
class Decision:
    """The names that are down, the keys of those of which it is said that they are gone, and
    whether the list could be read at all."""

    down: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    is_read: bool = True

    def lets_through(self, known: frozenset[str]) -> bool:
        """Tell whether what was made when these names were down may be shown."""
        return self.is_read and self.down <= known


class WithdrawalGate:
    """Lets a request through where the build that is served was made after all withdrawals. The
    list is looked at before each answer and each part of one, and read again only where its file
    or the ledger has changed; one that cannot be read lets nothing through. So an answer that is
    under way is broken off."""

    def __init__(self, app: ASGIApp, project: Project, known: Callable[[], frozenset[str]]) -> None:
        self._app, self._project, self._known = app, project, known
        self._mark: ListMark | None = None
        self._decision = Decision()
        self._reading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = self._known()  # of what answers this request, to its end
        is_begun, is_held = False, not (await self._decide_now()).lets_through(known)

        async def heeding(message: Message) -> None:
            nonlocal is_begun, is_held
            is_held = is_held or not (await self._decide_now()).lets_through(known)
            if not is_held:
                is_begun = True
                await send(message)

        if not is_held:
            await self._app(scope, receive, heeding)  # 410 is a page in the visitor's language
        # to return without the last message is to break the connection off
        if is_held and not is_begun:
            is_gone = _is_of(scope["path"], (await self._decide_now()).gone)
            await ProblemResponse(_GONE if is_gone else _CLOSED)(scope, receive, send)

    async def _decide_now(self) -> Decision:
        if (mark := read_list_mark(self._project)) != self._mark:
            async with self._reading:
                if mark != self._mark:
                    self._decision = await asyncio.to_thread(_decide, self._project)
                    self._mark = mark
        return self._decision


def _decide(project: Project) -> Decision:
    try:
        return Decision(names_down(project), list_gone_keys(project))
    except HrdgraphError as error:
        _LOG.error("the list of withdrawals cannot be read, so nothing is shown: %s", error.code)
        return Decision(is_read=False)


def _is_of(path: str, keys: frozenset[str]) -> bool:
    """Tell whether an address is that of one of the things, in any language and form."""
    plain = unquote(path).rstrip("/")
    tails = (plain.partition(place)[2] for place in _PLACES)
    return any(key and (key in keys or key.rpartition(".")[0] in keys) for key in tails)


class AccessLog:
    """An application whose answers are noted: which path, and how it went; not what was asked
    there, nor by whom."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _ACCESS.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started, seen = time.monotonic(), {"status": 0, "bytes": 0, "whole": False}

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
                seen["whole"] = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            took = (time.monotonic() - started) * 1000
            end = "" if seen["whole"] else " broken off"
            path = json.dumps(scope["path"])[1:-1]
            _ACCESS.info(
                "%s %s %d %d bytes %.1f ms%s", scope["method"], path, seen["status"], seen["bytes"],
                took, end,
            )  # fmt: skip
