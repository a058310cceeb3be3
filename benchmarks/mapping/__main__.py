"""Maps the same seeded tables with hrdgraph and with its peers, in one run, and compares cost
and output.

    python benchmarks/mapping                              every scenario, every engine
    python benchmarks/mapping csv-100k messy --runs 3      two scenarios
    python benchmarks/mapping --alone --scale 0.001        ours only, at a thousandth of the size

Peers are installed from the package index into environments of their own, in --cache. One that
cannot be installed, that fails or that takes longer than --timeout is shown so in the table.
Engines take turns; each run is a whole process.

An output must be the same set of statements as ours, and ours must have as many as the scenario
is made to give, none twice; else the run ends with exit code 1, with an example in the table.
`known` in the table is a fault of a peer that run.py argues; what Morph-KGC and SDM-RDFizer do
to non-ASCII letters in IRIs is undone first, as compare.py argues.

Everything at full size takes an hour or more on two cores, and some 5 GB of a temporary folder
(TMPDIR says where).
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from pathlib import Path

from engines import Engine, engines, install
from run import Row, Settings, as_json, run
from scenarios import SCENARIOS, Scenario
from table import ABOUT, HEADER, bars, lines

PEERS = ("morph", "morph-multi", "sdm", "maplib", "columns")
MORE = ("naive",)
ONE_CORE = ("csv-500k", "csv-1m", "csv-2m", "transit-10")


def arguments() -> argparse.Namespace:
    """What the caller wants."""
    parser = argparse.ArgumentParser(
        prog="python benchmarks/mapping",
        description=__doc__,
        epilog=_scenarios(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help="which to run; default: all"
    )
    parser.add_argument(
        "--engines",
        default=",".join(PEERS),
        help=f"peers beside ours: {', '.join(PEERS + MORE)} (default: all but the last)",
    )
    parser.add_argument("--alone", action="store_true", help="ours only, nothing is installed")
    parser.add_argument(
        "--runs", type=int, default=3, help="runs of ours and of Morph-KGC (default: 3)"
    )
    parser.add_argument(
        "--other-runs", type=int, default=1, help="runs of the other peers (default: 1)"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="multiplies the records of every scenario (default: 1)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=300,
        help="seconds after which a run is stopped (default: 300)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        help="where the peers' environments are kept (default: a temporary folder)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument(
        "--ours", default="", metavar="ARGS", help="more arguments for `hrdgraph map`, as one word"
    )
    return parser.parse_args()


def _scenarios() -> str:
    rows = (
        f"  {one.key:16} {one.title:22} {one.triples(one.records):11,} "
        f"triples{', ours only' * one.alone}"
        for one in SCENARIOS
    )
    return "scenarios:\n" + "\n".join(rows)


def chosen(names: list[str]) -> list[Scenario]:
    """The scenarios of these names, or all."""
    keys = {one.key for one in SCENARIOS}
    if unknown := [name for name in names if name not in keys]:
        raise SystemExit(
            f"no scenario {', '.join(unknown)}: there are {', '.join(one.key for one in SCENARIOS)}"
        )
    return [one for one in SCENARIOS if not names or one.key in names]


def wanted(options: argparse.Namespace) -> dict[str, Engine]:
    """Ours, ours on one core, and the peers asked for."""
    known = engines(tuple(shlex.split(options.ours)))
    names = [name for name in options.engines.split(",") if name and not options.alone]
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no engine {', '.join(unknown)}: there are {', '.join(known)}")
    return {
        key: engine for key, engine in known.items() if key in ("hrdgraph", "hrdgraph-1", *names)
    }


def run_all(options: argparse.Namespace, cache: Path) -> list[Row]:
    """Print the table, a scenario at a time."""
    scenarios, found = chosen(options.scenarios), wanted(options)  # before anything is installed
    missing = {
        engine.key: reason for engine in found.values() if (reason := install(engine, cache))
    }
    settings = Settings(options.runs, options.other_runs, options.scale, options.timeout, cache)
    print(
        f"{ABOUT}\nScale {options.scale:g}; runs: {options.runs}, of other peers "
        f"{options.other_runs}.\n\n{HEADER}",
        flush=True,
    )
    rows: list[Row] = []
    for scenario in scenarios:
        with tempfile.TemporaryDirectory() as folder:
            made = run(scenario, _taking_part(scenario, found), missing, settings, Path(folder))
        print("\n".join(lines(made)), flush=True)
        rows += made
    return rows


def _taking_part(scenario: Scenario, found: dict[str, Engine]) -> list[Engine]:
    others = () if scenario.alone else tuple(found)
    keys = {
        "hrdgraph",
        *(key for key in others if key != "hrdgraph-1"),
        *(("hrdgraph-1",) if scenario.key in ONE_CORE else ()),
    }
    return [engine for key, engine in found.items() if key in keys]


def main() -> None:
    """Run, print, and fail if an output is not what it must be."""
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        rows = run_all(options, options.cache.resolve() if options.cache else Path(folder))
    if options.scale == 1:
        print("\n" + "\n".join(bars(rows)))
    if options.json:
        options.json.write_text(json.dumps(as_json(rows), indent=1) + "\n", encoding="utf-8")
    sys.exit(any(row.fault for row in rows))


if __name__ == "__main__":
    main()
