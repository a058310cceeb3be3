"""What an endpoint can do and which graphs it has, into a description of the service (SPARQL 1.1
Service Description)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from starlette.requests import Request

from hrdgraph.web.endpoint.formats import Media
from hrdgraph.web.endpoint.replies import unless_gone
from hrdgraph.web.endpoint.service import Service
from hrdgraph.web.endpoint.settings import EndpointAccess

_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_OFFERED: Final = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "TriG", "N-Triples", "N-Quads", "RDF_XML", "JSON-LD",
)  # fmt: skip


async def named_graphs(service: Service, client: str, request: Request) -> Mapping[str, int]:
    """The named graphs with their triples, counted by a worker."""
    job = {
        "op": "query",
        "text": _COUNT,
        "base": None,
        "default": None,
        "named": (),
        "gzip": False,
        "head": False,
    }
    work = service.begin(client, job | {"formats": {"solutions": "json"}})
    await unless_gone(request, work, work.settle(None))
    data = b"".join([part async for part in work.spool.parts()])
    rows = json.loads(data)["results"]["bindings"]
    return {row["g"]["value"]: int(row["n"]["value"]) for row in rows if row["g"]["type"] == "uri"}


def describe(
    access: EndpointAccess, address: str, graphs: Mapping[str, int], media: Media
) -> bytes:
    """The description, in a format."""
    from hrdgraph.rdfio import format_named, serialize

    prefixes = {"sd": _SD, "void": _VOID, "formats": _FORMATS}
    return serialize(_quads(access, address, graphs), format_named(media.name), prefixes)  # type: ignore[arg-type]


def _quads(access: EndpointAccess, address: str, graphs: Mapping[str, int]) -> Iterator[object]:
    from hrdgraph.rdf import IRI, BlankNode, Literal, Quad
    from hrdgraph.vocab import RDF, RDFS, XSD, Namespace

    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    sd, void = Namespace(_SD), Namespace(_VOID)
    yield Quad(service, RDF.type, sd["Service"])
    yield Quad(service, sd["endpoint"], IRI(address))
    for language in ("SPARQL11Query", *(("SPARQL11Update",) if access.writable else ())):
        yield Quad(service, sd["supportedLanguage"], sd[language])
    for name in _OFFERED:
        yield Quad(service, sd["resultFormat"], IRI(_FORMATS + name))
    for name in (
        *(() if access.writable else ("UnionDefaultGraph",)),
        *(("BasicFederatedQuery",) if access.services else ()),
    ):
        yield Quad(service, sd["feature"], sd[name])
    yield Quad(service, sd["defaultDataset"], dataset)
    if access.described:
        about = IRI(f"{address.partition('/sparql')[0]}{access.described}")
        yield Quad(service, RDFS.seeAlso, about)
        yield Quad(dataset, RDFS.isDefinedBy, about)
    yield Quad(dataset, RDF.type, sd["Dataset"])
    yield Quad(dataset, sd["defaultGraph"], default)
    yield Quad(default, RDF.type, sd["Graph"])
    for number, (name, triples) in enumerate(graphs.items()):
        entry, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Quad(dataset, sd["namedGraph"], entry)
        yield Quad(entry, RDF.type, sd["NamedGraph"])
        yield Quad(entry, sd["name"], IRI(name))
        yield Quad(entry, sd["graph"], graph)
        yield Quad(graph, RDF.type, sd["Graph"])
        yield Quad(graph, void["triples"], Literal(str(triples), XSD.integer.value))
