"""A smoke of the benchmark that builds the shipped lists many times: its line says what was built,
and the other tools are given all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
CODE = """
import csv, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:]
import scaled
from measure import Cost

def beside(folder, cache, timeout):
    scaled.plain_tables.make(folder, folder / "plain")
    rows = [len(list(csv.reader(path.open(encoding="utf-8")))) - 1 for path in folder.glob("plain/*.csv")]
    print("given", sum(rows), scaled.load_columns(folder / "build" / "columns").triples().quads.height)
    return Cost(1.0, 1.0, 1.0)

scaled.beside = beside
for line in scaled.table([2], 600, Path(), 2):
    print(line)
"""  # fmt: skip


@pytest.mark.heavy  # the benchmark itself runs under conformance
def test_copies_of_the_shipped_lists_are_built() -> None:
    folders = [str(BENCHMARKS / name) for name in ("build", "validation", "")]
    command = [sys.executable, "-c", CODE, *folders]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    line = re.search(r"\| 2 times the award lists \|.*\| ([\d,]+) \|", done.stdout)
    assert line is not None
    assert int(line[1].replace(",", "")) > 100_000
    given, there = re.findall(r"given (\d+) (\d+)", done.stdout)[0]
    assert given == there
    assert re.search(r"\| Morph-KGC, rdflib, pySHACL \| 1\.0 .* times \|", done.stdout)
