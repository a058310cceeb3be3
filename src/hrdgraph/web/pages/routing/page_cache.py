"""What pages say of the whole graph into what is made once: the larger the graph, the longer
each takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Final

from hrdgraph.web.memo import once
from hrdgraph.web.pages.feeds.sitemaps import SitemapFiles
from hrdgraph.web.pages.pages import SINGLE, Pages, RenderedPage
from hrdgraph.web.pages.routing.links import Links
from hrdgraph.web.pages.search.completion import vocabulary

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
        self._sitemap = lru_cache(maxsize=_FILES)(self._listed_in)

    def page(
        self, language: str, path: str, links: Links, query: Mapping[str, str]
    ) -> RenderedPage | None:
        """A page; one about the whole graph, the home page above all, is kept."""
        if query or "/" in path:
            return self._pages.page(language, path, links, query)
        if (language, path) not in self._making:
            return None
        with self._making[language, path]:
            return self._page(language, path, links)

    def sitemap(self, name: str, address: str) -> bytes | None:
        """A file of the sitemap, None where it has none of that name. The last ones are kept:
        mostly all ask under one address."""
        with self._listing:
            return self._sitemap(name, address)

    def _listed_in(self, name: str, address: str) -> bytes | None:
        return (
            self._listed.file(name, address, Links(address)) if name in self._listed.names else None
        )

    @once
    def _listed(self) -> SitemapFiles:
        return SitemapFiles(self._pages)

    def file(self, name: str) -> bytes:
        """`things.json`, the index of names, or `vocabulary.json`."""
        return self._names if name == "things.json" else self._vocabulary

    @once
    def _names(self) -> bytes:
        return self._pages.index.document()

    @once
    def _vocabulary(self) -> bytes:
        return vocabulary(self._pages.site)
