"""The way of a person through the program, with what Python lacks on Windows taken away.

It is imitated: no test runs on Windows itself. `taken_away/sitecustomize.py` says what is gone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import pytest

import hrdgraph
from hrdgraph.workbench_app.server import write_shortcut

_TAKEN: dict[str, str] = {
    "PYTHONPATH": str(Path(__file__).parent / "taken_away"),
    "USERNAME": "marta",  # Windows always says who it is
    "PYTHONIOENCODING": "cp1252",  # a console of Western Europe
}
Run = Callable[..., str]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "hrdgraph", *arguments]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows") / "projet"
    run(folder.parent, "init", folder.name)
    table = folder.parent / "prix.csv"
    table.write_text("Lauréat,Prix,Année\nÀngela Brunet,Prix de la Liberté,2011\n", "utf-8")
    run(folder, "import", str(table), "--yes", "--public")
    run(folder, "build")
    return folder


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        _command(*arguments), cwd=folder, env=os.environ | _TAKEN, capture_output=True,
        encoding="cp1252", timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


THERE = """
import ctypes, os, pathlib, signal
print(hasattr(os, "geteuid"), hasattr(signal, "SIGKILL"))
folder = pathlib.Path("folder")
folder.mkdir()
with (folder / "file").open("w") as file:
    file.write("é\\n")
    for move in ((folder / "file").unlink, lambda: folder.rename("other")):
        try:
            move()
        except PermissionError as error:
            print(error.strerror)
print((folder / "file").read_bytes())
"""


def test_it_is_as_on_windows(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", THERE], cwd=tmp_path, env=os.environ | _TAKEN, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    held = "The process cannot access the file"
    assert done.stdout.splitlines() == ["False False", held, held, r"b'\xe9\r\n'"], done.stderr


@pytest.mark.heavy
def test_from_a_workbook_to_answers(project: Path) -> None:
    counted = run(project, "query", 'SELECT * { ?s ?p "Àngela Brunet" }', "--format", "csv")
    assert "Brunet" in counted


@pytest.mark.heavy
def test_a_query_without_end_is_ended(project: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?l) }"
    said = run(project, "query", text, "--timeout", "2", code=1)
    assert "2 seconds" in said


@pytest.mark.heavy
def test_a_query_that_takes_all_memory_is_ended(project: Path) -> None:
    text = "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f), STR(?i))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    said = run(project, "query", text, "--memory", "64M", code=1)
    assert "64 MB" in said or "memory" in said


@pytest.mark.heavy
def test_a_person_is_taken_down_everywhere(project: Path) -> None:
    run(project, "withdraw", "Àngela Brunet", "--reason", "asked")
    run(project, "build")
    assert "is no longer in" in run(project, "withdraw", "--check")


LOCK = """
import os, pathlib, socket
from hrdgraph.identity.judgements import hold_lock
file = pathlib.Path("judgements.csv")
for process in (2**22 + 1, os.getpid()):
    pathlib.Path("judgements.csv.lock").write_text(f"{process} {socket.gethostname()}")
    with hold_lock(file, "x", patience=0.1):
        print("taken over")
"""


def test_a_lock_is_taken_over_from_dead_processes_only(tmp_path: Path) -> None:
    """There is no signal 0 on Windows: it is the Ctrl-C of the whole console."""
    done = subprocess.run(
        [sys.executable, "-c", LOCK], cwd=tmp_path, env=os.environ | _TAKEN, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "taken over\n"
    assert "somebody else is writing it" in done.stderr


TWO = """
import pathlib
from hrdgraph.workbench_app.workplace import ProjectLock
first = ProjectLock(pathlib.Path("."))
ProjectLock(pathlib.Path("."))
"""


def test_a_project_is_open_in_one_workbench(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO], cwd=tmp_path, env=os.environ | _TAKEN, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert "open in another workbench" in done.stderr


@pytest.mark.heavy
def test_what_is_built_is_what_other_systems_build(project: Path, tmp_path: Path) -> None:
    """Line ends, encodings and names of files change no byte of what may be published."""
    run(project, "build")  # the report tells what is new since the last one
    copy = shutil.copytree(project, tmp_path / "copy")
    hrdgraph.build(copy)
    assert read_outputs(project) == read_outputs(copy)


def read_outputs(project: Path) -> dict[str, str]:
    manifest = json.loads((project / "build" / "manifest.json").read_text("utf-8"))
    outputs: dict[str, str] = manifest["outputs"]
    return outputs


@pytest.mark.heavy
def test_a_site_and_a_release_are_written_twice(project: Path, tmp_path: Path) -> None:
    for name in ("1", "2"):
        run(project, "site", "--output", str(tmp_path / "site"))
        run(project, "release", name, "--output", str(tmp_path / "releases"))
    assert (tmp_path / "site" / "fr" / "index.html").is_file()


@pytest.mark.heavy
def test_pages_and_queries_are_served_while_the_next_build_is_made(project: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        _command("serve", "--port", str(port)), cwd=project, env=os.environ | _TAKEN,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert _fetch(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D")
        run(project, "build")
        assert _fetch(f"http://127.0.0.1:{port}/en/")
    finally:
        server.kill()
        server.wait()


def _fetch(address: str) -> bytes:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                data: bytes = answer.read()
                return data
        except (URLError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(address)


def test_a_double_click_opens_the_workbench(tmp_path: Path) -> None:
    place = tmp_path / 'Été de "Ana" 100 % $HOME'
    path = write_shortcut(tmp_path, place)
    text = path.read_text("utf-8").split("Exec=")[1].strip()
    text = text.replace("\\\\", "\\").replace("%%", "%")  # strings, then the key Exec
    words = [re.sub(r"\\(.)", r"\1", word) for word in re.findall(r'"((?:\\.|[^"\\])*)"', text)]
    assert words == [sys.executable, "-m", "hrdgraph", "workbench", str(place)]
    assert path.stat().st_mode & 0o111
