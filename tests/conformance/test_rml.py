"""The official suites of RML, by their own lists of cases; what is known to fail must fail, for the reason that is written down."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
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

HERE = Path(__file__).parent
SUITES = SHARED / "conformance"
MODULES = ("rml-core", "rml-lv", "rml-fnml")
DEFAULT_BASE = "http://example.com/base/"


class Case(NamedTuple):
    """One row of a module's metadata.csv. `fails` says that an error is expected."""

    module: str
    name: str
    base: str
    fails: bool

    @property
    def folder(self) -> Path:
        return SUITES / self.module / self.name


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KNOWN = {
    row["case"]: row["reason"]
    for row in rows(HERE / "known_failures.csv")
    if not row["case"].startswith(("RMLSTC", "RMLTTC"))
}


def cases_of(module: str) -> list[Case]:
    """The cases of a module; none where the suite is missing, which is a failure of its own."""
    path = SUITES / module / "metadata.csv"
    found = rows(path) if path.is_file() else []
    return [
        Case(module, row["ID"], row.get("base_iri") or DEFAULT_BASE, row["error"].lower() == "true")
        for row in found
    ]


CASES = [case for module in MODULES for case in cases_of(module)]


def parameters() -> Iterator[object]:
    for case in CASES:
        reason = KNOWN.get(case.name)
        marks = (
            [pytest.mark.xfail(reason=reason, strict=True, raises=(AssertionError, HrdgraphError))]
            if reason
            else []
        )
        yield pytest.param(case, id=case.name, marks=marks)


def canonical(text: str) -> ox.Dataset:
    """The quads with blank nodes named by their place in the graph. Lenient, since unsafe IRIs are among what the suites expect."""
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def plan_of(case: Case) -> Plan:
    return bind(read_mapping(case.folder / "mapping.ttl", base=case.base))


def graph_of(plan: Plan) -> ColumnGraph:
    sink = GraphSink()
    run(plan, sink)
    return sink.graph()


@pytest.mark.parametrize("module", MODULES)
def test_the_suite_is_there(module: str) -> None:
    if not cases_of(module):
        pytest.fail(
            f"{SUITES / module / 'metadata.csv'} is missing or empty. Get https://github.com/kg-construct/{module} "
            f"and copy its folder test-cases to {SUITES / module}"
        )


@pytest.mark.parametrize("case", list(parameters()))
def test_case(case: Case, record_property: Callable[[str, object], None]) -> None:
    record_property("suite", case.module)
    if case.fails:
        with pytest.raises(HrdgraphError) as caught:
            graph_of(plan_of(case))
        assert caught.value.fact
        return
    expected = "\n".join(path.read_text("utf-8") for path in sorted(case.folder.glob("*.nq")))
    assert canonical("\n".join(graph_of(plan_of(case)).lines())) == canonical(expected)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.fails and case.name not in KNOWN],
    ids=lambda case: case.name,
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


def test_known_failures_are_cases_with_reasons() -> None:
    assert KNOWN.keys() <= {case.name for case in CASES}
    assert all(KNOWN.values())
