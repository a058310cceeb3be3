"""The shipped project → CPU seconds of its build, and of the start of the command line."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import measured

from project import MAIN

ROOT = Path(__file__).parents[2]
PARTS = ("hrdgraph.toml", "ontology", "data", "queries")
COMMANDS = {
    "start (--help)": ["--help"],
    "build without SHACL": ["build", "--no-validate"],
    "build": ["build"],
    "query, first answer": ["query", "sources"],
}


def copied(target: Path) -> Path:
    """The shipped project in another folder."""
    for name in PARTS:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / name)
    return target


def table(runs: int) -> str:
    """Medians of some runs of each command."""
    lines = [
        f"The shipped project: CPU seconds, median of {runs} (min-max), {os.cpu_count()} processors"
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = copied(Path(name))
        for title, arguments in COMMANDS.items():
            times = [cpu(arguments, folder) for _ in range(runs)]
            lines.append(
                f"{title:24} {statistics.median(times):6.2f}  ({min(times):.2f}-{max(times):.2f})"
            )
    return "\n".join(lines)


def cpu(arguments: list[str], folder: Path) -> float:
    """CPU seconds of one command, run in a folder."""
    cost = measured([sys.executable, "-c", MAIN, *arguments], folder, timeout=600)
    if cost.failure:
        raise SystemExit(f"hrdgraph {' '.join(arguments)}: {cost.failure}")
    return cost.cpu
