"""What pages say of the whole graph into what is made once: the larger the graph, the longer each takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Final

from hrdgraph.web.made import once
from hrdgraph.web.pages.completion import vocabulary
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import SINGLE, Page, Pages

_KEPT: Final = 64  # pages: a dozen in each language, below one prefix or two


class Kept:
    """Pages and files about all of a site. One of those who ask for the same makes it, and the others wait; who asks for another does not."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._page = lru_cache(maxsize=_KEPT)(pages.page)
        self._making = {(tag, path): Lock() for tag in pages.site.languages for path in SINGLE}
        self._listing = Lock()
        self._sitemaps: tuple[str, Mapping[str, bytes]] = "", {}

    def page(self, language: str, path: str, links: Links, query: Mapping[str, str]) -> Page | None:
        """A page; one about the whole graph, the home page above all, is kept."""
        if query or (language, path) not in self._making:
            return self._pages.page(language, path, links, query)
        with self._making[language, path]:
            return self._page(language, path, links)

    def sitemaps(self, address: str) -> Mapping[str, bytes]:
        """The sitemap for an address. The last one is kept: a build changes nothing, and mostly all ask under one name."""
        from hrdgraph.web.pages.sitemaps import sitemaps

        with self._listing:
            if self._sitemaps[0] != address:
                self._sitemaps = address, sitemaps(self._pages, address, Links(address))
            return self._sitemaps[1]

    def file(self, name: str) -> bytes:
        """`things.json`, the index of names, or `vocabulary.json`."""
        return self._names if name == "things.json" else self._vocabulary

    @once
    def _names(self) -> bytes:
        return self._pages.index.document()

    @once
    def _vocabulary(self) -> bytes:
        return vocabulary(self._pages.site)
