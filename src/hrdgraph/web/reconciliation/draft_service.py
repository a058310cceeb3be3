"""The reconciliation service of the draft of API 1.0: requests into answers, in one language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.reconciliation.answers import suggested_entities
from hrdgraph.web.reconciliation.draft_answers import (
    draft_extension,
    draft_manifest,
    draft_properties,
    match_result,
)
from hrdgraph.web.reconciliation.draft_queries import read_match
from hrdgraph.web.reconciliation.replies import allowed, answered, body, json_reply, number, refused
from hrdgraph.web.reconciliation.service import ReconciliationService
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class DraftService(ReconciliationService):
    """The handlers of one language. Suggestions, previews and values are those of API 0.2, in
    other shapes."""

    async def manifest(self, request: Request) -> Response:
        """What the service is."""
        return json_reply(draft_manifest(self.entities, self.top(request)))

    async def match(self, request: Request) -> Response:
        """The candidates of a batch."""
        return await self._posted(request, self._matches)

    async def extend(self, request: Request) -> Response:
        """The values of properties of things."""
        return await self._posted(request, self._values)

    async def _posted(
        self, request: Request, work: Callable[[bytes], Awaitable[dict[str, Any]]]
    ) -> Response:
        if request.method == "OPTIONS":
            return allowed()
        try:
            data = await body(request)
        except Problem as problem:
            return refused(request, problem)
        return await answered(request, work(data), too_many=413)

    async def _matches(self, data: bytes) -> dict[str, Any]:
        batch = await in_turn(read_match, data)
        return {"results": [await in_turn(match_result, self.matcher, query) for query in batch]}

    async def _values(self, data: bytes) -> dict[str, Any]:
        return draft_extension(await self.extended(data))

    async def suggest(self, request: Request) -> Response:
        """Things, types or properties whose names begin as `prefix` does, with `limit` and
        `offset`."""
        what = request.path_params["what"]
        prefix = request.query_params.get("prefix", "")[:400]
        limit, offset = number(request, "limit", 20, 100), number(request, "offset", 0, 10_000)
        if what == "entity":
            work = in_turn(suggested_entities, self.entities, prefix, offset, limit)
            return await answered(request, work)
        if what == "property":
            found = await in_turn(draft_properties, self.entities, prefix)
            return json_reply({"result": found["result"][offset : offset + limit]})
        return await super().suggest(request)
