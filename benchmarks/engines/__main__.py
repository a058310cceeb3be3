"""How fast a mapping is here and on engines: `python benchmarks/engines [ROWS] [--on ENGINE]…`.

A table of ROWS records, made with a fixed seed, and twenty rules over it are mapped by the local
engine (into a gzipped file, as engines write) and by each ENGINE: `sail`, or `sc://host` of a Spark
cluster that sees this machine's folders. Prints statements, CPU seconds and the largest process of
each run, one after the other. The CPU of a cluster is not seen from here: there, seconds of the
clock count. With --twice each record stands there twice, so that rows must be compared."""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import polars as pl

COLUMNS: Final = 19
SEED: Final = 7
PART: Final = 250_000
WORDS: Final = ("récit", "name", "слово", 'say "so"', "x-y", "")


def generate(folder: Path, rows: int, *, twice: bool) -> None:
    """The table and its mapping; words, empty cells, quotes, other scripts."""
    random.seed(SEED)
    words = [f"{random.choice(WORDS)} {number}".strip() for number in range(5000)]
    pool = pl.Series(words)
    with (folder / "things.csv").open("wb") as out:
        for start in range(0, rows, PART):
            count = min(PART, rows - start)
            numbers = pl.int_range(start, start + count, eager=True)
            key = (numbers % max(rows // 2, 1) if twice else numbers).cast(pl.String)
            columns = [
                pool.gather((numbers * (7 + c) + c * 13) % len(pool)).alias(f"c{c}")
                for c in range(COLUMNS)
            ]
            pl.DataFrame([key.alias("key"), *columns]).write_csv(out, include_header=start == 0)
    rules = ", ".join(f"[ex:p{c}, $(c{c})]" for c in range(COLUMNS))
    (folder / "mapping.yml").write_text(
        'prefixes: {ex: "http://example.org/"}\n'
        "mappings:\n  thing:\n    sources: [things.csv~csv]\n"
        f'    s: "ex:thing/$(key)"\n    po: [[a, ex:Thing], {rules}]\n'
    )


def measured(command: list[str], **options: object) -> tuple[float, float, int]:
    """CPU seconds, seconds, and megabytes of the largest process of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, **options)  # type: ignore[call-overload]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - start, after.ru_maxrss // 1024


def run(name: str, folder: Path, memory: str) -> dict[str, object]:
    """One engine, or `local`; in a process of its own, whose largest child is that of this run."""
    program = [
        str(Path(sys.executable).with_name("hrdgraph")),
        "map",
        str(folder / "mapping.yml"),
        "--memory",
        memory,
    ]
    if name == "local":
        target = folder / "local.nq"
        cpu, seconds, size = measured([*program, "-o", str(target)])
        packed, more, _ = measured(["gzip", "-3", "-f", str(target)])
        cpu, seconds = cpu + packed, seconds + more
        count = int(
            subprocess.run(
                ["sh", "-c", f"zcat {target}.gz | wc -l"], capture_output=True, check=True
            ).stdout
        )
        os.unlink(f"{target}.gz")
    else:
        target = folder / "bulk"
        cpu, seconds, size = measured([*program, "--on", name, "-o", str(target)])
        count = json.loads((target / "manifest.json").read_text())["statements"]
        shutil.rmtree(target)
    return {"engine": name, "statements": count, "cpu": cpu, "seconds": seconds, "MB": size}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument("--on", action="append", default=None)
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run(options.one, Path(options.folder), options.memory)))
        return
    with tempfile.TemporaryDirectory() as name:
        generate(Path(name), options.rows, twice=options.twice)
        print("engine | statements | CPU s | s | MB of the largest process | statements per CPU s")
        for engine in options.on or ["local", "sail"]:
            again = [
                sys.executable,
                __file__,
                "--one",
                engine,
                "--folder",
                name,
                "--memory",
                options.memory,
            ]
            made = json.loads(
                subprocess.run(
                    again, capture_output=True, check=True, text=True
                ).stdout.splitlines()[-1]
            )
            rate = made["statements"] / max(made["cpu"], 0.01)
            numbers = f"{made['statements']:,} | {made['cpu']:.1f} | {made['seconds']:.1f}"
            print(f"{engine} | {numbers} | {made['MB']} | {rate:,.0f}", flush=True)


if __name__ == "__main__":
    main()
