"""A server is asked within bounds, and trusted with nothing: what it holds beside ours, sends on, breaks off or counts twice."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.graph_server import GraphStore, running

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.rdf import IRI, Literal
from hrdgraph.store.contract import Boolean, GraphAnswer, Solutions
from hrdgraph.store.remote_access import (
    KeptAnswer,
    RemoteAccess,
    RemoteGraphs,
    host_of,
    is_protected,
)
from hrdgraph.store.remote_session import (
    PushRecord,
    RemoteReader,
    RemoteSession,
    RemoteStore,
    mark_under_way,
    record_graph,
    second_graph,
    union_graph,
    with_parameters,
)
from hrdgraph.store.worker_process import WorkerLimits

BASE = "https://e.org/graph/"
ONE, TWO, FOREIGN = f"{BASE}one", f"{BASE}two", "https://other.org/secret"
SAID = '<https://e.org/ana> <https://e.org/name> "Ana" .\n'
SECRET = '<https://e.org/eve> <https://e.org/name> "Canary" .\n'
ALL = "SELECT ?name { { ?s ?p ?name } UNION { GRAPH ?g { ?s ?p ?name } } }"


@pytest.fixture
def there() -> Iterator[GraphStore]:
    with running() as server:
        graphs = RemoteGraphs(server.address)
        graphs.replace_graph(ONE, [SAID])
        graphs.replace_graph(TWO, [SAID])
        graphs.replace_graph(union_graph(BASE), [SAID])
        graphs.replace_graph(FOREIGN, [SECRET])
        mark(server, PushRecord("d1", (ONE, TWO), 2, has_union=True))
        yield server


def mark(server: GraphStore, record: PushRecord) -> None:
    for name in (record_graph(BASE), second_graph(BASE)):
        RemoteGraphs(server.address).replace_graph(name, record.lines(BASE))


def reader(server: GraphStore, digest: str = "", seconds: float = 20.0, most: int = 256 << 20, solutions: int = 1000) -> RemoteReader:  # fmt: skip
    store = RemoteStore(server.queries, BASE, RemoteAccess(seconds=seconds), most)
    return RemoteReader(store, WorkerLimits(seconds, 1 << 30, solutions), digest)


def names(answer: object) -> set[object]:
    assert isinstance(answer, Solutions)
    return {row["name"] for row in answer}


@pytest.mark.parametrize(
    "text",
    [
        ALL,
        f"SELECT ?name FROM <{FOREIGN}> {{ ?s ?p ?name }}",
        f"SELECT ?name FROM NAMED <{FOREIGN}> {{ GRAPH ?g {{ ?s ?p ?name }} }}",
        f"SELECT ?name {{ GRAPH <{FOREIGN}> {{ ?s ?p ?name }} }}",
        f"PREFIX o: <https://other.org/> SELECT ?name FROM o:secret {{ ?s ?p ?name }}",  # noqa: F541
        f"SELECT ?name FROM <{FOREIGN}> FROM <{ONE}> {{ ?s ?p ?name }}",
    ],
)
def test_other_graphs_of_the_server_are_not_seen(there: GraphStore, text: str) -> None:
    assert Literal("Canary") not in names(reader(there).query(text))


def test_a_server_that_answers_from_all_it_has_is_refused(there: GraphStore) -> None:
    there.is_careless = True
    with pytest.raises(HrdgraphError) as told:
        reader(there).query(ALL)
    assert told.value.code == "remote-store-ignores-graphs"


def test_a_server_that_counts_twice_is_refused_without_a_union(there: GraphStore) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    answer = reader(there).query(count)
    assert isinstance(answer, Solutions)
    assert answer.rows[0][0] == Literal("1", "http://www.w3.org/2001/XMLSchema#integer")
    mark(there, PushRecord("d1", (ONE, TWO), 2))
    with pytest.raises(HrdgraphError) as told:
        reader(there).query(count)
    assert (told.value.code, "--union" in told.value.hint) == ("remote-store-repeats", True)
    assert names(reader(there).query(f"SELECT ?name FROM <{ONE}> {{ ?s ?p ?name }}"))


@pytest.mark.parametrize("record", [None, mark_under_way((ONE,))])
def test_what_was_not_pushed_to_its_end_is_not_asked(there: GraphStore, record: PushRecord | None) -> None:  # fmt: skip
    if record is None:
        RemoteGraphs(there.address).delete(record_graph(BASE))
    else:
        mark(there, record)
    with pytest.raises(HrdgraphError) as told:
        reader(there).query(ALL)
    assert told.value.code == "remote-store-without-push"


def test_another_build_than_the_one_that_is_meant_is_refused(there: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("hrdgraph.store.remote_session._FRESH", 0.0)
    with pytest.raises(HrdgraphError) as told:
        reader(there, "d2").query(ALL)
    assert told.value.code == "remote-store-without-push"
    asked = reader(there)
    assert asked.query("ASK { ?s ?p ?o }") == Boolean(True)
    mark(there, PushRecord("d2", (ONE,), 1, has_union=True))  # as it is asked
    with pytest.raises(HrdgraphError) as told:
        asked.query(ALL)
    assert told.value.code == "remote-store-without-push"


def test_a_record_cannot_lead_to_graphs_of_others(there: GraphStore) -> None:
    mark(there, PushRecord("d1", (ONE, FOREIGN), 2, has_union=True))
    assert Literal("Canary") not in names(reader(there).query(ALL))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "text/html"}, "remote-answer-unreadable"),
        ({"kind": "application/n-triples"}, "remote-answer-unreadable"),
        ({"lacking": 7}, "remote-store-unreachable"),
        ({"failing": [302]}, "remote-store-refused"),
        ({"failing": [401]}, "remote-store-refused"),
        ({"failing": [500]}, "remote-store-refused"),
    ],
)
def test_what_a_server_answers_badly_is_an_error(there: GraphStore, change: dict[str, object], code: str) -> None:  # fmt: skip
    for name, value in change.items():
        setattr(there, name, value)
    with pytest.raises(HrdgraphError) as told:
        reader(there, seconds=3).query(ALL)
    assert told.value.code == code
    assert told.value.hint


def test_a_redirect_is_named_and_not_followed(there: GraphStore) -> None:
    there.failing, before = [302], len(there.seen)
    with pytest.raises(HrdgraphError) as told:
        reader(there).query(ALL)
    assert "http://127.0.0.1:1/elsewhere" in str(told.value)
    assert "give that one" in told.value.hint
    assert len(there.seen) == before + 1


def test_time_size_and_solutions_have_bounds(there: GraphStore) -> None:
    many = "SELECT ?s ?t { VALUES ?s { 1 2 3 4 } VALUES ?t { 1 2 3 4 } }"
    with pytest.raises(QueryError) as told:
        reader(there, solutions=15).query(many)
    assert told.value.code == "too-many"
    with pytest.raises(QueryError) as told:
        reader(there, most=1500).query(many)
    assert told.value.code == "too-many"
    there.pause = 0.4
    with pytest.raises(QueryError) as told:
        reader(there, seconds=0.2).query(many)
    assert told.value.code == "too-slow"


def test_no_query_of_another_server_or_update_is_sent(there: GraphStore) -> None:
    asked = reader(there)
    for text in ("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "DROP ALL", "CLEAR DEFAULT"):
        with pytest.raises(QueryError):
            asked.query(text)
    assert {method for method, *_ in there.seen} <= {"PUT"}


def test_answers_of_each_form(there: GraphStore) -> None:
    answer = reader(there).query("CONSTRUCT { ?s a foaf:Person } WHERE { ?s ?p ?o }")
    assert isinstance(answer, GraphAnswer)
    assert [quad.subject for quad in answer] == [IRI("https://e.org/ana")]
    assert reader(there).query("ASK { ?s ?p 'Zoe' }") == Boolean(False)
    assert isinstance(reader(there).query("DESCRIBE <https://e.org/ana>"), GraphAnswer)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/x", True),
        ("http://127.0.0.1:80/x", True),
        ("http://localhost/x", True),
        ("http://[::1]:80/x", True),
        ("http://e.org/x", False),
        ("http://localhost.e.org/x", False),
        ("http://127.0.0.1.e.org/", False),
        ("http://127.0.0.1@e.org/", False),
        ("http://e.org:443/", False),
    ],
)
def test_where_a_password_may_go(url: str, expected: bool) -> None:
    assert is_protected(url) is expected
    assert "@" not in host_of(url)


V = Literal('a"} # ?v')
EVERYWHERE = {
    "SELECT ?v ?s WHERE { ?s ?p ?v }": "{ ?s ?p @V  VALUES ?v { @V } }",
    "SELECT ?v { { ?s ?p ?v } UNION { ?v2 ?p $v } }": "{ { ?s ?p @V } UNION { ?v2 ?p @V }  VALUES ?v { @V } }",
    "SELECT ?v { ?s ?p ?v FILTER(BOUND(?v)) }": "FILTER(true)",
    "SELECT ?v { ?s ?p ?v { SELECT ?s { ?s ?q ?v } } }": "{ SELECT ?s { ?s ?q ?v } }",
    "SELECT ?v { ?s ?p ?v { SELECT ?s ?v { ?s ?q ?v } } }": "{ SELECT ?s ?v { ?s ?q @V  VALUES ?v { @V } } }",
    "SELECT ?v { ?s ?p '?v' . ?s ?p ?v # ?v }\n }": "'?v' . ?s ?p @V # ?v }",
    "CONSTRUCT { ?s ?p ?v } WHERE { ?s ?p ?v }": "CONSTRUCT { ?s ?p ?v } WHERE { ?s ?p @V  VALUES ?v { @V } }",
    "CONSTRUCT WHERE { ?s ?p ?v }": "CONSTRUCT WHERE { ?s ?p @V }",
    "SELECT ?v (COUNT(?s) AS ?n) { ?s ?p ?v } GROUP BY ?v ORDER BY ?v": "GROUP BY ?v ORDER BY ?v",
    "ASK { ?s ?p ?v MINUS { ?s ?q ?v } }": "MINUS { ?s ?q @V }",
    # a group that gives it a value itself; what it gives must be the term
    "SELECT ?v { VALUES ?v { 1 } ?s ?p ?v }": "{ VALUES ?v { 1 } ?s ?p ?v  VALUES ?v { @V } }",
    "SELECT ?v { VALUES (?s ?v) { (1 2) } ?s ?p ?v }": "{ VALUES (?s ?v) { (1 2) } ?s ?p ?v ",
    "SELECT ?v { BIND(1 AS ?v) }": "{ BIND(1 AS ?v)  VALUES ?v { @V } }",
    "SELECT ?v { { ?s ?p ?v } UNION { ?s ?q ?w BIND(STR(?w) AS $v) } }": "{ { ?s ?p @V } UNION { ?s ?q ?w BIND(STR(?w) AS $v) }  VALUES",
    "SELECT ?v { ?s ?p ?v OPTIONAL { VALUES ?v2 { 1 } ?s ?q ?v } }": "OPTIONAL { VALUES ?v2 { 1 } ?s ?q @V }",
}


@pytest.mark.parametrize(("text", "expected"), EVERYWHERE.items())
def test_a_parameter_is_written_wherever_the_query_sees_it(text: str, expected: str) -> None:
    said = with_parameters(text, {"v": V}, {})
    assert expected.replace("@V", V.n3()) in said
    assert said.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", ["SELECT ?v { ?s ?v ?o }", "SELECT ?v { GRAPH ?v { ?s ?p ?o } }"])
def test_a_term_that_cannot_stand_there_is_refused(text: str) -> None:
    with pytest.raises(QueryError) as told:
        with_parameters(text, {"v": V}, {})
    assert told.value.code == "parameter-lost"


def test_yes_and_no_are_spelt_as_they_are_here(there: GraphStore) -> None:
    """Virtuoso keeps true as 1."""
    boolean = "<http://www.w3.org/2001/XMLSchema#boolean>"
    text = f"SELECT ?name {{ VALUES ?name {{ '1'^^{boolean} '0'^^{boolean} 1 }} }} ORDER BY ?name"
    found = reader(there).query(text)
    assert isinstance(found, Solutions)
    assert {term.value for term in found.column("name") if isinstance(term, Literal)} == {"true", "false", "1"}  # fmt: skip


@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_in_the_way_of_virtuoso(value: bool) -> None:
    cell = {"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": str(int(value))}  # fmt: skip
    rows = [{"__ASK_RETVAL": cell}]
    said = {"head": {"link": [], "vars": ["__ASK_RETVAL"]}, "results": {"bindings": rows}}
    body = KeptAnswer()
    body.write(json.dumps(said).encode())
    body.file.seek(0)
    session = RemoteSession(RemoteStore("http://127.0.0.1:1/", BASE), {})
    answered = session._parse("application/sparql-results+json", body)
    assert (answered.form, bool(answered.raw)) == ("boolean", value)
