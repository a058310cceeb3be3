"""Answers about one build into dated ones: what a client has since the build is not sent again
(RFC 9110 §13.1.3)."""

from __future__ import annotations

from email.utils import formatdate, parsedate_to_datetime
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

        async def dated(message: Message) -> None:
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

        await self._app(scope, receive, dated)

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
    """Whether an answer is the same for as long as the build is: it has a tag."""
    return message["status"] in (200, 304) and any(
        name.lower() == b"etag" for name, _ in message["headers"]
    )
