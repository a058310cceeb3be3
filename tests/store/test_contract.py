"""What every store promises, held against every backend; a new backend is one more name in BACKENDS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.graph_server import GraphStore, running

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.store.contract import Boolean, GraphAnswer, Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.remote_access import RemoteGraphs
from hrdgraph.store.remote_session import (
    PushRecord,
    RemoteReader,
    RemoteStore,
    record_graph,
    second_graph,
    union_graph,
)
from hrdgraph.store.worker_process import BoundedReader
from hrdgraph.vocab import HRDF, XSD

EX = "http://example.org/"
NAME, AGE = IRI(EX + "name"), IRI(EX + "age")
ANA, BO = IRI(EX + "ana"), IRI(EX + "bo")
ONE, TWO = IRI(EX + "one"), IRI(EX + "two")
QUADS = [
    Quad(ANA, NAME, Literal("Ana"), ONE),
    Quad(ANA, NAME, Literal("Ana"), TWO),
    Quad(ANA, AGE, Literal("7", XSD.integer.value), ONE),
    Quad(
        BO,
        NAME,
        Literal(
            'B"o\n<x> } DROP ALL',
            language="en",
            datatype="http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
        ),
        TWO,
    ),
    Quad(BO, AGE, Literal("9", XSD.integer.value)),
    Quad(BlankNode("b1"), NAME, Literal("nobody"), ONE),
]
BACKENDS = ("memory", "disk", "process", "server")
WRITTEN = ("memory", "disk")


class Process:
    """A store in a folder, asked in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reader = BoundedReader(folder)
        self.query = self._reader.query

    def add(self, graph: ColumnGraph) -> None:
        self._reader.close()
        with OxigraphStore.create(self._folder) as made:
            made.add(graph)
        self._reader = BoundedReader(self._folder)
        self.query = self._reader.query

    def close(self) -> None:
        self._reader.close()


class Remote:
    """A server that was sent the graph, with the union that `push --union` sends."""

    def __init__(self, server: GraphStore) -> None:
        self._graphs, self._held = RemoteGraphs(server.address), ColumnGraph.from_quads(())
        self._reader = RemoteReader(RemoteStore(server.queries, EX))
        self.query = self._reader.query

    def add(self, graph: ColumnGraph) -> None:
        self._held = ColumnGraph.union([self._held, graph])
        lines: dict[str, list[str]] = {}
        for quad in self._held:
            line = f"{quad.subject.n3()} {quad.predicate.n3()} {quad.object.n3()} .\n"
            for name in (union_graph(EX), *([quad.graph.value] if quad.graph else [])):
                lines.setdefault(name, []).append(line)
        for name, said in lines.items():
            self._graphs.replace_graph(name, said)
        named = tuple(sorted(lines.keys() - {union_graph(EX)}))
        record = PushRecord(str(len(self._held)), named, len(self._held), has_union=True)
        for name in (record_graph(EX), second_graph(EX)):
            self._graphs.replace_graph(name, record.lines(EX))
        self._reader = RemoteReader(self._reader.store)
        self.query = self._reader.query


Asked = OxigraphStore | Process | Remote


@contextmanager
def made(kind: str, folder: Path) -> Iterator[Asked]:
    if kind == "server":
        with running() as server:
            yield Remote(server)
    elif kind == "process":
        process = Process(folder)
        yield process
        process.close()
    else:
        with OxigraphStore.create(folder if kind == "disk" else None) as store:
            yield store


@pytest.fixture(params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    with made(request.param, tmp_path / "store") as asked:
        asked.add(ColumnGraph.from_quads(QUADS))
        yield asked


@pytest.fixture(params=WRITTEN)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    """One that takes functions of ours."""
    with made(request.param, tmp_path / "store") as asked:
        assert isinstance(asked, OxigraphStore)
        asked.add(ColumnGraph.from_quads(QUADS))
        yield asked


def rows(store: Asked, text: str, **parameters: IRI | Literal) -> list[tuple[object, ...]]:
    answer = store.query(text, parameters=parameters)
    assert isinstance(answer, Solutions)
    return [*answer.rows]


def test_select_keeps_the_order_of_the_query(store: Asked) -> None:
    found = rows(store, f"SELECT ?s ?age WHERE {{ ?s <{AGE.value}> ?age }} ORDER BY DESC(?age)")
    assert found == [(BO, Literal("9", XSD.integer.value)), (ANA, Literal("7", XSD.integer.value))]


def test_default_graph_is_the_union_as_a_set(store: Asked) -> None:
    assert rows(store, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }") == [
        (Literal("5", XSD.integer.value),)
    ]


