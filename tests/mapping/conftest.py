"""Golden cases: a folder with a mapping, its sources, and either expected.nq or error.txt."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from hrdgraph.errors import MappingError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

GOLDEN = Path(__file__).parent / "golden"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`case` is each golden folder, `good` each that gives quads, `unnumbered` each of these that does not count its rows."""
    for name in ("case", "good", "unnumbered"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, folders(name), ids=lambda path: path.name)


@cache
def folders(name: str) -> list[Path]:
    """The golden folders that a test asks for, which are looked up once for all of them."""
    if name == "case":
        return sorted(path for path in GOLDEN.iterdir() if path.is_dir())
    if name == "good":
        return [path for path in folders("case") if (path / "expected.nq").exists()]
    return [path for path in folders("good") if not counts_rows(path)]


def counts_rows(case: Path) -> bool:
    """Whether indices of views, blank nodes that each row has of its own, or collections stand in what a mapping makes."""
    text = (case / "mapping.ttl").read_text("utf-8")
    return any(
        mark in text for mark in ("#}", '"#"', "rml:termType rml:BlankNode ]", "rml:gather ")
    )


def lines_of(mapping: Path) -> list[str]:
    sink = GraphSink()
    run(bind(read_mapping(mapping)), sink)
    return sink.graph().lines().to_list()


@pytest.fixture(scope="session")
def mapped() -> Callable[[Path], list[str]]:
    """The N-Quads lines that a mapping file gives."""
    return lines_of


# facts that say by themselves what to write instead
PLAIN = {
    "is-not", "must-be",
    "one-expected", "path-malformed",
}  # fmt: skip


def check_message(error: MappingError) -> None:
    """An error of a mapping says what is wrong, where, and what to do."""
    assert error.fact
    assert error.hint or error.code in PLAIN
    assert error.origin.file
