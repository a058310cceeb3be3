"""Clients of others, run against a server over the shipped graph. `make clients` installs those that come from package registries into
.clients; Jena, Virtuoso and Raptor are packages of Debian. A test whose tool is missing is skipped, and says how to get it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.clients.servers import GraphServer
from tests.clients.servers import jena as jena_server
from tests.clients.servers import oxigraph as oxigraph_server
from tests.clients.servers import virtuoso as virtuoso_server
from tests.conftest import ROOT
from tests.web.endpoint.conftest import Running

HERE: Final = Path(__file__).parent
TOOLS: Final = Path(os.environ.get("HRDGRAPH_CLIENTS") or ROOT / ".clients")
JARS: Final = Path("/usr/share/java")
_JENA: Final = (
    "jena-*", "caffeine*", "commons-*", "dexx*", "gson*", "http*", "jackson*", "jsonld*", "jsonp*", "*jakarta*", "javax*", "*json*",
    "protobuf*", "slf4j-api*", "slf4j-simple*", "thrift*", "titanium*",
)  # fmt: skip


@pytest.fixture(scope="session")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("clients") / "project"
    shutil.copytree(built, folder, copy_function=os.link)
    running = Running(folder, client_errors=0, client_seconds=0)
    yield running
    running.stop()


class Node:
    """Runs the scripts of this folder with the packages that `make clients` has installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str | Path, timeout: float = 300) -> str:
        """What a program prints; a failure shows what it said."""
        done = subprocess.run(
            [str(each) for each in arguments], cwd=self.folder, capture_output=True, text=True, check=False, timeout=timeout,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def script(self, name: str, *arguments: str) -> Any:
        """What a script of this folder says, as JSON."""
        shutil.copy(HERE / "node" / name, self.folder)
        return json.loads(self.run("node", name, *arguments))

    def tool(self, name: str) -> Path:
        return self.folder / "node_modules/.bin" / name


@pytest.fixture(scope="session")
def node() -> Node:
    folder = TOOLS / "node"
    if not (folder / "node_modules").is_dir() or not shutil.which("node"):
        pytest.skip("no packages of npm: make clients (with Node 20 or later)")
    return Node(folder)


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python that has the validators."""
    path = TOOLS / "python/bin/python"
    if not path.exists():
        pytest.skip("no validators: make clients")
    return path


@pytest.fixture(scope="session")
def jena(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of Jena. Debian's jar has the messages of its XML parser where the parser does not look for them, so they
    are laid where it does."""
    core = next(iter(sorted(JARS.glob("jena-core-*.jar"))), None)
    if core is None or not shutil.which("java"):
        pytest.skip("no Jena: apt-get install libapache-jena-java default-jre-headless")
    folder = tmp_path_factory.mktemp("jena")
    with zipfile.ZipFile(core) as jar:
        names = [name for name in jar.namelist() if "/ext/xerces/" in name]
        jar.extractall(folder, names)
    found = dict.fromkeys(path for pattern in _JENA for path in sorted(JARS.glob(f"{pattern}.jar")))
    return os.pathsep.join([str(folder / "org/apache/jena/ext"), *map(str, found)])


def java(class_path: str, main: str, *arguments: str | Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """A program of Jena."""
    command = ["java", "-Xmx2g", "-cp", class_path, main, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)


@pytest.fixture(scope="session")
def oxigraph() -> Path:
    path = TOOLS / "python/bin/oxigraph"
    if not path.exists():
        pytest.skip("no Oxigraph: make clients")
    return path


@pytest.fixture(scope="module", params=["oxigraph", "jena", "virtuoso"])
def graph_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphServer]:
    """A server of others, empty, once for each module."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "oxigraph":
        with oxigraph_server(folder, request.getfixturevalue("oxigraph")) as started:
            yield started
    elif request.param == "jena":
        with jena_server(folder, request.getfixturevalue("jena")) as started:
            yield started
    else:
        with virtuoso_server(folder, tmp_path_factory.getbasetemp()) as started:
            yield started
