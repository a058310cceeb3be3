"""One scenario → what each engine cost, and whether its output is the same set of statements as
ours."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from engines import HERE, Engine, prepare
from environments import interpreter
from measure import Cost, measured
from scenarios import Scenario

# what a peer is known to get wrong; the run does not fail for it, and fails once it is no longer so
KNOWN: dict[tuple[str, str], str] = {
    # RFC 3986, 2.4: a percent sign of the data must itself be encoded, as `%25`; `100%%20sure` is
    # not an IRI
    ("messy", "sdm"): "leaves a % of the data as it is, so that the IRI is not valid",
}


@dataclass(frozen=True)
class Settings:
    """How a run is done: `runs` of ours and of the first peer, `other_runs` of the rest."""

    runs: int
    other_runs: int
    scale: float
    timeout: float
    cache: Path

    def times(self, engine: Engine) -> int:
        """How often an engine is run."""
        return self.runs if engine.key in ("hrdgraph", "hrdgraph-1", "morph") else self.other_runs


@dataclass(frozen=True)
class Row:
    """One engine in one scenario: medians of cost (peak of memory), and what is to be said of
    its output."""

    scenario: str
    title: str
    engine: str
    triples: int
    runs: int
    cost: Cost
    output: str
    fault: bool = False


def run(
    scenario: Scenario,
    engines: list[Engine],
    missing: dict[str, str],
    settings: Settings,
    folder: Path,
) -> list[Row]:
    """All engines in turn, as often as the settings say."""
    records = (
        max(1, int(scenario.records * settings.scale))
        if scenario.records > 10
        else scenario.records
    )
    scenario.write(folder, records)
    present = [engine for engine in engines if engine.key not in missing]
    prepare(scenario.maps, present, folder, scenario.quads)
    costs: dict[str, list[Cost]] = {engine.key: [] for engine in present}
    verdicts: dict[str, tuple[str, bool]] = {}
    for turn in range(max(settings.runs, settings.other_runs)):
        for engine in present:
            if turn < settings.times(engine) and not any(
                cost.failure for cost in costs[engine.key]
            ):
                costs[engine.key].append(once(engine, scenario, settings, folder))
        verdicts = verdicts or {
            one.key: verdict(one, costs[one.key][0], scenario, records, folder) for one in present
        }
    return [
        _row(engine, scenario, scenario.triples(records), costs, verdicts, missing)
        for engine in engines
    ]


def once(engine: Engine, scenario: Scenario, settings: Settings, folder: Path) -> Cost:
    """One run, on a clean place for its output."""
    for old in folder.glob(engine.output):
        old.unlink()
    command = engine.command(interpreter(engine.requirements, settings.cache), scenario.quads)
    return measured(command, folder, settings.timeout, engine.one_core)


def verdict(
    engine: Engine, cost: Cost, scenario: Scenario, records: int, folder: Path
) -> tuple[str, bool]:
    """What is to be said of an output, and whether that fails the run."""
    known = KNOWN.get((scenario.key, engine.key), "")
    said = cost.failure or difference(engine, scenario.triples(records), folder)
    if known:
        return (
            (f"known: {known}", False)
            if said
            else ("no longer differs: remove it from KNOWN", True)
        )
    # a peer that stops says so in the table; it is no fault of this benchmark nor of ours
    return (said or "equal", bool(said) and (engine.key.startswith("hrdgraph") or not cost.failure))


def difference(engine: Engine, triples: int, folder: Path) -> str:
    """How an output differs from ours, or ours from the number that is due; nothing if it does
    not."""
    paths = sorted(folder.glob(engine.output))
    if not paths or not (folder / "hrdgraph.out").exists():
        return "no output" if not paths else "nothing of ours to compare with"
    # in a process of its own: what this one holds in memory would be counted as memory of the
    # commands that it starts
    files = [str(path) for path in (HERE / "compare.py", folder / "hrdgraph.out", paths[0])]
    command = [sys.executable, *files, *(["--decode"] if engine.decode else [])]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if engine.key == "hrdgraph":
        return _count(result, triples)
    sides = {"only ours": result["only_ours"], "only theirs": result["only_theirs"]}
    examples = [f"{side}: {line[:300]}" for side, line in sides.items() if line]
    return f"differs ({result['theirs']:,} distinct); {'; '.join(examples)}" if examples else ""


def _count(result: dict[str, int], triples: int) -> str:
    if result["lines"] != result["distinct"]:
        return f"{result['lines'] - result['distinct']:,} lines repeated"
    return (
        "" if result["distinct"] == triples else f"{result['distinct']:,} triples, not {triples:,}"
    )


def _row(
    engine: Engine,
    scenario: Scenario,
    triples: int,
    costs: dict[str, list[Cost]],
    verdicts: dict[str, tuple[str, bool]],
    missing: dict[str, str],
) -> Row:
    if engine.key in missing:
        return Row(
            scenario.key,
            scenario.title,
            engine.title,
            triples,
            0,
            Cost(failure=missing[engine.key]),
            missing[engine.key],
        )
    made = costs[engine.key]
    output, fault = verdicts[engine.key]
    failures = [cost.failure for cost in made if cost.failure]
    cpu, wall = (
        statistics.median(getattr(cost, name) for cost in made) for name in ("cpu", "wall")
    )
    cost = Cost(cpu, wall, max(cost.memory for cost in made), failures[0] if failures else "")
    return Row(scenario.key, scenario.title, engine.title, triples, len(made), cost, output, fault)


def as_json(rows: list[Row]) -> list[dict[str, object]]:
    """Rows as plain values."""
    return [asdict(row) for row in rows]
