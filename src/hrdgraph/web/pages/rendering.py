"""Views into HTML: templates with every value escaped, and what stands around each page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from textwrap import shorten
from typing import Any, Final

from markupsafe import Markup, escape

from hrdgraph.html_templates import Templates, without_turning
from hrdgraph.web.pages.feeds.structured_data import citations, structured
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.wording.labels import TextRun
from hrdgraph.web.pages.wording.words import words_in

_LONGEST: Final = 200  # characters of a summary: search engines show fewer
_NAV: Final = ("browse", "awards", "countries", "sources", "queries", "data", "about")


def write(desk: Desk, view: View) -> str:
    """The whole page."""
    around = _around(desk, view)
    taken = around.keys() & view.values.keys()
    assert not taken, f"{view.template}: {taken} would be hidden by what stands around every page"
    return without_turning(_TEMPLATES.render(view.template, **view.values, **around))


def _around(desk: Desk, view: View) -> dict[str, Any]:
    """What every template has."""
    words = desk.words
    return {
        "w": words,
        "view": view,
        "site": desk.site,
        "language": desk.language,
        "links": desk.links,
        "page": desk.page,
        "nav": [(key, words(f"nav_{key}"), desk.page(key)) for key in _NAV],
        "tongues": [_edition(desk, view, tag) for tag in desk.site.languages],
        "hreflangs": _hreflangs(desk, view),
        "structured": structured(desk, view),
        "cite": citations(desk, view) if view.iri else {},
        "canonical": _canonical(desk, view),
        "number": words.number,
        "current": view.nav,
        "summary": _summary(desk, view),
    }


def _summary(desk: Desk, view: View) -> str:
    """What a search engine shows below the title: what the view says of itself, or the lead of
    the page."""
    lead = f"{view.template.removesuffix('.html')}_lead"
    text = view.summary or (desk.words(lead) if view.is_there and desk.words.has(lead) else "")
    return "" if "{" in text else shorten(text[:1].upper() + text[1:], _LONGEST, placeholder=" …")


def _canonical(desk: Desk, view: View) -> str:
    """The full address of the page, where it is known where the site will stand."""
    return (
        replace(desk.links, root=desk.site.address).page(desk.language, view.path)
        if desk.site.address and view.is_there
        else ""
    )


def _edition(desk: Desk, view: View, tag: str) -> tuple[str, str, str]:
    """A language with its own name and the address of this page in it, or of the home page."""
    return (
        tag,
        words_in(tag).own_name,
        desk.links.page(tag, view.path if view.is_there else "", **view.query),
    )


def _hreflangs(desk: Desk, view: View) -> list[tuple[str, str]]:
    """The language and the address of this page in each language, and for those who read none of
    them; full addresses where it is known where the site will stand."""
    if not view.is_there:
        return []
    links = replace(desk.links, root=desk.site.address) if desk.site.address else desk.links
    tags = (*((tag, tag) for tag in desk.site.languages), ("x-default", desk.site.languages[0]))
    return [(name, links.page(tag, view.path, **view.query)) for name, tag in tags]


def part_html(part: TextRun, class_: str = "") -> Markup:
    """A part as markup: a link where it has an address, its language and direction where they
    are not the page's."""
    marks = (f' lang="{escape(part.lang)}"' if part.lang else "") + (
        f' dir="{part.dir}"' if part.dir else ""
    )
    marks += f' class="{class_}"' if class_ else ""
    if part.href:
        rel = ' rel="noreferrer external"' if part.outside else ""
        return Markup(f'<a href="{escape(part.href)}"{rel}{marks}>{escape(part.text)}</a>')
    if marks:
        return Markup(f"<span{marks}>{escape(part.text)}</span>")
    return escape(part.text)


def parts_html(parts: Iterable[TextRun], between: str = ", ") -> Markup:
    """Parts in a row. Those from right to left are set apart, so that they do not pull at what
    is between."""
    return Markup(
        escape(between).join(
            Markup(f"<bdi>{part_html(p)}</bdi>") if p.dir else part_html(p) for p in parts
        )
    )


def soft_breaks(text: str) -> Markup:
    """An address that may be broken after its marks."""
    return Markup(
        str(escape(text)).replace("/", "/<wbr>").replace(".", ".<wbr>").replace("_", "_<wbr>")
    )


_TEMPLATES: Final = Templates(
    "hrdgraph.web.pages", {"part": part_html, "parts": parts_html, "soft_breaks": soft_breaks}
)
