"""Measures the build of the shipped project, and the start of the command line, in CPU seconds (user and system, whole processes).

Usage: python benchmarks/build.py [RUNS]   (default: 5). Prints a table of medians; validation by pySHACL is timed apart.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("hrdgraph.toml", "ontology", "data", "queries")
MAIN = "from hrdgraph.cli import main; main()"


def copied(target: Path) -> Path:
    """The shipped project in another folder."""
    for name in PARTS:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / name)
    return target


def cpu(arguments: list[str], folder: Path) -> float:
    """CPU seconds of one command, run in a folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", MAIN, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    commands = {
        "start (--help)": ["--help"],
        "build without SHACL": ["build", "--no-validate"],
        "build with pySHACL": ["build"],
        "query, first answer": ["query", "sources"],
    }
    print(f"CPU seconds, median of {runs} (min–max), {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as name:
        folder = copied(Path(name))
        for title, arguments in commands.items():
            times = [cpu(arguments, folder) for _ in range(runs)]
            print(f"{title:24} {statistics.median(times):6.2f}  ({min(times):.2f}–{max(times):.2f})")


if __name__ == "__main__":
    main()
