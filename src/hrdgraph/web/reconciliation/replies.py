"""Requests of reconciliation into what was sent, and answers into JSON that any site may read."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import render
from hrdgraph.errors import QueryError
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import language_of
from hrdgraph.web.endpoint.requests import body_of
from hrdgraph.web.endpoint.settings import EndpointLimits
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LARGEST: Final = 1 << 20  # bytes of a form
OPEN: Final = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_ALLOWED: Final = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}


def allowed() -> Response:
    """What a browser asks before it sends a request of another site."""
    return json_reply({}, headers=_ALLOWED)


async def given(request: Request) -> dict[str, str]:
    """The parameters of the address, and those of a form. Problem where that is too long, or
    does not come."""
    found = dict(request.query_params)
    if request.method == "POST":
        found |= await in_turn(_form, await body(request))
    return found


async def body(request: Request) -> bytes:
    """What was sent, within a bound. Problem where it is longer, or does not come."""
    return await body_of(request, _LARGEST, EndpointLimits().slow)


def refused(request: Request, problem: Problem) -> Response:
    """What is wrong with a request."""
    language = language_of(request)
    said = {"error": problem.fact(language), "hint": problem.hint(language)}
    return json_reply(said, problem.status, dict(problem.headers))


def _form(body: bytes) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(body.decode("utf-8", "replace")))


def number(request: Request, name: str, default: int, most: int) -> int:
    """A number of the address, or the default where it is none."""
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 9 else default


async def answered(
    request: Request, work: Awaitable[dict[str, Any]], *, too_many: int = 400
) -> Response:
    """The answer; or what is wrong with the queries, with the status `too_many` where that is
    their number."""
    try:
        return json_reply(await work)
    except QueryError as error:
        language = language_of(request)
        ways = [render(error.advice, language)] if error.advice else [""]
        said = {"error": render(error.message, language), "hint": ways[0]}
        return json_reply(said, too_many if error.code == "queries-too-many" else 400)


def json_reply(
    document: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A document that any site may read."""
    from starlette.responses import Response

    # a key may have half a character
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
    return Response(data, status, OPEN | (headers or {}), "application/json")
