"""A site into routes of a server: pages by language, IRIs that negotiate, data, saved queries,
files."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from gzip import compress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from hrdgraph.errors import HrdgraphError
from hrdgraph.queries import Query, write
from hrdgraph.store import Answer
from hrdgraph.web.endpoint.formats import takes_gzip
from hrdgraph.web.endpoint.headers import READING, matches
from hrdgraph.web.endpoint.problems import Problem, bad_query
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.pages.feeds.checksums import checksums
from hrdgraph.web.pages.feeds.feed import Feed
from hrdgraph.web.pages.pages import Pages, RenderedPage
from hrdgraph.web.pages.routing.address_spaces import spaces_of
from hrdgraph.web.pages.routing.iri_routes import IriHandlers
from hrdgraph.web.pages.routing.links import Links, asset, asset_digest
from hrdgraph.web.pages.routing.page_cache import PageCache
from hrdgraph.web.pages.routing.responses import SECURITY, SHORT, YEAR, content, redirect, refused
from hrdgraph.web.pages.views.about import FILES
from hrdgraph.web.pages.views.lists import number_of
from hrdgraph.web.pages.views.questions import PIECE, can_be_asked, given_to
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request

_ENDINGS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain",
}
_SHARED = (
    "/id/{key:path}",
    "/data/{key:path}",
    "/context/{name}",
    "/files/{name}",
    "/ontology/{name:path}",
    "/ontology",
    "/queries/{name}",
)
# threads that wait for workers: more than there are in the queue of these, which knows whose turn
# it is
_ASKING = 128
_PACKED = 64 << 20  # bytes of a file that is sent packed, and kept so
_SAFE = "/%:@!$&()*+,;=~?"
_RESULTS = {"csv": "text/csv; charset=utf-8", "json": "application/sparql-results+json"}


def routes(pages: Pages) -> list[BaseRoute]:
    """The routes of the pages of a site, to be put below whatever the application has of its
    own."""
    live, project = Live(pages), pages.site.graph.project
    served: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/", live.root),
        ("/editor", live.editor),
        ("/id/{key:path}", live.thing),
        *((f"/{space.folder}{{key:path}}", live.thing) for space in spaces_of(project)),
        ("/data/{key:path}", live.data),
        ("/context/{name}", live.context),
        ("/static/{name:path}", live.static),
        ("/files/{name}", live.file),
        ("/ontology/{name:path}", live.ontology),
        ("/ontology", live.ontology_page),
        ("/queries/{name}", live.answer),
        ("/robots.txt", live.robots),
        ("/feed.atom", live.feed),
        ("/sitemap.xml", live.sitemap),
        ("/sitemap-{number:int}.xml", live.sitemap),
        ("/{language}/queries/{name}", live.question),
        ("/{language}/feed.atom", live.feed),
        ("/{language}", live.page),
        ("/{language}/{path:path}", live.page),
    ]
    shared = (*_SHARED, *(f"/{space.folder}{{key:path}}" for space in spaces_of(project)))
    asked = [Route(path, live.preflight, methods=["OPTIONS"]) for path in shared]
    return [*(Route(path, endpoint, methods=["GET"]) for path, endpoint in served), *asked]


class Live(IriHandlers):
    """Answers requests for pages. What takes long runs in a thread; what is asked of the store,
    wherever `site.ask` runs it."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        self._downloads = Downloads(pages.site)
        self._feed = Feed(pages.site)
        self._packed: dict[str, tuple[bytes, str]] = {}
        self._packing = Lock()
        self._kept = PageCache(pages)
        self._asking = CapacityLimiter(_ASKING)

    async def preflight(self, _: Request) -> Response:
        """What a browser asks before a script of another site reads data with headers of its
        own."""
        return Response(None, 204, {**READING, **SECURITY})

    async def root(self, request: Request) -> Response:
        """The home page in the language that the visitor reads."""
        return redirect(self._links(request).page(self._language(request)), 302)

    async def editor(self, request: Request) -> Response:
        """The editor of queries in the language that the visitor reads."""
        return redirect(self._links(request).page(self._language(request), "editor"), 302)

    async def page(self, request: Request) -> Response:
        """A page in the language that its path names."""
        language, path = request.path_params["language"], request.path_params.get("path", "")
        links = self._links(request)
        if language not in self.site.languages:
            return self._missing(request, self._language(request))
        if not path and not request.url.path.endswith("/"):
            return redirect(links.page(language), 308)
        if path.startswith("id/") and self.pages.is_withdrawn(path[3:]):
            return self._missing(request, language, 410)
        if path.startswith("id/") and (moved := self.pages.moved(path[3:])):
            return redirect(links.thing(language, moved.key), 301)
        query = dict(request.query_params)
        made = await in_turn(self._kept.page, language, path.removesuffix("/"), links, query)
        return await self._shown(request, made) if made else self._missing(request, language)

    async def question(self, request: Request) -> Response:
        """A saved query: its form, and its answer where it has what it needs."""
        language, name = request.path_params["language"], request.path_params["name"]
        query = self.pages.query(name)
        if query is None or language not in self.site.languages:
            return self._missing(
                request, language if language in self.site.languages else self._language(request)
            )
        given = given_to(query, request.query_params, language)
        answer: Answer | HrdgraphError | None = None
        if can_be_asked(query, given):
            answer = await self._asked(query, given)
        piece = number_of(request.query_params.get(PIECE, ""))
        made = await in_turn(
            self.pages.question, language, query, given, answer, self._links(request), piece
        )
        return await self._shown(request, made)

    async def answer(self, request: Request) -> Response:
        """The answer to a saved query as CSV or JSON."""
        name, _, ending = request.path_params["name"].rpartition(".")
        query = self.pages.query(name)
        if query is None or ending not in _RESULTS:
            return refused(Problem(404, "page-query-not-there"))
        answer = await self._asked(query, dict(request.query_params))
        if isinstance(answer, HrdgraphError):
            return refused(bad_query(answer))
        body = await in_turn(write, answer, ending)
        return await in_turn(content, request, body, _RESULTS[ending], shared=True)

    async def _asked(self, query: Query, given: Mapping[str, str]) -> Answer | HrdgraphError:
        try:
            found = await to_thread.run_sync(self.site.ask, query, given, limiter=self._asking)
            return await found if inspect.isawaitable(found) else found
        except HrdgraphError as error:
            return error

    async def context(self, request: Request) -> Response:
        """The JSON-LD context. Its address has its digest, so it may be kept for ever."""
        path, data = self.site.context
        if request.path_params["name"] != path.partition("/")[2]:
            return refused(Problem(404, "context-not-there", path=path))
        return content(request, data, "application/ld+json", shared=True, cached=YEAR)

    async def static(self, request: Request) -> Response:
        """A style sheet, a script, a picture; and the index of names and the vocabulary, which
        are made from the graph."""
        name = request.path_params["name"]
        if name in ("things.json", "vocabulary.json"):
            data = await in_turn(self._kept.file, name)
            return await in_turn(content, request, data, "application/json")
        ending = f".{name.rpartition('.')[2]}"
        try:
            data = asset(name) if ending in _ENDINGS and ".." not in name.split("/") else b""
        except (OSError, ValueError):
            data = b""
        if not data:
            return refused(Problem(404, "page-file-not-there"))
        fixed = request.query_params.get("v") == asset_digest(name)
        return content(request, data, _ENDINGS[ending], cached=YEAR if fixed else SHORT)

    async def file(self, request: Request) -> Response:
        """A file of the build, or the checksums of them all."""
        name = request.path_params["name"]
        if name in Downloads.NAMES:
            made = await in_turn(self._downloads.file, name)
            assert made is not None
            return await in_turn(content, request, made.data, made.media_type, shared=True)
        if name == "SHA256SUMS":
            return content(
                request, checksums(self.site.manifest), "text/plain; charset=utf-8", shared=True
            )
        types = {file: media_type for file, _, media_type in FILES}
        path = self.site.files / name
        if name not in types or not path.is_file():
            return refused(Problem(404, "data-file-not-there"))
        return await self._of_build(request, path, types[name])

    async def _of_build(self, request: Request, path: Path, media_type: str) -> Response:
        """A file of the build: whole, a part, or packed for who takes it whole."""
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": SHORT}
        headers |= {"Vary": "Accept-Encoding", **SECURITY}
        whole = "range" not in request.headers and path.stat().st_size <= _PACKED
        if whole and takes_gzip(request.headers.get("accept-encoding", "")):
            body, digest = await in_turn(self._pack, path)
            packed = headers | {"ETag": f'"{digest}-gzip"', "Content-Encoding": "gzip"}
            if matches(request.headers.get("if-none-match", ""), packed["ETag"]):
                return Response(None, 304, packed)
            packed["Content-Disposition"] = f'attachment; filename="{path.name}"'
            return Response(body, 200, packed, media_type)
        response = FileResponse(
            path, headers=headers, media_type=media_type, filename=path.name,
            stat_result=path.stat(),
        )  # fmt: skip
        tag = response.headers["ETag"]
        # a unit that is not known (RFC 9110 §14.2)
        if not request.headers.get("range", "bytes=").strip().lower().startswith("bytes"):
            kept = [header for header in request.scope["headers"] if header[0] != b"range"]
            request.scope["headers"] = kept
        is_known = matches(request.headers.get("if-none-match", ""), tag)
        return Response(None, 304, headers | {"ETag": tag}) if is_known else response

    def _pack(self, path: Path) -> tuple[bytes, str]:
        """A file packed, and its digest; once, for a build does not change."""
        with self._packing:
            if path.name not in self._packed:
                data = path.read_bytes()
                packed = compress(data, 5, mtime=0)
                self._packed[path.name] = packed, sha256(data).hexdigest()[:24]
            return self._packed[path.name]

    async def robots(self, request: Request) -> Response:
        """What crawlers are asked to do: to leave searches and facets alone."""
        from hrdgraph.web.pages.feeds.sitemaps import robots

        return content(request, robots(self._address(request)), "text/plain; charset=utf-8")

    async def feed(self, request: Request) -> Response:
        """What happened last, as Atom."""
        language = request.path_params.get("language") or self._language(request)
        if language not in self.site.languages:
            return self._missing(request, self._language(request))
        body = await in_turn(self._feed.document, language, self._address(request))
        return await in_turn(content, request, body, "application/atom+xml", shared=True)

    async def sitemap(self, request: Request) -> Response:
        """All pages in all languages, for search engines."""
        number = request.path_params.get("number")
        name = "sitemap.xml" if number is None else f"sitemap-{number}.xml"
        body = await in_turn(self._kept.sitemap, name, self._address(request))
        if body is None:
            return refused(Problem(404, "sitemap-not-there"))
        # which packs some megabytes
        return await in_turn(content, request, body, "application/xml")

    async def _shown(self, request: Request, page: RenderedPage) -> Response:
        html = "text/html; charset=utf-8"
        response = await in_turn(content, request, page.body, html, status=page.status)
        told = ((quote(href, safe=_SAFE), kind) for kind, href, _ in page.view.data)
        links = [f'<{href}>; rel="alternate"; type="{kind}"' for href, kind in told]
        if page.view.is_there:
            links += self._editions(request, page)
        if links:
            response.headers["Link"] = ", ".join(links)
        response.headers["Content-Language"] = request.path_params["language"]
        return response

    def _editions(self, request: Request, page: RenderedPage) -> list[str]:
        """The full address of a page, and those of it in the other languages. They stand in the
        header, since a page that is kept is the same whatever host it was asked of."""
        links, path = Links(self._address(request)), page.view.path
        known = request.path_params["language"]

        def address(tag: str) -> str:
            return quote(links.page(tag, path, **page.view.query), safe=_SAFE)

        return [
            f'<{address(known)}>; rel="canonical"',
            *(
                f'<{address(tag)}>; rel="alternate"; hreflang="{tag}"'
                for tag in self.site.languages
            ),
        ]
