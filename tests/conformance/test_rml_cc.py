"""The official suite of RML-CC (collections and containers), by its own list of cases, and every quad of it traced to its rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from tests.conftest import SHARED

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.rdf import ColumnGraph

SUITE = SHARED / "conformance" / "rml-cc"
BASE = "http://example.com/base/"


class Case(NamedTuple):
    """One row of metadata.csv. `fails` says that an error is expected."""

    name: str
    fails: bool

    @property
    def folder(self) -> Path:
        return SUITE / self.name


def cases() -> list[Case]:
    """The cases; none where the suite is missing, which is a failure of its own."""
    path = SUITE / "metadata.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(
            Case(row["ID"], row["error"].lower() == "true") for row in csv.DictReader(file)
        )


CASES = cases()


def canonical(text: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def plan_of(case: Case) -> Plan:
    return bind(read_mapping(case.folder / "mapping.ttl", base=BASE))


def graph_of(plan: Plan) -> ColumnGraph:
    sink = GraphSink()
    run(plan, sink)
    return sink.graph()


def test_the_suite_is_there() -> None:
    if len(CASES) != 35:
        pytest.fail(
            f"{SUITE} is missing or another edition. Get https://github.com/kg-construct/rml-cc and copy its folder test-cases to it"
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, record_property: Callable[[str, object], None]) -> None:
    record_property("suite", "rml-cc")
    if case.fails:
        with pytest.raises(HrdgraphError) as caught:
            graph_of(plan_of(case))
        assert caught.value.fact
        return
    expected = "\n".join(path.read_text("utf-8") for path in sorted(case.folder.glob("*.nq")))
    assert canonical("\n".join(graph_of(plan_of(case)).lines())) == canonical(expected)


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.fails], ids=lambda case: case.name
)
def test_every_quad_is_traced_to_rows(case: Case) -> None:
    plan = plan_of(case)
    tracer = Tracer(plan)
    for parts in graph_of(plan).text().select("s", "p", "o").iter_rows():
        traces = tracer.trace(*(frozenset([part]) for part in parts))
        assert traces, parts
        assert all(
            trace.rows and Path(row.file).parent == case.folder
            for trace in traces
            for row in trace.rows
        )
