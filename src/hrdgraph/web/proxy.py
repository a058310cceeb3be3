"""What a proxy says of a request into the request as the client sent it, and the prefix below
which all paths are."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

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
                _believe(scope)
            if self._public is not None:
                _put_at(scope, self._public)
            if self._prefix:
                _put_below(scope, self._prefix)
        await self._app(scope, receive, send)


def _split(scope: Scope) -> None:
    """Take the host out of a target in absolute form; it counts more than the header (RFC 9112
    §3.2.2)."""
    if found := _ABSOLUTE.fullmatch(scope.get("raw_path") or b""):
        host, path = found.groups()
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope.update(
            raw_path=path or b"/",
            path=unquote((path or b"/").decode("latin-1")),
            headers=[*others, (b"host", host)],
        )


def _believe(scope: Scope) -> None:
    said = {
        name: value.decode("latin-1")
        for name, value in scope["headers"]
        if name.startswith(b"x-forwarded-")
    }
    if client := said.get(b"x-forwarded-for", "").rpartition(",")[2].strip():
        scope["client"] = (client, 0)


def _put_at(scope: Scope, public: SplitResult) -> None:
    others = [(name, value) for name, value in scope["headers"] if name != b"host"]
    scope.update(
        scheme=public.scheme,
        headers=[
            *others,
            (b"host", public.netloc.encode("idna" if not public.netloc.isascii() else "ascii")),
        ],
    )


def _put_below(scope: Scope, prefix: str) -> None:
    path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
    if not (path == prefix or path.startswith(f"{prefix}/")):
        path, raw = prefix + path, prefix.encode() + raw
    scope.update(path=path, raw_path=raw, root_path=prefix)
