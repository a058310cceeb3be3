"""What machines read first: it parses, it is valid, what it names is there, and what it promises is what is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from starlette.applications import Starlette

import hrdgraph
from hrdgraph.exports.description import DCAT, SPDX, VOID
from hrdgraph.queries.model import Query, Type
from hrdgraph.rdf import IRI, ColumnGraph, Literal
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.store.contract import Boolean, Solutions
from hrdgraph.vocab import DCTERMS, FOAF, RDF, RDFS, SCHEMA, SH
from hrdgraph.web.endpoint.limits import EndpointAccess
from hrdgraph.web.endpoint.negotiation import BY_NAME
from hrdgraph.web.endpoint.routes import describe
from hrdgraph.web.json_api.routes import routes as api_routes
from hrdgraph.web.machines.dataset import DataSet, examples, form_of, runnable, values_of
from hrdgraph.web.machines.routes import document, routes
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import routes as page_routes
from hrdgraph.web.pages.views.questions import is_needed
from hrdgraph.web.site import HomesOfThings, write_machines

HERE = "https://example.org/"


@pytest.fixture(scope="module")
def site(built: Path) -> Site:
    return Site.of(hrdgraph.open(built))


@pytest.fixture(scope="module")
def app(site: Site) -> Starlette:
    pages = Pages(site)
    served = [*api_routes(pages), *page_routes(pages)]
    return Starlette(routes=[*routes(site), *served])


def call(
    app: Starlette, path: str, headers: Mapping[str, str] | None = None, **more: Any
) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=HERE.rstrip("/")
        ) as client:
            return await client.request("POST" if more else "GET", path, headers=headers, **more)

    return asyncio.run(ask())


def graph_of(data: bytes, format: str) -> ColumnGraph:
    return ColumnGraph.from_quads(parse(data, format_named(format)))


def objects(graph: ColumnGraph, s: IRI, p: IRI) -> list[str]:
    return sorted(
        q.object.value
        for q in graph
        if q.subject == s and q.predicate == p and isinstance(q.object, IRI | Literal)
    )


def test_the_description_names_files_and_endpoint(app: Starlette, site: Site) -> None:
    answer = call(app, "/void.ttl")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    told, dataset = graph_of(answer.content, "ttl"), IRI(f"{site.base}dataset")
    assert objects(told, dataset, VOID.sparqlEndpoint) == [f"{HERE}sparql"]
    assert objects(told, IRI(f"{HERE}sparql"), DCAT.servesDataset) == [dataset.value]
    assert objects(told, IRI(f"{HERE}void.ttl"), FOAF.primaryTopic) == [dataset.value]
    files = objects(told, dataset, DCAT.distribution)
    assert len(files) == 4
    for file in files:
        found = call(app, file)
        assert found.status_code == 200
        assert objects(told, IRI(file), DCAT.byteSize) == [str(len(found.content))]
        (digest,) = objects(told, IRI(f"{file}#sha256"), SPDX.checksumValue)
        assert digest == site.graph.manifest["outputs"][file.rpartition("/")[2]]
    (example,) = objects(told, dataset, VOID.exampleResource)
    assert call(app, example.replace(site.base, "/id/")).status_code == 303
    assert objects(told, dataset, VOID.triples) == [str(site.graph.columns.triples().quads.height)]


def test_the_description_has_what_dcat_ap_asks_for(app: Starlette, site: Site) -> None:
    """The mandatory properties of DCAT-AP 3.0 and those that portals show."""
    told, dataset = graph_of(call(app, "/void.ttl").content, "ttl"), IRI(f"{site.base}dataset")
    asked = {
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.distribution),
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
        DCAT.Distribution: (DCAT.accessURL, DCTERMS["format"], DCAT.mediaType, DCAT.byteSize),
        DCAT.DataService: (DCAT.endpointURL, DCTERMS.title, DCAT.servesDataset),
    }
    for kind, predicates in asked.items():
        members = [
            quad.subject for quad in told if quad.predicate == RDF.type and quad.object == kind
        ]
        assert members, kind
        for member in members:
            assert isinstance(member, IRI)
            assert all(objects(told, member, predicate) for predicate in predicates), member
    (publisher,) = objects(told, dataset, DCTERMS.publisher)
    assert FOAF.Agent.value in objects(told, IRI(publisher), RDF.type)
    assert len(objects(told, dataset, DCTERMS.description)) == 3


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("", "ttl"),
        ("text/html,*/*;q=0.8", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/json;q=0.5,text/turtle;q=0.4", "jsonld"),
    ],
)
def test_the_well_known_address_negotiates(app: Starlette, accept: str, format: str) -> None:
    answer = call(app, "/.well-known/void", {"accept": accept} if accept else None)
    assert answer.headers["content-type"].startswith(BY_NAME[format].type)
    assert "Accept" in answer.headers["vary"]
    assert graph_of(answer.content, format) == graph_of(call(app, "/void.ttl").content, "ttl")
    assert call(app, f"/void.{format}").content == answer.content
    assert (
        call(
            app,
            "/.well-known/void",
            {"accept": accept or "*/*", "if-none-match": answer.headers["etag"]},
        ).status_code
        == 304
    )


def test_what_cannot_be_had_is_said(app: Starlette) -> None:
    answer = call(app, "/.well-known/void", {"accept": "image/png"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert "text/turtle" in answer.text
    for host in ("a b", "<x>", "x/../y", 'x" .'):
        assert call(app, "/void.ttl", {"host": host}).status_code == 400


def test_the_endpoint_points_to_the_description() -> None:
    told = describe(
        EndpointAccess(described="/void.ttl"), "https://e.org/x/sparql", {}, BY_NAME["nt"]
    )
    assert b"#seeAlso> <https://e.org/x/void.ttl>" in told
    assert b"void.ttl" not in describe(EndpointAccess(), "https://e.org/sparql", {}, BY_NAME["nt"])


@pytest.fixture(scope="module")
def interfaces(app: Starlette) -> dict[str, Any]:
    answer = call(app, "/openapi.json")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.1"
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.heavy
def test_the_interfaces_are_valid_openapi(interfaces: dict[str, Any]) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator, validate

    validate(interfaces, cls=OpenAPIV31SpecValidator)
    names = [
        operation["operationId"]
        for item in interfaces["paths"].values()
        for way, operation in item.items()
        if way in ("get", "post")
    ]
    assert len(names) == len(set(names))
    assert interfaces["servers"] == [{"url": HERE.rstrip("/")}]


def test_every_saved_query_is_an_interface_with_its_parameters(
    interfaces: dict[str, Any], site: Site
) -> None:
    for query in site.graph.queries.questions:
        told = interfaces["paths"][f"/queries/{query.name}.json"]["get"]
        assert {item["name"]: item["required"] for item in told["parameters"]} == {
            p.name: is_needed(p) for p in query.parameters
        }
        assert all(
            f"[{language}] {title}" in told["description"] for language, title in query.titles
        )
        for item, parameter in zip(told["parameters"], query.parameters, strict=True):
            if parameter.type is Type.YEAR:
                jsonschema.validate("2013", item["schema"])


CALLS: tuple[tuple[str, str, str], ...] = (
    ("/queries/countries-with-most-laureates.json", "/queries/countries-with-most-laureates.json", "get"),
    ("/void.ttl", "/void.ttl", "get"), ("/.well-known/void", "/.well-known/void", "get"), ("/queries/examples.ttl", "/queries/examples.ttl", "get"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "asked", "way"), CALLS, ids=[f"{way} {asked}" for _, asked, way in CALLS]
)
def test_what_is_promised_is_answered(
    app: Starlette, interfaces: dict[str, Any], path: str, asked: str, way: str
) -> None:
    more = (
        {"data": {"queries": json.dumps({"q": {"query": "Igor Kalyapin"}})}}
        if way == "post"
        else {}
    )
    answer = call(app, asked, **more)
    assert answer.status_code == 200
    contents = interfaces["paths"][path][way]["responses"]["200"]["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in contents
    if "json" in kind:
        jsonschema.validate(
            answer.json(), {**contents[kind]["schema"], "components": interfaces["components"]}
        )


def test_a_refusal_has_the_shape_that_is_promised(
    app: Starlette, interfaces: dict[str, Any]
) -> None:
    refused = call(app, "/queries/laureates-in-year.json?award=nothing&year=2013")
    assert refused.status_code == 404
    jsonschema.validate(refused.json(), interfaces["components"]["schemas"]["Problem"])


def test_no_interface_is_forgotten(interfaces: dict[str, Any], site: Site) -> None:
    from hrdgraph.web.endpoint.routes import routes as endpoint_routes

    paths = {route.path for route in endpoint_routes(object())}  # type: ignore[arg-type, attr-defined]
    assert {"/sparql", "/sparql/graphs"} <= paths & interfaces["paths"].keys()
    assert {path for path in interfaces["paths"] if path.startswith("/queries/")} == {
        "/queries/examples.ttl", *(f"/queries/{query.name}.{ending}" for query in site.graph.queries.questions for ending in ("csv", "json")),
    }  # fmt: skip


@pytest.mark.heavy
def test_examples_are_read_as_their_vocabulary_says(app: Starlette, site: Site) -> None:
    told = graph_of(call(app, "/queries/examples.ttl").content, "ttl")
    found = [q.subject for q in told if q.predicate == RDF.type and q.object == SH.SPARQLExecutable]
    assert len(found) == len(site.graph.queries.questions) > 25
    for iri in found:
        assert isinstance(iri, IRI)
        comments = [q.object for q in told if q.subject == iri and q.predicate == RDFS.comment]
        assert {text.language for text in comments if isinstance(text, Literal)} == {
            "en",
            "fr",
            "es",
        }
        assert objects(told, iri, SCHEMA.target) == [f"{HERE}sparql"]
        (text,) = [
            value
            for form in (SH.select, SH.ask, SH.construct)
            for value in objects(told, iri, form)
        ]
        assert SH[f"SPARQL{form_of(text).capitalize()}Executable"].value in objects(
            told, iri, RDF.type
        )
    assert len([q for q in told if q.predicate == SH["prefix"]]) > 10


@pytest.mark.heavy
def test_an_example_answers_as_the_saved_query_does(site: Site) -> None:
    full = 0
    for query in site.graph.queries.questions:
        given = values_of(site, query)
        if any(
            is_needed(parameter) and parameter.name not in given for parameter in query.parameters
        ):
            continue  # a year that is left open: more than the saved query can be asked
        told, saved = (
            site.graph.answer(runnable(query, given)),
            site.graph.answer(query.name, given),
        )
        if isinstance(saved, Solutions) and isinstance(told, Solutions):
            columns = list(saved.variables)
            assert sorted(map(repr, told.project(columns).rows)) == sorted(map(repr, saved.rows)), (
                query.name
            )
            full += bool(saved.rows)
        else:
            assert not isinstance(told, Boolean)
            assert told == saved, query.name
    assert full > 20


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { { SELECT ?lang { ?x ?p ?lang } } }", "SELECT ?x { BIND('a' AS ?lang) }", "SELECT ?x { VALUES ?lang { 'a' } }",
        "SELECT ?x { VALUES (?x ?lang) { (1 'a') } }",
    ],
)  # fmt: skip
def test_a_query_that_declares_the_parameter_itself_gives_no_example(text: str) -> None:
    from hrdgraph.queries.catalogue import parse as read

    query: Query = read(
        f"# title@en: x\n# parameter lang: language (default en) — x\n{text}",
        name="x",
        topic="x",
        path=None,
    )
    assert runnable(query, {"lang": "en"}) == ""
    assert runnable(query, {}).startswith("SELECT")


def test_words_in_strings_and_comments_are_no_variables() -> None:
    from hrdgraph.queries.catalogue import parse as read

    text = "# title@en: x\n# parameter lang: language (default en) — x\nSELECT ?lang { # ?lang\n ?s ?p '?lang' ; ?q $lang ; ?r ?language }"
    query = read(text, name="x", topic="x", path=None)
    made = runnable(query, {"lang": "fr"})
    assert (
        made
        == 'SELECT ?lang {\n  VALUES (?lang) { ("fr") } # ?lang\n ?s ?p \'?lang\' ; ?q "fr" ; ?r ?language }\n'
    )


def test_a_site_of_files_has_the_same_without_an_endpoint(built: Path, tmp_path: Path) -> None:
    site = Site.of(hrdgraph.open(built), address="https://e.org/x")
    write_machines(Pages(site), HomesOfThings({}, {}), tmp_path)
    dataset = IRI(f"{site.base}dataset")
    told = graph_of((tmp_path / "void.ttl").read_bytes(), "ttl")
    assert (tmp_path / ".well-known" / "void").read_bytes() == (tmp_path / "void.ttl").read_bytes()
    assert (
        graph_of((tmp_path / "void.jsonld").read_bytes(), "jsonld")
        == graph_of((tmp_path / "void.nt").read_bytes(), "nt")
        == told
    )
    assert all(
        file.startswith("https://e.org/x/files/")
        for file in objects(told, dataset, DCAT.distribution)
    )
    assert objects(told, dataset, VOID.sparqlEndpoint) == []
    assert b"sparqlEndpoint" not in (tmp_path / "queries" / "examples.ttl").read_bytes()
    assert examples(site, "", endpoint=True) == (tmp_path / "queries" / "examples.ttl").read_bytes()


def test_nothing_is_named_that_is_not_known(site: Site) -> None:
    told = graph_of(DataSet(site).document("", "ttl", endpoint=True), "ttl")
    assert objects(told, IRI(f"{site.base}dataset"), DCAT.distribution) == []
    assert json.loads(document(site, "/"))["servers"] == [{"url": "/"}]
