"""The workers of a server answer scans of a large build from its columns, within their bounds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.sparql.generated import people

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.oxigraph import KNOWN_PREFIXES, OxigraphStore
from hrdgraph.store.store_filling import fill_store
from hrdgraph.web.endpoint.pool import Charge, Worker
from hrdgraph.web.endpoint.worker import DATA, ERROR

JOB: Mapping[str, Any] = {
    "op": "query", "base": "http://x/", "default": None, "named": (), "gzip": False, "head": False,
    "formats": {"solutions": "csv", "boolean": "json", "triples": "nt"}, "rows": 0, "seconds": 60,
}  # fmt: skip
ALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ONE = "SELECT ?n { <http://x/person/7> <http://x/name> ?n }"
PATH = "SELECT (COUNT(*) AS ?n) { ?s <http://x/prize>+ ?o }"
RUINOUS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build whose columns know one triple less than its store, so that it shows who answers."""
    build, graph = tmp_path_factory.mktemp("build"), people(1_000)
    save_columns(graph, build / "columns")
    prepare_columns(graph, build / "columns", many=0)
    more = graph.text().head(1).with_columns(s=pl.lit("<http://x/a>"))
    with OxigraphStore.create(build / "store") as made:
        made.add(ColumnGraph.union([graph, ColumnGraph.from_text(more)]))
    return build / "store"


def said(store: Path, *jobs: Mapping[str, Any]) -> list[Any]:
    """What a worker answers to jobs, one after the other: texts, or what an error says."""

    async def ask() -> list[Any]:
        worker = await Worker.start(Charge(store, KNOWN_PREFIXES, 512 << 20))
        try:
            return [await _answer(worker, {**JOB, **job}) for job in jobs]
        finally:
            await worker.end()

    return asyncio.run(ask())


async def _answer(worker: Worker, job: Mapping[str, Any]) -> Any:
    data = b""
    async for frame in worker.run(job):
        if frame.kind == ERROR:
            return frame.parse()["kind"]
        data += frame.payload if frame.kind == DATA else b""
    return data.decode().split()


def test_scans_are_of_the_columns_and_all_else_of_the_store(store: Path) -> None:
    count = len(people(1_000))
    found = said(store, {"text": ALL}, {"text": ONE}, {"text": PATH}, {"text": ALL})
    assert found == [["n", str(count)], ["n", "Name", "7"], ["n", "10"], ["n", str(count)]]
    plain = store.parent.parent / "plain"
    plain.mkdir()
    (plain / "store").symlink_to(store)
    assert said(plain / "store", {"text": ALL}) == [["n", str(count + 1)]]


def test_bounds_hold_for_columns(store: Path) -> None:
    rows = {"text": "SELECT ?s ?o { ?s ?p ?o }", "rows": 100}
    assert said(store, rows, {"text": "SELECT ?s { ?s ?p }"}) == ["rows", "syntax"]
    head = said(store, {"text": "SELECT ?s ?o { ?s ?p ?o }", "head": True})
    assert len(head[0]) < 100_000
    assert json.dumps(head)


def test_what_takes_too_much_ends_the_worker_alone(store: Path) -> None:
    async def ask() -> str:
        worker = await Worker.start(Charge(store, KNOWN_PREFIXES, 256 << 20))
        try:
            await asyncio.wait_for(_answer(worker, {**JOB, "text": RUINOUS}), 3)
        except TimeoutError:
            return "time"
        except Exception as error:
            return type(error).__name__
        finally:
            await worker.end()
        return "answered"

    assert asyncio.run(ask()) in ("time", "WorkerCrash")


@pytest.mark.heavy
def test_while_the_store_is_filled_columns_answer_alone(tmp_path: Path) -> None:
    graph = people(1_000)
    save_columns(graph, tmp_path / "columns")
    prepare_columns(graph, tmp_path / "columns", many=0)
    dump = {"op": "get", "graph": "http://x/graph"}
    found = said(tmp_path / "store", {"text": ALL}, {"text": ONE}, {"text": PATH}, dump)
    assert found == [["n", str(len(graph))], ["n", "Name", "7"], "unfilled", "unfilled"]
    fill_store(tmp_path / "store")
    assert said(tmp_path / "store", {"text": PATH}) == [["n", "10"]]
