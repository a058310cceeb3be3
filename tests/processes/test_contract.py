"""Whatever process this program starts beside itself, it ends with the one that started it, even where that was killed and told nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# each starts processes of one kind, says so, and waits; those that say "answered" have one that
# waits for its next order, the others one that works on without end
PARENTS = {
    "queries of a graph": """
        from hrdgraph.store.worker_process import QueryProcess
        process = QueryProcess()
        process.solutions([], ["SELECT * {}"], blanks=False)
        say("answered")
    """,
    "queries of strangers": """
        import asyncio
        from pathlib import Path
        from pyoxigraph import Store
        from hrdgraph.web.endpoint.service import Charge, Worker
        store = Path(FOLDER + "-store")
        Store(str(store)).flush()
        async def serve():
            worker = await Worker.start(Charge(store, {}, 1 << 28))
            say("answered")
        asyncio.run(serve())
    """,
    "tasks of the workbench": """
        from contextlib import suppress
        from hrdgraph.errors import HrdgraphError
        from hrdgraph.workbench_app.workplace import TaskProcess
        process = TaskProcess()
        with suppress(HrdgraphError):  # until it has loaded
            process._outcome('{"task": "none", "given": {}}', print)
        say("answered")
    """,
    "the store of a server": """
        import asyncio, fcntl, os
        from pathlib import Path
        from hrdgraph.web.app import _fill_store
        os.makedirs(FOLDER + "/columns/asked")
        turn = os.open(FOLDER, os.O_RDONLY)
        fcntl.flock(turn, fcntl.LOCK_EX)
        say("works")
        asyncio.run(_fill_store(Path(FOLDER, "store")))
    """,
    "texts of a PDF": """
        from tests.evidence.test_texts import pdf
        from hrdgraph.evidence.texts.freeze import freeze_pdf
        say("works")
        freeze_pdf(pdf(*["word) Tj (" * 9999] * 99), "p.pdf")
    """,
    "patterns that look back": """
        import polars as pl
        from hrdgraph.shacl import regex
        regex.SECONDS = 300
        say("works")
        regex.matches(pl.Series(["a" * 60 + "b"]), r"^(a+)+\\1$", "")
    """,
    "comparisons of names": """
        import time
        from hrdgraph.identity.matching.blocking import workers
        with workers(2) as pool:
            say("works")
            list(pool.each(time.sleep, [(1, 300), (2, 300)]))
    """,
}
START = """
import sys, time
FOLDER = sys.argv[1]
def say(what):
    print(what, flush=True)
    if what == "answered":
        time.sleep(300)
if __name__ == "__main__":
"""


@pytest.fixture(params=PARENTS.values(), ids=PARENTS.keys())
def parent(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    program = tmp_path / "parent.py"
    program.write_text(START + request.param, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(program), str(tmp_path / "folder")],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(ROOT)])},
        text=True,
    ) as process:
        yield process
        process.kill()


def children(parent: int) -> set[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = [line.split() for line in listed]
    return {int(pid) for pid, ppid, state in rows if int(ppid) == parent and state[0] != "Z"}


def is_there(process: int) -> bool:
    return subprocess.run(["ps", "-p", str(process)], capture_output=True).returncode == 0


@pytest.mark.sampled(3)
def test_a_process_ends_with_the_one_that_started_it(parent: subprocess.Popen[str]) -> None:
    assert parent.stdout is not None
    said = parent.stdout.readline().strip()
    started = set[int]()
    while not started and parent.poll() is None:
        time.sleep(0.1)
        started = children(parent.pid)
    assert started
    if said == "answered" and sys.platform == "linux":
        for process in started:  # whatever it is doing, and were it nothing at all
            os.kill(process, signal.SIGSTOP)
    else:
        time.sleep(1)
        started = children(parent.pid)
    parent.kill()
    end = time.monotonic() + 5
    while (left := {*filter(is_there, started)}) and time.monotonic() < end:
        time.sleep(0.1)
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    assert left == set()
