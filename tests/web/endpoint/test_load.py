"""A smoke of the load test: a few seconds, a few clients, one that means harm; every answer right, no file left open."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "web"


def test_the_load_test_runs() -> None:
    arguments = [
        "--triples",
        "3000",
        "--clients",
        "8",
        "--enemies",
        "2",
        "--seconds",
        "4",
        "--timeout",
        "1",
        "--engines",
        "hrdgraph,oxigraph",
    ]
    offline = {**os.environ, "PIP_NO_INDEX": "1", "HRDGRAPH_BENCH": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, BENCHMARK, *arguments], capture_output=True, text=True, env=offline
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("hrdgraph")]
    assert int(row.split()[1]) > 5
    before, after = map(int, re.search(r"\(.*?\)\s+(\d+) → (\d+)", row).groups())  # type: ignore[union-attr]
    assert after <= before + 4
    assert "oxigraph         not run" in done.stdout
