"""A workbench that runs as a person starts it; a browser in it; messy workbooks as people have them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.workbench_app.workplace import SpareProcesses, TaskProcess

ROOT = Path(__file__).parents[2]


class RunningWorkbench:
    """A workbench in a process of its own, and the address that lets a browser in."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.options = options
        with socket.socket() as line:  # no other test has it, also while this one starts anew
            line.bind(("127.0.0.1", 0))
            port = line.getsockname()[1]
        self._start(port)

    def _start(self, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from hrdgraph.cli import main; main()", "workbench", str(self.folder), "--no-browser", "--port", str(port), *self.options],
            stdout=subprocess.PIPE, text=True, cwd=self.folder,
            env={**os.environ, "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": str(self.folder / ".state"), "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
        assert self._process.stdout
        line = self._process.stdout.readline()
        self.address = line.split()[-1]
        self.host = self.address.partition("/enter")[0]
        self.port = int(self.host.rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.send_signal(signal.SIGKILL)
        self._end()

    def restart(self) -> None:
        """Start it again at the same port."""
        self._start(self.port)

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._end()

    def _end(self) -> None:
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class KeptProcess(TaskProcess):
    """Waits for the next task, of this test or another."""

    def __init__(self, waiting: list[KeptProcess]) -> None:
        super().__init__()
        self._waiting = waiting

    @property
    def is_alive(self) -> bool:
        return not self.is_stopped and self._process.is_running

    def _end(self) -> None:
        if self.is_alive:
            self._waiting.append(self)


class KeptProcesses(SpareProcesses):
    """Gives a process that waits, and begins none ahead."""

    def __init__(self, waiting: list[KeptProcess]) -> None:
        super().__init__()
        self._waiting = waiting

    def take(self) -> TaskProcess:
        while self._waiting:
            if (process := self._waiting.pop()).is_alive:
                return process
        return KeptProcess(self._waiting)


@pytest.fixture(scope="session")
def _waiting() -> Iterator[list[KeptProcess]]:
    processes: list[KeptProcess] = []
    yield processes
    for process in processes:
        process.stop()


@pytest.fixture(autouse=True)
def _tasks_share_processes(_waiting: list[KeptProcess], monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading what tasks need takes longer than most tasks. A workbench in a process of its own has
    them as they are."""
    workplace = import_module("hrdgraph.workbench_app.workplace")
    monkeypatch.setattr(workplace, "SpareProcesses", lambda: KeptProcesses(_waiting))


@pytest.fixture
def workbench() -> Iterator[Callable[..., RunningWorkbench]]:
    """What starts a workbench on a folder."""
    running: list[RunningWorkbench] = []

    def start(folder: Path, *options: str) -> RunningWorkbench:
        running.append(RunningWorkbench(folder, *options))
        return running[-1]

    yield start
    for one in running:
        one.close()


def counted(page: Any) -> None:
    """Count in `page.actions` what a person does: clicks, keys, fields that are filled in."""
    page.actions = 0
    for name in ("click", "fill", "select_option", "set_input_files", "check"):
        setattr(page, name, counting(page, getattr(page, name)))
    for name in ("press", "type"):
        setattr(page.keyboard, name, counting(page, getattr(page.keyboard, name)))


def counting(page: Any, done: Callable[..., Any]) -> Callable[..., Any]:
    def act(*given: Any, **options: Any) -> Any:
        page.actions += 1
        return done(*given, **options)

    return act


@pytest.fixture
def visitor(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """What opens a window; what it asks of others, says or pops up is in `told`, and in the end
    the number of actions and the minutes are printed."""
    contexts = []
    pages = []
    started = time.monotonic()

    def open_page(address: str, language: str = "en", **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, locale=language, **options
        )
        contexts.append(context)
        page = context.new_page()
        host = address.split("/")[2]
        page.told = []
        page.on(
            "request",
            lambda request: (
                page.told.append(request.url) if request.url.split("/")[2] != host else None
            ),
        )
        page.on(
            "console",
            lambda message: (
                page.told.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.set_default_timeout(60_000)
        counted(page)
        page.goto(address)
        pages.append(page)
        return page

    yield open_page
    minutes = (time.monotonic() - started) / 60
    done = sum(page.actions for page in pages)
    print(f"{request.node.name}: {done} actions, {minutes:.1f} minutes")
    for context in contexts:
        context.close()


@pytest.fixture
def french_workbook(tmp_path: Path) -> Path:
    """A register as a documentation officer keeps it: a title, merged cells, colours, a formula, a total, a second sheet."""
    return write_register(tmp_path / "Registre 2024 (v3 $finale).xlsx")


def write_register(path: Path) -> Path:
    """Write it."""
    import openpyxl
    from openpyxl.styles import Font, PatternFill

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Faits"
    sheet["A1"] = "Registre des faits 2024"
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(
        [
            "N°",
            "Nom de la victime",
            "Nature des faits",
            "Date des faits",
            "Lieu",
            "Pays",
            "Source (lien)",
        ]
    )
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFCC00")
    rows = [
        (
            "Marie Mukendi",
            "arrestation",
            datetime(2024, 3, 4),
            "Goma",
            "RDC",
            "https://example.org/a",
        ),
        (
            "Jean Ilunga",
            "menace",
            "12/05/2024",
            "Bukavu",
            "République démocratique du Congo",
            "https://example.org/b",
        ),
        ("Awa Diop", "assassinat", "juin 2024", "Dakar", "Sénégal", "https://example.org/c"),
    ]
    for number, row in enumerate(rows, 1):
        sheet.append([number, *row])
    sheet.append(["Total", "=COUNTA(B4:B6)"])
    notes = book.create_sheet("Notes")
    notes["A1"] = "à relire"
    book.save(path)
    return path
