"""Maps the same tables with hrdgraph and with Morph-KGC, in one run, and compares CPU seconds, memory and output.

Usage: python benchmarks/mapping.py [RECORDS] [RUNS] [--alone]   (default: 100000 3; --alone: without the peer)

Input is made with a fixed seed in a temporary folder; Morph-KGC is installed into a virtual environment beside it.
Outputs must be equal as sets of lines, else the run fails.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PEER = "morph-kgc==2.10.0"
COLUMNS = 20
OURS = "from hrdgraph.cli import main; main()"
OUR_COMMAND = [sys.executable, "-c", OURS, "map", "new.ttl", "--format", "nt", "--output", "ours.nt"]
SAME = "import sys; a, b = (set(open(name, 'rb').read().splitlines()) for name in ('ours.nt', 'peer.nt')); sys.exit(a != b)"
NEW = "@prefix rml: <http://w3id.org/rml/> .\n@prefix ex: <http://example.com/> .\n"
OLD = (
    "@prefix rr: <http://www.w3.org/ns/r2rml#> .\n@prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n"
    "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n@prefix ex: <http://example.com/> .\n"
)


@dataclass(frozen=True)
class Scenario:
    """Tables, and one mapping in the current and in the older vocabulary."""

    name: str
    make: Callable[[Path, int], None]
    triples_maps: Callable[[Path], str]


def rows_of_columns(folder: Path, records: int) -> None:
    """One table of `records` rows with a key and 20 columns of short texts."""
    rng = random.Random(7)
    with (folder / "data.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *(f"p{n}" for n in range(1, COLUMNS + 1))])
        for number in range(records):
            writer.writerow([number, *(f"value {rng.randrange(10**9)}" for _ in range(COLUMNS))])


def two_tables(fan: int) -> Callable[[Path, int], None]:
    """A child table of `records` rows and a parent table in which each key stands `fan` times."""

    def make(folder: Path, records: int) -> None:
        for name, times in (("child", 1), ("parent", fan)):
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["id", "key"])
                writer.writerows([f"{number}-{copy}", number] for number in range(records) for copy in range(times))

    return make


def wide_map(folder: Path) -> str:
    """Twenty predicates of one subject."""
    pairs = "".join(
        f'  rml:predicateObjectMap [ rml:predicate ex:p{n} ; rml:objectMap [ rml:reference "p{n}" ] ] ;\n' for n in range(1, COLUMNS + 1)
    )
    return f'ex:m a rml:TriplesMap ;\n{source(folder, "data")}{pairs}  rml:subjectMap [ rml:template "http://example.com/r/{{id}}" ] .\n'


def join_map(folder: Path) -> str:
    """A join of two tables."""
    join = '[ rml:parentTriplesMap ex:p ; rml:joinCondition [ rml:child "key" ; rml:parent "key" ] ]'
    child = f"ex:m a rml:TriplesMap ;\n{source(folder, 'child')}  rml:predicateObjectMap [ rml:predicate ex:j ; rml:objectMap {join} ] ;\n"
    parent = f'ex:p a rml:TriplesMap ;\n{source(folder, "parent")}  rml:subjectMap [ rml:template "http://example.com/p/{{id}}" ] .\n'
    return child + '  rml:subjectMap [ rml:template "http://example.com/c/{id}" ] .\n' + parent


def source(folder: Path, name: str) -> str:
    """A logical source; the older vocabulary needs the whole path."""
    return f'  rml:logicalSource [ rml:source "{folder}/{name}.csv" ; rml:referenceFormulation rml:CSV ] ;\n'


def older(mapping: str) -> str:
    """The same mapping in the vocabulary that the peer reads best."""
    for name in (
        "TriplesMap",
        "subjectMap",
        "predicateObjectMap",
        "predicate",
        "objectMap",
        "template",
        "parentTriplesMap",
        "joinCondition",
        "child",
        "parent",
    ):
        mapping = mapping.replace(f"rml:{name} ", f"rr:{name} ")
    return OLD + mapping.replace("rml:CSV", "ql:CSV")


def measured(command: list[str], folder: Path) -> tuple[float, float]:
    """CPU seconds and peak memory (MB) of one command."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def prepare(scenario: Scenario, records: int, folder: Path) -> None:
    """Write tables, mappings and the peer's settings."""
    scenario.make(folder, records)
    mapping = scenario.triples_maps(folder)
    (folder / "new.ttl").write_text(NEW + mapping.replace(f"{folder}/", ""), encoding="utf-8")
    (folder / "old.ttl").write_text(older(mapping), encoding="utf-8")
    (folder / "peer.ini").write_text(
        "[CONFIGURATION]\noutput_file=peer.nt\nnumber_of_processes=1\n[DS]\nmappings=old.ttl\n", encoding="utf-8"
    )


def run_alone(scenario: Scenario, runs: int, folder: Path) -> str:
    """One line of the table without a peer."""
    costs = [measured(OUR_COMMAND, folder) for _ in range(runs)]
    peak = max(memory for _, memory in costs)
    return f"{scenario.name:22} {statistics.median(cost for cost, _ in costs):8.2f} {'–':>10} {'–':>8}   {peak:.0f}"


def compare(scenario: Scenario, runs: int, peer: Path, folder: Path) -> str:
    """One line of the table."""
    theirs = [str(peer / "bin" / "python"), "-m", "morph_kgc", "peer.ini"]
    pairs = [(measured(OUR_COMMAND, folder), measured(theirs, folder)) for _ in range(runs)]
    # in a process of its own: what this one holds in memory would be counted as memory of the commands that it starts
    if subprocess.run([sys.executable, "-c", SAME], cwd=folder).returncode:
        raise SystemExit(f"{scenario.name}: the outputs differ")
    mine, other = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    ratio = statistics.median(pair[1][0] / pair[0][0] for pair in pairs)
    memory = " / ".join(f"{max(pair[side][1] for pair in pairs):.0f}" for side in (0, 1))
    return f"{scenario.name:22} {mine:8.2f} {other:10.2f} {ratio:7.1f}×   {memory}"


SCENARIOS = (
    Scenario(f"CSV, {COLUMNS} columns", rows_of_columns, wide_map),
    Scenario("join 1-1", two_tables(1), join_map),
    Scenario("join 1-10", two_tables(10), join_map),
)


def main() -> None:
    """Print the table."""
    numbers = [int(text) for text in sys.argv[1:] if text.isdigit()]
    records, runs = (*numbers, *(100_000, 3)[len(numbers) :])
    alone = "--alone" in sys.argv
    with tempfile.TemporaryDirectory() as name:
        peer = Path(name) / "peer"
        if not alone:
            subprocess.run([sys.executable, "-m", "venv", peer], check=True)
            subprocess.run([peer / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", PEER], check=True)
        print(f"{records:,} records, {runs} runs: CPU seconds (median), peak memory in MB\n{'':22} hrdgraph  Morph-KGC   ratio   memory")
        for number, scenario in enumerate(SCENARIOS):
            folder = Path(name) / f"{number}"
            folder.mkdir()
            prepare(scenario, records, folder)
            print(run_alone(scenario, runs, folder) if alone else compare(scenario, runs, peer, folder), flush=True)


if __name__ == "__main__":
    main()
