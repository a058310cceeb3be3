"""Each golden mapping gives exactly its quads, or exactly its error. A new case is a new folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.execute import run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

Mapped = Callable[[Path], list[str]]
UNSAFE = ("rml:UnsafeIRI", "rml:UnsafeURI")


def test_case(case: Path, mapped: Mapped) -> None:
    expected, error = case / "expected.nq", case / "error.txt"
    assert expected.exists() != error.exists(), "a case has either expected.nq or error.txt"
    if expected.exists():
        assert mapped(case / "mapping.ttl") == expected.read_text("utf-8").split("\n")[:-1]
        return
    with pytest.raises(HrdgraphError) as caught:
        mapped(case / "mapping.ttl")
    assert str(caught.value).replace(f"{case}{os.sep}", "") == error.read_text("utf-8").rstrip("\n")


def test_every_line_is_valid(good: Path, mapped: Mapped) -> None:
    unsafe = any(word in (good / "mapping.ttl").read_text("utf-8") for word in UNSAFE)
    for line in mapped(good / "mapping.ttl"):
        assert len(list(ox.parse(line, format=ox.RdfFormat.N_QUADS, lenient=unsafe))) == 1


def test_the_order_of_rows_takes_no_part(unnumbered: Path, mapped: Mapped, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(unnumbered, folder)
    for table in folder.glob("*.csv"):
        header, *rows = table.read_text("utf-8").splitlines(keepends=True)
        if '"' not in "".join(rows):
            table.write_text(header + "".join(reversed(rows)), "utf-8")
    assert mapped(folder / "mapping.ttl") == mapped(unnumbered / "mapping.ttl")


def test_another_process_gives_the_same_bytes(mapped: Mapped) -> None:
    cases = [
        Path(__file__).parent / "golden" / name / "mapping.ttl"
        for name in ("constants", "blank-node-for-each-row", "view-left-join")
    ]
    program = (
        "import sys; from pathlib import Path; from hrdgraph.mapping.execution.execute import GraphSink, run\n"
        "from hrdgraph.mapping.planning.bind import bind; from hrdgraph.mapping.language.reader import read_mapping\n"
        "for name in sys.argv[1:]:\n"
        "    sink = GraphSink(); run(bind(read_mapping(Path(name))), sink); print(*sink.graph().lines(), sep='\\n')\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, cases)],
        capture_output=True,
        env=environment,
        check=True,
    )
    assert done.stdout.decode() == "".join(f"{line}\n" for case in cases for line in mapped(case))


def test_binding_reads_no_row(good: Path, tmp_path: Path) -> None:
    """A table whose rows are torn binds; only running it fails."""
    folder = tmp_path / "case"
    shutil.copytree(good, folder)
    for table in folder.glob("*.csv"):
        header = table.read_text("utf-8").splitlines()[0]
        table.write_text(f"{header}\ntorn{'x,;' * 20}\n", "utf-8")
    plan = bind(read_mapping(folder / "mapping.ttl"))
    if any(folder.glob("*.csv")):
        with pytest.raises(HrdgraphError, match=r"cells?, but the header has"):
            run(plan, _Nothing())


class _Nothing:
    """A sink that keeps nothing."""

    def encode(self, terms):  # type: ignore[no-untyped-def]
        return terms

    def add(self, quads) -> None:  # type: ignore[no-untyped-def]
        pass
