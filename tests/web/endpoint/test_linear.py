"""Nothing that a visitor sends takes more than linear time where others wait: each pattern of the packages, and each route."""

from __future__ import annotations

import ast
import json
import os
import re
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from re import _constants as sre
from re import _parser as parser
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.web.endpoint.conftest import Running

import hrdgraph
from hrdgraph.store.tokens import _pattern

ROOT = Path(hrdgraph.__file__).parent
SMALL, LARGE = 8 << 10, 64 << 10
# what reads the files of a project when they are opened, not what a visitor sends
NOT_VISITORS = {"web/machines/dataset.py", "web/site.py"}
WITHIN_BOUNDS = {
    "store/query_guards.py:_SERVICE",
    "store/query_guards.py:_LOAD",
    "store/query_guards.py:_BEGUN",
    "store/tokens.py:_TOKEN",  # left at the first quote that opens no string
}  # a hundred times, over so many characters: see tests/store
BY_HAND = {
    "one letter": "a",
    "a query of one letter": "SELECT a",
    "a changing function in a comment": "#RAND",
    "a comment after a function": "RAND#\n",
    "services": "SERVICE#",
    "services on lines": "SERVICE\n#",
    "a server without an end": "SERVICE <",
    "loads": "LOAD ",
    "prefixes": "PREFIX a",
    "prefix and spaces": "PREFIX  ",
    "words with signs": "a-",
    "from": "FROM#",
    "from on lines": "FROM\n",
    "open strings": '"\\',
    "open long strings": '"""\\',
    "both quotes": "\"'",
    "open IRIs": "<a",
    "brackets": "()",
    "open brackets": "(",
    "signs": "- ",
    "signs and brackets": "!(",
    "escapes": "\\u005C",
    "marks that are put in order": "\u0301\u0327",
    "one letter that becomes eighteen": "\ufdfa",
    "Arabic": "\u0639\u0627",
    "commas": ",",
    "qualities": "a;q=0.1,",
    "ranges": "0-1,",
    "percent": "%",
    "slashes": "/",
    "dots": "../",
    "spaces": " \t",
    "blank lines": "\r\n ",
    "U+1680": "\u1680",
}


