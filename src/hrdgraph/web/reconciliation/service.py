"""Answer requests of the Reconciliation Service API 0.2, in each language of the site at
`/en/reconcile`, and at `/reconcile` in the first."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from hrdgraph.catalogue import phrase, render
from hrdgraph.errors import QueryError
from hrdgraph.exports.folding import fold
from hrdgraph.html_templates import Templates
from hrdgraph.vocab import HRD
from hrdgraph.web.endpoint.http import body_of, language_of
from hrdgraph.web.endpoint.limits import EndpointLimits
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.reconciliation.matching import (
    TYPES,
    Entities,
    Matcher,
    NameIndex,
    ReconciliationCandidate,
    ReconciliationProperty,
    ReconciliationQuery,
    read_batch,
    read_extension,
)
from hrdgraph.web.turns import in_turn

_FACTS: Final = 6  # of a preview
_TEMPLATES: Final = Templates("hrdgraph.web.reconciliation")
PREVIEW = {"width": 430, "height": 320}
SUGGESTED = 20
_LIMIT = {
    "type": "number", "default": 0, "label": "Limit", "name": "limit",
    "help_text": "At most so many values; 0 for all",
}  # fmt: skip


def manifest(entities: Entities, top: str, path: str) -> dict[str, Any]:
    """Describe the service (§3): `top` is the address of the site, without a slash at its end, and
    `path` is its own below that."""
    address = top + path
    suggest = {
        kind: {"service_url": address, "service_path": f"/suggest/{kind}"}
        for kind in ("entity", "property", "type")
    }
    suggest["entity"]["flyout_service_path"] = "/flyout?id=${id}"
    return {
        "versions": ["0.2"],
        "name": entities.site.graph.project.title_in(entities.language),
        "identifierSpace": entities.site.base,
        "schemaSpace": str(HRD),
        "documentation": f"{top}/{entities.language}/about",
        "defaultTypes": [entities.type(kind) for kind in ("person", "organisation", "award")],
        "view": {"url": f"{top}/{entities.language}/id/{{{{id}}}}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/properties"},
            "property_settings": [_LIMIT],
        },
    }


def results(matcher: Matcher, query: ReconciliationQuery) -> dict[str, Any]:
    """Answer one query (§4.3). Scores are 0 to 100."""
    return {
        "result": [
            candidate(matcher.entities, item, certain) for item, certain in matcher.match(query)
        ]
    }


def candidate(entities: Entities, item: ReconciliationCandidate, certain: bool) -> dict[str, Any]:
    """One thing that may be meant."""
    return {
        "id": item.thing.key, "name": entities.labels.of(item.thing.node).text,
        "description": " · ".join(filter(None, (entities.description(item.thing), item.why))),
        "type": [entities.type(item.thing.kind)], "score": round(item.score * 100, 1),
        "match": certain,
        "features": [{"id": code, "value": value} for code, value in item.reasons],
    }  # fmt: skip


def suggest_entities(entities: Entities, prefix: str, cursor: int) -> dict[str, Any]:
    """Suggest things whose names begin with what was typed (§6.1), or whose id it is."""
    named = [
        row.thing
        for row in entities.pages.index.search(prefix, cursor + 200, beyond=False)
        if row.thing.kind in TYPES
    ]
    known = entities.thing(prefix) if prefix else None
    things = named if known is None else [known, *(item for item in named if item != known)]
    return {
        "result": [
            {
                "id": thing.key,
                "name": entities.labels.of(thing.node).text,
                "description": entities.description(thing),
                "notable": [entities.type(thing.kind)],
            }
            for thing in things[cursor : cursor + SUGGESTED]
        ]
    }


def suggest_types(entities: Entities, prefix: str) -> dict[str, Any]:
    """Suggest types whose id or name begins so (§6.3)."""
    every = [entities.type(kind) for kind in TYPES]
    return {"result": [item for item in every if _begins(prefix, item["id"], item["name"])]}


def suggest_properties(entities: Entities, prefix: str) -> dict[str, Any]:
    """Suggest properties whose id or name begins so (§6.2)."""
    fitting = [
        item
        for item in entities.properties.values()
        if _begins(prefix, item.id, item.id.partition(":")[2], item.name)
    ]
    return {"result": [_property(item) for item in fitting[:SUGGESTED]]}


def propose_properties(entities: Entities, kind: str, limit: int) -> dict[str, Any]:
    """Propose what a table of things of a type can be filled with (§7.3)."""
    return {
        "type": kind,
        "limit": limit,
        "properties": [_property(item) for item in entities.properties_of(kind)[:limit]],
    }


def extension(entities: Entities, ids: list[str], wanted: list[tuple[str, int]]) -> dict[str, Any]:
    """Return the values of properties of things (§7.2); none of what is not known."""
    properties = [
        (entities.properties.get(id) or ReconciliationProperty(id, -1, id), limit)
        for id, limit in wanted
    ]
    rows: dict[str, Any] = {}
    for id in ids:
        thing = entities.thing(id)
        rows[id] = {
            item.id: list(entities.values(thing, item, limit)) if thing else []
            for item, limit in properties
        }
    return {"meta": [_property(item) for item, _ in properties], "rows": rows}


def flyout(entities: Entities, id: str, html: str) -> dict[str, Any]:
    """Return the small window that opens on a suggestion."""
    return {
        "id": id,
        "html": html,
        "name": entities.labels.of(thing.node).text if (thing := entities.thing(id)) else id,
    }


def preview(entities: Entities, thing: Thing, links: Links, page: str) -> str:
    """Render the page: kind, names, countries, prizes or editions, and a link to the whole."""
    name = entities.labels.of(thing.node)
    other_names = [other.text for other in (*thing.names, *thing.others) if other.text != name.text]
    return _TEMPLATES.render(
        "preview.html", language=entities.language, name=name,
        kind=entities.type(thing.kind)["name"], others=list(dict.fromkeys(other_names))[:5],
        places=[entities.labels.of(node).text for node in entities.site.countries_of(thing.node)],
        facts=_facts(entities, thing), page=page, style=links.asset("site.css"),
    )  # fmt: skip


def _facts(entities: Entities, thing: Thing) -> list[str]:
    """List the editions in which it received a prize, or those of a prize."""
    rdf = entities.site.rdf
    received = [
        edition
        for node in rdf.subjects(HRD.recipient, thing.node)
        for edition in rdf.objects(node, HRD.edition)
    ]
    own = received or rdf.subjects(HRD.editionOf, thing.node)
    return list(dict.fromkeys(entities.labels.of(node).text for node in own))[:_FACTS]


def _property(item: ReconciliationProperty) -> dict[str, str]:
    return {"id": item.id, "name": item.name}


def _begins(prefix: str, *names: str) -> bool:
    wanted = fold(prefix)
    return any(
        fold(name).startswith(wanted) or (prefix and name.startswith(prefix)) for name in names
    )


_LARGEST: Final = 1 << 20  # bytes of a form
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_ALLOWED: Final = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}
_PIECE = 20  # things whose properties are told in one turn
_FRAMED = _OPEN | {  # a preview is made to stand in a frame of another site, and does nothing there
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action "
    "'none'",
    "Referrer-Policy": "no-referrer",
}


def routes(pages: Pages) -> list[BaseRoute]:
    """Return the routes of the service for every language of the site."""
    tags, known = pages.site.languages, NameIndex(pages)
    places = [*((f"/{tag}/reconcile", tag) for tag in tags), ("/reconcile", tags[0])]
    return [
        route
        for path, tag in places
        for route in _service_routes(ReconciliationService(pages, known, path, tag), path)
    ]


def _service_routes(service: ReconciliationService, path: str) -> list[BaseRoute]:
    """Return the routes below a path; a slash at the end of it may be left out."""
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


class ReconciliationService:
    """The handlers of one language. Matching is work for a thread: it must not keep other
    requests waiting."""

    def __init__(self, pages: Pages, known: NameIndex, path: str, language: str) -> None:
        self.path = path
        self.entities = Entities(pages, language)
        self.matcher = Matcher(self.entities, known)

    async def main(self, request: Request) -> Response:
        """Answer with the manifest; or, with `queries` or `extend`, their answer."""
        if request.method == "OPTIONS":
            return _json_reply({}, headers=_ALLOWED)
        try:
            sent = await _read_parameters(request)
        except Problem as problem:
            # what is wrong with a request
            language = language_of(request)
            texts = {"error": problem.fact(language), "hint": problem.hint(language)}
            return _json_reply(texts, problem.status, dict(problem.headers))
        if "queries" in sent:
            return await _reply_with(request, self._match(sent["queries"]))
        if "extend" in sent:
            return await _reply_with(request, self._extend(sent["extend"]))
        return _json_reply(manifest(self.entities, self._site_address(request), self.path))

    async def _match(self, text: str) -> dict[str, Any]:
        """Answer a batch. Each of its queries waits for its turn: between two, others have
        theirs."""
        batch = await in_turn(read_batch, text)
        return {key: await in_turn(results, self.matcher, query) for key, query in batch.items()}

    async def _extend(self, text: str) -> dict[str, Any]:
        """Return the values of properties of things, some things at a turn."""
        ids, wanted = await in_turn(read_extension, text)
        answer: dict[str, Any] = await in_turn(extension, self.entities, ids[:_PIECE], wanted)
        for start in range(_PIECE, len(ids), _PIECE):
            more = await in_turn(extension, self.entities, ids[start : start + _PIECE], wanted)
            answer["rows"] |= more["rows"]
        return answer

    async def suggest(self, request: Request) -> Response:
        """Things, types or properties whose names begin as `prefix` does."""
        prefix = request.query_params.get("prefix", "")[:400]
        cursor = _read_number(request, "cursor", 0, 10_000)
        what = request.path_params["what"]
        if what == "entity":
            suggested = in_turn(suggest_entities, self.entities, prefix, cursor)
            return await _reply_with(request, suggested)
        makers = {"type": suggest_types, "property": suggest_properties}
        if what not in makers:
            return _refuse(request, what)
        return await _reply_with(request, in_turn(makers[what], self.entities, prefix))

    async def properties(self, request: Request) -> Response:
        """List the properties that things of a type have."""
        kind = request.query_params.get("type", "person")
        if kind not in TYPES:
            return _refuse(request, kind)
        limit = _read_number(request, "limit", 100, 1000)
        proposed = in_turn(propose_properties, self.entities, kind, limit)
        return await _reply_with(request, proposed)

    async def preview(self, request: Request) -> Response:
        """Answer with a small page about a thing."""
        html = await in_turn(self._html, request)
        return HTMLResponse(
            html or "<!DOCTYPE html><title>404</title>", 200 if html else 404, _FRAMED
        )

    async def flyout(self, request: Request) -> Response:
        """Answer with the same for a suggestion."""
        id = request.query_params.get("id", "")[:400]
        return await _reply_with(
            request, in_turn(lambda: flyout(self.entities, id, self._html(request)))
        )

    def _html(self, request: Request) -> str:
        thing = self.entities.thing(request.query_params.get("id", "")[:400])
        if thing is None:
            return ""
        links = Links(f"{request.scope.get('root_path', '').rstrip('/')}/")
        key = quote(thing.key, safe="/")
        page = f"{self._site_address(request)}/{self.entities.language}/id/{key}"
        return preview(self.entities, thing, links, page)

    def _site_address(self, request: Request) -> str:
        """Return the address of the site, without a slash at its end: the public one, or the one
        that the client asked."""
        return (self.entities.site.address or str(request.base_url)).rstrip("/")


async def _read_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of the address and those of a form. Problem where the form is too
    long, or does not come."""
    parameters = dict(request.query_params)
    if request.method == "POST":
        body = await body_of(request, _LARGEST, EndpointLimits().slow)
        parameters |= await in_turn(lambda: dict(parse_qsl(body.decode("utf-8", "replace"))))
    return parameters


def _refuse(request: Request, asked: str) -> Response:
    """Say that there is nothing of the kind that was asked for."""
    text = phrase("not-known-here", language_of(request), name=asked[:80])
    return _json_reply({"error": text}, status=404)


def _read_number(request: Request, name: str, default: int, most: int) -> int:
    """Return a number of the address, or the default where it is none."""
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else default


async def _reply_with(request: Request, work: Awaitable[dict[str, Any]]) -> Response:
    """Wait for an answer and reply with it, or with what is wrong with the queries."""
    try:
        return _json_reply(await work)
    except QueryError as error:
        language = language_of(request)
        ways = [render(error.advice, language)] if error.advice else [""]
        reply = {"error": render(error.message, language), "hint": ways[0]}
        return _json_reply(reply, 400)


def _json_reply(
    document: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a document that any site may read."""
    # a key may have half a character
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
    return Response(data, status, _OPEN | (headers or {}), "application/json")
