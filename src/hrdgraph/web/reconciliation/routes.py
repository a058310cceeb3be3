"""The addresses of the reconciliation service, in each language of the site: `/en/reconcile`, and `/reconcile` in the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hrdgraph.errors import QueryError
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.reconciliation.answers import (
    extension,
    flyout,
    manifest,
    page_of,
    proposed_properties,
    results,
    suggested_entities,
    suggested_properties,
    suggested_types,
)
from hrdgraph.web.reconciliation.entities import TYPES, Entities
from hrdgraph.web.reconciliation.matching import Matcher
from hrdgraph.web.reconciliation.preview import preview
from hrdgraph.web.reconciliation.queries import read_batch, read_extension

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

_LARGEST = 1 << 20  # bytes of a form
_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_FRAMED = _OPEN | {  # a preview is made to stand in a frame of another site, and does nothing there
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
}


def routes(pages: Pages, links: Links | None = None) -> list[BaseRoute]:
    """The routes of the service for every language of the site."""
    from starlette.routing import Mount

    links = links or Links()
    made: list[BaseRoute] = [Mount(f"/{tag}/reconcile", routes=_of_language(pages, links, tag)) for tag in pages.site.languages]
    return [*made, Mount("/reconcile", routes=_of_language(pages, links, pages.site.languages[0]))]


def _of_language(pages: Pages, links: Links, language: str) -> list[BaseRoute]:
    from starlette.routing import Route

    service = _Service(pages, links, language)
    return [
        Route("/", service.main, methods=["GET", "POST", "OPTIONS"]),
        Route("/suggest/{what}", service.suggest),
        Route("/properties", service.properties),
        Route("/preview", service.preview),
        Route("/flyout", service.flyout),
    ]


class _Service:
    """The handlers of one language. Matching is work for a thread: it must not keep other requests waiting."""

    def __init__(self, pages: Pages, links: Links, language: str) -> None:
        self._links = links
        self._entities = Entities(pages, language)
        self._matcher = Matcher(self._entities)

    async def main(self, request: Request) -> Response:
        """The manifest; or, with `queries` or `extend`, their answer."""
        if request.method == "OPTIONS":
            return _json({}, headers={"Access-Control-Allow-Methods": "GET, POST, OPTIONS", "Access-Control-Allow-Headers": "Content-Type"})
        given = await _given(request)
        if "queries" in given:
            return await _answered(lambda: {key: results(self._matcher, query) for key, query in read_batch(given["queries"]).items()})
        if "extend" in given:
            return await _answered(lambda: extension(self._entities, *read_extension(given["extend"])))
        return _json(manifest(self._entities, _address(request)))

    def _results(self, text: str) -> dict[str, Any]:
        return {key: results(self._matcher, query) for key, query in read_batch(text).items()}

    async def suggest(self, request: Request) -> Response:
        """Things, types or properties whose names begin as `prefix` does."""
        prefix, cursor = request.query_params.get("prefix", "")[:400], _number(request, "cursor", 0, 10_000)
        what = request.path_params["what"]
        if what == "entity":
            return await _answered(lambda: suggested_entities(self._entities, prefix, cursor))
        makers = {"type": suggested_types, "property": suggested_properties}
        if what not in makers:
            return _json({"error": f"nothing suggests '{what}'; there is: entity, type, property"}, status=404)
        return await _answered(lambda: makers[what](self._entities, prefix))

    async def properties(self, request: Request) -> Response:
        """The properties that things of a type have."""
        kind = request.query_params.get("type", "person")
        if kind not in TYPES:
            return _json({"error": f"no type '{kind[:80]}'; there is: {', '.join(TYPES)}"}, status=404)
        return await _answered(lambda: proposed_properties(self._entities, kind, _number(request, "limit", 100, 1000)))

    async def preview(self, request: Request) -> Response:
        """A small page about a thing."""
        from starlette.responses import HTMLResponse

        html = self._html(request)
        return HTMLResponse(html or "<!DOCTYPE html><title>404</title>", 200 if html else 404, _FRAMED)

    async def flyout(self, request: Request) -> Response:
        """The same for a suggestion."""
        id = request.query_params.get("id", "")[:400]
        return _json(flyout(self._entities, id, self._html(request)))

    def _html(self, request: Request) -> str:
        thing = self._entities.thing(request.query_params.get("id", "")[:400])
        if thing is None:
            return ""
        return preview(self._entities, thing, self._links, page_of(self._entities, _address(request), thing.key))


def _address(request: Request) -> str:
    """The address of the service in the language that was asked in, without a slash at its end."""
    top = str(request.base_url).rstrip("/")
    return f"{top.removesuffix('/reconcile')}/reconcile"


async def _given(request: Request) -> dict[str, str]:
    """The parameters of the address, and those of a form, which are read only up to a bound."""
    given = dict(request.query_params)
    if request.method == "POST":
        from urllib.parse import parse_qsl

        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST:
                return {"queries": ""}
        given |= dict(parse_qsl(body.decode("utf-8", "replace")))
    return given


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else default


async def _answered(make: Callable[[], dict[str, Any]]) -> Response:
    from starlette.concurrency import run_in_threadpool

    try:
        return _json(await run_in_threadpool(make))
    except QueryError as error:
        return _json({"error": error.fact, "hint": error.hint}, status=400)


def _json(document: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse(document, status, _OPEN | (headers or {}))
