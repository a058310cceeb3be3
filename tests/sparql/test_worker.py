"""The process of a large build answers from columns, from the store where these do not, and keeps its bounds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.sparql.generated import people

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.rdfio.read import read_quads
from hrdgraph.sparql.planner import COLUMNS, STORE, ChosenEngine
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.worker_process import COLUMNS_WORKER, BoundedReader, WorkerLimits

SAMPLE = Path(__file__).parents[1] / "queries" / "sample.trig"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build whose columns know one triple less than its store, so that it shows who answers."""
    build = tmp_path_factory.mktemp("build")
    graph = ColumnGraph.union([ColumnGraph.from_quads(read_quads(SAMPLE)), people(2_000)])
    save_columns(graph, build / "columns")
    prepare_columns(graph, build / "columns", many=0)
    with OxigraphStore.create(build / "store") as store:
        store.add(graph)
        store.add(
            ColumnGraph.from_text(graph.text().head(1).with_columns(s=pl.lit("<http://x/a>")))
        )
    return build / "store"


@pytest.fixture
def reader(folder: Path) -> Iterator[BoundedReader]:
    made = BoundedReader(folder, WorkerLimits(solutions=50), COLUMNS_WORKER)
    yield made
    made.close()


def test_scans_go_to_columns_and_look_ups_to_the_store(reader: BoundedReader) -> None:
    text = "SELECT DISTINCT ?s { ?s ?p ?o FILTER(?s = <http://x/a>) }"
    found = reader.query(text)
    assert isinstance(found, Solutions)
    assert len(found) == 0
    asked = reader.query("SELECT ?s { ?s ?p ?o }", parameters={"s": IRI("http://x/a")})
    assert isinstance(asked, Solutions)
    assert len(asked) == 1


def test_says_which_engine_answers(reader: BoundedReader) -> None:
    scan = reader.choice("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert scan == ChosenEngine(COLUMNS, "sparql-scans", solutions=scan.solutions)  # type: ignore[attr-defined]
    path = reader.choice("ASK { <http://x/a> (!<http://x/none>)+ ?o }")
    assert path == ChosenEngine(STORE, "sparql-part-unknown", "*, +, ?")
    mixed = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
    assert reader.choice(mixed) == ChosenEngine(STORE, "sparql-value-odd")


def test_of_a_build_without_columns_the_store_is_asked(folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(folder, tmp_path / "store")
    reader = BoundedReader(copied, WorkerLimits(solutions=50), COLUMNS_WORKER)
    assert reader.choice("SELECT ?s { ?s ?p ?o }") == ChosenEngine(STORE, "sparql-columns-missing")
    reader.close()


def test_what_columns_do_not_answer_goes_to_the_store(reader: BoundedReader) -> None:
    assert reader.query("ASK { <http://x/a> (!<http://x/none>)+ ?o }")


def test_keeps_the_bound_of_solutions(reader: BoundedReader) -> None:
    with pytest.raises(QueryError) as error:
        reader.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    assert error.value.code == "too-many"
    assert reader.query("ASK { ?s ?p ?o }")


def test_errors_are_those_of_the_store(reader: BoundedReader) -> None:
    with pytest.raises(QueryError):
        reader.query("SELECT ?s { ?s ?p }")
