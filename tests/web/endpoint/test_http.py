"""The endpoint as HTTP: formats, headers, caches, methods, bodies, errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from starlette.applications import Starlette

from hrdgraph.web.endpoint.limits import EndpointAccess, EndpointLimits
from hrdgraph.web.endpoint.routes import routes
from hrdgraph.web.endpoint.service import Build, Service

SELECT = "SELECT ?s { ?s a <https://w3id.org/hrdgraph/ontology#Award> }"
CONSTRUCT = "CONSTRUCT { ?s a ?c } { ?s a ?c } ORDER BY ?s ?c LIMIT 50"
FORM = "application/x-www-form-urlencoded"
RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values; charset=utf-8": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle; charset=utf-8": ox.RdfFormat.TURTLE,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def store(built: Path) -> ox.Store:
    return ox.Store.read_only(str(built / "build" / "store"))


@pytest.fixture(scope="module")
def ask(built: Path) -> Iterator[Ask]:
    limits = EndpointLimits(workers=1, client_errors=0, client_seconds=0, body=4000, query=2000)
    service = Service(Build(built / "build" / "store", "digest", {}), limits, EndpointAccess())
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=routes(service))), base_url="http://h"
    )
    with asyncio.Runner() as runner:
        runner.run(service.start())

        def send(
            method: str, query: str = "", *, path: str = "/sparql", **more: Any
        ) -> httpx.Response:
            if query:
                more["params" if method in ("GET", "HEAD") else "data"] = {"query": query}
            return runner.run(client.request(method, path, **more))

        yield send
        runner.run(service.close())


@pytest.mark.parametrize("type", RESULTS)
def test_tables(ask: Ask, store: ox.Store, type: str) -> None:
    answer = ask("GET", SELECT, headers={"accept": type.partition(";")[0]})
    assert answer.headers["content-type"] == type
    said = {row["s"] for row in ox.parse_query_results(answer.content, format=RESULTS[type])}  # type: ignore[union-attr]
    assert said == {row["s"] for row in store.query(SELECT)} != set()  # type: ignore[union-attr]


@pytest.mark.heavy
@pytest.mark.parametrize("type", GRAPHS)
def test_graphs(ask: Ask, store: ox.Store, type: str) -> None:
    answer = ask("POST", CONSTRUCT, headers={"accept": type.partition(";")[0]})
    assert answer.headers["content-type"] == type
    assert {quad.triple for quad in ox.parse(answer.content, format=GRAPHS[type])} == set(
        store.query(CONSTRUCT)
    )  # type: ignore[arg-type]


def test_spreadsheets(ask: Ask, store: ox.Store) -> None:
    answer = ask("GET", SELECT, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert sorted(answer.text.split()[1:]) == sorted(row["s"].value for row in store.query(SELECT))  # type: ignore[union-attr]


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    ("query", "accept", "type"),
    [
        (SELECT, "", "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (
            SELECT,
            "text/csv;q=0.5, application/sparql-results+xml",
            "application/sparql-results+xml",
        ),
        (
            SELECT,
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/sparql-results+xml",
        ),
        (SELECT, "*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        (SELECT, "text/*", "text/csv; charset=utf-8"),
        (SELECT, "text/turtle", None),
        (SELECT, "image/png", None),
        (SELECT, "text/csv;q=0", None),
        (SELECT, "text/csv;q=wrong", None),
        ("ASK {}", "text/csv", None),
        ("ASK {}", "text/csv, */*;q=0.1", "application/sparql-results+json"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/json", "application/ld+json"),
        (CONSTRUCT, "application/sparql-results+json", None),
        ("DESCRIBE <x:x>", "text/turtle; charset=utf-8", "text/turtle; charset=utf-8"),
    ],
)
def test_negotiation_is_strict(ask: Ask, query: str, accept: str, type: str | None) -> None:
    answer = ask("POST", query, headers={"accept": accept})
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    if type:
        assert (answer.status_code, answer.headers["content-type"]) == (200, type)
    else:
        assert answer.status_code == 406
        assert all("/" in offer for offer in answer.json()["available"])


@pytest.mark.parametrize(
    ("name", "accept", "type"),
    [
        ("csv", "*/*", "text/csv"),
        ("turtle", "*/*", None),
        ("nonsense", "*/*", None),
        ("csv", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("turtle", "application/sparql-results+json, */*;q=0.1", "application/sparql-results+json"),
        ("csv", "image/png, */*;q=0.1", "text/csv"),
        ("csv", "text/turtle", "text/csv"),
        ("nonsense", "text/csv", "text/csv"),
    ],
)
def test_a_format_in_the_address_never_overrides_a_header_that_can_be_met(
    ask: Ask, name: str, accept: str, type: str | None
) -> None:
    answer = ask(
        "GET", path="/sparql", params={"query": SELECT, "format": name}, headers={"accept": accept}
    )
    assert answer.status_code == (200 if type else 406)
    assert not type or answer.headers["content-type"].startswith(type)


@pytest.mark.parametrize(
    ("query", "name", "detail"),
    [
        (SELECT, "nonsense", "the answer does not exist in a format that you accept"),
        (SELECT, "turtle", "the answer does not exist in a format that you accept"),
        (CONSTRUCT, "csv", "the answer does not exist in a format that you accept"),
    ],
)
def test_a_format_that_there_is_not_is_named(ask: Ask, query: str, name: str, detail: str) -> None:
    said = ask("GET", path="/sparql", params={"query": query, "format": name}).json()
    assert said["detail"] == detail
    assert said["available"] == list(dict.fromkeys(said["available"])) != []


@pytest.mark.parametrize("graph", ["rel", "https://[x", "a b:c", ""])
@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_that_is_no_absolute_iri_is_told_with_its_parameter(
    ask: Ask, name: str, graph: str
) -> None:
    answer = ask("POST", data={"query": "ASK {}", name: graph})
    assert answer.status_code == 400
    assert answer.json()["detail"] == f"`{name}` takes a whole IRI, not '{graph}'"


def test_answers_are_compressed_for_who_takes_it(ask: Ask) -> None:
    whole = "SELECT * { ?s ?p ?o } LIMIT 2000"
    plain = ask("POST", whole, headers={"accept-encoding": "identity"})
    packed = ask("POST", whole, headers={"accept-encoding": "gzip;q=0.5"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # httpx unpacks it
    assert int(packed.headers["content-length"]) < len(plain.content) / 5
    for refusing in ("gzip;q=0", "br", ""):
        assert (
            "content-encoding"
            not in ask("POST", whole, headers={"accept-encoding": refusing}).headers
        )


def test_head_says_what_get_says(ask: Ask) -> None:
    get, head = (
        ask(method, SELECT, headers={"accept-encoding": "identity"}) for method in ("GET", "HEAD")
    )
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)
    assert ask("HEAD", "SELECT * {").status_code == 400
    long = ask(
        "HEAD", "SELECT * { ?a ?b ?c }"
    )  # the worker stops after the head, and does not know how long the rest is
    assert (long.status_code, "content-length" in long.headers) == (200, False)
    assert ask("HEAD").status_code == 200


def test_not_modified(ask: Ask) -> None:
    first = ask("GET", SELECT)
    tag = first.headers["etag"]
    for said in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = ask("GET", SELECT, headers={"if-none-match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["access-control-allow-origin"] == "*"
    assert ask("GET", SELECT, headers={"if-none-match": '"other"'}).status_code == 200
    assert ask("GET", SELECT + " LIMIT 1", headers={"if-none-match": tag}).status_code == 200
    assert (
        ask("GET", SELECT, headers={"if-none-match": tag, "accept": "text/csv"}).status_code == 200
    )
    assert (
        ask(
            "GET",
            path="/sparql",
            params={"query": SELECT, "default-graph-uri": "x:x"},
            headers={"if-none-match": tag},
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (RAND() AS ?x) {}",
        "SELECT (now () AS ?x) {}",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (NOW #x\n#(\n() AS ?x) {}",
    ],
)
def test_what_changes_has_no_tag(ask: Ask, query: str) -> None:
    answer = ask("GET", query)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_any_page_may_read_data_and_none_may_lend_credentials(ask: Ask) -> None:
    for answer in (
        ask("GET", SELECT),
        ask("GET", "SELECT"),
        ask("GET"),
        ask("GET", path="/sparql/graphs?default"),
        ask("OPTIONS"),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
    assert "POST" in ask("OPTIONS").headers["access-control-allow-methods"]
    assert "PUT" not in ask("OPTIONS", path="/sparql/graphs").headers["allow"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT *\n{\n  ?s ?p\n}", 4, 2),
        ("SELECT * { ?s foaf:x ?o }", 1, 20),
        ("", 1, 1),
        ("ASK {}\n\nnonsense", 3, 1),
    ],
)
def test_errors_say_where_and_what_to_do(ask: Ask, query: str, line: int, column: int) -> None:
    answer = ask("POST", content=query, headers={"content-type": "application/sparql-query"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    said = answer.json()
    assert (said["status"], said["line"], said["column"]) == (400, line, column)
    assert said["title"] == "Bad Request"
    assert said["detail"]
    assert said["hint"]


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("SELECT", "query-malformed-at", "la requête"),
        ("SELECT * { SERVICE <x:y> {} }", "not-allowed-here", "SERVICE"),
        ("SELECT * {" + "{" * 300 + "}" * 300 + "}", "nested-too-deep", "imbriqu"),
    ],
)
def test_errors_are_told_in_the_language_of_the_client(
    ask: Ask, query: str, code: str, detail: str
) -> None:
    answer = ask("POST", query, headers={"accept-language": "fr"})
    said = answer.json()
    assert (answer.status_code, answer.headers["content-language"]) == (400, "fr")
    assert said["code"] == code
    assert detail in said["detail"]
    assert ask("POST", query).json()["detail"] != said["detail"]


@pytest.mark.parametrize(
    "query", ["SELECT (<x:f>(1) AS ?x) {}", "SELECT * { ?s ?p ?o FILTER(<x:f>(?o)) }"]
)
def test_unknown_functions_are_said(ask: Ask, query: str) -> None:
    answer = ask("POST", query)
    assert answer.status_code == 400
    assert "custom function" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "type", "status"),
    [
        (b"query=ASK%7B%7D", FORM, 200),
        (b"query=ASK%7B%7D", FORM.upper(), 200),
        (b"query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        (b"other=1", FORM, 400),
        (b"query=%FF", FORM, 400),
        (b"query=ASK%7B%7D&" + b"a=1&" * 400, FORM, 400),
        (b"\xff\xfe", "application/sparql-query", 400),
        ("ASK { FILTER('é' = '\u20ac') }".encode(), "application/sparql-query; charset=UTF-8", 200),
        (b"ASK {}", "application/sparql-query; charset=latin-1", 415),
        (b"ASK {}", 'application/sparql-query; charset="utf-8"', 200),
        (b"ASK {}", "text/plain", 415),
        (b"ASK {}", "", 415),
        (b"ASK {} #" + b"x" * 3000, "application/sparql-query", 400),
        (b"ASK {} #" + b"x" * 5000, "application/sparql-query", 413),
        (b"ASK { FILTER('\\uD800' = 'x') }", "application/sparql-query", 400),
        (b"ASK { FILTER('\x00' = 'x') }", "application/sparql-query", 200),
        (b"CLEAR ALL", "application/sparql-update", 403),
        (b"update=LOAD%20%3Chttp%3A%2F%2Fx%2F%3E", FORM, 403),
        (b"query=ASK%7B%7D&update=CLEAR%20ALL", FORM, 403),
    ],
)
def test_bodies(ask: Ask, content: bytes, type: str, status: int) -> None:
    answer = ask("POST", content=content, headers={"content-type": type})
    assert answer.status_code == status
    assert status == 200 or answer.json()["status"] == status


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_change_in_the_address_is_told_that_the_graph_is_read_only(ask: Ask, method: str) -> None:
    answer = ask(method, params={"update": "CLEAR ALL"}, headers={"content-type": FORM})
    assert (answer.status_code, answer.json()["code"]) == (403, "endpoint-read-only")


def test_what_a_format_cannot_say_is_said(ask: Ask) -> None:
    answer = ask(
        "GET", r"SELECT ('\u0001' AS ?x) {}", headers={"accept": "application/sparql-results+xml"}
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "XML cannot hold \\x01",
    )


def test_a_body_without_a_length_is_bounded_too(ask: Ask) -> None:
    async def much() -> Any:
        for _ in range(10):
            yield b"x" * 1000

    assert (
        ask(
            "POST", content=much(), headers={"content-type": "application/sparql-query"}
        ).status_code
        == 413
    )


@pytest.mark.parametrize("host", ["h", "example.org:80", "[::1]:8000", "127.0.0.1"])
def test_the_description_says_the_address_that_was_asked(ask: Ask, host: str) -> None:
    assert f"sd:endpoint <http://{host}/sparql>" in ask("GET", headers={"host": host}).text


@pytest.mark.parametrize("host", ["h/x", "a b", "<x>", "h\u00e9", "x>.<y", ""])
def test_an_odd_host_is_refused(ask: Ask, host: str) -> None:
    assert ask("GET", headers={"host": host.encode()}).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/sparql", "/sparql/graphs?default", "/sparql/graphs/any"])
def test_nothing_else_is_done_to_it(ask: Ask, method: str, path: str) -> None:
    answer = ask(method, path=path)
    assert answer.status_code == 405
    assert method not in answer.headers["allow"]


def test_graphs_one_by_one(ask: Ask, store: ox.Store) -> None:
    name = "https://w3id.org/hrdgraph/graph/countries"
    answer = ask(
        "GET",
        path="/sparql/graphs",
        params={"graph": name},
        headers={"accept": "application/n-triples"},
    )
    triples = {
        quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name))
    }
    assert (
        {quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}
        == triples
        != set()
    )
    again = ask(
        "GET",
        path="/sparql/graphs",
        params={"graph": name},
        headers={"accept": "application/n-triples", "if-none-match": answer.headers["etag"]},
    )
    assert again.status_code == 304
    for bad, status in (
        ("?graph=x:none", 404),
        ("?graph=none", 400),
        ("?graph=not an iri:", 400),
        ("?graph=a:a&default", 400),
        ("", 400),
        ("/none", 404),
    ):
        assert ask("GET", path=f"/sparql/graphs{bad}").status_code == status, bad
    assert (
        ask("GET", path="/sparql/graphs?default", headers={"accept": "text/csv"}).status_code == 406
    )


def test_a_header_cannot_be_smuggled_in(ask: Ask) -> None:
    for value in ("x:\r\nSet-Cookie: a=b", "x:\nX: y", "é:\r\n\r\n<html>"):
        answer = ask(
            "GET",
            path="/sparql",
            params={"query": "ASK {}", "default-graph-uri": value, "format": value},
        )
        assert "set-cookie" not in answer.headers
        assert answer.status_code in (400, 406)


@pytest.mark.heavy
def test_the_whole_default_graph_packed(ask: Ask) -> None:
    answer = ask(
        "GET",
        path="/sparql/graphs?default",
        headers={"accept": "application/n-triples", "accept-encoding": "gzip"},
    )
    count = json.loads(ask("POST", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").content)["results"][
        "bindings"
    ][0]["n"]["value"]
    assert answer.text.count("\n") == int(count)
    assert answer.headers["content-encoding"] == "gzip"
