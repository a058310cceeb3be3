"""A smoke of each benchmark: it runs and prints its table. Its figures are for people, not for tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_build_benchmark_runs() -> None:
    done = subprocess.run([sys.executable, ROOT / "benchmarks" / "build.py", "1"], capture_output=True, text=True, check=True)
    assert "build without SHACL" in done.stdout
