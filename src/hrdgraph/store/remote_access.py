"""Send requests to a server of graphs: queries within bounds, and changes of its graphs (SPARQL
1.1 Graph Store HTTP Protocol and Update). Redirects are not followed."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from gzip import compress
from http.client import HTTPException
from ipaddress import ip_address
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import (
    BaseHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    Request,
    build_opener,
)

from hrdgraph.catalogue import too_many
from hrdgraph.errors import HrdgraphError, QueryError

_MEMORY: Final = 8 << 20  # bytes of an answer that are kept in memory; the rest is in a file
_PIECE: Final = 64 << 10


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: requests, and passwords, only go where they were meant to go."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Digest(HTTPDigestAuthHandler):
    """Answers servers that ask for a digest of the password, as Virtuoso does; other demands are
    refusals."""

    def http_error_401(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        if headers.get("WWW-Authenticate", "").lower().startswith("digest"):
            return super().http_error_401(req, fp, code, msg, headers)
        return None


class KeptAnswer:
    """The bytes of an answer, to be read once: in a temporary file if they are many."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 -- closed with this

    def __del__(self) -> None:
        self.file.close()

    def write(self, part: bytes) -> None:
        """Add some bytes."""
        self.file.write(part)

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes."""
        return self.file.read(size)


@dataclass(frozen=True)
class RemoteAccess:
    """How servers are asked: headers with the login, and a name and a password for servers that
    only take a digest of it."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    seconds: float = 300.0
    account: tuple[str, str] | None = field(default=None, repr=False)
    _wants_digest: set[str] = field(default_factory=set, repr=False)  # servers, as they are met

    def open(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """Send a request and return the answer, which the caller closes. A server that refuses the
        password gets a digest of it from then on: some servers ask for that only then. Raises
        HTTPError, URLError, HTTPException and OSError."""
        if host_of(url) not in self._wants_digest:
            request = Request(url, data=body, headers={**self.headers, **headers}, method=method)
            try:
                return self._open_request(request, [])
            except HTTPError as error:
                if error.code != 401 or not self.account:
                    raise
                self._wants_digest.add(host_of(url))
        assert self.account is not None
        known = HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, *self.account)
        request = Request(url, data=body, headers=dict(headers), method=method)
        return self._open_request(request, [_Digest(known)])

    def read(
        self, url: str, body: bytes, headers: Mapping[str, str], most: int
    ) -> tuple[str, KeptAnswer]:
        """Return the type and the body of an answer to a POST, in a file if it is large.
        QueryError beyond `most` bytes or the time limit, HrdgraphError if the server refuses or
        does not answer."""
        end = time.monotonic() + self.seconds
        try:
            with self.open("POST", url, body, headers) as answer:
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                stored, size = KeptAnswer(), 0
                while part := answer.read1(_PIECE):
                    size += len(part)
                    if size > most:
                        raise QueryError(too_many(most, "byte"), hint="narrow-query")
                    if time.monotonic() > end:
                        raise self._late()
                    stored.write(part)
                if answer.length:  # bytes that were promised
                    raise HTTPException("the answer breaks off")
                stored.file.seek(0)
                return kind, stored
        except HTTPError as error:
            raise refusal(error, url, "HRDGRAPH_STORE") from error
        except TimeoutError as error:
            raise self._late() from error
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise self._late() from error
            raise HrdgraphError(
                "remote-store-unreachable", host=host_of(url), reason=str(reason),
                hint="is-server-there",
            ) from error  # fmt: skip

    def _late(self) -> QueryError:
        return QueryError("too-slow", seconds=f"{self.seconds:g}", hint="narrow-query")

    def _open_request(self, request: Request, handlers: list[BaseHandler]) -> Any:
        return build_opener(_NoRedirects, *handlers).open(request, timeout=self.seconds)


