"""The pages of a site into what crawlers read: robots.txt and sitemap.xml."""

from __future__ import annotations

from markupsafe import escape

from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages

_MOST = 40_000  # addresses of one file: its protocol allows 50,000 and 50 MB


def robots(address: str) -> bytes:
    """Crawlers are asked to leave alone what is made of questions, and told where all pages are listed."""
    lines = ["User-agent: *", *(f"Disallow: /*/{path}" for path in ("search", "browse?", "editor")), "Disallow: /sparql"]
    return "\n".join([*lines, *([f"Sitemap: {address}sitemap.xml"] if address else []), ""]).encode()


def sitemaps(pages: Pages, address: str, links: Links) -> dict[str, bytes]:
    """The files of the sitemap by name: every page in every language with its translations, and an index where one file is not
    enough. Claims and documents are left out: the pages of things tell them.
    """
    wanted = [path for path in pages.paths(claims=False) if path.partition("/")[0] not in ("documents", "search", "editor")]
    tags = pages.site.languages
    entries = [_entry({tag: links.page(tag, path) for tag in tags}, tag) for path in wanted for tag in tags]
    parts = [_file("urlset", entries[start : start + _MOST]) for start in range(0, len(entries), _MOST)]
    if len(parts) == 1:
        return {"sitemap.xml": parts[0]}
    named = {f"sitemap-{number}.xml": part for number, part in enumerate(parts, 1)}
    listed = [f"<sitemap><loc>{escape(address)}{name}</loc></sitemap>\n" for name in named]
    return {"sitemap.xml": _file("sitemapindex", listed), **named}


def _file(root: str, entries: list[str]) -> bytes:
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>\n{"".join(entries)}</{root}>\n'.encode()


def _entry(addresses: dict[str, str], tag: str) -> str:
    others = "".join(f'<xhtml:link rel="alternate" hreflang="{other}" href="{escape(href)}"/>' for other, href in addresses.items())
    return f"<url><loc>{escape(addresses[tag])}</loc>{others}</url>\n"
