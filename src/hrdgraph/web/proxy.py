"""What a proxy says of a request into the request as the client sent it, and the prefix below
which all paths are."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

_ABSOLUTE: Final = re.compile(rb"https?://([^/?#]+)(/.*)?", re.I | re.S)


class ProxyMiddleware:
    """An application behind a proxy, or below a prefix.

    Only what the nearest proxy itself added is believed: the last address of X-Forwarded-For.
    The proxy may leave the prefix in the path or take it away.
    """

    def __init__(self, app: ASGIApp, *, behind_proxy: bool, prefix: str) -> None:
        self._app = app
        self._behind_proxy = behind_proxy
        self._prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = dict(scope)
            _split(scope)
            if self._behind_proxy:
                _believe(scope)
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
    if (scheme := said.get(b"x-forwarded-proto", "").strip().lower()) in ("http", "https"):
        scope["scheme"] = scheme
    if host := said.get(b"x-forwarded-host", "").rpartition(",")[2].strip():
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [*others, (b"host", host.encode("latin-1"))]


def _put_below(scope: Scope, prefix: str) -> None:
    path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
    if not (path == prefix or path.startswith(f"{prefix}/")):
        path, raw = prefix + path, prefix.encode() + raw
    scope.update(path=path, raw_path=raw, root_path=prefix)
