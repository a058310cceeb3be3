"""Bodies into responses as every page has them: no foreign content, no trace elsewhere, fresh or
known to be unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from gzip import compress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response

from hrdgraph.web.endpoint.formats import takes_gzip
from hrdgraph.web.endpoint.headers import matches
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import problem_response

if TYPE_CHECKING:
    from starlette.requests import Request

SECURITY: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
YEAR: Final = "public, max-age=31536000, immutable"
_SMALL: Final = 1400  # bytes that fit into one packet as they are
SHORT: Final = "public, max-age=0, must-revalidate"
_VARY: Final = "Accept, Accept-Language"


def content(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    shared: bool = False,
    cached: str = SHORT,
) -> Response:
    """A body with its digest as ETag, or 304 for a client that has it. `shared` data may be read
    by scripts of other sites."""
    packed = len(body) > _SMALL and takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{sha256(body).hexdigest()[:24]}{"-gzip" if packed else ""}"'
    headers = {"ETag": tag, "Cache-Control": cached, "Vary": "Accept-Encoding", **SECURITY}
    if shared:
        headers["Access-Control-Allow-Origin"] = "*"
    if status == 200 and matches(request.headers.get("if-none-match", ""), tag):
        return Response(None, 304, headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
        body = compress(body, 5, mtime=0)
    return Response(body, status, headers, media_type)


def redirect(target: str, status: int) -> Response:
    """Another address; which one may depend on what the client accepts and reads. Scripts of
    other sites may follow it to the data."""
    return RedirectResponse(
        target,
        status,
        {"Vary": _VARY, "Cache-Control": SHORT, "Access-Control-Allow-Origin": "*", **SECURITY},
    )


def none_acceptable(alternates: Sequence[tuple[str, str, str]]) -> Response:
    """406 with the list of what there is: media type and address."""
    offered = [{"type": kind, "href": href} for kind, href, _ in alternates]
    return refused(
        Problem(
            406,
            "media-types-not-acceptable",
            hint="available-listed",
            headers={"Vary": _VARY},
            more={"alternates": offered},
        )
    )


def refused(problem: Problem) -> Response:
    """A problem with the headers that every answer of the pages has."""
    response = problem_response(problem)
    response.headers.update(SECURITY)
    return response
