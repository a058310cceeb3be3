"""The addresses of the reconciliation service, in each language of the site: `/en/reconcile`,
and `/reconcile` in the first."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from hrdgraph.catalogue import phrase, render
from hrdgraph.errors import QueryError
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import language_of
from hrdgraph.web.endpoint.requests import body_of
from hrdgraph.web.endpoint.settings import EndpointLimits
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routing.links import Links
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
from hrdgraph.web.reconciliation.matching import Matcher, NameIndex
from hrdgraph.web.reconciliation.preview import preview
from hrdgraph.web.reconciliation.queries import read_batch, read_extension
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

_LARGEST = 1 << 20  # bytes of a form
_PIECE = 20  # things whose properties are told in one turn
_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_FRAMED = _OPEN | {  # a preview is made to stand in a frame of another site, and does nothing there
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action "
    "'none'",
    "Referrer-Policy": "no-referrer",
}


def routes(pages: Pages) -> list[BaseRoute]:
    """The routes of the service for every language of the site."""
    tags, known = pages.site.languages, NameIndex(pages)
    places = [*((f"/{tag}/reconcile", tag) for tag in tags), ("/reconcile", tags[0])]
    return [route for path, tag in places for route in _of_language(pages, known, path, tag)]


def _of_language(pages: Pages, known: NameIndex, path: str, language: str) -> list[BaseRoute]:
    """The routes below a path; a slash at the end of it may be left out."""
    from starlette.routing import Route

    service = _Service(pages, known, path, language)
    return [
        *(
            Route(main, service.main, methods=["GET", "POST", "OPTIONS"])
            for main in (path, f"{path}/")
        ),
        Route(f"{path}/suggest/{{what}}", service.suggest),
        Route(f"{path}/properties", service.properties),
        Route(f"{path}/preview", service.preview),
        Route(f"{path}/flyout", service.flyout),
    ]


class _Service:
    """The handlers of one language. Matching is work for a thread: it must not keep other
    requests waiting."""

    def __init__(self, pages: Pages, known: NameIndex, path: str, language: str) -> None:
        self._path = path
        self._entities = Entities(pages, language)
        self._matcher = Matcher(self._entities, known)

    async def main(self, request: Request) -> Response:
        """The manifest; or, with `queries` or `extend`, their answer."""
        if request.method == "OPTIONS":
            return _json(
                {},
                headers={
                    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
                    "Access-Control-Allow-Headers": "Content-Type",
                },
            )
        try:
            given = await _given(request)
        except Problem as problem:
            language = language_of(request)
            said = {"error": problem.fact(language), "hint": problem.hint(language)}
            return _json(said, problem.status, dict(problem.headers))
        if "queries" in given:
            return await _answered(request, self._matched(given["queries"]))
        if "extend" in given:
            return await _answered(request, self._extended(given["extend"]))
        return _json(manifest(self._entities, self._top(request), self._path))

    async def _matched(self, text: str) -> dict[str, Any]:
        """The answers to a batch. Each of its queries waits for its turn: between two of them
        others have theirs."""
        batch = await in_turn(read_batch, text)
        return {key: await in_turn(results, self._matcher, query) for key, query in batch.items()}

    async def _extended(self, text: str) -> dict[str, Any]:
        """The values of properties of things, some things at a turn."""
        ids, wanted = await in_turn(read_extension, text)
        answer: dict[str, Any] = await in_turn(extension, self._entities, ids[:_PIECE], wanted)
        for start in range(_PIECE, len(ids), _PIECE):
            more = await in_turn(extension, self._entities, ids[start : start + _PIECE], wanted)
            answer["rows"] |= more["rows"]
        return answer

    async def suggest(self, request: Request) -> Response:
        """Things, types or properties whose names begin as `prefix` does."""
        prefix, cursor = (
            request.query_params.get("prefix", "")[:400],
            _number(request, "cursor", 0, 10_000),
        )
        what = request.path_params["what"]
        if what == "entity":
            return await _answered(
                request, in_turn(lambda: suggested_entities(self._entities, prefix, cursor))
            )
        makers = {"type": suggested_types, "property": suggested_properties}
        if what not in makers:
            said = phrase(
                "suggestion-kind-unknown",
                language_of(request),
                value=what[:80],
                known=("entity", *makers),
            )
            return _json({"error": said}, status=404)
        return await _answered(request, in_turn(lambda: makers[what](self._entities, prefix)))

    async def properties(self, request: Request) -> Response:
        """The properties that things of a type have."""
        kind = request.query_params.get("type", "person")
        if kind not in TYPES:
            said = phrase(
                "reconciliation-type-unknown",
                language_of(request),
                value=kind[:80],
                known=tuple(TYPES),
            )
            return _json({"error": said}, status=404)
        return await _answered(
            request,
            in_turn(
                lambda: proposed_properties(
                    self._entities, kind, _number(request, "limit", 100, 1000)
                )
            ),
        )

    async def preview(self, request: Request) -> Response:
        """A small page about a thing."""
        from starlette.responses import HTMLResponse

        html = await in_turn(self._html, request)
        return HTMLResponse(
            html or "<!DOCTYPE html><title>404</title>", 200 if html else 404, _FRAMED
        )

    async def flyout(self, request: Request) -> Response:
        """The same for a suggestion."""
        id = request.query_params.get("id", "")[:400]
        return await _answered(
            request, in_turn(lambda: flyout(self._entities, id, self._html(request)))
        )

    def _html(self, request: Request) -> str:
        thing = self._entities.thing(request.query_params.get("id", "")[:400])
        if thing is None:
            return ""
        links = Links(f"{request.scope.get('root_path', '').rstrip('/')}/")
        return preview(
            self._entities, thing, links, page_of(self._entities, self._top(request), thing.key)
        )

    def _top(self, request: Request) -> str:
        """The address of the site, without a slash at its end: the public one, or the one that
        the client asked."""
        return (self._entities.site.address or str(request.base_url)).rstrip("/")


async def _given(request: Request) -> dict[str, str]:
    """The parameters of the address, and those of a form. Problem where that is too long, or
    does not come."""
    given = dict(request.query_params)
    if request.method == "POST":
        given |= await in_turn(_form, await body_of(request, _LARGEST, EndpointLimits().slow))
    return given


def _form(body: bytes) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else default


async def _answered(request: Request, work: Awaitable[dict[str, Any]]) -> Response:
    try:
        return _json(await work)
    except QueryError as error:
        language = language_of(request)
        ways = [render(error.advice, language)] if error.advice else [""]
        return _json({"error": render(error.message, language), "hint": ways[0]}, status=400)


def _json(
    document: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    from starlette.responses import Response

    # a key may have half a character
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
    return Response(body, status, _OPEN | (headers or {}), "application/json")
