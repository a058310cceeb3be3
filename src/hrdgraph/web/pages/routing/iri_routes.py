"""IRIs into what they lead to: 303 to a page or to data, the data themselves, 301 where an IRI has
another now, 410 where it was taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from hrdgraph.rdfio import format_named, parse, serialize
from hrdgraph.vocab import PREFIXES
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.negotiation import THING, chosen, preferred_language
from hrdgraph.web.pages.feeds.data import MEDIA_TYPES, ThingData
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routing.address_spaces import is_of_dataset
from hrdgraph.web.pages.routing.links import Links
from hrdgraph.web.pages.routing.responses import content, none_acceptable, redirect, refused
from hrdgraph.web.pages.site import Thing
from hrdgraph.web.pages.views.ontology import ontology_files
from hrdgraph.web.turns import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request


class IriHandlers:
    """Answers requests for IRIs and their data, and knows what handlers of pages share."""

    def __init__(self, pages: Pages) -> None:
        self.site = pages.site
        self.pages = pages
        self._data = ThingData(pages.site)

    async def thing(self, request: Request) -> Response:
        """The IRI of a thing: 303 to its page or its data, by what the client accepts and reads;
        406 with the list of what there is."""
        key = _raw_key(request, "/id/")
        links = self._links(request)
        if self.pages.is_withdrawn(key):
            return self._missing(request, self._language(request), 410)
        if is_of_dataset(key) and not self.pages.find(key):
            return self._data_set(request, links)
        if moved := self.pages.moved(key):
            return redirect(f"{links.root}id/{quote(moved.key, safe='/%:@!$&()*+,;=~')}", 301)
        found = self.pages.find(key)
        if found is None:
            return self._missing(request, self._language(request))
        wanted = chosen(request.headers.get("accept", ""), THING)
        alternates = self._alternates(found, links)
        if wanted is None:
            return none_acceptable(alternates)
        target = (
            links.page(self._language(request), self.pages.path_of(found))
            if wanted == "page"
            else links.data(found.key, wanted)
        )
        return _see_other(target, alternates)

    def _data_set(self, request: Request, links: Links) -> Response:
        """The IRI of the data set, or of a part that its description names: 303 to the page about
        the data, or to the description."""
        wanted = chosen(request.headers.get("accept", ""), THING)
        pages = [
            ("text/html", links.page(tag, "data"), f'; hreflang="{tag}"')
            for tag in self.site.languages
        ]
        data = [
            (MEDIA_TYPES[ending].partition(";")[0], links.file(f"void.{ending}"), "")
            for ending in MEDIA_TYPES
        ]
        if wanted is None:
            return none_acceptable([*pages, *data])
        page = links.page(self._language(request), "data")
        return _see_other(page if wanted == "page" else links.file(f"void.{wanted}"), pages + data)

    def _alternates(self, thing: Thing, links: Links) -> list[tuple[str, str, str]]:
        data = [
            (MEDIA_TYPES[ending].partition(";")[0], links.data(thing.key, ending), "")
            for ending in MEDIA_TYPES
        ]
        pages = [
            ("text/html", links.thing(tag, thing.key), f'; hreflang="{tag}"')
            for tag in self.site.languages
        ]
        return [
            (kind, quote(href, safe="/%:@!$&()*+,;=~?"), more)
            for kind, href, more in (*pages, *data)
        ]

    async def data(self, request: Request) -> Response:
        """The data of a thing in one format."""
        key, _, ending = _raw_key(request, "/data/").rpartition(".")
        found = self.pages.moved(key) or self.pages.find(key)
        if self.pages.is_withdrawn(key):
            return refused(Problem(410, "thing-withdrawn"))
        if found is None or ending not in MEDIA_TYPES:
            return refused(Problem(404, "thing-data-not-there"))
        links = self._links(request)
        body = await in_turn(self._data.of, found, ending)
        response = await in_turn(content, request, body, MEDIA_TYPES[ending], shared=True)
        alternates = [
            alternate
            for alternate in self._alternates(found, links)
            if not alternate[1].endswith(f".{ending}")
        ]
        canonical = f'<{quote(found.iri, safe="/%:@!$&()*+,;=~?#")}>; rel="describes"'
        response.headers["Link"] = ", ".join(
            [
                canonical,
                *(f'<{href}>; rel="alternate"; type="{kind}"' for kind, href, _ in alternates),
            ]
        )
        return response

    async def ontology(self, request: Request) -> Response:
        """A file of the ontology, in Turtle or in another format; of its own version, what the
        ontology leads to."""
        if request.path_params["name"] == self.site.ontology.version:
            return await self.ontology_page(request)
        stem, _, ending = request.path_params["name"].rpartition(".")
        name = f"{stem}.ttl"
        desk = self.pages.desk(self.site.languages[0], Links())
        if ending not in MEDIA_TYPES or name not in {path for _, path in ontology_files(desk)}:
            return refused(Problem(404, "ontology-file-not-there"))
        body = await in_turn(self._vocabulary, name, ending)
        return await in_turn(content, request, body, MEDIA_TYPES[ending], shared=True)

    def _vocabulary(self, name: str, ending: str) -> bytes:
        text = (self.site.graph.project.ontology_dir / name).read_bytes()
        if ending == "ttl":
            return text
        quads = parse(text, format_named("ttl"))
        return serialize(quads, format_named(ending), PREFIXES)

    async def ontology_page(self, request: Request) -> Response:
        """The ontology's own IRI: its page, or its data."""
        wanted = chosen(request.headers.get("accept", ""), THING)
        links = self._links(request)
        pages = [
            ("text/html", links.page(tag, "ontology"), f'; hreflang="{tag}"')
            for tag in self.site.languages
        ]
        data = [
            (MEDIA_TYPES[ending].partition(";")[0], links.file(f"ontology/core.{ending}"), "")
            for ending in MEDIA_TYPES
        ]
        if wanted is None:
            return none_acceptable([*pages, *data])
        page = links.page(self._language(request), "ontology")
        target = page if wanted == "page" else links.file(f"ontology/core.{wanted}")
        return _see_other(target, [*pages, *data])

    def _address(self, request: Request) -> str:
        return self.site.address or str(request.base_url)

    def _links(self, request: Request) -> Links:
        return Links(f"{request.scope.get('root_path', '').rstrip('/')}/")

    def _language(self, request: Request) -> str:
        return preferred_language(request.headers.get("accept-language", ""), self.site.languages)

    def _missing(self, request: Request, language: str, status: int = 404) -> Response:
        page = self.pages.missing(language, self._links(request), status)
        return content(request, page.body, "text/html; charset=utf-8", status=status, shared=True)


def _see_other(target: str, alternates: list[tuple[str, str, str]]) -> Response:
    """303, with all that the client might have had."""
    response = redirect(target, 303)
    response.headers["Link"] = ", ".join(
        f'<{href}>; rel="alternate"; type="{kind}"{more}' for kind, href, more in alternates
    )
    return response


def _raw_key(request: Request, start: str) -> str:
    """The key as the client spelled it: an IRI may have escapes that the path of a request has
    lost. What lies outside of the base has its folder in its key."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    root = request.scope.get("root_path", "")
    path = str(bytes(raw).partition(b"?")[0], "latin-1").removeprefix(root)
    return path.removeprefix(start) if path.startswith(start) else path.removeprefix("/")
