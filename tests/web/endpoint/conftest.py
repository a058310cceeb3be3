"""What tests of the endpoint share: the shipped build, linked, and servers over it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


@contextmanager
def serving(project: Path, **settings: object) -> Iterator[None]:
    """Have settings of a server stand in the hrdgraph.toml of a project."""
    file, lines = (
        project / "hrdgraph.toml",
        [f"{name} = {json.dumps(value)}" for name, value in settings.items()],
    )
    before = file.read_text("utf-8")
    file.unlink()  # it may be a link to that of another project
    file.write_text("\n".join([before, "[serve]", *lines, ""]), "utf-8")
    try:
        yield
    finally:
        file.write_text(before, "utf-8")


class Running:
    """A server in a process of its own. `settings` stand in its hrdgraph.toml while it starts."""

    def __init__(
        self, project: Path, *options: str, anyway: bool = True, **settings: object
    ) -> None:
        self.project = project
        self.log = project.parent / f"log-{time.monotonic_ns()}.txt"
        arguments = [
            sys.executable,
            "-c",
            "from hrdgraph.cli import main; main()",
            "serve",
            str(project),
            "--port",
            "0",
            *["--anyway"] * anyway,
            *options,
        ]
        self.started = time.monotonic()
        with self.log.open("wb") as log, serving(project, **{"workers": 2} | settings):
            self.process = subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=log, text=True
            )
            self.address = self._address()
        self.took = time.monotonic() - self.started

    def _address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"queries\s+(http\S+)/sparql", line):
                return found[1]
        pytest.fail(f"the server does not start: {self.log.read_text()}")

    @property
    def port(self) -> int:
        return int(self.address.rsplit(":", 1)[1].partition("/")[0])

    @property
    def workers(self) -> set[int]:
        """The process numbers of its children."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(number) for number in path.read_text().split()}

    def query(
        self, text: str, *, source: str = "127.0.0.1", accept: str = "text/csv", timeout: float = 30
    ) -> httpx.Response:
        """Ask from an address: each is a client of its own."""
        with httpx.Client(
            transport=httpx.HTTPTransport(local_address=source), timeout=timeout
        ) as client:
            return client.post(
                f"{self.address}/sparql", data={"query": text}, headers={"accept": accept}
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it, and say with which code it ended."""
        self.process.send_signal(number)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def project(small_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project and its build, linked, so that a server may lay its own links beside them."""
    folder = tmp_path_factory.mktemp("served") / "project"
    shutil.copytree(small_build, folder, copy_function=os.link)
    return folder


@pytest.fixture(scope="module")
def serve(project: Path) -> Iterator[Callable[..., Running]]:
    """Start servers; what a test leaves running is ended."""
    made: list[Running] = []

    def start(folder: Path = project, anyway: bool = True, **settings: object) -> Running:
        made.append(Running(folder, anyway=anyway, **settings))
        return made[-1]

    yield start
    for running in made:
        if running.process.poll() is None:
            running.stop(signal.SIGKILL)


def alive(number: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def eventually(happens: Callable[[], bool], seconds: float = 120.0) -> bool:
    """Whether something happens in time; a busy machine has plenty."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.02)
    return happens()
