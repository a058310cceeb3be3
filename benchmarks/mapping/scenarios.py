"""The scenarios: tables of a size, the mapping over them, and how many triples must come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tables
import transit
from model import EX, Join, Rule, TriplesMap

SUBJECT = f"{EX}r/{{id}}"


@dataclass(frozen=True)
class Scenario:
    """`records` of input give `triples(records)` distinct statements; `alone` scenarios are run
    without peers."""

    key: str
    title: str
    records: int
    write: Callable[[Path, int], None]
    maps: tuple[TriplesMap, ...]
    triples: Callable[[int], int]
    alone: bool = False

    @property
    def quads(self) -> bool:
        """Tell whether the output names graphs."""
        return any(one.graph for one in self.maps)


def _wide(file: str = "data.csv", iterator: str = "", graph: str = "") -> tuple[TriplesMap, ...]:
    rules = tuple(Rule(f"{EX}{name}", reference=name) for name in tables.PROPERTIES)
    return (TriplesMap("wide", file, SUBJECT, rules, iterator, graph),)


def _messy() -> tuple[TriplesMap, ...]:
    """Odd columns become IRIs, even ones literals."""
    rules = (
        Rule(f"{EX}{name}", template=f"{EX}v/{{{name}}}")
        if number % 2 == 0
        else Rule(f"{EX}{name}", reference=name)
        for number, name in enumerate(tables.PROPERTIES)
    )
    return (TriplesMap("messy", "data.csv", SUBJECT, tuple(rules)),)


JOINED = (
    TriplesMap(
        "child",
        "child.csv",
        f"{EX}c/{{id}}",
        (Rule(f"{EX}parent", join=Join("parent", "key", "key")),),
    ),
    TriplesMap("parent", "parent.csv", f"{EX}p/{{id}}", (Rule(f"{EX}name", reference="name"),)),
)


def _each(records: int) -> int:
    return records * tables.COLUMNS


def _half(records: int) -> int:
    return records // 2 * tables.COLUMNS


def _fanned(fan: int) -> Callable[[int], int]:
    """Each of the child's records meets `fan` parents, and each of these has a name."""
    return lambda records: 2 * fan * records


def _even(write: Callable[[Path, int], None]) -> Callable[[Path, int], None]:
    return lambda folder, records: write(folder, records // 2 * 2)


def _join(fan: int, records: int, key: str, alone: bool = False) -> Scenario:
    title = f"join 1-{fan}, {records // 1000}k"
    return Scenario(
        key, title, records, partial(tables.linked, fan=fan), JOINED, _fanned(fan), alone
    )


POINTS = transit.SIZES["shape_points"]
SCENARIOS = (
    Scenario("csv-100k", "CSV 100k × 20", 100_000, tables.plain, _wide(), _each),
    Scenario("csv-500k", "CSV 500k × 20", 500_000, tables.plain, _wide(), _each),
    Scenario(
        "json-100k", "JSON 100k × 20", 100_000, tables.objects, _wide("data.json", "$[*]"), _each
    ),
    Scenario(
        "duplicates", "50% duplicates, 100k", 100_000, _even(tables.duplicates), _wide(), _half
    ),
    _join(1, 100_000, "join-1-1"),
    _join(10, 100_000, "join-1-10"),
    Scenario(
        "graphs",
        "1,000 named graphs",
        100_000,
        tables.graphs,
        _wide(graph=f"{EX}g/{{shelf}}"),
        _each,
    ),
    Scenario("messy", "messy values", 100_000, tables.messy, _messy(), _each),
    Scenario("transit-1", "GTFS-like ×1", POINTS, transit.write, transit.MAPS, transit.triples),
    Scenario(
        "transit-10", "GTFS-like ×10", 10 * POINTS, transit.write, transit.MAPS, transit.triples
    ),
    Scenario(
        "transit-dash-10",
        "GTFS-like ×10, `{a}-{b}`",
        10 * POINTS,
        transit.write,
        transit.DASHED,
        transit.triples,
    ),
    Scenario("start-1", "start-up, 1 record", 1, tables.plain, _wide(), _each),
    Scenario("start-10", "start-up, 10 records", 10, tables.plain, _wide(), _each),
    Scenario("csv-1m", "CSV 1M × 20", 1_000_000, tables.plain, _wide(), _each, alone=True),
    Scenario("csv-2m", "CSV 2M × 20", 2_000_000, tables.plain, _wide(), _each, alone=True),
    Scenario(
        "memory-distinct",
        "10M of 20M distinct",
        1_000_000,
        _even(tables.duplicates),
        _wide(),
        _half,
        alone=True,
    ),
    _join(10, 500_000, "memory-join", alone=True),
)
