"""The graph handed on to the servers that people have: what `bulk` writes is loaded by Oxigraph, Jena TDB2 and Virtuoso, and `push` sends to
Oxigraph and Virtuoso, whole and as a change."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.clients.conftest import TOOLS, java

import hrdgraph

pytestmark = pytest.mark.heavy

COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://w3id.org/hrdgraph/graph/') && !CONTAINS(STR(?g), '/_pushed')) }"


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


def answering(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    for _ in range(600):
        assert process.poll() is None, "the server has ended"
        try:
            httpx.get(address, timeout=2)
            return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"nothing answers at {address}")


def counted(endpoint: str, **more: Any) -> int:
    headers = {"Accept": "application/sparql-results+json"}
    answer = httpx.get(endpoint, params={"query": COUNT}, headers=headers, timeout=120, **more)
    return int(answer.raise_for_status().json()["results"]["bindings"][0]["n"]["value"])


@pytest.fixture(scope="module")
def bulk(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("bulk") / "parts"
    return folder, hrdgraph.bulk(folder, project=built, even_with_violations=True)


@pytest.fixture(scope="module")
def oxigraph() -> Path:
    path = TOOLS / "python/bin/oxigraph"
    if not path.exists():
        pytest.skip("no Oxigraph: make clients")
    return path


Virtuoso = tuple[int, int]  # its ports for SQL and for the web


@pytest.fixture(scope="module")
def virtuoso(
    bulk: tuple[Path, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Virtuoso]:
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource-7-bin")
    folder, sql, web = tmp_path_factory.mktemp("virtuoso"), free_port(), free_port()
    files = "DatabaseFile = {0}.db\nTransactionFile = {0}.trx\n"
    (folder / "virtuoso.ini").write_text(
        f"[Database]\n{files.format('v')}ErrorLogFile = v.log\nLockFile = v.lck\nxa_persistent_file = v.pxa\n"
        f"[TempDatabase]\n{files.format('t')}"
        f"[Parameters]\nServerPort = 127.0.0.1:{sql}\nDirsAllowed = {bulk[0]}\nNumberOfBuffers = 20000\n"
        f"[HTTPServer]\nServerPort = 127.0.0.1:{web}\n"
    )
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, **quiet)
    answering(f"http://127.0.0.1:{web}/sparql", process)
    yield sql, web
    process.kill()
    process.wait()


def test_oxigraph_loads_the_parts(bulk: tuple[Path, int], oxigraph: Path) -> None:
    folder, size = bulk
    path = f"{oxigraph.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "oxigraph.sh"], cwd=folder, env=os.environ | {"PATH": path}, check=True, capture_output=True, timeout=300)  # fmt: skip
    from pyoxigraph import Store

    assert len(Store.read_only(str(folder / "store"))) == size


def test_jena_tdb2_loads_the_parts(bulk: tuple[Path, int], jena: str, tmp_path: Path) -> None:
    """Its distribution has a script of this name, which starts this class."""
    folder, size = bulk
    (tmp_path / "tdb2.tdbloader").write_text(f'#!/bin/sh\nexec java -cp "{jena}" tdb2.tdbloader "$@"\n')  # fmt: skip
    (tmp_path / "tdb2.tdbloader").chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "jena-tdb2.sh"], cwd=folder, env=os.environ | {"PATH": path}, check=True, capture_output=True, timeout=600)  # fmt: skip
    asked = java(jena, "tdb2.tdbquery", f"--loc={folder / 'tdb2'}", "--results=csv", COUNT)
    assert asked.stdout.split() == ["n", str(size)]


def test_virtuoso_loads_the_parts(bulk: tuple[Path, int], virtuoso: Virtuoso) -> None:
    (folder, size), (sql, web) = bulk, virtuoso
    command = ["sh", "virtuoso.sh", f"127.0.0.1:{sql}", "dba"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
    assert counted(f"http://127.0.0.1:{web}/sparql") == size
    asked = [*command[:-1], "wrong"]
    refused = subprocess.run(asked, cwd=folder, check=False, capture_output=True, text=True, timeout=600)  # fmt: skip
    assert refused.returncode != 0


def check_push(built: Path, store: str, update: str, count: Callable[[], int]) -> None:
    """All of it; then nothing, as nothing has changed; then what was changed there."""
    options: dict[str, Any] = {"project": built, "even_with_violations": True}
    assert hrdgraph.push(store, **options).total == count()
    assert hrdgraph.push(store, update=update, **options).total == 0


def check_asked(built: Path, store: str, endpoint: str) -> None:
    """Questions get the answers that the folder gives, with the union of the graphs once."""
    hrdgraph.push(store, project=built, union=True, even_with_violations=True)
    here, away = hrdgraph.open(built), hrdgraph.open(built, store=endpoint)
    asked = [one for one in here.questions() if all(p.default is not None for p in one.parameters)]
    assert len(asked) >= 10
    for question in asked:
        assert rows_of(away.query(question.name)) == rows_of(here.query(question.name)), (
            question.name
        )
    for text in ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"):  # fmt: skip
        assert rows_of(away.query(text)) == rows_of(here.query(text)), text
    given = {"award": "martin-ennals-award", "year": "2013"}
    assert rows_of(away.query("laureates-in-year", given)) == rows_of(here.query("laureates-in-year", given))  # fmt: skip


def rows_of(answer: Any) -> list[str]:
    """The rows in any order: of equal ones, servers give these or those first."""
    return sorted(map(repr, answer))


def test_a_push_to_oxigraph(built: Path, oxigraph: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [str(oxigraph), "serve", "--location", str(tmp_path / "store"), "--bind", f"127.0.0.1:{port}"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        answering(address, process)
        check_push(built, f"{address}/store", f"{address}/update", lambda: counted(f"{address}/query"))  # fmt: skip
        gone = "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(!CONTAINS(STR(?g), '_pushed')) } ORDER BY ?g ?s ?p ?o LIMIT 7 }"  # fmt: skip
        httpx.post(f"{address}/update", data={"update": gone}, timeout=60).raise_for_status()
        options: dict[str, Any] = {"project": built, "even_with_violations": True}
        assert hrdgraph.push(f"{address}/store", update=f"{address}/update", **options).total == 7
        check_asked(built, f"{address}/store", f"{address}/query")
    finally:
        process.kill()
        process.wait()


def test_a_push_to_virtuoso(built: Path, virtuoso: Virtuoso, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """It takes a digest of the password only, and offers that only where no other login came."""
    monkeypatch.setenv("HRDGRAPH_PUSH_USER", "dba")
    monkeypatch.setenv("HRDGRAPH_PUSH_PASSWORD", "dba")
    address = f"http://127.0.0.1:{virtuoso[1]}"
    check_push(built, f"{address}/sparql-graph-crud-auth", f"{address}/sparql-auth", lambda: counted(f"{address}/sparql"))  # fmt: skip
