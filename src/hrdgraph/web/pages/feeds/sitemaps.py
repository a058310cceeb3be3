"""The pages of a site into what crawlers read: robots.txt and sitemap.xml."""

from __future__ import annotations

from typing import Final

from markupsafe import escape

from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routing.links import Links

_MOST = 40_000  # addresses of one file: its protocol allows 50,000 and 50 MB

_UNLISTED: Final = ("documents", "search", "editor")


def robots(address: str) -> bytes:
    """Crawlers are asked to leave alone what is made of questions, and told where all pages are
    listed."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /*/{path}" for path in ("search", "browse?", "editor")),
        "Disallow: /sparql",
    ]
    return "\n".join(
        [*lines, *([f"Sitemap: {address}sitemap.xml"] if address else []), ""]
    ).encode()


def sitemaps(pages: Pages, address: str, links: Links) -> dict[str, bytes]:
    """The files of the sitemap by name: every page in every language with its translations, and
    an index where one file is not enough. Claims and documents are left out: the pages of things
    tell them.
    """
    listed = SitemapFiles(pages)
    return {name: listed.file(name, address, links) for name in listed.names}


class SitemapFiles:
    """The addresses in the sitemap. A file is made when it is asked for: all together are far
    larger than what they are made of."""

    def __init__(self, pages: Pages) -> None:
        self._tags = pages.site.languages
        self._paths = self._listed(pages)
        self._each = _MOST // len(self._tags)  # pages of one file, in every language
        count = -(-len(self._paths) // self._each)
        self.names = (
            "sitemap.xml",
            *(f"sitemap-{number}.xml" for number in range(1, count + 1) if count > 1),
        )

    def _listed(self, pages: Pages) -> list[str]:
        return [
            path for path in pages.paths(claims=False) if path.partition("/")[0] not in _UNLISTED
        ]

    def file(self, name: str, address: str, links: Links) -> bytes:
        """One of the files."""
        if name == "sitemap.xml" and len(self.names) > 1:
            return _file(
                "sitemapindex",
                [
                    f"<sitemap><loc>{escape(address)}{part}</loc></sitemap>\n"
                    for part in self.names[1:]
                ],
            )
        start = max(0, self.names.index(name) - 1) * self._each
        paths = self._paths[start : start + self._each]
        return _file(
            "urlset",
            [
                _entry({tag: links.page(tag, path) for tag in self._tags}, tag)
                for path in paths
                for tag in self._tags
            ],
        )


def _file(root: str, entries: list[str]) -> bytes:
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>\n{"".join(entries)}</{root}>\n'
    ).encode()


def _entry(addresses: dict[str, str], tag: str) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{other}" href="{escape(href)}"/>'
        for other, href in addresses.items()
    )
    return f"<url><loc>{escape(addresses[tag])}</loc>{others}</url>\n"
