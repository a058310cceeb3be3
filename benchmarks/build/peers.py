"""A project folder → what our build and the usual tools cost, and what comes out of each."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from environments import install as installed
from environments import interpreter
from measure import Cost, measured

from project import EX, MAIN, SOURCE

HERE = Path(__file__).parent
# they need different versions of rdflib
MORPH, PYSHACL = ("morph-kgc==2.10.0",), ("pyshacl==0.40.1",)
SETTINGS = """[CONFIGURATION]
output_file=out.nt
output_format=N-TRIPLES
number_of_processes=1
logging_level=ERROR
[DS]
mappings=mapping.ttl
"""
GRAPH = " <https://example.org/graph/dump> .\n"
TEXT = "^^<http://www.w3.org/2001/XMLSchema#string>"

Result = tuple[str, ...]


class Outcome(NamedTuple):
    """The statements of the source, as N-Triples lines, and the results: focus node, path,
    value, component."""

    statements: frozenset[str]
    results: frozenset[Result]


def install(cache: Path) -> str:
    """Install the usual tools; the reason if that fails, else nothing."""
    return installed(MORPH, cache) or installed(PYSHACL, cache)


def ours(folder: Path, timeout: float) -> Cost:
    """Build from nothing. Violations end the command with 1; what else goes wrong leaves no
    graph, and ends this run."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    cost = measured([sys.executable, "-c", MAIN, "build"], folder, timeout)
    if not (folder / "build" / "graph.nq").is_file():
        raise SystemExit(f"hrdgraph build: {cost.failure}")
    return replace(cost, failure="")


def told_by_ours(folder: Path) -> Outcome:
    """What the build says."""
    return Outcome(_ours(folder / "build" / "graph.nq"), results_of(folder))


def results_of(folder: Path) -> frozenset[Result]:
    """The results of shapes in what a build has found."""
    found = json.loads((folder / "build" / "findings.json").read_text(encoding="utf-8"))["rules"]
    shacl = (one for rule in found if rule["kind"] == "shacl" for one in rule["findings"])
    return frozenset(
        tuple(one.get(part) or "" for part in ("focus", "path", "value", "component"))
        for one in shacl
    )


def steps(folder: Path, timeout: float) -> tuple[Cost, Outcome]:
    """What of the build the usual tools do too: map, validate, write N-Quads, load a store."""
    source, shapes = folder / SOURCE, folder / "ontology" / "shapes" / "bench.ttl"
    shutil.rmtree(source / "store", ignore_errors=True)
    command = [
        sys.executable,
        str(HERE / "by_steps.py"),
        "mapping.ttl",
        str(shapes),
        "ours.nq",
        "store",
    ]
    cost = measured(command, source, timeout)
    if cost.failure:
        raise SystemExit(f"the four steps: {cost.failure}")
    return cost, Outcome(_ours(source / "ours.nq"), _results(source))


def theirs(folder: Path, cache: Path, timeout: float) -> tuple[Cost, Outcome]:
    """Map, read, validate and write; the sum of the two commands."""
    shapes = folder / "ontology" / "shapes" / "bench.ttl"
    return mapped_and_checked(folder / SOURCE, shapes, cache, timeout)


def mapped_and_checked(
    source: Path, shapes: Path, cache: Path, timeout: float
) -> tuple[Cost, Outcome]:
    """The same for a folder with tables and `mapping.ttl`."""
    (source / "morph.ini").write_text(SETTINGS, encoding="utf-8")
    mapped = measured([interpreter(MORPH, cache), "-m", "morph_kgc", "morph.ini"], source, timeout)
    checking = [
        interpreter(PYSHACL, cache),
        str(HERE / "by_peers.py"),
        "out.nt",
        str(shapes),
        "out.nq",
    ]
    checked = (
        Cost(failure=mapped.failure) if mapped.failure else measured(checking, source, timeout)
    )
    if checked.failure:
        raise SystemExit(f"the usual tools: {checked.failure}")
    cost = Cost(
        mapped.cpu + checked.cpu, mapped.wall + checked.wall, max(mapped.memory, checked.memory)
    )
    lines = (source / "out.nt").read_text(encoding="utf-8").splitlines()
    return cost, Outcome(
        frozenset(line.replace(f"{TEXT} .", " .") for line in lines), _results(source)
    )


def _ours(path: Path) -> frozenset[str]:
    """The statements of the source: in its graph the build says too what the source is."""
    with path.open(encoding="utf-8") as lines:
        return frozenset(
            f"{line.removesuffix(GRAPH)} ."
            for line in lines
            if line.endswith(GRAPH) and line.startswith(f"<{EX}")
        )


def _results(folder: Path) -> frozenset[Result]:
    """Those that the last command told."""
    return frozenset(
        map(tuple, json.loads((folder / "log.txt").read_text(encoding="utf-8"))["rows"])
    )


def differences(ours: Outcome, theirs: Outcome) -> Iterator[str]:
    """What only one of them says, with an example."""
    for name, one, other in (
        ("statements", ours.statements, theirs.statements),
        ("results", ours.results, theirs.results),
    ):
        for side, some in (("ours", one - other), ("the usual tools", other - one)):
            if some:
                yield f"only {side}: {len(some):,} {name}, such as {min(some)}"
