"""Named graphs of a server over the SPARQL 1.1 Graph Store HTTP Protocol, and changes to them
over SPARQL 1.1 Update."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from gzip import compress
from http.client import HTTPException
from itertools import islice
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import (
    BaseHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    Request,
    build_opener,
)

from hrdgraph.errors import HrdgraphError

LINES: Final = 50_000  # statements of one request
CHANGES: Final = 2_000  # of one update, which servers hold in memory as a query
_TRIPLES: Final = "application/n-triples"
_AGAIN: Final = (429, 502, 503, 504)


class _NoRedirects(HTTPRedirectHandler):
    """Follows nothing: what is sent, and the password with it, goes where it was meant to go."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Digest(HTTPDigestAuthHandler):
    """Answers servers that ask for a digest of the password, as Virtuoso does; what others ask
    for is a refusal like any other."""

    def http_error_401(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        if headers.get("WWW-Authenticate", "").lower().startswith("digest"):
            return super().http_error_401(req, fp, code, msg, headers)
        return None


@dataclass(frozen=True)
class RemoteGraphs:
    """The graphs of a server. `address` is that of its graph store, `update` that of its
    updates. What fails in passing is tried again, `pauses` seconds later."""

    address: str
    update: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    gzip: bool = False
    seconds: float = 300.0
    pauses: Sequence[float] = (1.0, 4.0, 15.0)
    # a name and a password, for servers that take no other login than a digest of it
    account: tuple[str, str] | None = field(default=None, repr=False)
    _wants_digest: set[str] = field(default_factory=set, repr=False)  # servers, as they are met

    def put(self, graph: str, lines: Iterable[str]) -> int:
        """Put N-Triples lines in the place of a named graph; how many there are. Where they are
        many, the first part is put, and the others are added to it."""
        count = 0
        for number, part in enumerate(parts_of(lines, LINES)):
            method = "POST" if number else "PUT"
            self._send(method, self._place(graph), "".join(part).encode(), _TRIPLES)
            count += len(part)
        if not count:
            self._send("PUT", self._place(graph), b"", _TRIPLES)
        return count

    def lines(self, graph: str) -> set[str]:
        """The statements of a named graph as the server writes them, a line each; none where it
        has no such graph."""
        body = self._send("GET", self._place(graph), None, "")
        return {f"{line.strip()}\n" for line in body.decode().splitlines() if line.strip()}

    def change(self, graph: str, removed: Iterable[str], added: Iterable[str]) -> int:
        """Remove and add lines of a named graph, some at a time; how many there are."""
        count = 0
        for word, lines in (("DELETE", removed), ("INSERT", added)):
            for part in parts_of(lines, CHANGES):
                text = f"{word} DATA {{ GRAPH <{graph}> {{\n{''.join(part)}}} }}"
                self._send("POST", self.update, text.encode(), "application/sparql-update")
                count += len(part)
        return count

    def _place(self, graph: str) -> str:
        return f"{self.address}{'&' if '?' in self.address else '?'}graph={quote(graph, safe='')}"

    def _send(self, method: str, url: str, body: bytes | None, kind: str) -> bytes:
        for pause in (*self.pauses, None):
            try:
                return self._once(method, url, body, kind)
            except HTTPError as error:
                if error.code == 404 and method == "GET":
                    return b""
                if error.code not in _AGAIN or pause is None:
                    raise _refused(error, url) from error
            except (URLError, HTTPException, OSError) as error:
                if pause is None:
                    reason = getattr(error, "reason", error)
                    raise HrdgraphError(
                        "remote-store-unreachable", host=_host(url), reason=str(reason)
                    ) from error
            time.sleep(pause)
        raise AssertionError("the last try ends in an answer or an error")

    def _once(self, method: str, url: str, body: bytes | None, kind: str) -> bytes:
        """Send a request. Who refuses the password as such is given a digest of it, then and
        from then on: some servers ask for that only where nothing else was offered."""
        if _host(url) not in self._wants_digest:
            try:
                return self._answered(self._request(method, url, body, kind), [])
            except HTTPError as error:
                if error.code != 401 or not self.account:
                    raise
                self._wants_digest.add(_host(url))
        assert self.account is not None
        known = HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, *self.account)
        request = self._request(method, url, body, kind)
        request.remove_header("Authorization")
        return self._answered(request, [_Digest(known)])

    def _request(self, method: str, url: str, body: bytes | None, kind: str) -> Request:
        headers = {**self.headers, "Accept": _TRIPLES if method == "GET" else "*/*"}
        if kind:
            headers["Content-Type"] = kind
        if body is not None and self.gzip:
            body, headers["Content-Encoding"] = compress(body, 5, mtime=0), "gzip"
        return Request(url, data=body, headers=headers, method=method)

    def _answered(self, request: Request, handlers: list[BaseHandler]) -> bytes:
        opener = build_opener(_NoRedirects, *handlers)
        with opener.open(request, timeout=self.seconds) as answer:
            found: bytes = answer.read()
            return found


def login(user: str, password: str, token: str) -> dict[str, str]:
    """The header that says who asks: by a token, or by a name and a password."""
    if token:
        return {"Authorization": f"Bearer {token}"}
    pair = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"} if user else {}


def parts_of(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lines in parts of a size."""
    left = iter(lines)
    while part := list(islice(left, size)):
        yield part


def _refused(error: HTTPError, url: str) -> HrdgraphError:
    said = error.read(500).decode("utf-8", "replace").strip()
    hint = "give-login-in-environment" if error.code in (401, 403) else "see-answer-of-server"
    return HrdgraphError(
        "remote-store-refused", host=_host(url), status=error.code, reason=said[:300], hint=hint
    )


def _host(url: str) -> str:
    """The server of an address, without a name or password that may stand in it."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2]
