"""Servers of others over graphs, each started in a folder of its own: Oxigraph, Apache Jena, Virtuoso."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest


class GraphServer(NamedTuple):
    """Where a running server takes graphs, queries and updates."""

    name: str
    store: str
    queries: str
    update: str
    sql: int = 0  # the port of Virtuoso's own protocol

    @property
    def account(self) -> tuple[str, str] | None:
        """Who may write there; None where everybody may."""
        return ("dba", "dba") if self.sql else None


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        port: int = made.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    """A process, from when it answers to the end of the context, or for as long as all tests of a module may take: what waits
    for a server that answers no more fails then."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, **quiet)
    watch = threading.Timer(900, process.kill)
    watch.start()
    try:
        for _ in range(600):
            assert process.poll() is None, f"{command[0]} has ended"
            try:
                httpx.get(address, timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        else:
            pytest.fail(f"nothing answers at {address}")
        yield
    finally:
        watch.cancel()
        process.kill()
        process.wait()


@contextmanager
def oxigraph(folder: Path, program: Path) -> Iterator[GraphServer]:
    port = free_port()
    command = [str(program), "serve", "--location", "store", "--bind", f"127.0.0.1:{port}"]
    top = f"http://127.0.0.1:{port}"
    with running(command, folder, top):
        yield GraphServer("oxigraph", f"{top}/store", f"{top}/query", f"{top}/update")


@contextmanager
def jena(folder: Path, class_path: str) -> Iterator[GraphServer]:
    """Debian has Jena's libraries, and not Fuseki: JenaServer.java is what is between them and the network."""
    port, source = free_port(), Path(__file__).with_name("JenaServer.java")
    command = ["java", "-Xmx2g", "-cp", class_path, str(source), str(port), str(folder / "tdb2")]
    top = f"http://127.0.0.1:{port}"
    with running(command, folder, f"{top}/query"):
        yield GraphServer("jena", f"{top}/data", f"{top}/query", f"{top}/update")


@contextmanager
def virtuoso(folder: Path, readable: Path) -> Iterator[GraphServer]:
    """`readable` is the folder below which its bulk loader may read."""
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource-7-bin")
    sql, web = free_port(), free_port()
    files = "DatabaseFile = {0}.db\nTransactionFile = {0}.trx\n"
    (folder / "virtuoso.ini").write_text(
        f"[Database]\n{files.format('v')}ErrorLogFile = v.log\nLockFile = v.lck\nxa_persistent_file = v.pxa\n"
        f"[TempDatabase]\n{files.format('t')}"
        f"[Parameters]\nServerPort = 127.0.0.1:{sql}\nDirsAllowed = {readable}\nNumberOfBuffers = 20000\n"
        f"[HTTPServer]\nServerPort = 127.0.0.1:{web}\n"
    )
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    top = f"http://127.0.0.1:{web}"
    with running(command, folder, f"{top}/sparql"):
        store, update = f"{top}/sparql-graph-crud-auth", f"{top}/sparql-auth"
        yield GraphServer("virtuoso", store, f"{top}/sparql", update, sql)
