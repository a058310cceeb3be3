"""Validates the same graph with hrdgraph and with its peers, each run a process of its own, and
compares cost and results.

    python benchmarks/validation                      100,000 triples, every engine
    python benchmarks/validation 1000000 --runs 3     a million; pySHACL is left out
    python benchmarks/validation 10000000 --alone     ours only, nothing is installed

Peers are installed from the package index into environments of their own, in --cache. One that
cannot be installed, that fails or that takes longer than --timeout is shown so in the table.
Engines take turns; each cell is the median of its runs.

"process" is the CPU time of the whole process, all threads, with the start of the interpreter
and the reading of the file. "validating" counts from when graph and shapes are in memory to when
all results are; where a peer reads and validates in one call, it is the whole less a run with a
shape that has no target, which leaves out all that this peer does to get ready.

Results are compared as sets of (focus node, path, value, constraint component). If ours are not
those of pySHACL the run ends with exit code 1; where another peer differs, the table says by how
many, and the first of each follow.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engines import ENGINES, HERE, OURS, Engine, Told, run
from environments import install

from data import NOTHING, SHAPES, made

BARS = {"pyshacl": 80.0}  # times our CPU seconds while validating, at 100k
# at 1M: times the fastest peer; MB of the process that has its graph in columns
FASTEST, MEMORY = 3.0, 600
HEADER = """| engine | validating, CPU s | times ours | process, CPU s | memory, MB | results | compared with ours |
|---|--:|--:|--:|--:|--:|---|"""


@dataclass(frozen=True)
class Row:
    """One engine's medians."""

    engine: Engine
    told: Told

    def line(self, ours: Told) -> str:
        """The row of the table."""
        one = self.told
        if one.failure:
            return f"| {self.engine.title} | | | | | | {one.failure} |"
        only_ours, only_theirs = len(ours.rows - one.rows), len(one.rows - ours.rows)
        same = (
            f"{only_ours} only ours, {only_theirs} only here"
            if only_ours or only_theirs
            else "equal"
        )
        figures = (
            f"{one.validating:.2f} | {one.validating / ours.validating:.1f} | "
            f"{one.process:.2f} | {one.memory:.0f}"
        )
        return f"| {self.engine.title} | {figures} | {len(one.rows):,} | {same} |"


