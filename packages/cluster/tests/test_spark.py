"""A Spark cluster on loopback gives what the local run gives, also where a worker is killed half-way.

It needs Java 17 and the environment variable SPARK_HOME: the folder `pyspark` that `pip install --no-deps --target DIR 'pyspark>=4'`
leaves. Without them the tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hrdgraph_cluster.mapping_job import JobOptions, map_on
from hrdgraph_cluster.validation_job import validate_on
from spark import SparkCluster, spark_cluster
from support import LIMITS, lines_in
from test_build_on_engine import projects  # noqa: F401 - a fixture
from test_mapping_job import MAPPING, PRIZES, TABLES, local_lines, plan_at
from test_validation_job import prizes, read_shapes_of, results  # noqa: F401

import hrdgraph
from hrdgraph.errors import HrdgraphError, MappingError
from hrdgraph.exports.bulk import read_bulk_folder
from hrdgraph.shacl.validator import ColumnSHACL

HOME = Path(os.environ.get("SPARK_HOME") or "/nowhere")
pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(
        not (HOME / "bin/spark-class").is_file() or shutil.which("java") is None,
        reason="needs Java, and SPARK_HOME: the folder `pyspark` of `pip install --target DIR pyspark`",
    ),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    pytest.importorskip("pyspark", reason="needs the extra spark: pip install 'hrdgraph-cluster'")
    with spark_cluster(HOME, tmp_path_factory.mktemp("spark"), workers=3) as made:
        yield made


def test_the_lines_are_those_of_the_local_run(tmp_path: Path, cluster: SparkCluster) -> None:
    plan = plan_at(tmp_path / "p", MAPPING, TABLES)
    count = map_on(plan, tmp_path / "out", JobOptions(cluster.address, LIMITS))
    assert lines_in(tmp_path / "out") == local_lines(plan)
    assert count == len(local_lines(plan))


def test_errors_and_rows_left_out_are_those_of_the_local_run(
    tmp_path: Path, cluster: SparkCluster
) -> None:
    rows = [*TABLES["awards.csv"], ("9", "N", "R", "soon", "p"), ("8", "N", "R", "2001", "p")]
    plan = plan_at(tmp_path / "p", MAPPING, {"awards.csv": rows, "prizes.csv": PRIZES})
    with pytest.raises(MappingError) as caught:
        map_on(plan, tmp_path / "out", JobOptions(cluster.address, LIMITS))
    assert (caught.value.origin.row, caught.value.origin.column) == (7, "year")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]
    local, here = list[HrdgraphError](), list[HrdgraphError]()
    map_on(plan, tmp_path / "out", JobOptions(cluster.address, LIMITS, reject=here.append))
    assert lines_in(tmp_path / "out") == local_lines(plan, local.append)
    assert [*map(str, here)] == [*map(str, local)]


def test_the_findings_are_those_of_one_machine(prizes: Path, cluster: SparkCluster) -> None:  # noqa: F811
    here, there = (
        hrdgraph.validate(prizes, prizes.parent / "shapes.ttl", on=on)
        for on in (None, cluster.address)
    )
    assert len(here) > 100
    assert there.findings == here.findings


def test_the_build_is_that_without_a_cluster(
    projects: Callable[[str], Path],  # noqa: F811
    cluster: SparkCluster,
) -> None:
    here, there = projects("one"), projects("two")
    local = hrdgraph.build(here, validate=False)
    made = hrdgraph.build(there, validate=False, on=cluster.address)
    assert made.counts == local.counts
    assert (there / "build/graph.nq").read_bytes() == (here / "build/graph.nq").read_bytes()


@contextmanager
def killed(cluster: SparkCluster, number: int, is_due: Callable[[], bool]) -> Iterator[None]:
    """A worker ends within the block, once it has work."""
    done = threading.Event()

    def kill() -> None:
        while not is_due():
            time.sleep(0.05)
        cluster.kill_worker(number)
        done.set()

    threading.Thread(target=kill, daemon=True).start()
    yield
    assert done.is_set()


# the last two: the cluster has one worker less after each
def test_a_worker_killed_half_way_costs_time_and_nothing_else(
    tmp_path: Path, cluster: SparkCluster
) -> None:
    rows = [(str(n), f"name {n}", f"place {n % 1000}", "2001", "p") for n in range(600_000)]
    plan = plan_at(tmp_path / "p", MAPPING, {"awards.csv": rows, "prizes.csv": PRIZES})
    with killed(cluster, 0, lambda: bool(list(tmp_path.glob(".out.*/attempt-*")))):
        count = map_on(plan, tmp_path / "out", JobOptions(cluster.address, LIMITS))
    local = local_lines(plan)
    assert count == len(local)
    assert lines_in(tmp_path / "out") == local
    assert not list((tmp_path / "out").glob("attempt-*"))


def test_nor_does_it_cost_findings(prizes: Path, cluster: SparkCluster) -> None:  # noqa: F811
    shapes = read_shapes_of(prizes.parent / "shapes.ttl")
    before = cluster.shuffled()
    with killed(cluster, 1, lambda: cluster.shuffled() > before):
        there = validate_on(str(prizes), shapes, cluster.address, LIMITS, bucket=100)
    here = ColumnSHACL().run(read_bulk_folder(prizes), shapes)
    assert len(here) > 100
    assert results(there.outcome) == results(here)
