"""A smoke of each benchmark: it runs and prints its table. Its figures are for people, not for tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_build_benchmark_runs() -> None:
    done = subprocess.run([sys.executable, ROOT / "benchmarks" / "build.py", "1"], capture_output=True, text=True, check=True)
    assert "build without SHACL" in done.stdout


def test_the_mapping_benchmark_runs_without_its_peer() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "mapping.py", "50", "1", "--alone"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "join 1-10" in done.stdout
