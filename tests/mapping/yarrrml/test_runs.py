"""Each folder's YARRRML gives its quads, each of which is traced to its rows; the YAML library is loaded for YAML only."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.rdf import ColumnGraph

HERE = Path(__file__).parent
FOLDERS = sorted(path for path in (HERE / "runs").iterdir() if path.is_dir())


def canonical(lines: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def graph_of(plan: Plan) -> ColumnGraph:
    sink = GraphSink()
    run(plan, sink)
    return sink.graph()


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> Plan:
    """A case bound in a folder of its own, with its database where it has one."""
    shutil.copytree(request.param, tmp_path, dirs_exist_ok=True)
    script = tmp_path / "database.sql"
    if script.exists():
        with closing(sqlite3.connect(tmp_path / "database.db")) as database:
            database.executescript(script.read_text("utf-8"))
            database.commit()
    return bind(read_mapping(tmp_path / "mapping.yml"))


def test_quads(plan: Plan, tmp_path: Path) -> None:
    assert canonical("\n".join(graph_of(plan).lines())) == canonical(
        (tmp_path / "expected.nq").read_text("utf-8")
    )


def test_every_quad_is_traced_to_a_line(plan: Plan, tmp_path: Path) -> None:
    tracer = Tracer(plan)
    for parts in graph_of(plan).text().select("s", "p", "o").iter_rows():
        traces = tracer.trace(*(frozenset([part]) for part in parts))
        assert traces, parts
        assert all(
            trace.rule.file == str(tmp_path / "mapping.yml") and trace.rule.line and trace.rows
            for trace in traces
        )


@pytest.mark.parametrize(
    ("mapping", "loaded"), [("models/graphs.ttl", "False"), ("models/graphs.yml", "True")]
)
def test_the_yaml_library_is_loaded_for_yaml_only(mapping: str, loaded: str) -> None:
    program = "import sys; from pathlib import Path; from hrdgraph.mapping.language.reader import read_mapping; read_mapping(Path(sys.argv[1])); print('yaml' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, str(HERE / mapping)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == loaded
