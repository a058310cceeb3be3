"""The official suites of SPARQL 1.1 Protocol, Graph Store Protocol and Service Description, by their manifests.

The endpoint reads only: it passes every case of the protocol that changes nothing, and answers the others 4xx.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
import rdflib
from rdflib import RDF, Namespace
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from starlette.applications import Starlette
from starlette.routing import Route
from tests.conftest import SHARED

from hrdgraph.rdf import IRI as Name
from hrdgraph.rdf import ColumnGraph, Quad
from hrdgraph.rdfio.read import read_quads
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.web.endpoint.limits import EndpointAccess, EndpointLimits
from hrdgraph.web.endpoint.routes import Graphs, routes
from hrdgraph.web.endpoint.service import Build, Service

SUITE = SHARED / "conformance" / "sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
TABLES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
FORMATS = {
    "boolean": TABLES[:2],
    "tabular": TABLES,
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples"),
}
STATUSES = {
    "Created": range(201, 202),
    "OK": range(200, 201),
    "NoContent": range(204, 205),
    "NotFound": range(404, 405),
} | {f"StatusCode{number}xx": range(number * 100, number * 100 + 100) for number in (2, 3, 4)}
DATA = {
    f"http://kasei.us/2009/09/sparql/data/data{number}.rdf": f"data{number}.nt"
    for number in (1, 2, 3)
}
SIZES = {"protocol": 34, "graph-store-protocol": 13}


class Case(NamedTuple):
    """One entry of a manifest."""

    suite: str
    name: str
    graph: rdflib.Graph
    node: rdflib.term.Node


def cases(suite: str, file: str) -> list[Case]:
    """The cases of a manifest; none where it is missing, which is a failure of its own."""
    path = SUITE / suite / file
    if not path.exists():
        return []
    graph = rdflib.Graph().parse(path, publicID=path.as_uri())
    (head,) = graph.objects(None, MF.entries)
    return [
        Case(suite, str(node).rpartition("#")[2], graph, node) for node in Collection(graph, head)
    ]


PROTOCOL = cases("protocol", "manifest.ttl")
STORES = [
    case
    for name in ("direct", "indirect")
    for case in cases("graph-store-protocol", f"manifest-{name}.ttl")
]
CHANGING = [case.name for case in PROTOCOL if case.name.startswith("update_")]


def name_of(case: Case) -> str:
    return case.name


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def serving(
    runner: asyncio.Runner, build: Build, access: EndpointAccess
) -> Iterator[httpx.AsyncClient]:
    service = Service(build, EndpointLimits(workers=1, client_errors=0, client_seconds=0), access)
    runner.run(service.start())
    graphs = [Route(f"/gsp{end}", Graphs(service)) for end in ("", "/{name:path}")]
    app = Starlette(routes=[*graphs, *routes(service)])
    yield httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://www.example")
    runner.run(service.close())


@pytest.fixture(scope="module")
def public(
    loop: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.AsyncClient]:
    path = tmp_path_factory.mktemp("public") / "store"
    with OxigraphStore.create(path) as store:
        for name, file in DATA.items():
            quads = read_quads(SUITE / "protocol" / file)
            store.add(
                ColumnGraph.from_quads(
                    Quad(quad.subject, quad.predicate, quad.object, Name(name)) for quad in quads
                )
            )
    yield from serving(loop, Build(path, "digest", {}), EndpointAccess())


async def converse(client: httpx.AsyncClient, case: Case) -> None:
    """Send the requests of a case, in order, and hold each response against what is expected."""
    (action,) = case.graph.objects(case.node, MF.action)
    (requests,) = case.graph.objects(action, HT.requests)
    known: dict[str, str] = {}
    for node in Collection(case.graph, requests):
        one = reader(case.graph, node)
        path = filled(str(one(HT.absolutePath)), known)
        text, charset = one(HT.body, CNT.chars), one(HT.body, CNT.characterEncoding)
        body = None if text is None else filled(str(text), known).encode(str(charset))
        response = await client.request(
            str(one(HT.methodName)), path, content=body, headers=headers(case.graph, node)
        )
        check(case, reader(case.graph, one(HT.resp)), one(HT.resp), response, known)


def filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def reader(graph: rdflib.Graph, node: Any) -> Callable[..., Any]:
    def one(*path: Any) -> Any:
        here = node
        for step in path:
            here = graph.value(here, step)
        return here

    return one


def headers(graph: rdflib.Graph, node: Any) -> dict[str, str]:
    listed = graph.value(node, HT.headers)
    items = Collection(graph, listed) if listed is not None else []
    return {
        str(graph.value(item, HT.fieldName)): str(graph.value(item, HT.fieldValue))
        for item in items
    }


def check(
    case: Case, one: Callable[..., Any], node: Any, response: httpx.Response, known: dict[str, str]
) -> None:
    wanted = [str(item).rpartition("#")[2] for item in case.graph.objects(node, MF.expectedStatus)]
    assert any(response.status_code in STATUSES[name] for name in wanted), (
        wanted,
        response.status_code,
        response.text,
    )
    kind = response.headers.get("content-type", "").partition(";")[0]
    if (format := one(MF.expectedFormat)) is not None:
        assert kind in FORMATS[str(format)]
    if (value := one(MF.expectedBoolean)) is not None:
        assert response.json()["boolean"] is value.toPython()
    if (variable := one(MF.expectedLocation)) is not None:
        known[str(variable)] = response.headers["location"]
    for name, text in headers(case.graph, node).items():
        assert response.headers[name] == text
    if (body := one(HT.body, CNT.chars)) is not None:
        expected = rdflib.Graph().parse(data=str(body), format="turtle", publicID=str(response.url))
        assert isomorphic(
            rdflib.Graph().parse(
                data=response.content, format="turtle", publicID=str(response.url)
            ),
            expected,
        )


def test_the_suites_are_whole() -> None:
    assert {"protocol": len(PROTOCOL), "graph-store-protocol": len(STORES)} == SIZES
    assert len(CHANGING) == 7


@pytest.mark.parametrize(
    "case", [case for case in PROTOCOL if case.name not in CHANGING], ids=name_of
)
def test_public_mode(
    case: Case,
    public: httpx.AsyncClient,
    loop: asyncio.Runner,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("suite", "SPARQL 1.1 protocol, all that changes nothing")
    loop.run(converse(public, case))


@pytest.mark.parametrize(
    "case",
    [case for case in [*PROTOCOL, *STORES] if case.name in CHANGING or case in STORES],
    ids=name_of,
)
def test_public_mode_refuses_changes(
    case: Case, public: httpx.AsyncClient, loop: asyncio.Runner
) -> None:
    async def first() -> tuple[str, httpx.Response]:
        (action,) = case.graph.objects(case.node, MF.action)
        node = next(iter(Collection(case.graph, case.graph.value(action, HT.requests))))
        one = reader(case.graph, node)
        return str(one(HT.methodName)), await public.request(
            str(one(HT.methodName)),
            str(one(HT.absolutePath)),
            content=str(one(HT.body, CNT.chars)),
            headers=headers(case.graph, node),
        )

    method, response = loop.run(first())
    assert 400 <= response.status_code < 500
    if method != "HEAD":  # a graph that is not there
        assert response.json()["status"] == response.status_code
        assert response.status_code in (403, 405)


@pytest.mark.parametrize("name", ["returns-rdf", "has-endpoint-triple", "conforms-to-schema"])
@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_service_description(
    name: str,
    path: str,
    public: httpx.AsyncClient,
    loop: asyncio.Runner,
    record_property: Callable[[str, object], None],
) -> None:
    record_property("suite", "SPARQL 1.1 service-description, at two addresses")
    response = loop.run(public.get(path))
    assert response.status_code == 200
    said = rdflib.Graph().parse(
        data=response.content, format=response.headers["content-type"].partition(";")[0]
    )
    if name == "has-endpoint-triple":
        assert list(said.objects(None, SD.endpoint)) == [rdflib.URIRef(f"http://www.example{path}")]
    if name == "conforms-to-schema":
        conforms(said)


def conforms(said: rdflib.Graph) -> None:
    """The domains, ranges and cardinalities of the vocabulary (SPARQL 1.1 Service Description §3)."""
    (service,) = said.subjects(RDF.type, SD.Service)
    assert len(set(said.objects(service, SD.endpoint))) == 1
    assert set(said.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(said.objects(service, SD.feature)) <= {
        SD.UnionDefaultGraph,
        SD.BasicFederatedQuery,
        SD.DereferencesURIs,
    }
    (dataset,) = said.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in said
    (default,) = said.objects(dataset, SD.defaultGraph)
    assert (default, RDF.type, SD.Graph) in said
    named = list(said.objects(dataset, SD.namedGraph))
    assert {str(said.value(node, SD.name)) for node in named} == set(DATA)
    assert all((said.value(node, SD.graph), RDF.type, SD.Graph) in said for node in named)
