"""Runs the benchmarks and writes the page of their figures, dated, with the versions of all
engines.

    python benchmarks docs/explanation/benchmarks.md              all of them; takes hours
    python benchmarks docs/explanation/benchmarks.md build web    some of them

Each is a command that can be run alone: `python benchmarks/build --help`.
"""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
COMMANDS = [  # {} is where the environments of the other engines are kept
    "build --cache {}",
    "mapping --cache {}",
    "validation --runs 3 --cache {}",
    "validation 1000000 --runs 3 --cache {}",
    "identity/scale.py 100000",
    "web --seconds 60",
]
OURS = ("hrdgraph", "polars", "pyoxigraph", "numpy")
HEAD = """# Benchmarks

Made by `make bench` on {day}: {system}, {cores} processors, Python {python}.
CPU seconds of whole processes. [Performance](performance.md) says what the figures mean.

Versions: {versions}.

Not in this run: {left}.
"""


def blocks(output: str) -> Iterator[str]:
    """Yield tables as they are, and other lines as they were printed."""
    for is_table, lines in groupby(output.splitlines(), lambda line: line.startswith("|")):
        if text := "\n".join(lines).strip("\n"):
            yield text if is_table else f"```text\n{text}\n```"


def main(page: Path, chosen: list[str]) -> None:
    """Run the commands whose name begins with one of those chosen, or all, and write the page."""
    parts, left = [], []
    with tempfile.TemporaryDirectory() as cache:
        for command in COMMANDS:
            title = command.replace(" --cache {}", "")
            if chosen and not command.startswith(tuple(chosen)):
                left.append(f"`{title}`")
            else:
                words = shlex.split(command.format(cache))
                done = subprocess.run(
                    [sys.executable, HERE / words[0], *words[1:]], check=False, text=True,
                    env={**os.environ, "HRDGRAPH_BENCH": cache}, stdout=subprocess.PIPE,
                )  # fmt: skip
                text = "\n\n".join(blocks(done.stdout))
                ended = "" if done.returncode == 0 else f"\n\nEnded with code {done.returncode}."
                parts.append(f"\n## `python benchmarks/{title}`\n\n{text}{ended}\n")
        peers = sorted(folder.name.partition("-py3")[0] for folder in Path(cache).iterdir())
    head = HEAD.format(
        day=datetime.now(UTC).date(), system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count(), python=platform.python_version(),
        versions=", ".join([*(f"{name} {version(name)}" for name in OURS), *peers]),
        left=", ".join(left) or "nothing",
    )  # fmt: skip
    page.write_text(head + "".join(parts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
