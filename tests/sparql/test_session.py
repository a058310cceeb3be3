"""What a server's process answers from columns is what it would answer from its store, in every
format."""

from __future__ import annotations

import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from tests.parts import examples
from tests.sparql.generated import graphs, people, queries

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.rdfio.oxi import RESULT_FORMATS
from hrdgraph.rdfio.read import read_quads
from hrdgraph.sparql import ColumnAnswers, Untranslated, planner
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.sparql.worker_main import BuildSession
from hrdgraph.store.answer_stream import GRAPHS, StoreSession, TooManyRows
from hrdgraph.store.contract import Dataset
from hrdgraph.store.oxigraph import KNOWN_PREFIXES, OxigraphStore

SAMPLE = Path(__file__).parents[1] / "queries" / "sample.trig"
TABLE = "SELECT ?s ?name ?none { ?s <http://x/name> ?name } ORDER BY ?s"
TRIPLES = "CONSTRUCT { ?s a <http://x/Named> ; ?p ?o } WHERE { ?s <http://x/name> ?name ; ?p ?o }"


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildSession, StoreSession]:
    build = tmp_path_factory.mktemp("build")
    graph = ColumnGraph.union([ColumnGraph.from_quads(read_quads(SAMPLE)), people(2_000)])
    save_columns(graph, build / "columns")
    prepare_columns(graph, build / "columns", many=0)
    with OxigraphStore.create(build / "store") as store:
        store.add(graph)
    place = build / "store"
    return BuildSession.open(place, KNOWN_PREFIXES), StoreSession.open(place, KNOWN_PREFIXES)


def said(session: StoreSession, text: str, format: str, most: int = 0, **given: str) -> bytes:
    out = io.BytesIO()
    session.query(text, None, None, given).write(out, format, most)
    return out.getvalue()


@pytest.mark.parametrize("format", RESULT_FORMATS)
def test_rows_in_order_are_the_same_bytes(format: str, sessions) -> None:  # type: ignore[no-untyped-def]
    columns, store = sessions
    assert said(columns, TABLE, format) == said(store, TABLE, format)
    yes = "ASK { ?s <http://x/name> ?n . ?s <http://x/year> ?y }"
    if format in ("json", "xml"):
        assert said(columns, yes, format) == said(store, yes, format)


@pytest.mark.parametrize("format", GRAPHS)
def test_triples_are_the_same(format: str, sessions) -> None:  # type: ignore[no-untyped-def]
    columns, store = sessions
    found = [
        {quad.triple for quad in ox.parse(said(one, TRIPLES, format), format=GRAPHS[format])}
        for one in (columns, store)
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 2_000


def test_the_same_query_gives_the_same_bytes_each_time(sessions) -> None:  # type: ignore[no-untyped-def]
    text = "SELECT ?c ?n { ?s <http://x/country> ?c ; <http://x/name> ?n }"
    assert len({said(sessions[0], text, "tsv") for _ in range(5)}) == 1
    part = "SELECT ?c { ?s <http://x/country> ?c } ORDER BY ?c LIMIT 3 OFFSET 777"
    assert len({said(sessions[0], part, "tsv") for _ in range(5)}) == 1


@pytest.mark.parametrize("text", [TABLE, TRIPLES])
def test_an_answer_of_too_many_rows_is_none(text: str, sessions) -> None:  # type: ignore[no-untyped-def]
    format = "json" if text == TABLE else "nt"
    with pytest.raises(TooManyRows):
        said(sessions[0], text, format, 100)


def test_errors_are_those_of_the_store(sessions) -> None:  # type: ignore[no-untyped-def]
    for session in sessions:
        with pytest.raises(SyntaxError):
            session.query("SELECT ?s { ?s ?p }", None, None)


def test_what_an_iri_is_relative_to_counts(sessions) -> None:  # type: ignore[no-untyped-def]
    columns, store = sessions
    text = "SELECT ?s { ?s <name> ?n } ORDER BY ?s"
    found = []
    for session in (columns, store):
        out = io.BytesIO()
        session.query(text, None, "http://x/").write(out, "tsv")
        found.append(out.getvalue())
    assert found[0] == found[1]
    assert found[0].count(b"\n") == 2_001


def test_other_graphs_are_asked_of_the_store(sessions) -> None:  # type: ignore[no-untyped-def]
    columns, _ = sessions
    counts = []
    for dataset in (None, Dataset((), ()), Dataset(("http://x/graph",), ())):
        out = io.BytesIO()
        columns.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", dataset, None).write(out, "csv")
        counts.append(int(out.getvalue().split()[1]))
    assert counts[1] == 0
    assert counts[0] > counts[2] > 2_000
    inside = "SELECT (COUNT(*) AS ?n) FROM <http://x/graph> { ?s ?p ?o }"
    assert int(said(columns, inside, "csv").split()[1]) == counts[2]


def test_parameters_are_terms(sessions) -> None:  # type: ignore[no-untyped-def]
    text = "SELECT ?c (COUNT(?s) AS ?n) { ?s <http://x/country> ?c ; <http://x/year> ?y . ?t <http://x/year> ?y } GROUP BY ?c"
    one = [said(session, text, "tsv", c="<http://x/country/3>") for session in sessions]
    assert one[0] == one[1]


@settings(max_examples=examples(400), suppress_health_check=list(HealthCheck), deadline=None)
@given(graph=graphs(), text=queries())
def test_generated_queries_are_written_alike(graph: ColumnGraph, text: str) -> None:
    store = OxigraphStore.create()
    store.add(graph)
    kept = StoreSession(store._open, KNOWN_PREFIXES)
    asked = BuildSession(store._open, KNOWN_PREFIXES)
    asked._columns = ColumnAnswers.of(graph)
    few, planner.FEW = planner.FEW, -1
    try:
        asked._columns.find_solutions(text)
        answer = asked.query(text, None, None)
    except (Untranslated, RuntimeError, SyntaxError):
        return
    finally:
        planner.FEW = few
    format = {"solutions": "csv", "boolean": "json", "triples": "nt"}[answer.form]
    ours, theirs = io.BytesIO(), io.BytesIO()
    answer.write(ours, format)
    kept.query(text, None, None).write(theirs, format)
    assert sorted(ours.getvalue().split(b"\n")) == sorted(theirs.getvalue().split(b"\n"))
