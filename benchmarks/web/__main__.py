"""Endpoints under load on loopback: clients that ask and clients that mean harm, every answer
held against the right one.

python benchmarks/web [--triples 1000000] [--clients 50] [--enemies 5] [--seconds 60] [--engines
hrdgraph,oxigraph,rdflib-endpoint]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parent))
from client import Seen, load
from engines import serving

from hrdgraph.project import create_project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.ntriples import read_columns
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import PREFIXES

ROOT = Path(__file__).parents[2]
ALL = ("hrdgraph", "oxigraph", "rdflib-endpoint")
HEADS = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("hrd", "rdfs", "skos"))
HOSTILE = [
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a),STR(?d),STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "ASK { ?s ?p " + "[ ?p " * 400 + "1" + "]" * 400 + " }",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b . ?c (!<x:x>|^!<x:x>)* ?d }",
]


def main() -> int:
    """Run the load against each engine, and print a table; 1 where an answer was wrong or
    missing here."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        project, lines = _project(Path(folder), options.triples)
        right = _answers(project / "build" / "store")
        print(
            f"{_size(project):,} quads, {len(right)} queries, {options.seconds:g} s, "
            f"{options.clients} clients of which {options.enemies} mean harm"
        )
        columns = (
            f"{'right':>6} {'p50 ms':>8} {'p99 ms':>8} {'most ms':>8}  {'memory MB':>16} "
            f"{'files':>9}"
        )
        print(f"{'engine':16} {columns}  otherwise; to the hostile")
        bad = 0
        for name in options.engines.split(","):
            bad += _run(name, project, lines, right, options)
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/web")
    parser.add_argument(
        "--triples",
        type=int,
        default=0,
        help="of a made graph; 0: the graph that is built in this repository",
    )
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--enemies", type=int, default=5, help="clients that mean harm")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--timeout",
        type=float,
        default=5,
        help="seconds that a query may take, where an engine has such a bound",
    )
    parser.add_argument("--engines", default=",".join(ALL))
    return parser.parse_args()


def _run(
    name: str, project: Path, lines: Path, right: dict[str, object], options: argparse.Namespace
) -> int:
    try:
        with serving(name, project, lines, options.timeout) as server:
            address = ("127.0.0.1", server.port, server.path)
            warm = asyncio.run(load(address, right, _canon, [], 10, 0, min(3, options.seconds)))
            before, memory = server.own(), server.memory()
            seen = asyncio.run(
                load(
                    address,
                    right,
                    _canon,
                    HOSTILE,
                    options.clients,
                    options.enemies,
                    options.seconds,
                )
            )
            time.sleep(1.5)
            after, memory_after = server.own(), server.memory()
    except FileNotFoundError as error:
        print(f"{name:16} not run: {error}")
        return 0
    del warm
    _print(name, seen, (memory, memory_after), (before, after))
    wrong = sum(count for outcome, count in seen.outcomes.items() if outcome != "right")
    return wrong if name == "hrdgraph" else 0


