"""`hrdgraph build --watch` and `hrdgraph.watch`: a build for each change, an error is no end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import hrdgraph

MAIN = "from hrdgraph.cli import main; main()"


def people(root: Path) -> Path:
    return root / "data" / "sources" / "example" / "people.csv"


@pytest.mark.heavy
def test_each_change_is_a_build_and_an_error_no_end(small: Path) -> None:
    builds, path = hrdgraph.watch(small, validate=False), people(small)
    first, text = next(builds), path.read_text("utf-8")
    assert isinstance(first, hrdgraph.FinishedBuild)
    assert first.seconds > 0
    assert first.changed == ()
    path.write_text(text.replace("key,", "kea,", 1), "utf-8")
    error = next(builds)
    assert isinstance(error, hrdgraph.HrdgraphError)
    assert "people.csv" in str(error)
    path.write_text(text.replace("Ada Example", "Eva Example"), "utf-8")
    second = next(builds)
    assert isinstance(second, hrdgraph.FinishedBuild)
    assert second.changed == ("data/sources/example/people.csv",)
    assert "Eva Example" in (small / "build" / "graph.nq").read_text("utf-8")


@pytest.mark.heavy
def test_the_command_says_a_line_for_each_build_and_ends_quietly(small: Path) -> None:
    command = [sys.executable, "-c", MAIN, "build", str(small), "--watch", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        assert first["built"], first
        path = people(small)
        path.write_text(path.read_text("utf-8") + "broken\n", "utf-8")
        second = json.loads(process.stdout.readline())
        assert second["built"] is False
        assert "people.csv" in second["place"] + second["text"]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert b"Traceback" not in process.stderr.read()
