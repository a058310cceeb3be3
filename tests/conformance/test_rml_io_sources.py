"""The source half of the official suite of RML-IO (cases RMLSTC*), by its own list; what is known to fail must fail, for the reason given."""

from __future__ import annotations

import csv
import shutil
import sqlite3
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

SUITE = SHARED / "conformance" / "rml-io"
BASE = "http://example.com/base/"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


KNOWN = {
    row["case"]: row["reason"]
    for row in rows(Path(__file__).with_name("known_failures.csv"))
    if row["case"].startswith("RMLSTC")
}


class Case(NamedTuple):
    """One row of metadata.csv. `fails` says that an error is expected."""

    name: str
    fails: bool

    @property
    def folder(self) -> Path:
        return SUITE / self.name


def cases() -> list[Case]:
    """The cases about sources; none where the suite is missing, which is a failure of its own."""
    path = SUITE / "metadata.csv"
    if not path.is_file():
        return []
    found = [Case(row["ID"], row["error"].lower() == "true") for row in rows(path)]
    return sorted(case for case in found if case.name.startswith("RMLSTC"))


CASES = cases()


def parameters() -> Iterator[object]:
    for case in CASES:
        reason = KNOWN.get(case.name)
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(case, id=case.name, marks=marks)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Case], Path]:
    """A copy of a case's folder, as working directory, with the database that its mapping asks for."""

    def laid(case: Case) -> Path:
        folder = tmp_path / case.name
        shutil.copytree(case.folder, folder, copy_function=shutil.copyfile)
        monkeypatch.chdir(folder)
        if "$CONNECTIONDSN" in (folder / "mapping.ttl").read_text("utf-8"):
            fill(folder / "friends.sqlite", folder / "Friends.csv")
            monkeypatch.setenv("CONNECTIONDSN", "jdbc:sqlite:friends.sqlite")
        return folder

    return laid


def fill(database: Path, table: Path) -> None:
    """The suite gives the table as CSV, without types: those are the ones that its output has."""
    with table.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file))[1:]
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE Friends (id INTEGER, name VARCHAR(50), age INTEGER)")
    connection.executemany("INSERT INTO Friends VALUES (?, ?, ?)", records)
    connection.commit()
    connection.close()


def canonical(text: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def plan_of(folder: Path) -> Plan:
    return bind(read_mapping(folder / "mapping.ttl", base=BASE))


def graph_of(plan: Plan) -> ColumnGraph:
    sink = GraphSink()
    run(plan, sink)
    return sink.graph()


def test_the_suite_is_there() -> None:
    if len(CASES) != 32:
        pytest.fail(
            f"{SUITE} is missing or another edition. Get https://github.com/kg-construct/rml-io and copy its folder test-cases to it"
        )


@pytest.mark.parametrize("case", list(parameters()))
def test_case(
    case: Case, place: Callable[[Case], Path], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "rml-io sources")
    folder = place(case)
    if case.fails:
        with pytest.raises(HrdgraphError) as caught:
            graph_of(plan_of(folder))
        assert caught.value.fact
        assert "Friends.csv" in str(caught.value)
        return
    expected = (folder / "default.nq").read_text("utf-8")
    assert canonical("\n".join(graph_of(plan_of(folder)).lines())) == canonical(expected)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.fails and case.name not in KNOWN],
    ids=lambda case: case.name,
)
def test_every_quad_is_traced_to_rows(case: Case, place: Callable[[Case], Path]) -> None:
    folder = place(case)
    plan = plan_of(folder)
    tracer = Tracer(plan)
    for parts in graph_of(plan).text().select("s", "p", "o").iter_rows():
        traces = tracer.trace(*(frozenset([part]) for part in parts))
        assert traces, parts
        assert all(
            trace.rows and Path(row.file).parent == folder for trace in traces for row in trace.rows
        )


def test_known_failures_are_cases_with_reasons() -> None:
    assert KNOWN.keys() <= {case.name for case in CASES}
    assert all(KNOWN.values())