def _print(
    name: str, seen: Seen, memory: tuple[int, int], own: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    times = sorted(seen.latencies) or [float("nan")]
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    held = f"{memory[0] >> 20} → {memory[1] >> 20} ({(own[1][0] - own[0][0]) / (1 << 20):+.1f})"
    files = f"{own[0][1]} → {own[1][1]}"
    others = (
        ", ".join(
            f"{outcome}: {count}"
            for outcome, count in sorted(seen.outcomes.items())
            if outcome != "right"
        )
        or "none"
    )
    hostile = (
        ", ".join(f"{outcome}: {count}" for outcome, count in sorted(seen.hostile.items())).replace(
            "right", "200 and whole"
        )
        or "none"
    )
    figures = f"{statistics.median(times) * 1e3:8.1f} {p99 * 1e3:8.1f} {times[-1] * 1e3:8.1f}"
    print(
        f"{name:16} {seen.outcomes['right']:6} {figures}  {held:>16} {files:>9}  {others}; "
        f"{hostile}",
        flush=True,
    )


def _project(folder: Path, triples: int) -> tuple[Path, Path]:
    """A project with a store over the graph, and the same as N-Triples."""
    project, lines = folder / "project", folder / "graph.nt"
    create_project(project, "Load")
    build = project / "build"
    build.mkdir()
    if triples:
        _make(lines, triples)
        graph = read_columns(lines)
    else:
        graph = read_columns(ROOT / "build" / "graph.nq")
    _store(graph, build / "store")
    if not triples:
        with lines.open("wb") as out:
            ox.Store.read_only(str(build / "store")).dump(
                out, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()
            )
    (build / "manifest.json").write_text(
        json.dumps(
            {
                "title": "Load",
                "failed": False,
                "validated": True,
                "quads": len(graph),
                "made": triples,
            }
        )
    )
    return project, lines


def _store(graph: ColumnGraph, path: Path) -> None:
    with OxigraphStore.create(path) as store:
        store.add(graph)


def _make(path: Path, triples: int) -> None:
    """Recipients, awards and conferrals, made with a fixed seed: six triples for each recipient."""
    chance, hrd, base = random.Random(1), PREFIXES["hrd"], "https://w3id.org/hrdgraph/id/"
    kind, label = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['rdfs']}label>"
    with path.open("w", encoding="utf-8") as out:
        for number in range(60):
            out.write(
                f"<{base}award/a{number}> {kind} <{hrd}Award> .\n<{base}award/a{number}> {label} "
                f'"Award {number}"@en .\n'
            )
        for number in range(triples // 6):
            person, conferral = f"<{base}person/p{number}>", f"<{base}conferral/c{number}>"
            out.write(
                f'{person} {kind} <{hrd}Person> .\n{person} {label} "Person {number}"@en .\n'
                f"{conferral} {kind} <{hrd}Conferral> .\n{conferral} <{hrd}recipient> {person} .\n"
                f"{conferral} <{hrd}award> <{base}award/a{chance.randrange(60)}> .\n"
                f'{conferral} <{hrd}year> "{chance.randrange(1980, 2025)}" .\n'
            )


def _answers(store: Path) -> dict[str, object]:
    """Queries of the kinds that people ask, and their right answers, worked out in this process."""
    engine, chance = ox.Store.read_only(str(store)), random.Random(2)
    subjects = sorted(
        {
            row["s"].value
            for row in engine.query(
                f"{HEADS} SELECT DISTINCT ?s {{ ?s rdfs:label|skos:prefLabel ?l }} LIMIT 4000"
            )
        }
    )
    chosen = chance.sample(subjects, min(30, len(subjects)))
    texts = [f"SELECT * {{ <{iri}> ?p ?o }}" for iri in chosen]
    texts += [f"SELECT ?s ?p {{ ?s ?p <{iri}> }}" for iri in chosen[:10]]
    texts += [f"ASK {{ <{iri}> ?p ?o }}" for iri in chosen[:5]]
    texts += [f"{HEADS} SELECT ?a (COUNT(*) AS ?n) {{ ?c hrd:award ?a }} GROUP BY ?a"]
    texts += [
        f"{HEADS} SELECT ?p {{ ?c hrd:award <{iri}> ; hrd:recipient ?p }} LIMIT 100000"
        for iri in _awards(engine)[:4]
    ]
    return {
        text: _canon(engine.query(text).serialize(format=ox.QueryResultsFormat.JSON))
        for text in texts
    }


def _awards(engine: ox.Store) -> list[str]:
    return sorted(
        row["a"].value for row in engine.query(f"{HEADS} SELECT DISTINCT ?a {{ ?c hrd:award ?a }}")
    )


def _canon(data: bytes) -> object:
    """An answer as a value that does not depend on the order of rows, on the datatype of a
    number, or on how a server spells keys."""
    said = json.loads(data)
    if "boolean" in said:
        return said["boolean"]
    rows = (
        tuple(
            sorted(
                (name, term["value"], term.get("xml:lang", "").lower())
                for name, term in row.items()
            )
        )
        for row in said["results"]["bindings"]
    )
    return hash(tuple(sorted(rows)))


def _size(project: Path) -> int:
    return json.loads((project / "build" / "manifest.json").read_text())["quads"]


if __name__ == "__main__":
    sys.exit(main())
