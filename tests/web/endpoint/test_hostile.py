"""Queries and clients that mean harm cost their worker and nothing else; nobody takes a part of an answer for the whole."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.store.test_federation_guard import SPELLINGS
from tests.web.endpoint.conftest import Running, alive, eventually

from hrdgraph.web.endpoint.pool import Charge, Worker
from hrdgraph.web.endpoint.worker import ERROR

PLAIN = "SELECT (COUNT(*) AS ?n) { ?s a hrd:Award }"
DOUBLED = " ".join(
    f"BIND(CONCAT(?x{i},?x{i},?x{i},?x{i},?x{i},?x{i},?x{i},?x{i}) AS ?x{i + 1})" for i in range(9)
)
KILLERS = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "a sort of everything": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "distinct of everything": "SELECT DISTINCT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f }",
    "words doubled and doubled": f'SELECT (STRLEN(?x9) AS ?n) {{ BIND("{"x" * 1000}" AS ?x0) {DOUBLED} }}',
    "one long word": "SELECT (GROUP_CONCAT(CONCAT(STR(?a),STR(?d),STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "closure of every property": "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b . ?c (!<x:x>|^!<x:x>)* ?d }",
    "not exists over everything": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?a ?y ?m . ?m ?z ?f } }",
}
REFUSED = {
    "deep braces": "ASK " + "{" * 3000 + "}" * 3000,
    "deep brackets": "ASK { FILTER(" + "(" * 3000 + "1" + ")" * 3000 + ") }",
    "long": "ASK { ?s ?p '" + "x" * 70_000 + "' }",
    "many signs": "ASK { FILTER(" + "!" * 5000 + "true) }",
}
QUICK = {  # what looks bad and is not: it must not cost anything, nor be refused
    "a regular expression that explodes elsewhere": 'ASK { FILTER(REGEX("'
    + "a" * 60
    + 'b", "^(a+)+$")) }',
    "a regular expression of a million states": 'ASK { FILTER(REGEX("aaa", "((a{1,90}){1,90}){1,90}")) }',
    "lists in lists": "ASK { ?s ?p " + "(" * 38 + ")" * 38 + " }",
    "nodes in nodes": "ASK { ?s ?p " + "[ ?p " * 38 + "1" + "]" * 38 + " }",
    "many alternatives": "ASK { FILTER(1 IN (" + "1+1," * 5000 + "3)) }",
}


@pytest.fixture(scope="module")
def server(serve: Callable[..., Running]) -> Running:
    return serve(
        timeout=1.5,
        memory="96M",
        client_seconds=0,
        client_errors=0,
        pages=False,
    )


def outcome(server: Running, text: str) -> str:
    """The status of an answer, or that it was broken off after its beginning."""
    try:
        answer = server.query(text)
    except httpx.RemoteProtocolError:
        return "broken off"
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.status_code)


def is_served(server: Running) -> bool:
    answer = server.query(PLAIN, source="127.0.0.2")
    return answer.status_code == 200 and int(answer.text.split()[1]) > 0


@pytest.mark.heavy
def test_killers_are_stopped_and_nobody_else_waits(server: Running) -> None:
    with ThreadPoolExecutor(len(KILLERS)) as pool:
        asked = {name: pool.submit(outcome, server, text) for name, text in KILLERS.items()}
        waits = []
        while not all(item.done() for item in asked.values()):
            began = time.monotonic()
            assert is_served(server)
            waits.append(time.monotonic() - began)
        outcomes = {name: item.result() for name, item in asked.items()}
    assert {
        name: what for name, what in outcomes.items() if what not in ("503", "504", "broken off")
    } == {}
    assert {"503", "504"} <= set(outcomes.values())
    assert (
        sorted(waits)[len(waits) // 2] < 3
    )  # 0.05 s on a quiet machine: a worker is there for whoever has none
    assert eventually(lambda: len(server.workers) == 3)


@pytest.mark.heavy
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_the_engine_never_sees_it(server: Running, text: str) -> None:
    assert eventually(lambda: len(server.workers) == 3)
    before = server.workers
    answer = server.query(text)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert server.workers == before


@pytest.mark.parametrize("text", QUICK.values(), ids=QUICK.keys())
def test_what_only_looks_hostile_is_answered(server: Running, text: str) -> None:
    assert server.query(text, accept="*/*").status_code == 200


def test_a_worker_killed_while_it_works(server: Running) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.query, KILLERS["cross product"])
        while not asked.done():
            time.sleep(0.2)
            for number in server.workers:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
        assert asked.result().status_code == 503
    began = time.monotonic()
    assert eventually(
        lambda: is_served(server)
    )  # the next question may still meet a worker that was killed with that one
    assert time.monotonic() - began < 3  # a start takes 0.15 s on a quiet machine
    assert eventually(lambda: len(server.workers) == 3)


@pytest.mark.heavy
def test_an_answer_that_is_broken_off_is_no_answer(server: Running) -> None:
    outcomes: list[str] = []
    while (
        "broken off" not in outcomes and len(outcomes) < 5
    ):  # on a busy machine too little may come for an answer to begin
        outcomes.append(outcome(server, "SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    assert set(outcomes) <= {"broken off", "504"}
    assert outcomes[-1] == "broken off"
    assert is_served(server)
    assert eventually(
        lambda: "200" in server.log.read_text() and "broken off" in server.log.read_text()
    )


@pytest.mark.sampled(1)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_over_http_1_0_only_whole_answers_are_sent(server: Running, encoding: str) -> None:
    """A proxy of that kind could not tell a part from the whole."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        text = "SELECT+*+%7B+%3Fa+%3Fb+%3Fc+.+%3Fd+%3Fe+%3Ff+%7D"
        line.sendall(
            f"GET /sparql?query={text} HTTP/1.0\r\nHost: h\r\nAccept-Encoding: {encoding}\r\n\r\n".encode()
        )
        said = b"".join(iter(lambda: line.recv(65536), b""))
    assert said.split()[1] in (b"503", b"504")


