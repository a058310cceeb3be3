"""Builds of the workbench, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.small_projects import create_small_project
from tests.workbench.conftest import KeptProcess, KeptProcesses

from hrdgraph.workbench_app.workplace import BUILT, FAILED, BuildRuns


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The example alone."""
    folder = tmp_path / "small"
    create_small_project(folder, "Small")
    return folder


@pytest.fixture
def runs(tmp_path: Path, _waiting: list[KeptProcess]) -> Iterator[BuildRuns]:
    spare = KeptProcesses(_waiting)
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
def test_a_build_after_a_mistake_is_that_of_the_mended_tables(runs: BuildRuns, small: Path) -> None:
    people = small / "data" / "sources" / "example" / "people.csv"
    text = people.read_text("utf-8")
    people.write_text(text.replace("key,", "kea,", 1), "utf-8")
    assert built(runs, small) == FAILED
    people.write_text(text.replace("Ada Example", "Thị Ánh Nguyễn"), "utf-8")
    assert built(runs, small) == BUILT
    assert "Thị Ánh Nguyễn" in (small / "build" / "graph.nq").read_text("utf-8")


@pytest.mark.heavy
def test_a_build_that_is_stopped_leaves_the_last_one(runs: BuildRuns, small: Path) -> None:
    assert built(runs, small) == BUILT
    before = (small / "build" / "graph.nq").read_bytes()
    runs.start(small, "en")
    runs.stop()
    assert not runs.state.is_running
    assert (small / "build" / "graph.nq").read_bytes() == before
    assert built(runs, small) == BUILT
