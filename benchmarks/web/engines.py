"""The servers that are compared, started on loopback over the same graph."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WHERE = Path(os.environ.get("HRDGRAPH_BENCH", Path.home() / ".cache" / "hrdgraph-bench"))
PEERS = {"oxigraph": "oxigraph==0.5.13", "rdflib-endpoint": "rdflib-endpoint[cli]==0.6.3"}


@dataclass
class Served:
    """A server that runs."""

    name: str
    process: subprocess.Popen
    port: int
    path: str

    def family(self) -> list[int]:
        """Its process and those that it started."""
        try:
            children = (
                Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
                .read_text()
                .split()
            )
        except OSError:
            children = []
        return [self.process.pid, *map(int, children)]

    def memory(self) -> int:
        """Bytes that all of them hold."""
        return sum(_status(number, "VmRSS") << 10 for number in self.family())

    def own(self) -> tuple[int, int]:
        """Bytes that the server itself holds, and its open files."""
        return _status(self.process.pid, "VmRSS") << 10, len(
            os.listdir(f"/proc/{self.process.pid}/fd")
        )


def _status(number: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


@contextmanager
def serving(name: str, project: Path, lines: Path, timeout: float) -> Iterator[Served]:
    """Start one; FileNotFoundError where it cannot be had."""
    port = _free()
    store = project / "build" / "store"
    if name == "hrdgraph":
        command = [
            sys.executable,
            "-c",
            "from hrdgraph.cli import main; main()",
            "serve",
            str(project),
            "--port",
            str(port),
            "--anyway",
        ]
        command.append("--quiet")
        with (project / "hrdgraph.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"\n[serve]\npages = false\ntimeout = {timeout}\n")
            settings.write("client_seconds = 30\nclient_errors = 0\n")
    elif name == "oxigraph":
        command = [
            _peer(name, "oxigraph"),
            "serve-read-only",
            "--location",
            str(store),
            "--bind",
            f"127.0.0.1:{port}",
            "--timeout-s",
            str(int(timeout)),
        ]
    else:
        command = [
            _peer(name, "rdflib-endpoint"),
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            str(lines),
        ]
    path = {"hrdgraph": "/sparql", "oxigraph": "/query"}.get(name, "/")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, path, process)
        yield Served(name, process, port, path)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, path: str, process: subprocess.Popen) -> None:
    for _ in range(2400):
        try:
            urllib.request.urlopen(
                f"http://127.0.0.1:{port}{path}?query=ASK%7B%7D", timeout=5
            ).read()
            return
        except OSError:
            if process.poll() is not None:
                raise FileNotFoundError("the server ended at once") from None
            time.sleep(0.05)
    raise FileNotFoundError("the server does not answer")


def _peer(name: str, program: str) -> str:
    """A program in an environment of its own, which is made at need."""
    folder = WHERE / PEERS[name].replace("[cli]", "").replace("==", "-")
    path = folder / "bin" / program
    if not path.exists():
        if os.environ.get("PIP_NO_INDEX"):
            raise FileNotFoundError(f"{name} is not installed, and nothing may be")
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", PEERS[name]], check=True)
    return str(path)


def _free() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]
