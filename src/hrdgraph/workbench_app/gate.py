"""Let in requests of this machine's browser with the secret of this start; refuse all others."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.errors import HrdgraphError
from hrdgraph.web.pages.routes import SECURITY
from hrdgraph.workbench_app.page import language_of, words_in

ENTRANCE: Final = "/enter"
LONGEST: Final = 64 << 20  # bytes of an upload
_FORMS: Final = (
    "application/x-www-form-urlencoded", "multipart/form-data", "application/json",
    "application/sparql-query",
)  # fmt: skip
_READING: Final = ("GET", "HEAD")
_SAME: Final = "same-origin"
# nothing goes to others, and forms of ours say where they come from
_USUAL: Final[Mapping[str, str]] = {
    **SECURITY, "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
}  # fmt: skip


class Gate:
    """An application that only this machine reaches. The Host is ours by name and port, so no
    other name leads here; the cookie has the secret of this start; what changes something comes
    from a page of ours, as a form or as JSON, and is bounded."""

    def __init__(
        self, app: ASGIApp, *, port: int, key: str, secret: str, read_only: bool = False
    ) -> None:
        self._app, self._key, self._secret, self._read_only = app, key, secret, read_only
        self.cookie = f"hrdgraph-workbench-{port}"
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope)
        answer = self._refuse(request)
        if answer is not None:
            await answer(scope, receive, _guard(send))
        elif request.method in _READING:
            await self._app(scope, receive, _guard(send))
        else:
            length = request.headers.get("content-length", "")
            await self._app(scope, _limit(receive, length), _guard(send))

    def _refuse(self, request: Request) -> Response | None:
        """Return what is answered in place of the application; None where it may answer."""
        headers = request.headers
        if headers.get("host", "") not in self._hosts:
            return _refusal(request, 421, "refused_key")
        if request.url.path == ENTRANCE:
            if not _is_same(request.query_params.get("key", ""), self._key):
                return _refusal(request, 403, "refused_key")
            tag = request.query_params.get("tag")
            answer = RedirectResponse(f"/language?tag={tag}" if tag in LANGUAGES else "/", 303)
            answer.set_cookie(self.cookie, self._secret, httponly=True, samesite="strict")
            return answer
        if not _is_same(request.cookies.get(self.cookie, ""), self._secret):
            return _refusal(request, 403, "refused_key")
        if request.method in _READING:
            return None
        if self._read_only and not request.url.path.startswith("/graph/"):
            return _refusal(request, 403, "read_only")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_ours = headers.get("origin", "") == f"http://{headers['host']}"
        is_ours &= kind in _FORMS and headers.get("sec-fetch-site", "same-origin") == _SAME
        return None if is_ours else _refusal(request, 403, "refused_key")


def _is_same(text: str, secret: str) -> bool:
    """Compare what somebody sent with a secret, in a time that does not tell how much is right."""
    return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), secret.encode())


def _refusal(request: Request, status: int, text: str) -> Response:
    words = words_in(language_of("", request.headers.get("accept-language", "")))
    return PlainTextResponse(words(text) + "\n", status)


def _guard(send: Send) -> Send:
    """Add headers: load nothing foreign, stand in no frame, cache only where the answer says so."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _USUAL.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def _limit(receive: Receive, length: str) -> Receive:
    """Pass on what is sent, up to the limit: beyond it the room that reads it gets an error."""
    taken = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    taken = taken if taken > LONGEST else 0

    async def receiving() -> Message:
        nonlocal taken
        if taken <= LONGEST:
            message = await receive()
            taken += len(message.get("body", b""))
        if taken > LONGEST:
            raise HrdgraphError("workbench-upload-large", size=LONGEST >> 20)
        return message

    return receiving
