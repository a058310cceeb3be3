"""A service into the routes that a server mounts, and the resource that hands out graphs one by one
(SPARQL 1.1 Graph Store HTTP Protocol); only the mode of the tests takes any."""

from __future__ import annotations

import email.parser
import email.policy
import uuid
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from hrdgraph.web.endpoint import problems
from hrdgraph.web.endpoint.formats import GRAPHS, chosen, takes_gzip
from hrdgraph.web.endpoint.headers import FRESH, NEVER, PREFLIGHT, data_headers, etag, matches
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import Resource, address, unless_gone
from hrdgraph.web.endpoint.requests import body_of, content_type, graphs_of, parameters
from hrdgraph.web.endpoint.service import Service
from hrdgraph.web.endpoint.sparql import SparqlResource, answer

READ: Final = ("GET", "HEAD", "OPTIONS")
WRITE: Final = ("PUT", "POST", "DELETE")
_NAMES: Final = {name: media.name for media in GRAPHS for name in (media.type, *media.aliases)}


def routes(
    service: Service, *, path: str = "/sparql", graphs: str = "/sparql/graphs"
) -> list[BaseRoute]:
    """Queries at one path, graphs one by one at the other."""
    sparql, store = SparqlResource(service), Graphs(service)
    return [
        Route(graphs, store),
        Route(f"{graphs}/{{name:path}}", store),
        Route(path, sparql),
        Route(f"{path}/", sparql),
    ]


class Graphs(Resource):
    """A graph store: a graph is named by `?graph=IRI`, by `?default`, or by the address itself."""

    async def reply(self, request: Request, client: str) -> ASGIApp:
        """Hand out a graph, or change it in the writable mode."""
        methods = (*READ, *WRITE) if self.service.access.writable else READ
        if request.method not in methods:
            raise problems.method_not_allowed(*methods)
        if request.method == "OPTIONS":
            return Response(None, 204, data_headers(PREFLIGHT, {"Allow": ", ".join(methods)}))
        self.service.admit(client)
        if request.method in READ:
            return await self._get(request, client, self._graph(request))
        return await self._change(request, client)

    def _graph(self, request: Request) -> str | None:
        """The IRI of the graph that is meant, None for the default graph (§4)."""
        pairs = parameters(request.scope["query_string"])
        names = [value for name, value in pairs if name == "graph"]
        defaults = [value for name, value in pairs if name == "default"]
        if len(names) + len(defaults) > 1:
            raise Problem(400, "graphs-named-many")
        graphs_of(pairs, "graph")
        if not names and not defaults and not request.path_params.get("name"):
            raise Problem(400, "graph-not-named")
        return names[0] if names else None if defaults else address(request)

    async def _get(self, request: Request, client: str, graph: str | None) -> ASGIApp:
        formats = [
            item for name, item in parameters(request.scope["query_string"]) if name == "format"
        ]
        asked = formats[-1] if formats else ""
        media = chosen(request.headers.get("accept", ""), GRAPHS, asked)
        if media is None:
            raise problems.not_acceptable(GRAPHS, "triples", asked)
        gzip = takes_gzip(request.headers.get("accept-encoding", ""))
        tag = {"ETag": etag(self.service.build.digest, "graph", graph, media.name, gzip)}
        if not self.service.access.writable and matches(
            request.headers.get("if-none-match", ""), tag["ETag"]
        ):
            return Response(None, 304, data_headers(FRESH, tag))
        job = {
            "op": "get",
            "graph": graph,
            "formats": {"triples": media.name},
            "gzip": gzip,
            "head": request.method == "HEAD",
        }
        return await answer(
            self, request, client, job, NEVER if self.service.access.writable else {**FRESH, **tag}
        )

    async def _change(self, request: Request, client: str) -> ASGIApp:
        new = (
            request.method == "POST"
            and not request.scope["query_string"]
            and not request.path_params.get("name")
        )
        graph = f"{address(request).rstrip('/')}/{uuid.uuid4()}" if new else self._graph(request)
        job = {"op": request.method.lower(), "graph": graph, "base": graph or address(request)}
        if request.method != "DELETE":
            job["parts"] = await self._parts(request)  # type: ignore[assignment]
        work = self.service.begin(client, job)
        await unless_gone(request, work, work.settle(None))
        if request.method == "DELETE" and not work.result["was"]:
            raise problems.no_graph()
        status = 201 if work.result.get("new") else 204
        return Response(
            None, status, data_headers(NEVER, {"Location": graph} if new and graph else {})
        )

    async def _parts(self, request: Request) -> list[tuple[str, str]]:
        kind = content_type(request)
        body = await body_of(request, self.service.limits.body, self.service.limits.slow)
        if kind != "multipart/form-data":
            return [(_name_of(kind), body.decode("latin-1"))]
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        return [
            (
                _name_of(part.get_content_type()),
                part.get_payload(decode=True).decode("latin-1"),  # type: ignore[union-attr]
            )
            for part in message.iter_parts()
        ]


def _name_of(kind: str) -> str:
    if kind not in _NAMES:
        known = tuple(media.type for media in GRAPHS)
        raise Problem(415, "graph-type-unknown", type=kind[:100], known=known)
    return _NAMES[kind]
