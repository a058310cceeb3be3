"""Route a site on a server: pages by language, IRIs that negotiate, data, saved queries, files."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from gzip import compress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hrdgraph.catalogue import write_like
from hrdgraph.errors import HrdgraphError
from hrdgraph.ontology import files_of_ontology
from hrdgraph.queries.model import Query
from hrdgraph.queries.output import write
from hrdgraph.rdfio.formats import canonical, format_named
from hrdgraph.rdfio.read import parse, serialize
from hrdgraph.store.contract import Answer
from hrdgraph.vocab import PREFIXES, short_iri
from hrdgraph.web.endpoint.http import ProblemResponse
from hrdgraph.web.endpoint.negotiation import (
    ORIGINS,
    READING,
    THING,
    Problem,
    bad_query,
    best_language,
    choose,
    matches,
    takes_gzip,
)
from hrdgraph.web.json_api.downloads import Downloads
from hrdgraph.web.memo import once
from hrdgraph.web.pages.documents import (
    MEDIA_TYPES,
    Feed,
    SitemapFiles,
    ThingData,
    checksums,
    robots,
)
from hrdgraph.web.pages.links import Links, asset, asset_digest, is_of_dataset, spaces_of
from hrdgraph.web.pages.pages import SINGLE, Pages, RenderedPage
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.views.about import FILES
from hrdgraph.web.pages.views.lists import number_of
from hrdgraph.web.pages.views.ontology import ontology_files
from hrdgraph.web.pages.views.questions import PIECE, can_be_asked, values_given
from hrdgraph.web.turns import in_turn

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
    request: Request, body: bytes, media_type: str, *, status: int = 200, shared: bool = False,
    cached: str = SHORT,
) -> Response:  # fmt: skip
    """Answer with a body and its digest as ETag, or 304 for a client that has it. `shared` data
    may be read by scripts of other sites."""
    packed = len(body) > _SMALL and takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{sha256(body).hexdigest()[:24]}{"-gzip" if packed else ""}"'
    headers = {"ETag": tag, "Cache-Control": cached, "Vary": "Accept-Encoding", **SECURITY}
    if shared:
        headers |= ORIGINS
    if status == 200 and matches(request.headers.get("if-none-match", ""), tag):
        return Response(None, 304, headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
        body = compress(body, 5, mtime=0)
    return Response(body, status, headers, media_type)


async def preflight(_: Request) -> Response:
    """Answer what a browser asks before a script of another site reads data with headers of its
    own."""
    return Response(None, 204, {**READING, **SECURITY})


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
    return refuse(
        Problem(
            406,
            "answer-not-acceptable",
            hint="there-is",
            known=[kind for kind, _, _ in alternates],
            headers={"Vary": _VARY},
            more={"alternates": offered},
        )
    )


def refuse(problem: Problem) -> Response:
    """Answer with a problem and the headers that every answer of the pages has."""
    response = ProblemResponse(problem)
    response.headers.update(SECURITY)
    return response


Address = Callable[[str], str]  # of a language, or of a format


def _see_other(target: str, alternates: list[tuple[str, str, str]]) -> Response:
    """303, with all that the client might have had."""
    response = redirect(target, 303)
    response.headers["Link"] = ", ".join(
        f'<{href}>; rel="alternate"; type="{kind}"{more}' for kind, href, more in alternates
    )
    return response


def _raw_key(request: Request, start: str) -> str:
    """Return the key as the client spelled it: an IRI may have escapes that the path of a request
    has lost. What lies outside of the base has its folder in its key."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    root = request.scope.get("root_path", "")
    path = str(bytes(raw).partition(b"?")[0], "latin-1").removeprefix(root)
    return path.removeprefix(start) if path.startswith(start) else path.removeprefix("/")


_SEARCH: Final = ("search", "query", "score", "matched", "limit")


