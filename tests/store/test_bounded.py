"""Queries of a finished store with bounds: none asks another server, takes all memory or time, or ends this process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hrdgraph.errors import ProjectError, QueryError
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.store.contract import Boolean, GraphAnswer, Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.worker_process import BoundedReader, WorkerLimits

ALL = "SELECT ?s ?o { ?s <http://e.org/p> ?o } ORDER BY ?s"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    quads = [
        Quad(IRI(f"http://e.org/{n:03}"), IRI("http://e.org/p"), Literal(str(n)))
        for n in range(200)
    ]
    with OxigraphStore.create(tmp_path / "store") as store:
        store.add(ColumnGraph.from_quads(quads))
    return tmp_path / "store"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    heard.append(line.recv(100))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], heard


def test_all_answers_are_those_of_the_store(folder: Path) -> None:
    reader = BoundedReader(folder)
    with OxigraphStore.open(folder) as store:
        for text in (
            ALL,
            "ASK { ?s ?p ?o }",
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "SELECT * {}",
            "SELECT ?s { VALUES ?s {} }",
        ):
            assert reader.query(text) == store.query(text)
        parameters = {"s": IRI("http://e.org/007")}
        assert reader.query(ALL, parameters=parameters) == store.query(ALL, parameters=parameters)
    reader.close()
    assert isinstance(BoundedReader(folder).query("ASK {}"), Boolean)


def test_it_outlives_the_thread_that_asked_first(folder: Path) -> None:
    reader = BoundedReader(folder)
    first = threading.Thread(target=lambda: reader.query("ASK {}"))
    first.start()
    first.join()
    time.sleep(0.2)
    assert isinstance(reader.query(ALL), Solutions)


def test_threads_share_it(folder: Path) -> None:
    reader = BoundedReader(folder)
    with ThreadPoolExecutor(8) as pool:
        texts = [f"SELECT ?s {{ ?s ?p '{n}' }}" for n in range(80)]
        answers = list(pool.map(reader.query, texts))
    assert [answer.rows[0][0].value[-3:] for answer in answers] == [f"{n:03}" for n in range(80)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "limits", "fact"),
    [
        (
            f"SELECT * {{ ?s ?p ?o FILTER({'(' * 20_000}1{')' * 20_000}) }}",
            WorkerLimits(),
            "nested too deeply",
        ),
        (
            "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l",
            WorkerLimits(60, 64 << 20),
            "memory",
        ),
        (
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
            WorkerLimits(0.5),
            "more than 0.5 seconds",
        ),
        (
            "SELECT * { ?a ?b ?c . ?d ?e ?f }",
            WorkerLimits(solutions=1000),
            "more than 1,000 rows",
        ),
        (
            "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
            WorkerLimits(solutions=1000),
            "more than 1,000 rows",
        ),
    ],
    ids=["depth", "memory", "time", "solutions", "triples"],
)
def test_what_takes_too_much_is_refused_and_the_next_is_answered(
    folder: Path, text: str, limits: WorkerLimits, fact: str
) -> None:
    reader = BoundedReader(folder, limits)
    with pytest.raises(QueryError, match=fact):
        reader.query(text)
    assert isinstance(reader.query(ALL), Solutions)
    assert isinstance(reader.query("CONSTRUCT WHERE { ?s ?p ?o }"), GraphAnswer)


def test_nobody_is_asked_even_where_the_refusal_fails(
    folder: Path, listener: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, heard = listener
    monkeypatch.setattr("hrdgraph.store.worker_process.refuse_service", lambda _: None)
    reader = BoundedReader(folder)
    assert reader.query(ALL)
    for text in (
        f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <http://localhost:{port}/> {{}} }}",
    ):
        # the process refuses it too: only what it cannot see in the text would get further
        with pytest.raises(QueryError):
            reader.query(text)
    assert heard == []


def test_the_process_itself_reaches_nobody(listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    text = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    code = (
        "import sys; from hrdgraph.store import oxigraph, worker_main; oxigraph.refuse_service = lambda *_: None;"
        "from hrdgraph.processes.bounds import block_network_and_programs as block; sys.exit(3) if not block() else None;"
        f"graph = worker_main.AskedGraph(); graph.answer({text!r}, {{}}, 10)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "QueryError" in done.stderr
    assert heard == []


def test_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no store"):
        BoundedReader(tmp_path / "none").query(ALL)


def test_an_interruption_is_heard_at_once(folder: Path) -> None:
    code = (
        "import sys, pathlib; from hrdgraph.store.worker_process import BoundedReader;"
        "reader = BoundedReader(pathlib.Path(sys.argv[1])); reader.query('ASK {}'); print(reader._apart._process.pid, flush=True);"
        "reader.query('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    process.communicate(timeout=20)
    assert time.monotonic() - started < 5
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the process goes on")