def test_named_graphs_keep_what_each_says(store: Asked) -> None:
    found = rows(store, f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s <{NAME.value}> 'Ana' }} }} ORDER BY ?g")
    assert found == [(ONE,), (TWO,)]


def test_unnamed_quads_are_in_no_named_graph(store: Asked) -> None:
    assert (
        rows(store, f"SELECT ?g WHERE {{ GRAPH ?g {{ <{BO.value}> <{AGE.value}> ?age }} }}") == []
    )


def test_adding_twice_changes_nothing(store: Asked) -> None:
    store.add(ColumnGraph.from_quads(QUADS))
    assert rows(store, "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }") == [
        (Literal("5", XSD.integer.value),)
    ]
    assert rows(store, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }") == [
        (Literal("5", XSD.integer.value),)
    ]


def test_unbound_is_none(store: Asked) -> None:
    found = rows(
        store, f"SELECT ?s ?x WHERE {{ ?s <{AGE.value}> 7 OPTIONAL {{ ?s <{EX}none> ?x }} }}"
    )
    assert found == [(ANA, None)]


def test_terms_come_back_as_they_went_in(store: Asked) -> None:
    assert rows(store, f"SELECT ?name WHERE {{ <{BO.value}> <{NAME.value}> ?name }}") == [
        (QUADS[3].object,)
    ]


@pytest.mark.sampled(8)
@pytest.mark.parametrize(
    "value", ['x" . } DROP ALL #', "\\", "'''", "陳波", "?s", "\u202e", "> <", ""]
)
def test_a_parameter_is_a_value_whatever_it_says(store: Asked, value: str) -> None:
    text = f"SELECT ?v (COUNT(?s) AS ?n) WHERE {{ ?s <{NAME.value}> ?v }} GROUP BY ?v"
    assert rows(store, text, v=Literal(value)) == []
    store.add(ColumnGraph.from_quads([Quad(ANA, NAME, Literal(value), ONE)]))
    assert rows(store, text, v=Literal(value)) == [
        (Literal(value), Literal("1", XSD.integer.value))
    ]


def test_a_parameter_reaches_filters_and_optional_parts(store: Asked) -> None:
    older = f"?s <{AGE.value}> ?a FILTER(?a > ?least)"
    text = f"SELECT ?least ?s ?same WHERE {{ {older} OPTIONAL {{ ?s <{AGE.value}> ?b BIND(ABS(?least) AS ?same) }} }}"
    seven = Literal("7", XSD.integer.value)
    assert rows(store, text, least=seven) == [(seven, BO, seven)]


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "part",
    [
        "FILTER(!BOUND(?v) || ?n = ?v)",
        "BIND(COALESCE(?v, 'x') AS ?y)",
        "BIND(IF(true, 'x', ?v) AS ?y)",
        "BIND(?v AS ?y)",
    ],
)
def test_a_parameter_that_would_be_lost_is_refused(store: Asked, part: str) -> None:
    with pytest.raises(QueryError, match=r"\?v would be lost") as caught:
        store.query(
            f"SELECT ?v ?n ?y WHERE {{\n ?s <{NAME.value}> ?n {part} }}",
            parameters={"v": Literal("Ana")},
        )
    assert caught.value.origin.line == 2


def test_a_parameter_that_a_pattern_binds_may_be_used_anyhow(store: Asked) -> None:
    text = f"SELECT ?s (?s AS ?same) ?age WHERE {{ ?s <{AGE.value}> ?age FILTER(BOUND(?s)) }}"
    assert rows(store, text, s=BO) == [(BO, BO, Literal("9", XSD.integer.value))]


def test_a_parameter_that_select_does_not_name_is_refused(store: Asked) -> None:
    with pytest.raises(QueryError, match=r"SELECT lacks \?age"):
        store.query("SELECT ?s WHERE { ?s ?p ?age }", parameters={"age": Literal("7")})


def test_construct_is_sorted_and_distinct(store: Asked) -> None:
    answer = store.query(
        f"CONSTRUCT {{ ?s a <{EX}Thing> }} WHERE {{ GRAPH ?g {{ ?s <{NAME.value}> ?n }} FILTER(ISIRI(?s)) }}"
    )
    assert isinstance(answer, GraphAnswer)
    assert [(quad.subject, quad.graph) for quad in answer] == [(ANA, None), (BO, None)]