def _patterns() -> Iterator[tuple[str, str, int]]:
    """Every pattern that stands in the packages: where, its text, its flags."""
    for name, made in (("_TOKEN", _pattern()), ("_WITHOUT_TEXT", _pattern("text"))):
        yield f"store/tokens.py:{name}", made.pattern, made.flags
    for package in ("web", "store"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            module = f"hrdgraph.{name[:-3].replace('/', '.')}"
            text = path.read_text("utf-8")
            if name in NOT_VISITORS or "\nimport re\n" not in text:
                continue
            found = vars(__import__(module, fromlist=["_"]))
            for key, value in found.items():
                for pattern in value.values() if isinstance(value, dict) else [value]:
                    if isinstance(pattern, re.Pattern):
                        yield f"{name}:{key}", pattern.pattern, pattern.flags  # type: ignore[misc]
            for node in ast.walk(ast.parse(text)):
                called = (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and ast.unparse(node.func.value) == "re"
                    and node.args
                )
                if (
                    called
                    and isinstance(node.args[0], ast.Constant)
                    and isinstance(node.args[0].value, str)
                ):  # type: ignore[attr-defined]
                    yield f"{name}:{node.lineno}", node.args[0].value, 0  # type: ignore[attr-defined]


def _attacks(pattern: str, flags: int) -> Iterator[str]:
    """Texts of a pattern: what leads to each of its repetitions, that again and again, and what does not fit at the end."""
    tree = list(parser.parse(pattern, flags))
    for before, inside in _repeated(tree, ""):
        for pump in {inside, inside + before, before, f"{before}{inside * 30}"} - {""}:
            for end in ("", "\x00", "!"):
                yield f"{before}{pump * (SMALL // len(pump))}{end}"


def _repeated(tree: list[Any], before: str) -> Iterator[tuple[str, str]]:
    for kind, value in tree:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            inside = list(value[2])
            yield before, _sample(inside)
            yield from _repeated(inside, before)
        elif kind is sre.SUBPATTERN:
            yield from _repeated(list(value[3]), before)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from _repeated(list(branch), before)
        elif kind is sre.ATOMIC_GROUP:
            yield from _repeated(list(value), before)
        before += _sample([(kind, value)])


def _sample(tree: list[Any]) -> str:
    """A short text that fits."""
    return "".join(_sample_of(kind, value) for kind, value in tree)


def _sample_of(kind: Any, value: Any) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.NOT_LITERAL:
        return "a" if chr(value) != "a" else "b"
    if kind is sre.ANY:
        return "x"
    if kind is sre.IN:
        return next(
            char
            for char in f"aZ0 {string.printable}\u00e9\u0301\u202a\x01\ud800"
            if _is_in(char, value)
        )
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _sample(list(value[2])) * max(value[0], 1)
    if kind is sre.SUBPATTERN:
        return _sample(list(value[3]))
    if kind is sre.BRANCH:
        return _sample(list(value[1][0]))
    return _sample(list(value)) if kind is sre.ATOMIC_GROUP else ""


def _is_in(char: str, items: list[Any]) -> bool:
    known = {
        sre.CATEGORY_SPACE: str.isspace,
        sre.CATEGORY_DIGIT: str.isdigit,
        sre.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    }
    negated, found = False, False
    for kind, value in items:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.LITERAL:
            found |= char == chr(value)
        elif kind is sre.RANGE:
            found |= value[0] <= ord(char) <= value[1]
        elif kind is sre.CATEGORY:
            other = {
                sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
                sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
                sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
            }
            found |= not known[other[value]](char) if value in other else known[value](char)
    return found != negated


PATTERNS = [found for found in dict.fromkeys(_patterns()) if found[0] not in WITHIN_BOUNDS]


def _took(work: Callable[[], object]) -> float:
    """The least processor time of this thread: what else the machine does is not counted."""
    times = []
    for _ in range(2):
        before = time.thread_time()
        work()
        times.append(time.thread_time() - before)
        if times[-1] < 0.02:
            break
    return min(times)


def _pace() -> float:
    """How long this machine takes for what is linear, and done for every text."""
    return _took(lambda: re.sub(r"[^\n]", " ", "a" * (LARGE * 4)))


def test_there_are_patterns_and_attacks() -> None:
    assert len(PATTERNS) > 25
    assert sum(1 for _, pattern, flags in PATTERNS for _ in _attacks(pattern, flags)) > 200


@pytest.mark.sampled(10)
@pytest.mark.parametrize(
    ("where", "pattern", "flags"), PATTERNS, ids=[where for where, *_ in PATTERNS]
)
def test_no_pattern_takes_more_than_linear_time(where: str, pattern: str, flags: int) -> None:
    compiled, most = re.compile(pattern, flags), max(3 * _pace(), 0.05)
    texts = [
        *dict.fromkeys(_attacks(pattern, flags)),
        *(piece * (SMALL // len(piece)) for piece in BY_HAND.values()),
    ]
    for text in texts:
        text = text.encode("utf-8", "surrogatepass") if isinstance(pattern, bytes) else text  # type: ignore[assignment]
        assert _took(lambda text=text: [*compiled.finditer(text)]) < most, f"{where}: {text[:60]!r}"  # type: ignore[misc]


@pytest.mark.heavy
def test_a_quadratic_pattern_would_be_found() -> None:
    pattern = r"([A-Za-z][\w-]*)?:(?!//)"
    most = 3 * _pace()
    assert any(
        _took(lambda text=text: re.findall(pattern, text)) > most  # type: ignore[misc]
        for text in _attacks(pattern, 0)
    )


ROUTES = (
    "/", "/en/", "/en/search", "/en/browse", "/en/queries", "/en/queries/things-named", "/queries/things-named.csv", "/en/sparql", "/en/{}", "/id/{}",
    "/data/{}.ttl", "/context/{}", "/static/{}", "/files/{}", "/ontology/{}", "/queries/{}.csv", "/en/queries/{}", "/en/id/{}", "/{}",
    "/sitemap.xml", "/reconcile", "/en/reconcile/suggest/entity", "/en/reconcile/suggest/{}", "/en/reconcile/properties", "/en/reconcile/preview",
    "/en/reconcile/flyout", "/reconcile/v1", "/en/reconcile/v1/suggest/entity", "/en/reconcile/v1/suggest/{}", "/en/reconcile/v1/extend/propose",
    "/en/reconcile/v1/preview", "/.well-known/void", "/openapi.json", "/sparql", "/sparql/graphs", "/sparql/graphs/{}",
    "/editor", "/vocabulary/{}", "/graph/{}", "/software/{}", "/api/v1", "/api/v1/search", "/api/v1/people", "/api/v1/claims.csv", "/api/v1/{}",
    "/api/v1/people/{}",
)  # fmt: skip
EVERYWHERE = (
    *(BY_HAND.values() if os.environ.get("HRDGRAPH_LONG") else ()),
    BY_HAND["one letter"],
    BY_HAND["marks that are put in order"],
    ",",
)
NAMES = (
    "q",
    "text",
    "name",
    "prefix",
    "query",
    "queries",
    "extend",
    "id",
    "type",
    "format",
    "graph",
    "lang",
    "page",
    "country",
    "default-graph-uri",
    "cursor",
    "sort",
    "fields",
    "limit",
    "about",
)
HEADERS = (
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "If-None-Match",
    "Range",
    "Cookie",
    "Content-Type",
    "X-Forwarded-For",
    "Origin",
)
_HEAD = 60_000  # bytes of an address that a client sends


class Watched:
    """A server, how long its loop and all of it were at work, and a visitor who asks for something small again and again."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self._visitor = httpx.Client(
            transport=httpx.HTTPTransport(local_address="127.0.0.9"), timeout=60
        )

    def close(self) -> None:
        self._visitor.close()

    def loop(self) -> float:
        return _processor(
            Path(f"/proc/{self.server.process.pid}/task/{self.server.process.pid}/stat")
        )

    def whole(self) -> float:
        return _processor(Path(f"/proc/{self.server.process.pid}/stat"))

    def visit(self) -> float:
        started = time.monotonic()
        assert self._visitor.get(f"{self.server.address}/robots.txt").status_code == 200
        return time.monotonic() - started

    def waits(self, work: Callable[[], object]) -> list[float]:
        """How long the visitor waited each time while something was done, the shortest first."""
        waits, done = [self.visit()], threading.Event()

        def visits() -> None:
            while not done.is_set():
                waits.append(self.visit())

        visitor = threading.Thread(target=visits)
        visitor.start()
        try:
            work()
        finally:
            done.set()
            visitor.join()
        return sorted(waits)


def _processor(path: Path) -> float:
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def watched(serve: Callable[..., Running]) -> Iterator[Watched]:
    watched = Watched(serve(client_errors=0, client_seconds=0))
    for path in (
        "/en/",
        "/robots.txt",
        "/static/things.json",
        "/api/v1/people",
        "/api/v1/claims",
        "/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22a%22%7D%7D",
    ):
        httpx.get(
            f"{watched.server.address}{path}", timeout=60
        )  # what is made once is not a visitor's doing
    yield watched
    watched.close()


def _ask(watched: Watched, requests: list[tuple[str, str, dict[str, Any]]]) -> tuple[float, float]:
    """The most that one request took of the loop, and of the whole server."""
    most = (0.0, 0.0)
    with httpx.Client(timeout=60) as client:
        for method, path, more in requests:
            before = watched.loop(), watched.whole()
            with suppress(httpx.HTTPError):  # an answer of any kind, or none
                client.request(method, f"{watched.server.address}{path}", **more)
            took = watched.loop() - before[0], watched.whole() - before[1]
            assert took[0] <= 0.15 * _slowness(), (
                f"{method} {path[:80]} {str(more)[:80]}: the loop was at work for {took[0]:.2f} s"
            )
            assert took[1] <= 1.0 * _slowness(), (
                f"{method} {path[:80]} {str(more)[:80]}: threads were at work for {took[1]:.2f} s"
            )
            most = max(most[0], took[0]), max(most[1], took[1])
    return most


def _slowness() -> float:
    """How much slower than usual this machine is now."""
    return max(1.0, _pace() / 0.02)


def _requests(piece: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The same text in each place that a visitor can write to."""
    text = piece * (LARGE // len(piece))
    told = quote(text, safe="")[: _HEAD // 2]
    told = told[: told.rfind("%")] if "%" in told[-3:] else told
    parameters = "&".join(f"{name}={told[: _HEAD // len(NAMES)]}" for name in NAMES)
    batch = json.dumps({"q0": {"query": text, "properties": [{"pid": text, "v": text}]}})
    posted = [("POST", "/reconcile", {"data": {"queries": value}}) for value in (text, batch)]
    extended = json.dumps(
        {"ids": [text], "properties": [{"id": text, "settings": {"limit": text}}]}
    )
    posted.append(("POST", "/en/reconcile", {"data": {"extend": extended}}))
    asked = [
        ("POST", "/sparql", {"data": {"query": query}})
        for query in (text, f"ASK {{}} {text}", f"SELECT * {{ {text}")
    ]
    header = "".join(char for char in text if " " < char < "\x7f")[: _HEAD // 2]
    if piece not in EVERYWHERE:
        return [
            *posted,
            *asked,
            *(("GET", f"{path}?{parameters}", {}) for path in ("/en/search", "/sparql")),
        ]
    told_to = [
        ("GET", path, {"headers": {name: header}})
        for path in ("/sparql?query=ASK%7B%7D", "/en/", "/id/x")
        for name in HEADERS
        if header
    ]
    some = [
        ("GET", f"{path.format(told)}?{parameters if '{' not in path else ''}", {})
        for path in ROUTES
    ]
    return [*posted, *asked, *told_to, *some]


PLACES = [
    pytest.param(piece, id=name, marks=() if piece in ("a", "#RAND") else pytest.mark.heavy)
    for name, piece in BY_HAND.items()
]


@pytest.mark.heavy
@pytest.mark.parametrize("piece", PLACES)
def test_no_text_at_any_route_keeps_the_loop_at_work(watched: Watched, piece: str) -> None:
    _ask(watched, _requests(piece))


@pytest.mark.heavy
def test_no_text_of_a_pattern_keeps_the_loop_at_work(watched: Watched) -> None:
    texts = dict.fromkeys(
        text[: LARGE - 1]
        for _, pattern, flags in PATTERNS
        if isinstance(pattern, str)
        for text in _attacks(pattern, flags)
    )
    queries = [text.encode("utf-8", "replace").decode() for text in texts][::7]
    _ask(
        watched,
        [
            ("POST", "/sparql", {"data": {"query": text * (LARGE // (SMALL + 64))}})
            for text in queries
        ],
    )


@pytest.mark.heavy
def test_another_visitor_does_not_wait(watched: Watched) -> None:
    calm = watched.waits(lambda: time.sleep(1))
    requests = [*_requests("a")[:5], *_requests("#RAND")[:5], *_requests("\u0301\u0327")[-10:]]
    waits = watched.waits(lambda: _ask(watched, requests))
    assert waits[len(waits) // 2] < max(0.1, 3 * calm[len(calm) // 2]) * _slowness()
    assert waits[-1] < max(1.0, 10 * calm[-1]) * _slowness()
