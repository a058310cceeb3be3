"""Mount the SPARQL endpoint: queries, the description of the service, and graphs one by one
(SPARQL 1.1 Graph Store HTTP Protocol). Reading only."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from hrdgraph.errors import QueryError
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import serialize
from hrdgraph.sparql.search_clause import has_search, with_found
from hrdgraph.store.query_guards import refuse_excess, refuse_service
from hrdgraph.vocab import RDF, RDFS, XSD, Namespace
from hrdgraph.web.endpoint import negotiation as problems
from hrdgraph.web.endpoint.http import (
    Operation,
    Resource,
    Stream,
    address,
    graphs_of,
    operation_of,
    parameters,
    top,
    unless_gone,
)
from hrdgraph.web.endpoint.limits import EndpointAccess
from hrdgraph.web.endpoint.negotiation import (
    BY_NAME,
    FORMS,
    FRESH,
    GRAPHS,
    NEVER,
    PREFLIGHT,
    Media,
    Problem,
    choose,
    data_headers,
    etag,
    is_changing,
    matches,
    takes_gzip,
    wants_page,
)
from hrdgraph.web.endpoint.service import Service, Work
from hrdgraph.web.turns import in_turn

_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_OFFERED: Final = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "TriG", "N-Triples", "N-Quads", "RDF_XML", "JSON-LD",
)  # fmt: skip
_LOG: Final = logging.getLogger("hrdgraph.web")
METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
_WARNINGS: Final = 3  # terms that one answer warns of
_PLAIN: Final = " ':;,?!=/#()<>&+@{}"  # what may stand between the quotes of a header
_LONG: Final = 8 << 10  # characters of a query that take a moment to look through


class SparqlResource(Resource):
    """Queries in, answers out."""

    async def reply(self, request: Request, client: str) -> ASGIApp:
        """Answer a query, or nothing with the description."""
        if request.method == "OPTIONS":
            return Response(None, 204, data_headers(PREFLIGHT, {"Allow": ", ".join(METHODS)}))
        if request.method not in METHODS:
            raise problems.method_not_allowed(request.method, *METHODS)
        self.service.admit(client)
        operation = await operation_of(request, self.service.limits)
        if operation is None:
            return await self._description(request, client)
        is_plain = request.method == "GET" and operation == Operation(operation.text)
        if is_plain and (place := self._editor(request)):
            query = urlencode({"query": operation.text})
            return Response(None, 303, data_headers(FRESH, {"Location": f"{place}?{query}"}))
        return await self._query(request, client, operation)

    def _editor(self, request: Request) -> str:
        """Return where a browser sees queries, and their answers as tables; "" for programs."""
        editor = self.service.access.editor
        is_browser = editor and wants_page(request.headers.get("accept", ""))
        return f"{top(request)}{editor}" if is_browser else ""

    async def _query(self, request: Request, client: str, operation: Operation) -> ASGIApp:
        if self.service.access.log_queries:
            # on one line, whatever stands in it
            _LOG.info("query %s", json.dumps(operation.text, ensure_ascii=False))
        asked = await self._expand_search(operation.text)
        formats = _formats(request, operation.format)
        gzip = takes_gzip(request.headers.get("accept-encoding", ""))
        base = address(request)
        fixed = not is_changing(operation.text)
        tag = _tag(self.service.build.digest, operation, formats, gzip, base) if fixed else {}
        if (
            tag
            and request.method != "POST"
            and matches(request.headers.get("if-none-match", ""), tag["ETag"])
        ):
            return Response(None, 304, data_headers(FRESH, tag))
        job = {
            "op": "query", "text": asked, "base": base, "formats": formats, "gzip": gzip,
            "head": request.method == "HEAD",
            "default": operation.default if operation.has_dataset else None,
            "named": operation.named, "rows": self.service.limits.rows,
        }  # fmt: skip
        more = {**FRESH, **tag} if tag else NEVER
        warnings = await in_turn(self._warn_of_terms, asked)
        return await answer(self, request, client, job, {**more, **warnings})

    def _warn_of_terms(self, text: str) -> dict[str, str]:
        """Return the header that names terms of a query that are nowhere: what is asked with them
        finds nothing, and looks right."""
        warnings = []
        for error in islice(self.service.unknown(text), _WARNINGS):
            words = f"{error.message.fields['term']}: {error.fact}; {error.hint}"
            warnings.append(f'299 - "{quote(words, safe=_PLAIN)}"')
        return {"Warning": ", ".join(warnings)} if warnings else {}

    async def _expand_search(self, text: str) -> str:
        """Put what `SERVICE hrd:search` finds into the query. Raises the 400 of a query that no
        engine is to see, and the 503 of a server that has no search yet."""
        if not has_search(text):
            # to read a long text takes a moment, for which nobody else is to wait
            check = self.service.check
            await in_turn(check, text) if len(text) > _LONG else check(text)
            return text
        limits, search = self.service.limits, self.service.search
        if search is None:
            raise Problem(503, "search-not-there", wait=5)
        try:
            await in_turn(refuse_excess, text, size=limits.query, depth=limits.depth)
            asked = await in_turn(with_found, text, search)
            refuse_service(asked, self.service.access.services)
        except QueryError as error:
            raise problems.bad_query(error) from error
        return asked

    async def _description(self, request: Request, client: str) -> ASGIApp:
        if place := self._editor(request):
            return Response(None, 303, data_headers(FRESH, {"Location": place}))
        media = choose(request.headers.get("accept", ""), GRAPHS)
        if media is None:
            raise problems.not_acceptable(GRAPHS)
        base = address(request)
        tag = {"ETag": etag(self.service.build.digest, "description", media.name, base)}
        if matches(request.headers.get("if-none-match", ""), tag["ETag"]):
            return Response(None, 304, data_headers(FRESH, tag))
        graphs = await count_graphs(self.service, client, request)
        return Response(
            describe(self.service.access, base, graphs, media),
            200,
            data_headers(FRESH, tag, {"Content-Type": media.header}),
        )


async def answer(
    resource: Resource, request: Request, client: str, job: Mapping[str, Any],
    more: Mapping[str, str],
) -> ASGIApp:  # fmt: skip
    """Begin a job and wait until so much is there that an error is not likely; over HTTP/1.0,
    which cannot break off, until the end."""
    work = resource.service.begin(client, job)
    enough = None if request.scope["http_version"] == "1.0" else resource.service.limits.buffer
    await unless_gone(request, work, work.settle(enough))
    return Stream(work, data_headers(more, _headers(work)))


def _headers(work: Work) -> dict[str, str]:
    headers = {"Content-Type": BY_NAME[work.head["format"]].header}
    return headers | {"Content-Encoding": "gzip"} if work.head["gzip"] else headers


def _formats(request: Request, asked: str) -> dict[str, str | None]:
    """Return the format of each form of answer: only the engine knows which form it will be."""
    accept = request.headers.get("accept", "")
    if asked and wants_page(accept):  # a browser names XML beside pages, whatever a form asks for
        accept = ""
    formats: dict[str, Media | None] = {
        form: choose(accept, offers, asked) for form, offers in FORMS.items()
    }
    if not any(formats.values()):
        raise problems.not_acceptable([media for offers in FORMS.values() for media in offers])
    return {form: media.name if media else None for form, media in formats.items()}


def _tag(
    digest: str, operation: Operation, formats: Mapping[str, Any], gzip: bool, base: str
) -> dict[str, str]:
    return {
        "ETag": etag(
            digest, operation.text, operation.default, operation.named, formats, gzip, base
        )
    }


async def count_graphs(service: Service, client: str, request: Request) -> Mapping[str, int]:
    """Return the named graphs with their triples, counted by a worker."""
    job = {
        "op": "query", "text": _COUNT, "base": None, "default": None, "named": (), "gzip": False,
        "head": False,
    }  # fmt: skip
    work = service.begin(client, job | {"formats": {"solutions": "json"}})
    await unless_gone(request, work, work.settle(None))
    data = b"".join([part async for part in work.spool.parts()])
    rows = json.loads(data)["results"]["bindings"]
    return {row["g"]["value"]: int(row["n"]["value"]) for row in rows if row["g"]["type"] == "uri"}


def describe(
    access: EndpointAccess, address: str, graphs: Mapping[str, int], media: Media
) -> bytes:
    """Write the description of the service in a format."""
    prefixes = {"sd": _SD, "void": _VOID, "formats": _FORMATS}
    return serialize(_quads(access, address, graphs), format_named(media.name), prefixes)  # type: ignore[arg-type]


def _quads(access: EndpointAccess, address: str, graphs: Mapping[str, int]) -> Iterator[object]:
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    sd, void = Namespace(_SD), Namespace(_VOID)
    yield Quad(service, RDF.type, sd["Service"])
    yield Quad(service, sd["endpoint"], IRI(address))
    yield Quad(service, sd["supportedLanguage"], sd["SPARQL11Query"])
    for name in _OFFERED:
        yield Quad(service, sd["resultFormat"], IRI(_FORMATS + name))
    for name in ("UnionDefaultGraph", *(("BasicFederatedQuery",) if access.services else ())):
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


READ: Final = ("GET", "HEAD", "OPTIONS")


def routes(service: Service) -> list[BaseRoute]:
    """Queries at one path, graphs one by one below it."""
    sparql, store = SparqlResource(service), Graphs(service)
    graphs = [Route(f"/sparql/graphs{end}", store) for end in ("", "/{name:path}")]
    return [*graphs, Route("/sparql", sparql), Route("/sparql/", sparql)]


class Graphs(Resource):
    """A graph store: a graph is named by `?graph=IRI`, by `?default`, or by the address itself."""

    async def reply(self, request: Request, client: str) -> ASGIApp:
        """Hand out a graph."""
        if request.method not in READ:
            raise problems.method_not_allowed(request.method, *READ)
        if request.method == "OPTIONS":
            return Response(None, 204, data_headers(PREFLIGHT, {"Allow": ", ".join(READ)}))
        self.service.admit(client)
        return await self._get(request, client, self._graph(request))

    def _graph(self, request: Request) -> str | None:
        """Return the IRI of the graph that is meant, None for the default graph (§4)."""
        pairs = parameters(request.scope["query_string"])
        names = [value for name, value in pairs if name == "graph"]
        defaults = [value for name, value in pairs if name == "default"]
        count = len(names) + len(defaults)
        graphs_of(pairs, "graph")
        if count > 1 or not (count or request.path_params.get("name")):
            raise Problem(400, "one-expected", term="?default, ?graph=IRI", count=count)
        return names[0] if names else None if defaults else address(request)

    async def _get(self, request: Request, client: str, graph: str | None) -> ASGIApp:
        formats = [
            item for name, item in parameters(request.scope["query_string"]) if name == "format"
        ]
        asked = formats[-1] if formats else ""
        media = choose(request.headers.get("accept", ""), GRAPHS, asked)
        if media is None:
            raise problems.not_acceptable(GRAPHS)
        gzip = takes_gzip(request.headers.get("accept-encoding", ""))
        tag = {"ETag": etag(self.service.build.digest, "graph", graph, media.name, gzip)}
        if matches(request.headers.get("if-none-match", ""), tag["ETag"]):
            return Response(None, 304, data_headers(FRESH, tag))
        job = {
            "op": "get", "graph": graph, "formats": {"triples": media.name}, "gzip": gzip,
            "head": request.method == "HEAD",
        }  # fmt: skip
        return await answer(self, request, client, job, {**FRESH, **tag})
