"""A request's address, headers and body into what SPARQL 1.1 Protocol says that it asks (§2.1,
§2.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from hrdgraph.web.endpoint.problems import Problem, method_not_allowed
from hrdgraph.web.endpoint.settings import EndpointLimits

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_FIELDS: Final = 300
_CLOSING: Final = {"Connection": "close"}

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A query or an update, the graphs that the request names for it (None: none), and the name
    of a format."""

    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    is_update: bool = False
    format: str = ""

    @property
    def has_dataset(self) -> bool:
        """Whether the request names graphs."""
        return bool(self.default or self.named)


async def operation_of(request: Request, limits: EndpointLimits) -> Operation | None:
    """What a request asks; None for a plain GET, which asks for the description of the service.
    Raises Problem."""
    pairs = parameters(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        if any(name == "update" for name, _ in pairs):
            raise method_not_allowed("POST")
        return _query(pairs) if pairs else None
    kind = content_type(request)
    body = await body_of(request, limits.body, limits.slow)
    if kind == FORM:
        pairs = [*pairs, *parameters(body)]
        return _update(pairs) if any(name == "update" for name, _ in pairs) else _query(pairs)
    if kind in (QUERY, UPDATE):
        name = "query" if kind == QUERY else "update"
        pairs = [*pairs, (name, text_of(body))]
        return _query(pairs) if kind == QUERY else _update(pairs)
    raise Problem(415, "body-without-query", type=kind[:100], media=QUERY, form=FORM)


def _query(pairs: Pairs) -> Operation:
    texts = _values(pairs, "query")
    if len(texts) != 1:
        raise Problem(400, "queries-not-one", count=len(texts))
    formats = _values(pairs, "format")
    graphs = graphs_of(pairs, "default-graph-uri"), graphs_of(pairs, "named-graph-uri")
    return Operation(texts[0], *graphs, format=formats[-1] if formats else "")


def _update(pairs: Pairs) -> Operation:
    texts = _values(pairs, "update")
    if len(texts) != 1 or _values(pairs, "query"):
        raise Problem(400, "updates-not-one", count=len(texts))
    graphs = graphs_of(pairs, "using-graph-uri"), graphs_of(pairs, "using-named-graph-uri")
    return Operation(texts[0], *graphs, is_update=True)


def graphs_of(pairs: Pairs, name: str) -> tuple[str, ...]:
    """The graphs that a parameter names. Problem where one is no absolute IRI."""
    from hrdgraph.store.answer_stream import is_absolute

    found = _values(pairs, name)
    if bad := [iri for iri in found if not is_absolute(iri)]:
        raise Problem(400, "graph-iri-not-absolute", parameter=name, value=bad[0][:100])
    return found


def _values(pairs: Pairs, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in pairs if key == name)


def parameters(data: bytes) -> list[tuple[str, str]]:
    """The pairs of a form or of a query string. Problem where they are no UTF-8, or too many."""
    try:
        return parse_qsl(
            data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "parameters-not-utf8") from error
    except ValueError as error:
        raise Problem(400, "parameters-too-many", limit=_FIELDS) from error


def content_type(request: Request) -> str:
    """The media type of the body. Problem where it says a charset other than UTF-8."""
    kind, *rest = (
        part.strip().lower() for part in request.headers.get("content-type", "").split(";")
    )
    charsets = [part.partition("=")[2].strip('"') for part in rest if part.startswith("charset")]
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise Problem(415, "sparql-not-utf8")
    return kind


def text_of(body: bytes) -> str:
    """A body as text. Problem where it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "body-not-utf8", position=error.start) from error


async def body_of(request: Request, limit: int, seconds: float) -> bytes:
    """The whole body, which must not be longer than `limit` bytes nor take longer than
    `seconds`."""
    too_long = Problem(413, "body-too-long", headers=_CLOSING, limit=limit)
    if int(request.headers.get("content-length", "0")) > limit:
        raise too_long
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                data += part
                if len(data) > limit:
                    raise too_long
    except TimeoutError as error:
        raise Problem(408, "body-too-slow", headers=_CLOSING, seconds=f"{seconds:g}") from error
    except ClientDisconnect as error:
        raise Problem(400, "client-went-away") from error
    return bytes(data)
