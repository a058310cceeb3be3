"""A server of SPARQL queries, updates and of the Graph Store Protocol, over a store in memory, that tests can make fail."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox


class GraphStore(ThreadingHTTPServer):
    """A server of the Graph Store Protocol and of updates, over a store in memory. `failing` are statuses that it answers first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = ox.Store()
        self.failing: list[int] = []
        self.seen: list[tuple[str, dict[str, str], int]] = []
        self.is_careless = False  # whether it answers from all that it has, whatever is asked
        self.kind = ""  # as which it sends answers
        self.lacking = 0  # bytes that it promises and does not send
        self.pause = 0.0  # seconds within an answer

    @property
    def queries(self) -> str:
        return f"{self.address}query"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: GraphStore

    def log_message(self, *_: object) -> None:
        pass

    def _take(self) -> bytes | None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.seen.append((self.command, dict(self.headers), len(body)))
        if self.server.failing:
            self._done(b"not now", self.server.failing.pop(0))
            return None
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def _graph(self) -> ox.NamedNode:
        return ox.NamedNode(parse_qs(urlsplit(self.path).query)["graph"][0])

    def _done(self, body: bytes = b"", status: int = 200) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        if (body := self._take()) is not None:
            self.server.store.clear_graph(self._graph())
            self.server.store.load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=self._graph())
            self._done(status=204)

    def do_DELETE(self) -> None:
        if self._take() is not None:
            known = self.server.store.contains_named_graph(self._graph())
            self.server.store.remove_graph(self._graph())
            self._done(status=204 if known else 404)

    def do_POST(self) -> None:
        if (body := self._take()) is None:
            return
        if self.path == "/query":
            self._answer(parse_qs(body.decode(), keep_blank_values=True))
            return
        if self.headers["Content-Type"] == "application/sparql-update":
            self.server.store.update(body.decode())
        else:
            self.server.store.load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=self._graph())
        self._done(status=204)

    def do_GET(self) -> None:
        if self._take() is not None:
            graph = self._graph()
            quads = list(self.server.store.quads_for_pattern(None, None, None, graph))
            triples = (quad.triple for quad in quads)
            text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
            self._done(text, 200 if quads else 404)

    def _answer(self, asked: dict[str, list[str]]) -> None:
        """Answer a query over the graphs that the request names."""
        default, named = (
            [ox.NamedNode(name) for name in asked.get(f"{of}-graph-uri", [])]
            for of in ("default", "named")
        )
        graphs: dict[str, Any] = {"default_graph": default, "named_graphs": named}
        text = asked["query"][0]
        try:
            said, kind = self._solved(text, {} if self.server.is_careless else graphs)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            self._done(str(error).encode(), 400)
            return
        self.send_response(200)
        self.send_header("Content-Type", self.server.kind or kind)
        self.send_header("Content-Length", str(len(said) + self.server.lacking))
        self.end_headers()
        for part in (said[:10], said[10:]):
            self.wfile.write(part)
            self.wfile.flush()
            time.sleep(self.server.pause)

    def _solved(self, text: str, graphs: dict[str, Any]) -> tuple[bytes, str]:
        """An answer and its media type. What it was read from ends here: it may not outlive its thread."""
        found = self.server.store.query(text, **graphs)
        triples = isinstance(found, ox.QueryTriples)
        format: Any = ox.RdfFormat.N_TRIPLES if triples else ox.QueryResultsFormat.JSON
        return found.serialize(format=format) or b"", format.media_type


@contextmanager
def running() -> Iterator[GraphStore]:
    """A server that runs until the end of the context."""
    server = GraphStore()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