def vocabulary(site: Site) -> bytes:
    """Write the names of classes, properties and concepts with their labels in the languages of
    the site and their number of uses."""
    ontology, rdf = site.graph.ontology, site.rdf
    schemes = [scheme.iri.value for scheme in ontology.schemes.values()]
    prefixes = PREFIXES | {iri.rpartition("/")[2]: f"{iri}/" for iri in schemes}
    # the words of the search in queries, the first of which is taken as a whole clause
    names: list[list[Any]] = [[f"hrd:{name}", [name] * len(site.languages), 0] for name in _SEARCH]
    for iri in dict.fromkeys((*ontology.classes, *ontology.properties, *ontology.concepts)):
        if short := _short(iri.value, prefixes):
            labels = [ontology.label(iri, (tag,)) for tag in site.languages]
            uses = rdf.count_uses(iri) or len(rdf.incoming.get(rdf.at(iri)))
            names.append([short, labels, uses])
    document = {
        "languages": site.languages, "base": site.base, "prefixes": prefixes,
        "names": sorted(names, key=lambda name: str(name[0])),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _short(iri: str, prefixes: dict[str, str]) -> str:
    """Return the IRI with its prefix, where that can be typed as it is; else ""."""
    short = short_iri(iri, prefixes)
    local = short.partition(":")[2]
    return short if short != iri and local.replace("-", "").replace("_", "").isalnum() else ""


_KEPT: Final = 64  # pages: a dozen in each language, below one prefix or two

_FILES: Final = 4  # of the sitemap, some megabytes each


class PageCache:
    """Pages and files about all of a site. One of those who ask for the same makes it, and the
    others wait for that."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._page = lru_cache(maxsize=_KEPT)(pages.page)
        self._making = {(tag, path): Lock() for tag in pages.site.languages for path in SINGLE}
        self._listing = Lock()
        self._sitemap = lru_cache(maxsize=_FILES)(self._listed_file)

    def page(
        self, language: str, path: str, links: Links, query: Mapping[str, str]
    ) -> RenderedPage | None:
        """Return a page; one about the whole graph, the home page above all, is kept."""
        if query or "/" in path:
            return self._pages.page(language, path, links, query)
        if (language, path) not in self._making:
            return None
        with self._making[language, path]:
            return self._page(language, path, links)

    def sitemap(self, name: str, address: str) -> bytes | None:
        """Return a file of the sitemap, None where it has none of that name. The last ones are
        kept: mostly all ask under one address."""
        with self._listing:
            return self._sitemap(name, address)

    def _listed_file(self, name: str, address: str) -> bytes | None:
        files = self._sitemap_files
        return files.file(name, address, Links(address)) if name in files.names else None

    @once
    def _sitemap_files(self) -> SitemapFiles:
        return SitemapFiles(self._pages)

    def file(self, name: str) -> bytes:
        """Serve `things.json`, the index of names, or `vocabulary.json`."""
        return self._names if name == "things.json" else self._vocabulary

    @once
    def _names(self) -> bytes:
        return self._pages.index.document()

    @once
    def _vocabulary(self) -> bytes:
        return vocabulary(self._pages.site)


_ENDINGS = {
    ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
    ".json": "application/json", ".txt": "text/plain",
}  # fmt: skip
_SHARED = (
    "/id/{key:path}", "/data/{key:path}", "/context/{name}", "/files/{name}",
    "/ontology/{name:path}", "/ontology", "/queries/{name}",
)  # fmt: skip
# threads that wait for workers: more than there are in the queue of these, which knows whose turn
# it is
_ASKING = 128
_PACKED = 64 << 20  # bytes of a file that is sent packed, and kept so
_SAFE = "/%:@!$&()*+,;=~?"
_RESULTS = {"csv": "text/csv; charset=utf-8", "json": "application/sparql-results+json"}


def routes(pages: Pages) -> list[BaseRoute]:
    """Return the routes of the pages of a site, to be put below whatever the application has of
    its own."""
    live, project = Live(pages), pages.site.graph.project
    served: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/", live.root), ("/editor", live.editor), ("/id/{key:path}", live.thing),
        *((f"/{space.folder}{{key:path}}", live.thing) for space in spaces_of(project)),
        ("/data/{key:path}", live.data), ("/context/{name}", live.context),
        ("/static/{name:path}", live.static), ("/files/{name}", live.file),
        ("/ontology/{name:path}", live.ontology), ("/ontology", live.ontology_page),
        ("/queries/{name}", live.answer), ("/robots.txt", live.robots), ("/feed.atom", live.feed),
        ("/sitemap.xml", live.sitemap), ("/sitemap-{number:int}.xml", live.sitemap),
        ("/{language}/queries/{name}", live.question), ("/{language}/feed.atom", live.feed),
        ("/{language}", live.page), ("/{language}/{path:path}", live.page),
    ]  # fmt: skip
    shared = (*_SHARED, *(f"/{space.folder}{{key:path}}" for space in spaces_of(project)))
    asked = [Route(path, preflight, methods=["OPTIONS"]) for path in shared]
    return [*(Route(path, endpoint, methods=["GET"]) for path, endpoint in served), *asked]


class Live:
    """Answers requests for pages, IRIs and their data. What takes long runs in a thread; what is
    asked of the store, wherever `site.ask` runs it."""

    def __init__(self, pages: Pages) -> None:
        self.site = pages.site
        self.pages = pages
        self._data = ThingData(pages.site)
        self._downloads = Downloads(pages.site)
        self._feed = Feed(pages.site)
        self._packed: dict[str, tuple[bytes, str]] = {}
        self._packing = Lock()
        self._kept = PageCache(pages)
        self._asking = CapacityLimiter(_ASKING)

    async def thing(self, request: Request) -> Response:
        """Answer the IRI of a thing: 303 to its page or its data, by what the client accepts and
        reads; 406 with the list of what there is."""
        key = _raw_key(request, "/id/")
        links = self._links(request)
        if self.pages.is_withdrawn(key):
            return self._missing(request, self._language(request), 410)
        if is_of_dataset(key) and not self.pages.find(key):
            return self._data_set(request, links)
        if moved := self.pages.find_successor(key):
            return redirect(f"{links.root}id/{quote(moved.key, safe='/%:@!$&()*+,;=~')}", 301)
        thing = self.pages.find(key)
        if thing is None:
            return self._missing(request, self._language(request))
        return self._lead(
            request,
            lambda tag: links.page(tag, f"id/{thing.key}"),
            lambda ending: links.data(thing.key, ending),
            links.page(self._language(request), self.pages.path_of(thing)),
        )

    def _data_set(self, request: Request, links: Links) -> Response:
        """Lead from the IRI of the data set, or of a part that its description names, to the page
        about the data or to the description."""
        return self._lead(
            request,
            lambda tag: links.page(tag, "data"),
            lambda ending: links.file(f"void.{ending}"),
        )

    def _lead(self, request: Request, page: Address, data: Address, shown: str = "") -> Response:
        """Answer 303 to the page in a language or the data in a format, by what the client accepts
        and reads; 406 with the list of what there is. `shown` is where the page is asked for."""
        wanted = choose(request.headers.get("accept", ""), THING)
        alternates = self._alternates(page, data)
        if wanted is None:
            return none_acceptable(alternates)
        if wanted.name == "page":
            return _see_other(shown or page(self._language(request)), alternates)
        return _see_other(data(wanted.name), alternates)

    def _alternates(self, page: Address, data: Address) -> list[tuple[str, str, str]]:
        pages = [("text/html", page(tag), f'; hreflang="{tag}"') for tag in self.site.languages]
        data_links = [
            (kind.partition(";")[0], data(name), "") for name, kind in MEDIA_TYPES.items()
        ]
        return [
            (kind, quote(href, safe="/%:@!$&()*+,;=~?"), more)
            for kind, href, more in (*pages, *data_links)
        ]

    async def data(self, request: Request) -> Response:
        """Answer with the data of a thing in one format."""
        key, _, ending = _raw_key(request, "/data/").rpartition(".")
        thing = self.pages.find_successor(key) or self.pages.find(key)
        if self.pages.is_withdrawn(key):
            return refuse(Problem(410, "thing-withdrawn"))
        if thing is None or ending not in MEDIA_TYPES:
            return refuse(Problem(404, "address-unknown", hint=write_like("/data/KEY.ttl")))
        links = self._links(request)
        body = await in_turn(self._data.of, thing, ending)
        response = await in_turn(content, request, body, MEDIA_TYPES[ending], shared=True)
        page = links.page(self.site.languages[0], f"id/{thing.key}")
        named, shown = (quote(each, safe="/%:@!$&()*+,;=~?#") for each in (thing.iri, page))
        # one alternate at most: PyLD fails at a document with several
        described = (f'<{named}>; rel="describes"', f'<{shown}>; rel="alternate"; type="text/html"')
        response.headers["Link"] = ", ".join(described)
        return response

    async def ontology(self, request: Request) -> Response:
        """Answer with a file of the ontology, in Turtle or another format; its own version leads
        where the ontology leads."""
        if request.path_params["name"] == self.site.graph.ontology.version:
            return await self.ontology_page(request)
        stem, _, ending = request.path_params["name"].rpartition(".")
        name = f"{stem}.ttl"
        desk = self.pages.desk(self.site.languages[0], Links())
        if ending not in MEDIA_TYPES or name not in {path for _, path in ontology_files(desk)}:
            return refuse(
                Problem(404, "address-unknown", hint="see-address", address="/en/ontology")
            )
        body = await in_turn(self._vocabulary, name, ending)
        return await in_turn(content, request, body, MEDIA_TYPES[ending], shared=True)

    def _vocabulary(self, name: str, ending: str) -> bytes:
        text = files_of_ontology(self.site.graph.project)[name]
        if ending == "ttl":
            return text
        quads = parse(text, format_named("ttl"))
        return serialize(quads, format_named(canonical(ending)), PREFIXES)

    async def ontology_page(self, request: Request) -> Response:
        """Answer the ontology's own IRI: its page, or its data."""
        links = self._links(request)
        return self._lead(
            request,
            lambda tag: links.page(tag, "ontology"),
            lambda ending: links.file(f"ontology/core.{ending}"),
        )

    def _address(self, request: Request) -> str:
        return self.site.address or str(request.base_url)

    def _links(self, request: Request) -> Links:
        return Links(f"{request.scope.get('root_path', '').rstrip('/')}/")

    def _language(self, request: Request) -> str:
        return best_language(request.headers.get("accept-language", ""), self.site.languages)

    def _missing(self, request: Request, language: str, status: int = 404) -> Response:
        page = self.pages.missing(language, self._links(request), status)
        return content(request, page.body, "text/html; charset=utf-8", status=status, shared=True)

    async def root(self, request: Request) -> Response:
        """Lead to the home page in the language that the visitor reads."""
        return redirect(self._links(request).page(self._language(request)), 302)

    async def editor(self, request: Request) -> Response:
        """Lead to the editor of queries in the language that the visitor reads."""
        place, query = (
            self._links(request).page(self._language(request), "editor"),
            request.url.query,
        )
        return redirect(f"{place}?{query}" if query else place, 302)

    async def page(self, request: Request) -> Response:
        """Answer with a page in the language that its path names."""
        language, path = request.path_params["language"], request.path_params.get("path", "")
        links = self._links(request)
        if language not in self.site.languages:
            return self._missing(request, self._language(request))
        if not path and not request.url.path.endswith("/"):
            return redirect(links.page(language), 308)
        if path.startswith("id/") and self.pages.is_withdrawn(path[3:]):
            return self._missing(request, language, 410)
        if path.startswith("id/") and (moved := self.pages.find_successor(path[3:])):
            return redirect(links.page(language, f"id/{moved.key}"), 301)
        query = dict(request.query_params)
        rendered = await in_turn(self._kept.page, language, path.removesuffix("/"), links, query)
        return (
            await self._answer_page(request, rendered)
            if rendered
            else self._missing(request, language)
        )

    async def question(self, request: Request) -> Response:
        """Answer with a saved query: its form, and its answer where it has what it needs."""
        language, name = request.path_params["language"], request.path_params["name"]
        query = self.pages.query(name)
        if query is None or language not in self.site.languages:
            return self._missing(
                request, language if language in self.site.languages else self._language(request)
            )
        given = values_given(query, request.query_params, language)
        answer: Answer | HrdgraphError | None = None
        if can_be_asked(query, given):
            answer = await self._ask(query, given)
        piece = number_of(request.query_params.get(PIECE, ""))
        rendered = await in_turn(
            self.pages.question, language, query, given, answer, self._links(request), piece
        )
        return await self._answer_page(request, rendered)

    async def answer(self, request: Request) -> Response:
        """Answer a saved query as CSV or JSON."""
        name, _, ending = request.path_params["name"].rpartition(".")
        query = self.pages.query(name)
        if query is None or ending not in _RESULTS:
            return refuse(
                Problem(404, "address-unknown", hint="see-address", address="/en/queries")
            )
        answer = await self._ask(query, dict(request.query_params))
        if isinstance(answer, HrdgraphError):
            return refuse(bad_query(answer))
        body = await in_turn(write, answer, ending)
        return await in_turn(content, request, body, _RESULTS[ending], shared=True)

    async def _ask(self, query: Query, given: Mapping[str, str]) -> Answer | HrdgraphError:
        try:
            answer = await to_thread.run_sync(self.site.ask, query, given, limiter=self._asking)
            return await answer if inspect.isawaitable(answer) else answer
        except HrdgraphError as error:
            return error

    async def context(self, request: Request) -> Response:
        """Answer with the JSON-LD context. Its address has its digest, so it may be kept."""
        path, data = self.site.context
        if request.path_params["name"] != path.partition("/")[2]:
            return refuse(Problem(404, "address-unknown", hint="see-address", address=path))
        return content(request, data, "application/ld+json", shared=True, cached=YEAR)

    async def static(self, request: Request) -> Response:
        """Answer with a style sheet, a script, a picture; or the index of names or the vocabulary,
        which are made from the graph."""
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
            return refuse(Problem(404, "address-unknown", hint="see-address", address="/"))
        fixed = request.query_params.get("v") == asset_digest(name)
        return content(request, data, _ENDINGS[ending], cached=YEAR if fixed else SHORT)

    async def file(self, request: Request) -> Response:
        """Answer with a file of the build, or the checksums of them all."""
        name = request.path_params["name"]
        if name in Downloads.NAMES:
            download = await in_turn(self._downloads.file, name)
            return await in_turn(content, request, download.data, download.media_type, shared=True)
        if name == "SHA256SUMS":
            return content(request, checksums(self.site), "text/plain; charset=utf-8", shared=True)
        types = {file: media_type for file, _, media_type in FILES}
        path = self.site.graph.project.build_dir / name
        if name not in types or not path.is_file():
            return refuse(Problem(404, "address-unknown", hint="see-address", address="/en/data"))
        return await self._of_build(request, path, types[name])

    async def _of_build(self, request: Request, path: Path, media_type: str) -> Response:
        """Answer with a file of the build: whole, a part, or packed for who takes it whole."""
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
        """Pack a file, and digest it; once, for a build does not change."""
        with self._packing:
            if path.name not in self._packed:
                data = path.read_bytes()
                packed = compress(data, 5, mtime=0)
                self._packed[path.name] = packed, sha256(data).hexdigest()[:24]
            return self._packed[path.name]

    async def robots(self, request: Request) -> Response:
        """Ask crawlers to leave searches and facets alone."""
        return content(request, robots(self._address(request)), "text/plain; charset=utf-8")

    async def feed(self, request: Request) -> Response:
        """Answer with what happened last, as Atom."""
        language = request.path_params.get("language") or self._language(request)
        if language not in self.site.languages:
            return self._missing(request, self._language(request))
        body = await in_turn(self._feed.document, language, self._address(request))
        return await in_turn(content, request, body, "application/atom+xml", shared=True)

    async def sitemap(self, request: Request) -> Response:
        """Answer with all pages in all languages, for search engines."""
        number = request.path_params.get("number")
        name = "sitemap.xml" if number is None else f"sitemap-{number}.xml"
        body = await in_turn(self._kept.sitemap, name, self._address(request))
        if body is None:
            return refuse(
                Problem(404, "address-unknown", hint="see-address", address="/sitemap.xml")
            )
        # which packs some megabytes
        return await in_turn(content, request, body, "application/xml")

    async def _answer_page(self, request: Request, page: RenderedPage) -> Response:
        html = "text/html; charset=utf-8"
        response = await in_turn(content, request, page.body, html, status=page.status)
        links_to_data = ((quote(href, safe=_SAFE), kind) for kind, href, _ in page.view.data)
        links = [f'<{href}>; rel="alternate"; type="{kind}"' for href, kind in links_to_data]
        if page.view.is_there:
            links += self._editions(request, page)
        if links:
            response.headers["Link"] = ", ".join(links)
        response.headers["Content-Language"] = request.path_params["language"]
        return response

    def _editions(self, request: Request, page: RenderedPage) -> list[str]:
        """Return the full addresses of a page in each language. They stand in the header, since a
        page that is kept is the same whatever host it was asked of."""
        links, path = Links(self._address(request)), page.view.path
        own = request.path_params["language"]

        def address(tag: str) -> str:
            return quote(links.page(tag, path, **page.view.query), safe=_SAFE)

        return [
            f'<{address(own)}>; rel="canonical"',
            *(
                f'<{address(tag)}>; rel="alternate"; hreflang="{tag}"'
                for tag in self.site.languages
            ),
        ]