def arguments() -> argparse.Namespace:
    """What the caller wants."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/validation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("triples", nargs="?", type=int, default=100_000)
    parser.add_argument(
        "--engines",
        default=",".join(one.key for one in ENGINES),
        help="which to run (default: %(default)s)",
    )
    parser.add_argument("--alone", action="store_true", help="ours only, nothing is installed")
    parser.add_argument("--runs", type=int, default=1, help="runs of ours (default: 1)")
    parser.add_argument("--other-runs", type=int, default=1, help="runs of the peers (default: 1)")
    parser.add_argument(
        "--timeout",
        type=float,
        default=110,
        help="seconds after which a run is stopped (default: 110)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        help="where the peers' environments are kept (default: a temporary folder)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def wanted(options: argparse.Namespace) -> list[Engine]:
    """The engines asked for, ours always."""
    names = [] if options.alone else options.engines.split(",")
    if unknown := set(names) - {one.key for one in ENGINES}:
        raise SystemExit(
            f"no engine {', '.join(sorted(unknown))}: there are "
            f"{', '.join(one.key for one in ENGINES)}"
        )
    return [
        one
        for one in ENGINES
        if one.key in OURS or (one.key in names and options.triples <= one.most)
    ]


def prepare(triples: int, folder: Path) -> int:
    """Write graph and shapes, and the graph in columns; how many triples there are."""
    (folder / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    (folder / "nothing.ttl").write_text(NOTHING, encoding="utf-8")
    with (folder / "data.nt").open("w", encoding="utf-8") as file:
        count = sum(1 for line in made(triples) if file.write(line + "\n"))
    subprocess.run([sys.executable, HERE / "save.py", "data.nt", "columns"], cwd=folder, check=True)
    return count


def rows_of(options: argparse.Namespace, cache: Path, folder: Path) -> list[Row]:
    """Every engine run, in turns."""
    chosen = wanted(options)
    runs: dict[str, list[Told]] = {one.key: [] for one in chosen}
    for engine in chosen:
        if reason := install(engine.requirements, cache):
            runs[engine.key] = [Told(failure=reason)]
    for turn in range(max(options.runs, options.other_runs)):
        for engine in chosen:
            is_due = turn < (options.runs if engine.key in OURS else options.other_runs)
            if is_due and not any(told.failure for told in runs[engine.key]):
                runs[engine.key].append(run(engine, cache, folder, options.timeout))
    return [Row(engine, median(runs[engine.key])) for engine in chosen]


def median(told: list[Told]) -> Told:
    """The medians of some runs; the first failure, if there is one."""
    if failed := [one for one in told if one.failure]:
        return failed[0]
    figures = (
        statistics.median(getattr(one, name) for one in told)
        for name in ("validating", "process", "memory")
    )
    return Told(*figures, rows=told[0].rows)


def differences(rows: list[Row]) -> Iterator[str]:
    """By component, what only ours and what only the peer's results have, with an example."""
    ours = rows[0].told.rows
    for row in rows:
        for where, some in (
            ("only hrdgraph", ours - row.told.rows),
            (f"only {row.engine.title}", row.told.rows - ours),
        ):
            for kind in sorted({one[3] for one in some} if not row.told.failure else ()):
                of_kind = sorted(one for one in some if one[3] == kind)
                yield (
                    f"{row.engine.title}: {where}: {len(of_kind)} {kind}, such as "
                    f"{' '.join(of_kind[0][:3])}"
                )


def bars(rows: list[Row], count: int) -> Iterator[str]:
    """What is promised, met or missed."""
    ours = rows[0].told
    ratios = {
        row.engine.key: row.told.validating / ours.validating
        for row in rows
        if not row.told.failure
    }
    if 90_000 < count < 110_000:
        for key, least in BARS.items():
            if key in ratios:
                yield (
                    f"{_word(ratios[key] >= least)} {key}: {ratios[key]:.0f} times our CPU (at "
                    f"least {least:g})"
                )
    if 900_000 < count < 1_100_000:
        peers = {key: ratio for key, ratio in ratios.items() if key not in OURS}
        if peers:
            key = min(peers, key=peers.__getitem__)
            yield (
                f"{_word(peers[key] >= FASTEST)} the fastest peer, {key}: {peers[key]:.1f} "
                f"times our CPU (at least {FASTEST:g})"
            )
        yield (
            f"{_word(ours.memory < MEMORY)} memory from columns: {ours.memory:.0f} MB (below "
            f"{MEMORY})"
        )


def _word(met: bool) -> str:
    return "met   " if met else "MISSED"


def main() -> None:
    """Run, print, and fail where our results are not those of the reference."""
    options = arguments()
    wanted(options)  # before anything is made
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = prepare(options.triples, folder)
        rows = rows_of(
            options, options.cache.resolve() if options.cache else folder / "cache", folder
        )
    if rows[0].told.failure:
        raise SystemExit(rows[0].told.failure)
    print(f"{count:,} triples; runs: {options.runs}, of peers {options.other_runs}\n\n{HEADER}")
    print(
        "\n".join(
            [*(row.line(rows[0].told) for row in rows), "", *differences(rows), *bars(rows, count)]
        )
    )
    if options.json:
        told = {
            row.engine.key: {
                name: getattr(row.told, name)
                for name in ("validating", "process", "memory", "failure")
            }
            for row in rows
        }
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    same = {
        row.told.rows
        for row in rows
        if row.engine.key in (*OURS, "pyshacl") and not row.told.failure
    }
    sys.exit(len(same) > 1)


if __name__ == "__main__":
    main()