def test_ask_is_yes_or_no(store: Asked) -> None:
    assert store.query("ASK { ?s ?p 'Ana' }") == Boolean(True)
    assert store.query("ASK { ?s ?p 'Zoe' }") == Boolean(False)


def test_functions_are_called_with_terms(written: OxigraphStore) -> None:
    def older(age: Literal) -> Literal | None:
        return Literal(str(int(age.value) + 1), XSD.integer.value) if age.value == "7" else None

    text = f"SELECT ?s (hrdf:older(?age) AS ?next) WHERE {{ ?s <{AGE.value}> ?age }} ORDER BY ?age"
    answer = written.query(text, functions={HRDF["older"]: older})
    assert isinstance(answer, Solutions)
    assert answer.rows == ((ANA, Literal("8", XSD.integer.value)), (BO, None))


def test_an_error_in_a_function_is_not_lost(written: OxigraphStore) -> None:
    def broken(_: Literal) -> Literal | None:
        raise HrdgraphError("no such date")

    with pytest.raises(HrdgraphError, match="no such date"):
        written.query("SELECT (hrdf:broken('x') AS ?y) {}", functions={HRDF["broken"]: broken})


def test_an_unknown_function_is_an_error_with_a_hint(written: OxigraphStore) -> None:
    with pytest.raises(QueryError, match="not supported") as caught:
        written.query("SELECT (hrdf:unknown('x') AS ?y) {}")
    assert "is the IRI right?" in caught.value.hint


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("text", "line", "fact", "hint"),
    [
        (
            "SELECT ?s WHERE {\n  ?s a ?t .\n  nope:x a ?u .\n}",
            3,
            "near 'a ?u .'",
            "declare the prefix 'nope:'",
        ),
        ("SELECT ?s WHERE {\n  ?s ?p }", 2, "near '?s ?p }'", "look just before that place"),
        ("", 1, "at column 1", "the query is empty"),
        ("DELETE WHERE { ?s ?p ?o }", 1, "near 'WHERE", "queries can only read"),
        ("SELECT (COUNT(?o) AS ?n) ?p { ?s ?p ?o }", 1, "column", "variables of its GROUP BY"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", 1, "column", "already taken: choose another"),
    ],
)
def test_what_does_not_parse_is_pointed_at(
    store: Asked, text: str, line: int, fact: str, hint: str
) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(text)
    assert caught.value.origin.line == line
    assert fact in caught.value.fact
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }",
        "SELECT ?x {\nservice silent ?x { ?x ?y ?z } }",
    ],
)
def test_no_query_reaches_the_network(store: Asked, text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is not allowed"):
        store.query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p 'SERVICE' }",
        "# SERVICE\nSELECT ?s { ?s ?p <http://e/SERVICE> }",
    ],
)
def test_the_word_service_elsewhere_is_harmless(store: Asked, text: str) -> None:
    assert rows(store, text) == []


def test_what_is_named_may_stay_out_of_the_union(written: OxigraphStore) -> None:
    away = [
        Quad(IRI(EX + "cy"), AGE, Literal("3", XSD.integer.value), TWO),
        Quad(IRI(EX + "di"), AGE, Literal("4", XSD.integer.value)),
    ]
    written.add(ColumnGraph.from_quads(away), union=False)
    assert rows(written, f"SELECT ?s WHERE {{ ?s <{AGE.value}> ?n FILTER ( ?n < 5 ) }}") == [
        (IRI(EX + "di"),)
    ]
    assert rows(
        written, f"SELECT ?s WHERE {{ GRAPH ?g {{ ?s <{AGE.value}> ?n FILTER ( ?n < 5 ) }} }}"
    ) == [(IRI(EX + "cy"),)]


@pytest.mark.parametrize("kind", ["process", "server"])
def test_functions_of_ours_are_not_sent_away(kind: str, tmp_path: Path) -> None:
    with made(kind, tmp_path / "store") as asked:
        asked.add(ColumnGraph.from_quads(QUADS))
        with pytest.raises(QueryError) as told:
            asked.query("SELECT (1 AS ?x) {}", functions={HRDF["x"]: lambda: None})
        assert told.value.code == "process-ended"
