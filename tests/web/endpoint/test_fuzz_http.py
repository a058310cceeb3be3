"""Whatever bytes come to a server: an answer, or the end of the connection, in little time; never 500, and others are served."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.web.endpoint.conftest import Running

METHODS = [
    "GET",
    "POST",
    "HEAD",
    "OPTIONS",
    "PUT",
    "DELETE",
    "PATCH",
    "CONNECT",
    "TRACE",
    "get",
    "PRI",
    "G ET",
    "\x00",
]
PATHS = [
    "/sparql",
    "/reconcile",
    "/en/",
    "/",
    "/id/",
    "/data/",
    "/files/graph.nq",
    "/static/site.css",
    "/queries/",
    "/en/search",
    "/reconcile/suggest/entity",
    "/context/",
    "/ontology/",
    "/sitemap-1.xml",
    "/sitemap-99999999999999999999.xml",
    "/en/queries/laureates-in-year",
    "/en/queries/network",
    "/fr",
    "*",
    "//",
    "/reconcile/preview",
    "/en/reconcile/v1/",
    "/en/reconcile/v1/match",
    "/reconcile/v1/extend",
    "/en/reconcile/v1/extend/propose",
    "/en/reconcile/v1/suggest/entity",
    "/fr/reconcile/v1/preview",
    "/sparql/graphs",
    "/void.ttl",
    "/openapi.json",
    "/.well-known/void",
    "/en/awards",
    "/robots.txt",
    "http://other.example/en/",
]
TAILS = [
    "",
    "x",
    "..",
    "%2e%2e/",
    "%00",
    "%ff",
    "\u00e9",
    "?",
    "?query=ASK{}",
    "?query=",
    "?query=%22",
    "?q=%F0%9F",
    "?page=-1",
    "?page=9e99",
    "?page=NaN",
    "&",
    "=",
    "?queries={",
    "?queries=%7B%22q%22%3A%7B%22query%22%3A%22x%22%2C%22limit%22%3A1e400%7D%7D",
    "?id=",
    "?graph=",
    "?default",
    "?prefix=%EF%BF%BF",
    "#",
    ";",
    "/",
    "%",
    "?lang=%00",
    "?year=99999999999999999999",
    "?award=%3C%3E",
    "?v=" + "9" * 3000,
    "?extend=%5B",
    "?query=SELECT*%7B%3Fs%3Fp%3Fo%7DLIMIT%201",
    "?format=\x01",
]
HEADERS = [
    "Host: a",
    "Host:",
    "Host: a\r\nHost: b",
    "Host: [::1",
    "Accept: */*;q=nan",
    "Accept: text/turtle;q=1e999",
    "Accept: ,,;;==",
    "Accept-Language: *,-,en;q=",
    "Accept-Encoding: gzip;q=0,identity;q=0",
    "Range: bytes=9-1",
    "Range: bytes=-",
    "Range: x=1",
    "Range: bytes=0-0,0-0,0-0",
    'If-None-Match: "',
    "If-None-Match: *",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Expect: 100-continue",
    "Content-Type: application/x-www-form-urlencoded",
    "Content-Type: application/sparql-query",
    "Content-Type: application/json",
    "Content-Type: multipart/form-data; boundary=",
    "Content-Type: ;;;",
    "Cookie: " + "a" * 3000,
    "X-Forwarded-For: ,,",
    "X-Forwarded-Host: evil",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Connection: close",
    "If-Modified-Since: x",
    "\x00: a",
    ": a",
    "a",
]
BODIES = [
    "",
    "query=ASK%7B%7D",
    "query=%FF",
    "ASK{}",
    "{",
    "5\r\nASK{}\r\n0\r\n\r\n",
    "ffffffffffffffffff\r\n",
    "-1\r\n",
    "queries=%5B%5D",
    '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x"}]}]}',
    '{"queries": [{"conditions": [{"matchType": "property", "propertyId": 1, "propertyValue": {"id": null}}], "limit": 1e400}]}',
    '{"ids": ["x", 1, null], "properties": [{"id": "hrd:country", "settings": {"limit": "\ud800"}}]}',
    "\x00" * 50,
    "&" * 500,
    "=" * 500,
]
PARTS = st.builds(
    lambda method, path, tails, version, headers, end, body: (
        f"{method} {path}{''.join(tails)} {version}\r\n" + "".join(f"{h}\r\n" for h in headers) + end + body
    ).encode("utf-8", "surrogatepass"),
    st.sampled_from(METHODS[:3] * 3 + METHODS), st.sampled_from(PATHS), st.lists(st.sampled_from(TAILS), max_size=3),
    st.sampled_from(["HTTP/1.1"] * 5 + ["HTTP/1.0", "HTTP/2.0", "HTTP/1.", ""]),
    st.lists(st.sampled_from(["Host: a"] * 8 + HEADERS), max_size=5), st.sampled_from(["\r\n"] * 5 + ["\n", ""]), st.sampled_from(BODIES),
)  # fmt: skip


@pytest.fixture(scope="module")
def server(serve: Callable[..., Running]) -> Running:
    """A server which gives one client all it wants."""
    return serve(client_errors=0, client_seconds=0)


SILENCE = 0.3  # seconds: a request that is not whole is waited for, which is right
GOOD = b"GET /robots.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def sent(port: int, data: bytes, silence: float = SILENCE) -> bytes:
    """What comes back until the connection ends, or nothing comes for a while."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        try:
            line.sendall(data)
            line.settimeout(silence)
            while len(got) < 1 << 20 and (more := line.recv(65536)):
                got += more
        except (ConnectionError, TimeoutError):
            pass
    return got


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(PARTS | st.binary(max_size=300))
@example(b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: a\r\n\r\n")
@example(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
def test_any_bytes(server: Running, data: bytes) -> None:
    got = sent(server.port, data)
    assert server.process.poll() is None
    assert not got or got.startswith(b"HTTP/1."), (data, got[:200])
    assert b" 500 " not in got[:20], (data, got[:500])
    assert b"Traceback" not in got
    good = sent(server.port, GOOD, 10)
    assert good.startswith(b"HTTP/1.1 200"), data


def test_nothing_in_the_log_is_a_fault_of_ours(server: Running) -> None:
    assert sent(server.port, GOOD, 10).startswith(b"HTTP/1.1 200")
    log = Path(server.log).read_text("utf-8", "replace")
    assert "Traceback" not in log, log[-3000:]
