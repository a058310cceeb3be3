"""The addresses of the API: `/api/v1`, its lists, their entries, and the search."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hrdgraph.nearest import nearest
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.json_api.downloads import Row, csv_of, flat, xlsx_of
from hrdgraph.web.json_api.lists import (
    LONGEST,
    TOO_LONG,
    ApiList,
    FacetCount,
    FilterValues,
    ListPage,
    ListQuestion,
    Lists,
    counts_of,
    limit_of,
    page_of,
    piece_of,
    position_of,
    read_fields,
    read_question,
    select_fields,
    space_of,
    unknown_parameter,
    unknown_value,
)
from hrdgraph.web.json_api.records import Records
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import content, preflight, refuse
from hrdgraph.web.turns import in_turn

ROOT: Final = "/api/v1"
_JSON: Final = "application/json"
_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES: Final = ("csv", "xlsx")
Made = tuple[bytes, str, Mapping[str, str]]  # a body, its type, and headers of its own
_MOST_HITS: Final = 100
_HITS: Final = 20
_NEAR: Final = 5


def routes(pages: Pages) -> list[BaseRoute]:
    """List the routes of the API, to be put before those of the pages."""
    api = JsonApi(pages)
    paths: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        (ROOT, api.index), (f"{ROOT}/", api.index), (f"{ROOT}/search", api.search),
        (f"{ROOT}/{{name}}", api.entries), (f"{ROOT}/{{name}}/{{key:path}}", api.entry),
    ]  # fmt: skip
    served = [Route(path, endpoint, methods=["GET"]) for path, endpoint in paths]
    asked = [Route(path, preflight, methods=["OPTIONS"]) for path, _ in paths]
    return [*served, *asked]


class JsonApi:
    """Answers the requests of the API. Each answer is made by a thread, in the turn of who
    asks."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._site = pages.site
        self._lists = Lists(pages)
        self._values = FilterValues(pages)
        self._labels = {
            tag: Labels(self._site, self._site.words_in(tag)) for tag in self._site.languages
        }

    async def index(self, request: Request) -> Response:
        """Describe the API and its lists."""
        top = self._top(request)
        lists = {name: f"{top}{ROOT[1:]}/{name}" for name in (*self._lists.names, "search")}
        described = {
            "title": self._site.graph.project.title_in(self._site.languages[0]),
            "languages": list(self._site.languages),
            "lists": lists,
            "description": f"{top}openapi.json",
            "license": "https://creativecommons.org/licenses/by/4.0/",
        }
        return await self._answer(request, lambda: (_text(described), _JSON, {}))

    async def entries(self, request: Request) -> Response:
        """Answer with a page of a list: as JSON or, with .csv or .xlsx in its name, as a table."""
        name, _, ending = request.path_params["name"].partition(".")
        if ending not in ("", "json", *_TABLES):
            return refuse(self._no_list(request.path_params["name"]))
        return await self._answer(request, lambda: self._list_entries(request, name, ending))

    def _list_entries(self, request: Request, name: str, ending: str) -> Made:
        of = self._list(name)
        given = request.query_params.multi_items()
        asked = read_question(given, of, self._values.of(of), is_table=ending in _TABLES)
        records = self._records(request)
        among = self._among(asked, of)
        if asked.facet:
            counts, page = counts_of(of, asked, among)
            entries: Sequence[Mapping[str, Any]] = self._counted(records, of, asked.facet, counts)
        else:
            page = page_of(of, asked, among)
            entries = [select_fields(of.make(records, e.node), asked.fields) for e in page.entries]
        answer = self._describe_page(request, page, given, entries)
        rest = {"Link": f'<{answer["next"]}>; rel="next"'} if answer["next"] else {}
        if ending in _TABLES:
            rows = [flat(record) for record in entries]
            return (csv_of(rows), _CSV, rest) if ending == "csv" else (xlsx_of(rows), _XLSX, rest)
        return _text(answer), _JSON, rest

    def _counted(
        self, records: Records, of: ApiList, facet: str, counts: Sequence[FacetCount]
    ) -> list[Row]:
        """The values of a facet with what they are called."""
        site, rows = self._site, list[Row]()
        space = space_of(site, of.name, facet)
        for value, count, disputed in counts:
            node = site.node_of(value) or site.rdf.find(f"{space}{value}")
            label = records.labels.of(node).text if node >= 0 else value
            rows.append({"value": value, "label": label, "count": count, "disputed": disputed})
        return rows

    def _describe_page(
        self, request: Request, page: ListPage, given: Sequence[tuple[str, str]],
        entries: Sequence[Mapping[str, Any]], path: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """A page with how to go on; it says what was left out, and how to have it."""
        path = f"{self._top(request)}{ROOT[1:]}/{path or request.path_params['name']}"
        rest = [pair for pair in given if pair[0] != "cursor"]
        following = f"{path}?{urlencode([*rest, ('cursor', page.cursor)])}" if page.cursor else None
        described: dict[str, Any] = {
            "count": page.count, "next": following, "cursor": page.cursor or None,
        }  # fmt: skip
        if page.left_out:
            described["left_out"] = {
                "contested_or_refuted": page.left_out,
                "how_to_see_them": "status=contested, status=refuted, or /claims",
            }
        return {**described, "data": entries}

    def _among(self, asked: ListQuestion, of: ApiList) -> Mapping[int, int] | None:
        """Find the nodes of a text: things by their names, claims by what they are about."""
        if not asked.text:
            return None
        nodes = [row.thing.node for row in self._pages.index.search(asked.text)]
        if "about" in of.filters:
            nodes = [claim for node in nodes for claim in self._site.topics.of(node)]
        return {node: place for place, node in enumerate(nodes)}

    async def entry(self, request: Request) -> Response:
        """One entry of a list."""
        name, key = request.path_params["name"], request.path_params["key"]
        return await self._answer(request, lambda: self._one(request, name, key))

    def _one(self, request: Request, name: str, key: str) -> Made:
        _only_known(request, ("lang", "fields"))
        of = self._list(name)
        kinds, node = self._lists.kinds(name), of.by_key.get(key)
        if node is None:
            node = of.by_key.get(self._values.key_of(key[:LONGEST], kinds, also_claims=True))
        if node is None:
            if self._pages.is_withdrawn(key):
                raise Problem(410, "thing-withdrawn", hint="api-thing-forms", name=name)
            rows = self._pages.index.search(key[:LONGEST]) if kinds else ()
            near = tuple(row.thing.key for row in rows if row.thing.kind in kinds)[:_NEAR]
            hint = "there-is" if near else "api-thing-forms"
            raise Problem(404, "address-unknown", hint=hint, name=name, known=near)
        fields = read_fields(request.query_params.get("fields", ""), of.fields)
        record = of.make(self._records(request), node.node)
        return _text(select_fields(record, fields)), _JSON, {}

    async def search(self, request: Request) -> Response:
        """Things by their names, the best first."""
        return await self._answer(request, lambda: self._search(request))

    def _search(self, request: Request) -> Made:
        _only_known(request, ("q", "kind", "limit", "cursor", "lang"))
        given = request.query_params.multi_items()
        text = request.query_params.get("q", "")
        if not text.strip():
            raise Problem(400, "missing", option="`q`")
        if len(text) > LONGEST:
            raise Problem(400, "place-and-fact", file="q", fact=TOO_LONG)
        limit = limit_of(request.query_params.get("limit", ""), _MOST_HITS, _HITS)
        cursor = request.query_params.get("cursor", "")
        kind, records = request.query_params.get("kind", ""), self._records(request)
        if kind and kind not in self._site.listed_kinds:
            raise unknown_value(kind, self._site.listed_kinds)
        rows = [row for row in self._pages.index.search(text) if kind in ("", row.thing.kind)]
        places = [(f"{place:09}", row.thing.key) for place, row in enumerate(rows)]
        after = position_of(cursor) if cursor else None
        piece, following = piece_of(places, limit, after)
        hits = [
            records.reference(row.thing.node) | {"names": sorted({*row.names})}
            for row in rows[piece]
        ]
        page = ListPage((), len(rows), 0, following)
        return _text(self._describe_page(request, page, given, hits, "search")), _JSON, {}

    def _list(self, name: str) -> ApiList:
        api_list = self._lists.get(name)
        if api_list is None:
            raise self._no_list(name)
        return api_list

    def _no_list(self, name: str) -> Problem:
        near = nearest(name[:40], self._lists.names) or ""
        hint = "did-you-mean" if near else "there-is"
        return Problem(404, "address-unknown", hint=hint, nearest=near, known=self._lists.names)

    def _records(self, request: Request) -> Records:
        tag = request.query_params.get("lang") or self._site.languages[0]
        if tag not in self._labels:
            raise unknown_value(tag, tuple(self._labels))
        return Records(self._site, self._labels[tag], self._top(request))

    def _top(self, request: Request) -> str:
        return self._site.address or str(request.base_url)

    async def _answer(self, request: Request, make: Callable[[], Made]) -> Response:
        try:
            body, media_type, headers = await in_turn(make)
            answer = await in_turn(content, request, body, media_type, shared=True)
            answer.headers.update(headers)
            return answer
        except Problem as problem:
            return refuse(problem)


def _only_known(request: Request, known: tuple[str, ...]) -> None:
    """Problem where a parameter is not known."""
    for name in request.query_params:
        if name not in known:
            raise unknown_parameter(name, known)


def _text(document: Mapping[str, Any]) -> bytes:
    # a key may have half a character
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
