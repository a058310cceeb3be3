"""Requests to a server that holds graphs: who asks is said, no redirect is followed, and what the
server answers is read within bounds."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from ipaddress import ip_address
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    Request,
    build_opener,
)

from hrdgraph.errors import HrdgraphError, QueryError

_MEMORY: Final = 8 << 20  # bytes of an answer that are kept in memory; the rest is in a file
_PIECE: Final = 64 << 10


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


class KeptAnswer:
    """The bytes of an answer, to be read once: in a file where they are many, which goes with
    this."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 -- closed with this

    def __del__(self) -> None:
        self._file.close()

    def write(self, part: bytes) -> None:
        """Add some bytes."""
        self._file.write(part)

    def rewind(self) -> None:
        """Go back to the first one."""
        self._file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._file.read(size)


@dataclass(frozen=True)
class RemoteAccess:
    """How servers are asked: the headers that say who asks, and a name and a password for those
    that take no other login than a digest of it."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    seconds: float = 300.0
    account: tuple[str, str] | None = field(default=None, repr=False)
    _wants_digest: set[str] = field(default_factory=set, repr=False)  # servers, as they are met

    def open(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """Send a request; the answer is to be closed. Who refuses the password as such is given
        a digest of it, then and from then on: some servers ask for that only where nothing else
        was offered. Raises HTTPError, URLError, HTTPException and OSError."""
        if host_of(url) not in self._wants_digest:
            request = Request(url, data=body, headers={**self.headers, **headers}, method=method)
            try:
                return self._answered(request, [])
            except HTTPError as error:
                if error.code != 401 or not self.account:
                    raise
                self._wants_digest.add(host_of(url))
        assert self.account is not None
        known = HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, *self.account)
        request = Request(url, data=body, headers=dict(headers), method=method)
        return self._answered(request, [_Digest(known)])

    def read(
        self, url: str, body: bytes, headers: Mapping[str, str], most: int
    ) -> tuple[str, KeptAnswer]:
        """The kind and the whole body of an answer to a POST, which a file holds where it is
        large. QueryError beyond `most` bytes or the seconds of a query, HrdgraphError where the
        server refuses or does not answer."""
        end = time.monotonic() + self.seconds
        try:
            with self.open("POST", url, body, headers) as answer:
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return kind, self._kept(answer, end, most)
        except HTTPError as error:
            raise refusal(error, url, "HRDGRAPH_STORE") from error
        except TimeoutError as error:
            raise self._late() from error
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise self._late() from error
            raise HrdgraphError(
                "remote-store-unreachable",
                host=host_of(url),
                reason=str(reason),
                hint="is-query-server-there",
            ) from error

    def _kept(self, answer: Any, end: float, most: int) -> KeptAnswer:
        kept, size = KeptAnswer(), 0
        while part := answer.read1(_PIECE):
            size += len(part)
            if size > most:
                raise QueryError("remote-answer-too-large", limit=most, hint="narrow-query")
            if time.monotonic() > end:
                raise self._late()
            kept.write(part)
        if answer.length:  # bytes that were promised
            raise HTTPException("the answer breaks off")
        kept.rewind()
        return kept

    def _late(self) -> QueryError:
        return QueryError("query-takes-time", seconds=f"{self.seconds:g}", hint="narrow-query")

    def _answered(self, request: Request, handlers: list[BaseHandler]) -> Any:
        return build_opener(_NoRedirects, *handlers).open(request, timeout=self.seconds)


def login(user: str, password: str, token: str) -> dict[str, str]:
    """The header that says who asks: by a token, or by a name and a password."""
    if token:
        return {"Authorization": f"Bearer {token}"}
    pair = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"} if user else {}


def refusal(error: HTTPError, url: str, variables: str) -> HrdgraphError:
    """What a server refuses, and why; `variables` begins the names of those of the environment
    that say who asks."""
    said = error.read(500).decode("utf-8", "replace").strip()
    hint = "see-answer-of-server"
    if error.code in (401, 403):
        hint = "give-login-in-environment"
    elif 300 <= error.code < 400:
        hint, said = "give-address-sent-on-to", _shown(error.headers.get("Location", ""))
    elif variables != "HRDGRAPH_PUSH":
        hint = "see-answer-of-query-server"
    return HrdgraphError(
        "remote-store-refused",
        host=host_of(url),
        status=error.code,
        reason=said[:300],
        start=variables,
        hint=hint,
    )


def is_protected(url: str) -> bool:
    """Whether a password may go there: over TLS, or not beyond this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The server of an address, without a name or password that may stand in it."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2]


def _shown(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{host_of(url)}/{rest.partition('/')[2]}" if rest else url