def login(user: str, password: str, token: str) -> dict[str, str]:
    """Return the login header: a token, or a name and a password."""
    if token:
        return {"Authorization": f"Bearer {token}"}
    pair = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"} if user else {}


def refusal(error: HTTPError, url: str, variables: str) -> HrdgraphError:
    """Return the error for a refusal of a server; `variables` is the prefix of the environment
    variables with the login."""
    reason = error.read(500).decode("utf-8", "replace").strip()
    hint = "see-answer-of-server"
    if error.code in (401, 403):
        hint = "give-login-in-environment"
    elif 300 <= error.code < 400:
        hint, reason = "give-address-sent-on-to", _hide_login(error.headers.get("Location", ""))
    elif variables != "HRDGRAPH_PUSH":
        hint = "is-server-there"
    return HrdgraphError(
        "remote-store-refused", host=host_of(url), status=error.code, reason=reason[:300],
        start=variables, hint=hint,
    )  # fmt: skip


def is_protected(url: str) -> bool:
    """Say whether a password may go to an address: over TLS, or on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host of an address, without a name or password."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2]


def _hide_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{host_of(url)}/{rest.partition('/')[2]}" if rest else url


LINES: Final = 20_000  # statements of one request
CHANGES: Final = 2_000  # of one update, which servers hold in memory as a query
_TRIPLES: Final = "application/n-triples"
_AGAIN: Final = (429, 502, 503, 504)


@dataclass(frozen=True)
class RemoteGraphs:
    """The graphs of a server. `address` is its graph store, `update` its updates. Passing failures
    are tried again, after `pauses` seconds."""

    address: str
    update: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    gzip: bool = False
    seconds: float = 300.0
    pauses: Sequence[float] = (1.0, 4.0, 15.0)
    # a name and a password, for servers that take no other login than a digest of it
    account: tuple[str, str] | None = field(default=None, repr=False)

    def replace_graph(self, graph: str, lines: Iterable[str]) -> int:
        """Replace a named graph by N-Triples lines and count them. Of many lines, the first part
        replaces it, the others are added."""
        count = 0
        for number, part in enumerate(parts_of(lines, LINES)):
            method = "POST" if number else "PUT"
            self._send(method, self._place(graph), "".join(part).encode(), _TRIPLES)
            count += len(part)
        if not count:
            self._send("PUT", self._place(graph), b"", _TRIPLES)
        return count

    def lines(self, graph: str) -> set[str]:
        """Return the statements of a named graph as the server writes them, one a line; none if
        there is no such graph."""
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

    def delete(self, graph: str) -> None:
        """Remove a named graph; one that is not there stays away."""
        try:
            self._send("DELETE", self._place(graph), None, "")
        except HrdgraphError as error:
            if error.message.fields.get("status") != 404:
                raise

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
                    raise refusal(error, url, "HRDGRAPH_PUSH") from error
            except (URLError, HTTPException, OSError) as error:
                if pause is None:
                    reason = getattr(error, "reason", error)
                    raise HrdgraphError(
                        "remote-store-unreachable",
                        host=host_of(url),
                        reason=str(reason),
                        hint="is-server-there",
                    ) from error
            time.sleep(pause)
        raise AssertionError("the last try ends in an answer or an error")

    def _once(self, method: str, url: str, body: bytes | None, kind: str) -> bytes:
        headers = {"Accept": _TRIPLES if method == "GET" else "*/*"}
        if kind:
            headers["Content-Type"] = kind
        if body is not None and self.gzip:
            body, headers["Content-Encoding"] = compress(body, 5, mtime=0), "gzip"
        with self._access.open(method, url, body, headers) as answer:
            answer_body: bytes = answer.read()
            return answer_body

    @cached_property
    def _access(self) -> RemoteAccess:
        return RemoteAccess(self.headers, self.seconds, self.account)


def parts_of(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield lines in parts of a size."""
    left = iter(lines)
    while part := list(islice(left, size)):
        yield part
