"""The addresses of what machines read first: `/.well-known/void`, `/void.ttl`, `/openapi.json`,
`/queries/examples.ttl`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from gzip import compress
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hrdgraph.web.endpoint import problems
from hrdgraph.web.endpoint.http import problem_response, top
from hrdgraph.web.endpoint.negotiation import (
    FRESH,
    GRAPHS,
    chosen,
    data_headers,
    etag,
    matches,
    takes_gzip,
)
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.machines.dataset import FORMATS, DataSet, examples
from hrdgraph.web.machines.openapi import document
from hrdgraph.web.pages.site import Site
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request

_OFFERED: Final = tuple(media for media in GRAPHS if media.name in FORMATS)
_TYPES: Final = {media.name: media.header for media in _OFFERED}
_JSON: Final = "application/vnd.oai.openapi+json;version=3.1"


def routes(site: Site) -> list[BaseRoute]:
    """The routes, to be put before those of the pages."""
    told = _MachineHandlers(site)
    fixed = [Route(f"/void.{name}", told.data_set_in(name), methods=["GET"]) for name in FORMATS]
    return [
        *fixed,
        Route("/.well-known/void", told.data_set, methods=["GET"]),
        Route("/openapi.json", told.interfaces, methods=["GET"]),
        Route("/queries/examples.ttl", told.examples, methods=["GET"]),
    ]


class _MachineHandlers:
    """The handlers. What is made takes some milliseconds, so a thread makes it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._data_set = DataSet(site)

    def data_set_in(self, name: str) -> Callable[[Request], object]:
        """What answers with the description of the data set in one format."""

        async def answer(request: Request) -> Response:
            return await self._answer(
                request, _TYPES[name], lambda at: self._data_set.document(at, name, endpoint=True)
            )

        return answer

    async def data_set(self, request: Request) -> Response:
        """The description in the format that the client likes best; 406 with the list where it
        likes none."""
        media = chosen(request.headers.get("accept", ""), _OFFERED)
        if media is None:
            return problem_response(problems.not_acceptable(_OFFERED, "triples"))
        return await self._answer(
            request, media.header, lambda at: self._data_set.document(at, media.name, endpoint=True)
        )

    async def interfaces(self, request: Request) -> Response:
        """The interfaces as OpenAPI."""
        return await self._answer(request, _JSON, lambda at: document(self._site, at))

    async def examples(self, request: Request) -> Response:
        """The saved queries as examples."""
        return await self._answer(
            request, _TYPES["ttl"], lambda at: examples(self._site, at, endpoint=True)
        )

    async def _answer(
        self, request: Request, media_type: str, make: Callable[[str], bytes]
    ) -> Response:
        try:
            body = await in_turn(make, self._site.address or f"{top(request)}/")
        except Problem as problem:
            return problem_response(problem)
        packed = takes_gzip(request.headers.get("accept-encoding", ""))
        tag = {"ETag": etag("machines", body.decode(), media_type, packed)}
        if matches(request.headers.get("if-none-match", ""), tag["ETag"]):
            return Response(None, 304, data_headers(FRESH, tag))
        headers = {"Content-Type": media_type}
        if packed:
            body = await in_turn(partial(compress, body, 5, mtime=0))
            headers["Content-Encoding"] = "gzip"
        return Response(body, 200, data_headers(FRESH, tag, headers))
