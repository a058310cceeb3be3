"""Clients that people use: SPARQLWrapper with every form of query in every format that it knows; a browser at the endpoint."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError

import httpx
import pytest
from tests.web.endpoint.conftest import Running, eventually

wrapper = pytest.importorskip("SPARQLWrapper", reason="pip install SPARQLWrapper")

QUERIES = {
    "SELECT": "SELECT ?s { ?s a <https://w3id.org/hrdgraph/ontology#Award> } LIMIT 5",
    "ASK": "ASK { ?s a <https://w3id.org/hrdgraph/ontology#Award> }",
    "CONSTRUCT": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 20",
    "DESCRIBE": "DESCRIBE ?s { ?s a <https://w3id.org/hrdgraph/ontology#Award> } LIMIT 1",
}
TABLES = ("json", "xml", "csv", "tsv")
GRAPHS = ("turtle", "n3", "rdf+xml", "rdf", "xml", "json-ld")
CASES = [
    *(("SELECT", name) for name in TABLES),
    *(("ASK", name) for name in ("json", "xml")),
    *((form, name) for form in ("CONSTRUCT", "DESCRIBE") for name in GRAPHS),
]


@pytest.fixture(scope="module")
def server(serve: Callable[..., Running]) -> Running:
    return serve(client_errors=0, client_seconds=0)


def asked(server: Running, form: str, format: str, method: str, *, only: bool) -> Any:
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(QUERIES[form])
    client.setMethod(method)
    client.setReturnFormat(format)
    client.setOnlyConneg(only)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return client.queryAndConvert()


@pytest.mark.sampled(6)
@pytest.mark.parametrize(("form", "format"), CASES)
def test_every_form_in_every_format(server: Running, form: str, format: str) -> None:
    for method in ("GET", "POST"):
        for only in (False, True):
            found = asked(server, form, format, method, only=only)
            size = len(found.toxml()) if hasattr(found, "toxml") else len(found)
            assert size > 0


def test_a_client_searches(server: Running) -> None:
    """`SERVICE hrd:search`, with the prefix declared or not: the client sends the text as it is."""
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql")
    client.setReturnFormat("json")
    body = "SELECT ?s ?n { SERVICE hrd:search { ?s hrd:query 'example award' ; hrd:score ?n } ?s a hrd:Award }"
    for prefix in ("", "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>\n"):
        client.setQuery(prefix + body)
        assert eventually(lambda: bool(_things(client)), 60)
        assert _things(client)[0].endswith("award/example-award")


def _things(client: Any) -> list[str]:
    try:
        found = client.queryAndConvert()["results"]["bindings"]
    except HTTPError:  # the pages, whose search it is, are not there yet
        return []
    return [row["s"]["value"] for row in found]


def test_what_it_sends_beside_the_header_does_not_matter(server: Running) -> None:
    """It names the format in three parameters too, of which some do not fit the form of the query."""
    answer = httpx.get(
        f"{server.address}/sparql",
        params={"query": QUERIES["CONSTRUCT"], "format": "json", "output": "json", "results": "x"},
        headers={"Accept": "*/*"},
    )
    assert answer.headers["content-type"] == "application/ld+json"


def test_a_browser_at_the_endpoint_gets_the_editor(server: Running) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    with httpx.Client(headers={"Accept": accept, "Accept-Language": "fr"}, timeout=60) as browser:
        answer = browser.get(f"{server.address}/sparql", follow_redirects=True)
        assert (answer.status_code, answer.url.path) == (200, "/fr/editor")
        assert "<textarea" in answer.text
        asked = {"query": "SELECT ?é { ?é a hrd:Award }"}
        answer = browser.get(f"{server.address}/sparql", params=asked, follow_redirects=True)
        assert (answer.status_code, answer.url.path) == (200, "/fr/editor")
        assert asked["query"] in answer.text
        file = browser.get(f"{server.address}/sparql", params=asked | {"format": "csv"})
        assert file.headers["content-type"].startswith("text/csv")
        data = browser.get(f"{server.address}/sparql", headers={"Accept": "*/*"})
        assert data.headers["content-type"].startswith("text/turtle")


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "path", ["/en/", "/void.ttl", "/openapi.json", "/files/graph.nq", "/sparql"]
)
def test_what_is_known_since_the_build_is_not_sent_again(server: Running, path: str) -> None:
    first = httpx.get(f"{server.address}{path}", timeout=60)
    when = first.headers["last-modified"]
    again = httpx.get(f"{server.address}{path}", headers={"If-Modified-Since": when}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    old = {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}
    assert httpx.get(f"{server.address}{path}", headers=old, timeout=60).status_code == 200
    wrong = {"If-Modified-Since": when, "If-None-Match": '"other"'}
    assert httpx.get(f"{server.address}{path}", headers=wrong, timeout=60).status_code == 200
    for odd in ("", "x", "Thu, 99 Jan 2015 00:00:00 GMT", "9" * 5000):
        headers = {"If-Modified-Since": odd}
        assert httpx.get(f"{server.address}{path}", headers=headers, timeout=60).status_code == 200


def test_what_changes_with_each_answer_has_no_date(server: Running) -> None:
    answer = httpx.get(f"{server.address}/sparql", params={"query": "SELECT (NOW() AS ?n) {}"})
    assert "last-modified" not in answer.headers


@pytest.mark.parametrize("path", ["/void.ttl", "/openapi.json", "/queries/examples.ttl"])
def test_what_machines_read_is_packed(server: Running, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}", headers={"Accept-Encoding": "gzip"}, timeout=60)
    assert answer.headers["content-encoding"] == "gzip"
    plain = httpx.get(f"{server.address}{path}", headers={"Accept-Encoding": ""}, timeout=60)
    assert plain.content == answer.content
    assert plain.headers["etag"] != answer.headers["etag"]


@pytest.mark.heavy
def test_pages_name_their_own_address_and_those_in_other_languages(server: Running) -> None:
    links = httpx.get(f"{server.address}/fr/awards", timeout=60).headers["link"]
    assert f'<{server.address}/fr/awards>; rel="canonical"' in links
    for tag in ("en", "fr", "es"):
        assert f'<{server.address}/{tag}/awards>; rel="alternate"; hreflang="{tag}"' in links
