"""Golden cases: a folder with a mapping, its sources, and either expected.nq or error.txt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.mapping import GraphSink, bind, read_mapping, run

GOLDEN = Path(__file__).parent / "golden"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`case` is each golden folder, `good` each that gives quads."""
    folders = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", folders, ids=lambda path: path.name)
    if "good" in metafunc.fixturenames:
        metafunc.parametrize("good", [path for path in folders if (path / "expected.nq").exists()], ids=lambda path: path.name)


def lines_of(mapping: Path) -> list[str]:
    sink = GraphSink()
    run(bind(read_mapping(mapping)), sink)
    return sink.graph().lines().to_list()


@pytest.fixture(scope="session")
def mapped() -> Callable[[Path], list[str]]:
    """The N-Quads lines that a mapping file gives."""
    return lines_of
