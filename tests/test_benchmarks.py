"""A smoke of each benchmark: it runs and prints its table. Its figures are for people, not for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).parents[1]
MAPPING = ROOT / "benchmarks" / "mapping"
# at a thousandth of the size, by hand: records × columns; half of the records; child and parent statements
COUNTS = {
    "csv-100k": 100 * 20,
    "csv-500k": 500 * 20,
    "json-100k": 100 * 20,
    "duplicates": 50 * 20,
    "join-1-1": 100 + 100,
    "join-1-10": 100 * 10 + 100 * 10,
    "graphs": 100 * 20,
    "messy": 100 * 20,
    # one record of agency, feed, routes, trips, calendar, calendar_dates and frequencies, each with all its rules;
    # one of stops, three of stop_times, 57 points of one shape, and the shape
    "transit-1": (8 + 8 + 10 + 10 + 10 + 4 + 6) + 11 + 3 * 11 + 57 * 6 + 1,
    # at a hundredth: 12 stops, 40 stop times, 575 points, 4 calendar dates, 7 frequencies
    "transit-10": (8 + 8 + 10 + 10 + 10) + 12 * 11 + 40 * 11 + 575 * 6 + 4 * 4 + 7 * 6 + 1,
    "transit-dash-10": (8 + 8 + 10 + 10 + 10) + 12 * 11 + 40 * 11 + 575 * 6 + 4 * 4 + 7 * 6 + 1,
    "start-1": 20,
    "start-10": 200,
    "csv-1m": 1_000 * 20,
    "csv-2m": 2_000 * 20,
    "memory-distinct": 500 * 20,
    "memory-join": 500 * 10 + 500 * 10,
}


def benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    offline = {**os.environ, "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [sys.executable, MAPPING, *arguments], capture_output=True, text=True, env=offline
    )


def test_the_build_benchmark_runs(tmp_path: Path) -> None:
    """The whole build, and its four steps alone, say the same."""
    figures = tmp_path / "figures.json"
    arguments = ["--alone", "--people", "400", "--runs", "1", "--json", str(figures)]
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "build", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "build without SHACL" in done.stdout
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["statements"] > 400 * 17
    assert told["results"] > 10


SCALED = """
import csv, sys, tempfile
from pathlib import Path
import scaled
with tempfile.TemporaryDirectory() as name:
    folder = scaled.make(Path(name), int(sys.argv[1]))
    for list in scaled.LISTS:
        path = folder / "data" / "sources" / list / "people.csv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                keys = [row["name"] for row in csv.DictReader(file)]
            print(len(keys), len(set(keys)))
"""


def test_each_copy_of_the_shipped_lists_has_names_of_its_own() -> None:
    once, thrice = (
        [[int(n) for n in line.split()] for line in _in_build(SCALED, times).splitlines()]
        for times in ("1", "3")
    )
    assert once
    assert thrice == [[3 * rows, 3 * names] for rows, names in once]


def _in_build(code: str, *arguments: str) -> str:
    """What code prints that stands beside the modules of the benchmark of builds."""
    folders = [ROOT / "benchmarks" / name for name in ("build", "validation", "")]
    paths = "".join(f"sys.path.insert(0, {str(folder)!r});" for folder in reversed(folders))
    command = [sys.executable, "-c", f"import sys;{paths}\n{code}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_usual_tools_that_cannot_be_installed_are_shown_so() -> None:
    offline = {**os.environ, "PIP_NO_INDEX": "1"}
    command = [sys.executable, ROOT / "benchmarks" / "build", "--people", "20", "--runs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, env=offline)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| Morph-KGC, rdflib, pySHACL | not installed: " in done.stdout


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Every scenario at a thousandth of its size, beside the two mappers that need nothing installed."""
    figures = tmp_path_factory.mktemp("mapping") / "figures.json"
    done = benchmark(
        "--scale", "0.001", "--runs", "1", "--engines", "naive,columns", "--json", str(figures)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(figures.read_text(encoding="utf-8"))


def test_each_mapping_scenario_gives_the_triples_counted_by_hand(tiny: list[dict]) -> None:
    assert {
        row["scenario"]: row["triples"] for row in tiny if row["engine"] == "hrdgraph"
    } == COUNTS


@pytest.mark.parametrize("other", ["row by row", "by hand (bound)"])
def test_each_output_is_what_mapping_row_by_row_and_by_hand_gives(
    tiny: list[dict], other: str
) -> None:
    assert {row["output"] for row in tiny} == {"equal"}
    assert [row["scenario"] for row in tiny if row["engine"] == other] == [
        key for key in COUNTS if key not in ("csv-1m", "csv-2m", "memory-distinct", "memory-join")
    ]


def test_the_transit_mapping_has_85_rules_and_11_joins() -> None:
    code = "import transit; rules = [rule for one in transit.MAPS for rule in one.rules]; print(len(rules), sum(bool(r.join) for r in rules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=MAPPING, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["85", "11"]


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        (
            r'<a:s> <a:p> "é\n" .',
            r'<a:s>  <a:p>  "\u00E9\n"^^<http://www.w3.org/2001/XMLSchema#string>.',
            False,
        ),
        (
            r'<a:s> <a:p> "é\n" .',
            r'<a:s> <a:p> "\u00E9\n"^^<http://www.w3.org/2001/XMLSchema#string> .',
            True,
        ),
        ("<a:é%25> <a:p> <a:o> .", "<a:%C3%A9%25> <a:p> <a:o> .", True),
        ("<a:%20> <a:p> <a:o> .", "<a: > <a:p> <a:o> .", False),
        ('<a:s> <a:p> "%C3%A9" .', '<a:s> <a:p> "é" .', False),
        ('<a:s> <a:p> "a" .', '<a:s> <a:p> "b" .', False),
    ],
)
def test_outputs_are_compared_as_canonical_lines(
    tmp_path: Path, ours: str, theirs: str, equal: bool
) -> None:
    for name, line in (("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(line + "\n", encoding="utf-8")
    command = [
        sys.executable,
        MAPPING / "compare.py",
        tmp_path / "ours",
        tmp_path / "theirs",
        "--decode",
    ]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (not result["only_ours"] and not result["only_theirs"]) == equal


def test_the_mapping_benchmark_explains_itself_and_refuses_unknown_names() -> None:
    assert "transit-10" in benchmark("--help").stdout
    assert "there are csv-100k" in benchmark("nothing").stderr
    assert "there are hrdgraph" in benchmark("--engines", "nothing").stderr


def validation(*arguments: str) -> subprocess.CompletedProcess[str]:
    offline = {**os.environ, "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "validation", *arguments],
        capture_output=True,
        text=True,
        env=offline,
    )


def test_the_validation_benchmark_runs_alone(tmp_path: Path) -> None:
    done = validation("2000", "--alone", "--json", str(tmp_path / "figures.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert [*told] == ["hrdgraph", "hrdgraph-nt"]
    assert all(figures["validating"] > 0 and figures["memory"] > 0 for figures in told.values())


def test_a_validator_that_cannot_be_installed_is_shown_so() -> None:
    done = validation("2000", "--engines", "rust")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| shacl-rust | | | | | | not installed: " in done.stdout
    assert "there are hrdgraph" in validation("--engines", "nothing").stderr
