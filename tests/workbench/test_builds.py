"""Builds of the workbench: the next one goes on in the process that remembers the last, and what it
remembers is gone when it must be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.small_projects import create_example_project
from tests.workbench.conftest import KeptProcesses

from hrdgraph.workbench.builds import BUILT, FAILED, BuildRuns


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The example alone."""
    folder = tmp_path / "small"
    create_example_project(folder, "Small")
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[BuildRuns]:
    spare = KeptProcesses([])
    runs = BuildRuns(spare)
    folder = tmp_path / "state"
    folder.mkdir()
    runs.of(folder)
    yield runs
    runs.stop()
    spare.close()


def built(runs: BuildRuns, root: Path) -> str:
    runs.start(root, "en")
    end = time.monotonic() + 120
    while runs.state.is_running and time.monotonic() < end:
        time.sleep(0.05)
    return runs.state.state


@pytest.mark.heavy
def test_the_next_build_goes_on_where_the_last_one_was(runs: BuildRuns, small: Path) -> None:
    assert built(runs, small) == BUILT
    process, people = runs._process, small / "data" / "sources" / "example" / "people.csv"
    assert process is not None
    text = people.read_text("utf-8")
    people.write_text(text.replace("key,", "kea,", 1), "utf-8")
    assert built(runs, small) == FAILED
    people.write_text(text.replace("Ada Example", "Eva Example"), "utf-8")
    assert built(runs, small) == BUILT
    assert runs._process is process
    assert "Eva Example" in (small / "build" / "graph.nq").read_text("utf-8")
    runs.forget()  # as a take-down does
    assert not process.is_alive
    assert built(runs, small) == BUILT
    assert runs._process is not process


@pytest.mark.heavy
def test_a_build_that_is_stopped_leaves_the_last_one(runs: BuildRuns, small: Path) -> None:
    assert built(runs, small) == BUILT
    before = (small / "build" / "graph.nq").read_bytes()
    runs.start(small, "en")
    runs.stop()
    assert not runs.state.is_running
    assert (small / "build" / "graph.nq").read_bytes() == before
    assert built(runs, small) == BUILT
