"""Give a template plain values, and the tools to name and link the nodes in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hrdgraph.web.pages.claim_view import Teller
from hrdgraph.web.pages.labels import Labels, Linker, TextRun
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.naming import PageLanguage
from hrdgraph.web.pages.search_index import SiteIndex
from hrdgraph.web.pages.site import Site


@dataclass(frozen=True)
class View:
    """A page before it is written: its template, its title, the values, and the path that it has
    in every language.

    `data` are alternates of the thing that the page shows: (media type, address) pairs.
    `indexed` is false for pages that search engines should leave alone. `nav` is the part of the
    site that the page belongs to. `apart` tells the page from others of its title, and `summary`
    what it shows, in a line.
    """

    template: str
    title: TextRun
    path: str
    values: Mapping[str, Any]
    nav: str = ""
    data: tuple[tuple[str, str, str], ...] = ()
    iri: str = ""
    indexed: bool = True
    query: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    apart: str = ""
    summary: str = ""

    @property
    def is_there(self) -> bool:
        """Tell whether the page has an address of its own, in every language: what says that there
        is nothing has none."""
        return self.status not in (404, 410)


@dataclass(frozen=True)
class Desk:
    """What a view is made with: a site, its index, the words and labels of one language, and
    where addresses lead."""

    site: Site
    indexed: Callable[[], SiteIndex]  # few pages need it, and it is the dearest part of a site
    words: PageLanguage
    labels: Labels
    links: Links

    @property
    def index(self) -> SiteIndex:
        """Names and facets of all things."""
        return self.indexed()

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.words.language

    @cached_property
    def linker(self) -> Linker:
        """Return what names and links nodes."""
        return Linker(self.labels, self.links)

    @cached_property
    def teller(self) -> Teller:
        """Tells claims."""
        return Teller(self.linker)

    def page(self, path: str = "", /, **query: str) -> str:
        """Return the address of a page in the language of this one."""
        return self.links.page(self.language, path, **query)

    def link(self, key: str, path: str, /, **query: str) -> TextRun:
        """Return a text of the catalogue that leads to a page."""
        return TextRun(self.words(key), self.page(path, **query))
