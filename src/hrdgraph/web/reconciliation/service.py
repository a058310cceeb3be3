"""The reconciliation service (API 0.2): requests into answers, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hrdgraph.catalogue import phrase
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import language_of
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
from hrdgraph.web.reconciliation.matching import Matcher
from hrdgraph.web.reconciliation.name_index import NameIndex
from hrdgraph.web.reconciliation.preview import preview
from hrdgraph.web.reconciliation.queries import read_batch, read_extension
from hrdgraph.web.reconciliation.replies import (
    OPEN,
    allowed,
    answered,
    given,
    json_reply,
    number,
    refused,
)
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PIECE = 20  # things whose properties are told in one turn
_FRAMED = OPEN | {  # a preview is made to stand in a frame of another site, and does nothing there
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action "
    "'none'",
    "Referrer-Policy": "no-referrer",
}


class ReconciliationService:
    """The handlers of one language. Matching is work for a thread: it must not keep other
    requests waiting."""

    def __init__(self, pages: Pages, known: NameIndex, path: str, language: str) -> None:
        self.path = path
        self.entities = Entities(pages, language)
        self.matcher = Matcher(self.entities, known)

    async def main(self, request: Request) -> Response:
        """The manifest; or, with `queries` or `extend`, their answer."""
        if request.method == "OPTIONS":
            return allowed()
        try:
            sent = await given(request)
        except Problem as problem:
            return refused(request, problem)
        if "queries" in sent:
            return await answered(request, self._matched(sent["queries"]))
        if "extend" in sent:
            return await answered(request, self.extended(sent["extend"]))
        return json_reply(manifest(self.entities, self.top(request), self.path))

    async def _matched(self, text: str) -> dict[str, Any]:
        """The answers to a batch. Each of its queries waits for its turn: between two of them
        others have theirs."""
        batch = await in_turn(read_batch, text)
        return {key: await in_turn(results, self.matcher, query) for key, query in batch.items()}

    async def extended(self, text: str | bytes) -> dict[str, Any]:
        """The values of properties of things, some things at a turn."""
        ids, wanted = await in_turn(read_extension, text)
        answer: dict[str, Any] = await in_turn(extension, self.entities, ids[:PIECE], wanted)
        for start in range(PIECE, len(ids), PIECE):
            more = await in_turn(extension, self.entities, ids[start : start + PIECE], wanted)
            answer["rows"] |= more["rows"]
        return answer

    async def suggest(self, request: Request) -> Response:
        """Things, types or properties whose names begin as `prefix` does."""
        prefix, cursor = (
            request.query_params.get("prefix", "")[:400],
            number(request, "cursor", 0, 10_000),
        )
        what = request.path_params["what"]
        if what == "entity":
            return await answered(
                request, in_turn(lambda: suggested_entities(self.entities, prefix, cursor))
            )
        makers = {"type": suggested_types, "property": suggested_properties}
        if what not in makers:
            said = phrase(
                "suggestion-kind-unknown",
                language_of(request),
                value=what[:80],
                known=("entity", *makers),
            )
            return json_reply({"error": said}, status=404)
        return await answered(request, in_turn(lambda: makers[what](self.entities, prefix)))

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
            return json_reply({"error": said}, status=404)
        return await answered(
            request,
            in_turn(
                lambda: proposed_properties(
                    self.entities, kind, number(request, "limit", 100, 1000)
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
        return await answered(
            request, in_turn(lambda: flyout(self.entities, id, self._html(request)))
        )

    def _html(self, request: Request) -> str:
        thing = self.entities.thing(request.query_params.get("id", "")[:400])
        if thing is None:
            return ""
        links = Links(f"{request.scope.get('root_path', '').rstrip('/')}/")
        return preview(
            self.entities, thing, links, page_of(self.entities, self.top(request), thing.key)
        )

    def top(self, request: Request) -> str:
        """The address of the site, without a slash at its end: the public one, or the one that
        the client asked."""
        return (self.entities.site.address or str(request.base_url)).rstrip("/")