def test_a_client_that_goes_away_frees_its_worker(server: Running) -> None:
    before = server.workers
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        body = b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\n"
            + b"Content-Length: %d\r\n\r\n" % len(body)
            + body
        )
        time.sleep(0.3)
    assert eventually(
        lambda: server.workers != before and len(server.workers) == 3, 1.2
    )  # sooner than the deadline


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server that must never be called."""
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as line:
        line.settimeout(0.1)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    other, _ = line.accept()
                except TimeoutError:
                    continue
                calls.append(other.recv(1000))
                other.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield line.getsockname()[1], calls
        stop.set()
        thread.join()


def test_no_spelling_of_service_calls_anybody(
    server: Running, listener: tuple[int, list[bytes]]
) -> None:
    port, calls = listener
    for text in SPELLINGS.values():
        answer = server.query(text.replace("http://e/", f"http://127.0.0.1:{port}/"), accept="*/*")
        assert answer.status_code == 400
    assert calls == []


def test_a_worker_calls_nobody_even_where_the_refusal_fails(
    project: Path, listener: tuple[int, list[bytes]]
) -> None:
    port, calls = listener

    async def ask() -> set[int]:
        worker = await Worker.start(Charge(project / "build" / "store", {}, 1 << 28))
        assert worker.alone
        kinds = set()
        for text in SPELLINGS.values():
            text = text.replace("http://e/", f"http://127.0.0.1:{port}/")
            formats = {"solutions": "json", "boolean": "json", "triples": "nt"}
            job = {
                "op": "query",
                "text": text,
                "base": None,
                "default": None,
                "named": (),
                "formats": formats,
                "gzip": False,
                "head": False,
            }
            kinds |= {frame.kind async for frame in worker.run(job | {"seconds": 5})}
        await worker.end()
        return kinds

    assert ERROR in asyncio.run(ask())
    assert calls == []


@pytest.mark.heavy
def test_an_allowed_server_is_called(
    serve: Callable[..., Running], listener: tuple[int, list[bytes]]
) -> None:
    """The listener does hear what is sent: the two tests before this one could fail."""
    port, calls = listener
    running = serve(allow_service=[f"http://127.0.0.1:{port}/"], pages=False, workers=1)
    running.query(f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
    assert eventually(lambda: len(calls) == 1)
    assert (
        running.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }").status_code == 400
    )
    assert running.stop() == 0


@pytest.mark.heavy
def test_workers_end_with_a_server_that_is_killed(serve: Callable[..., Running]) -> None:
    running = serve(pages=False, timeout=60)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(running.query, KILLERS["cross product"])
        assert eventually(lambda: len(running.workers) == 3)
        time.sleep(0.3)
        workers = running.workers
        running.stop(signal.SIGKILL)
        assert isinstance(asked.exception(), httpx.HTTPError)
    assert eventually(lambda: not any(alive(number) for number in workers), 2)
