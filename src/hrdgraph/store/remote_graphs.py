"""Named graphs of a server over the SPARQL 1.1 Graph Store HTTP Protocol, and changes to them
over SPARQL 1.1 Update."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from gzip import compress
from http.client import HTTPException
from itertools import islice
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote

from hrdgraph.errors import HrdgraphError
from hrdgraph.store.remote_access import RemoteAccess, host_of, refusal

LINES: Final = 20_000  # statements of one request
CHANGES: Final = 2_000  # of one update, which servers hold in memory as a query
_TRIPLES: Final = "application/n-triples"
_AGAIN: Final = (429, 502, 503, 504)


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
                        "remote-store-unreachable", host=host_of(url), reason=str(reason)
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
            found: bytes = answer.read()
            return found

    @cached_property
    def _access(self) -> RemoteAccess:
        return RemoteAccess(self.headers, self.seconds, self.account)


def parts_of(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lines in parts of a size."""
    left = iter(lines)
    while part := list(islice(left, size)):
        yield part
