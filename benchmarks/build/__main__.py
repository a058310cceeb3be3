"""Measures the build: of the shipped project, and from tables to a checked graph beside the
usual tools.

    python benchmarks/build                      both; 5,000 people are 96,000 statements
    python benchmarks/build --people 20000       more of them
    python benchmarks/build --alone              ours only, nothing is installed
    python benchmarks/build --alone --copies 20  also the shipped vocabulary, 840,000 statements
    python benchmarks/build --copies 132 --doublings 7 --beside 33
                                                 the same from 40,000 statements to 5.7 million

CPU seconds are those of whole processes, user and system, with all threads; each figure is the
median of its runs. Ours is `hrdgraph build`: it checks the tables, maps, holds evidence,
derives, validates, loads the store, traces what it found, and writes five formats and a report.
Below it stands what four of these steps take alone (map, validate, write N-Quads, load a store),
which are those of the usual tools: Morph-KGC (maps), rdflib (reads, stands for the store,
writes) and pySHACL (validates), which do no more than that; they are installed from the package
index into environments of their own, in --cache.

The same tables, mapping and shapes go into both. What comes out must be equal: the statements of
the source as a set, and the results as sets of (focus node, path, value, component). If it is
not, the run ends with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path += [str(HERE.parent), str(HERE.parent / "validation")]
import peers  # noqa: E402 - beside these folders
import scaled  # noqa: E402
import shipped  # noqa: E402
from measure import Cost  # noqa: E402

import project  # noqa: E402
from data import SHAPES  # noqa: E402

BAR = 15.0  # times our CPU seconds
HEADER = """| from tables to a checked graph | CPU s | seconds | memory, MB | statements | results |
|---|--:|--:|--:|--:|--:|"""


def arguments() -> argparse.Namespace:
    """What the caller wants."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--people", type=int, default=5_000, help="the size of the tables (default: %(default)s)"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of ours (default: %(default)s)")
    parser.add_argument(
        "--other-runs", type=int, default=1, help="runs of the usual tools (default: %(default)s)"
    )
    parser.add_argument("--alone", action="store_true", help="ours only, nothing is installed")
    parser.add_argument(
        "--timeout",
        type=float,
        default=1800,
        help="seconds after which a command is stopped (default: %(default)s)",
    )
    parser.add_argument(
        "--cache", type=Path, help="where the environments are kept (default: a temporary folder)"
    )
    parser.add_argument(
        "--copies",
        type=int,
        default=0,
        help="also build the shipped project with its award lists taken so many times; 20 are "
        "840,000 statements of the real vocabulary (default: not)",
    )
    parser.add_argument(
        "--doublings",
        type=int,
        default=1,
        help="how often half of the copies is built too (default: %(default)s)",
    )
    parser.add_argument(
        "--beside",
        type=int,
        default=8,
        metavar="COPIES",
        help="the usual tools do up to so many copies too, which takes minutes each "
        "(default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def median(costs: list[Cost]) -> Cost:
    """The medians of some runs, the peak of memory."""
    return Cost(
        statistics.median(one.cpu for one in costs),
        statistics.median(one.wall for one in costs),
        max(one.memory for one in costs),
    )


def row(title: str, cost: Cost, outcome: peers.Outcome) -> str:
    """A line of the table."""
    figures = f"{cost.cpu:.2f} | {cost.wall:.1f} | {cost.memory:.0f}"
    return f"| {title} | {figures} | {len(outcome.statements):,} | {len(outcome.results):,} |"


def main() -> None:
    """Print the tables, and fail if the outcomes differ."""
    options = arguments()
    print(shipped.table(options.runs), flush=True)
    if options.copies:
        scale(options)
    with tempfile.TemporaryDirectory() as name:
        folder, cache = (
            Path(name, "project"),
            options.cache.resolve() if options.cache else Path(name, "cache"),
        )
        project.make(folder, options.people, SHAPES)
        whole = median([peers.ours(folder, options.timeout) for _ in range(options.runs)])
        told = peers.told_by_ours(folder)
        print(f"\n{HEADER}\n{row('hrdgraph build', whole, told)}", flush=True)
        steps, same = several(lambda: peers.steps(folder, options.timeout), options.runs)
        print(row("hrdgraph: the four steps alone", steps, same), flush=True)
        figures = {
            "people": options.people,
            "statements": len(told.statements),
            "results": len(told.results),
            "cpu": whole.cpu,
            "steps": steps.cpu,
        }
        faults = [
            *peers.differences(told, same),
            *([] if options.alone else beside(folder, cache, options, told, figures)),
        ]
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.exit("\n".join(faults) or 0)


def scale(options: argparse.Namespace) -> None:
    """Print the table of the real vocabulary."""
    with tempfile.TemporaryDirectory() as name:
        cache = options.cache.resolve() if options.cache else Path(name)
        without = options.alone or peers.install(cache)
        sizes = scaled.sizes(options.copies, options.doublings)
        print()
        for line in scaled.table(
            sizes, options.timeout, None if without else cache, options.beside
        ):
            print(line, flush=True)


def several(
    once: Callable[[], tuple[Cost, peers.Outcome]], runs: int
) -> tuple[Cost, peers.Outcome]:
    """The medians of some runs, and the outcome of the first."""
    made = [once() for _ in range(runs)]
    return median([cost for cost, _ in made]), made[0][1]


def beside(
    folder: Path,
    cache: Path,
    options: argparse.Namespace,
    told: peers.Outcome,
    figures: dict[str, float],
) -> list[str]:
    """Print what the usual tools take, and the bar; what of their outcome differs from ours."""
    if reason := peers.install(cache):
        print(f"| Morph-KGC, rdflib, pySHACL | {reason} | | | | |")
        return []
    theirs, other = several(
        lambda: peers.theirs(folder, cache, options.timeout), options.other_runs
    )
    print(f"{row('Morph-KGC, rdflib, pySHACL', theirs, other)}\n")
    for title, name in (("the whole build", "cpu"), ("the four steps", "steps")):
        times = figures[f"times {name}"] = theirs.cpu / figures[name]
        print(
            f"{'met   ' if times >= BAR else 'MISSED'} {times:.1f} times the CPU of {title} (at "
            f"least {BAR:g})"
        )
    return [*peers.differences(told, other)]


if __name__ == "__main__":
    main()
