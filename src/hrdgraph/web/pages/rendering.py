"""Write views as HTML, with every value escaped, and with the structured data (JSON-LD) and
citations that search engines and readers take from a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from textwrap import shorten
from typing import Any, Final

from markupsafe import Markup, escape

from hrdgraph.catalogue import KNOWN
from hrdgraph.html_templates import Templates, without_turning
from hrdgraph.rdf import IRI
from hrdgraph.vocab import HRD, SKOS
from hrdgraph.web.pages.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.site import LINKS, SAME_AS, Site, Thing, links_of
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views.about import files_of

_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_KINDS: Final[Mapping[str, str]] = {
    "person": "Person", "organisation": "Organization", "group": "Organization", "event": "Event",
    "country": "Country", "place": "Place", "award": "Thing", "edition": "Thing",
}  # fmt: skip
_OTHERS: Final[Mapping[str, str]] = {"concept": "DefinedTerm"}
Facts = dict[str, Any]


def structured_data(desk: Desk, view: View) -> Markup:
    """Write the JSON-LD of a page, to be put into a script element of its own type: no character
    in it ends that element."""
    if not view.is_there:
        return Markup()
    text = json.dumps({"@context": "https://schema.org", **_about(desk, view)}, ensure_ascii=False)
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(safe)


def _about(desk: Desk, view: View) -> Facts:
    thing = view.values.get("thing")
    if isinstance(thing, Thing):
        return _thing(desk, view, thing)
    if view.path in ("", "data"):
        site = desk.site
        address = site.address
        facts: Facts = {
            "@type": "Dataset", "@id": f"{site.base}dataset", "identifier": f"{site.base}dataset",
            "name": _title(desk),
            "description": desk.words("dataset_description", title=_title(desk), n=len(site.graph)),
            "inLanguage": list(site.languages), "isAccessibleForFree": True,
            "version": build_of(site),
        }  # fmt: skip
        if address:
            facts["url"] = f"{address}{desk.language}/data"
            facts["distribution"] = [
                {
                    "@type": "DataDownload",
                    "name": file.label,
                    "encodingFormat": file.media_type,
                    "contentUrl": f"{address}files/{file.name}",
                }
                for file in files_of(site, static=desk.links.is_static)
            ]
        return facts
    page = {"@type": "WebPage", "name": view.title.text, "inLanguage": desk.language}
    return page | _address(desk, view) | {"isPartOf": {"@type": "WebSite", "name": _title(desk)}}


def _title(desk: Desk) -> str:
    return desk.site.graph.project.title_in(desk.language)


def _address(desk: Desk, view: View) -> Facts:
    """Return the full address of the page, where it is known."""
    return {"url": url} if (url := _full_address(desk, view)) else {}


def _full_address(desk: Desk, view: View) -> str:
    """Return the full address of the page, where it is known where the site will stand."""
    if not desk.site.address or not view.is_there:
        return ""
    return replace(desk.links, root=desk.site.address).page(desk.language, view.path)


def _thing(desk: Desk, view: View, thing: Thing) -> Facts:
    rdf, node = desk.site.rdf, thing.node
    kind = _KINDS.get(thing.kind) or _OTHERS.get(thing.kind, "WebPage")
    other_names = [name.text for name in (*thing.names, *thing.others)]
    same = [*links_of(rdf, node, *SAME_AS), *links_of(rdf, node, *LINKS)]
    facts: Facts = {
        "@type": kind, "@id": thing.iri, "identifier": thing.iri, "name": view.title.text,
        "alternateName": [n for n in dict.fromkeys(other_names) if n != view.title.text],
        **_address(desk, view), "sameAs": same if kind != "WebPage" else [],
        **(_MAKERS[thing.kind](desk, node) if thing.kind in _MAKERS else {}),
        "subjectOf": {"@type": "Dataset", "@id": f"{desk.site.base}dataset", "name": _title(desk)},
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value not in ([], "", None)}


def _person(desk: Desk, node: int) -> Facts:
    rdf = desk.site.rdf
    return {
        "birthDate": _day(desk, node, HRD.birthDate),
        "deathDate": _day(desk, node, HRD.deathDate),
        "nationality": [
            {"@type": "Country", "name": desk.labels.of(place).text}
            for place in rdf.objects(node, HRD.nationality)
        ],
        **_received_awards(desk, node),
    }


def _received_awards(desk: Desk, node: int) -> Facts:
    """Return the awards that nobody denies."""
    editions = desk.site.rdf.subjects(HRD.undisputedLaureate, node)
    return {"award": sorted({desk.labels.of(edition).text for edition in editions})}


def _event(desk: Desk, node: int) -> Facts:
    if status(desk.site.rdf, node) in DOUBTED:
        return {}
    places = desk.site.countries_of(node)
    day = _day(desk, node, HRD.date)
    located = [{"@type": "Country", "name": desk.labels.of(place).text} for place in places]
    return {"startDate": day, "location": located}


def _award(desk: Desk, node: int) -> Facts:
    conferrers = desk.site.rdf.objects(node, HRD.conferredBy)
    named = ", ".join(desk.labels.of(body).text for body in conferrers)
    return {"disambiguatingDescription": named}


def _country(desk: Desk, node: int) -> Facts:
    codes = (value.text for value in desk.site.rdf.values(node, SKOS.notation))
    return {"identifier": sorted({code for code in codes if len(code) == 2})}


_MAKERS: Final[Mapping[str, Callable[[Desk, int], Facts]]] = {
    "person": _person, "organisation": _received_awards, "group": _received_awards, "event": _event,
    "award": _award, "country": _country,
}  # fmt: skip


def _day(desk: Desk, node: int, predicate: IRI) -> str:
    """Return a date that is a plain day, month or year, and that nobody disputes."""
    rdf = desk.site.rdf
    date = rdf.closest(node, predicate)
    is_disputed = rdf.at(predicate) in rdf.objects(node, HRD.disputed)
    return date if _DAY.fullmatch(date) and not is_disputed else ""


def build_of(site: Site) -> str:
    """Return what tells this build from others: the version of the program, and the digest of all
    files."""
    outputs = json.dumps(site.graph.manifest.get("outputs", {}), sort_keys=True).encode()
    version = site.graph.manifest.get("versions", {}).get("hrdgraph", "0")
    return f"{version}+{sha256(outputs).hexdigest()[:12]}"


def citations(desk: Desk, view: View) -> Mapping[str, str]:
    """Tell how to cite the thing of a page: a line (APA), and but in a site of files BibTeX and
    CSL-JSON. The graph has no authors and no date; it has a version."""
    title, whole, build = view.title.text, _title(desk), build_of(desk.site)
    key = f"hrdgraph-{sha256(view.iri.encode()).hexdigest()[:8]}"
    csl = {
        "id": key, "type": "entry", "title": title, "container-title": whole, "version": build,
        "URL": view.iri, "language": desk.language,
    }  # fmt: skip
    fields = {"title": title, "note": f"{whole}, version {build}", "url": view.iri}
    lines = ",\n".join(f"  {name} = {{{_tex(text)}}}" for name, text in fields.items())
    names = {"title": title, "whole": whole, "build": build, "address": view.iri}
    forms = {"APA": desk.words("cite_apa", **names)}
    if desk.links.is_static:
        return forms
    return forms | {
        "BibTeX": f"@misc{{{key},\n{lines}\n}}",
        "CSL-JSON": json.dumps([csl], ensure_ascii=False, indent=1),
    }


def _tex(text: str) -> str:
    """Return a text in which no letter has a meaning of its own in BibTeX."""
    plain = re.sub(r"[{}\\\x00-\x1f]", " ", text)
    return plain if plain.startswith("http") else re.sub(r"([&%$#_~^])", r"\\\1", plain)


_LONGEST: Final = 200  # characters of a summary: search engines show fewer
_NAV: Final = ("browse", "awards", "countries", "sources", "queries", "data", "about")


def write(desk: Desk, view: View) -> str:
    """Write the whole page."""
    # what every template has
    words = desk.words
    around = {
        "w": words, "view": view, "site": desk.site, "language": desk.language, "links": desk.links,
        "page": desk.page, "nav": [(key, words(f"nav_{key}"), desk.page(key)) for key in _NAV],
        "tongues": [_edition(desk, view, tag) for tag in desk.site.languages],
        "hreflangs": _hreflangs(desk, view), "structured": structured_data(desk, view),
        "cite": citations(desk, view) if view.iri else {}, "canonical": _full_address(desk, view),
        "number": words.number, "current": view.nav, "summary": _summary(desk, view),
    }  # fmt: skip
    taken = around.keys() & view.values.keys()
    assert not taken, f"{view.template}: {taken} would be hidden by what stands around every page"
    return without_turning(_TEMPLATES.render(view.template, **view.values, **around))


def _summary(desk: Desk, view: View) -> str:
    """Return what a search engine shows below the title: what the view says of itself, or the lead
    of the page."""
    lead = f"{view.template.removesuffix('.html')}_lead"
    text = view.summary or (desk.words(lead) if view.is_there and desk.words.has(lead) else "")
    return "" if "{" in text else shorten(text[:1].upper() + text[1:], _LONGEST, placeholder=" …")


def _edition(desk: Desk, view: View, tag: str) -> tuple[str, str, str]:
    """Return a language with its own name and this page's (or the home page's) address in it."""
    return (
        tag,
        KNOWN[tag].own_name,
        desk.links.page(tag, view.path if view.is_there else "", **view.query),
    )


def _hreflangs(desk: Desk, view: View) -> list[tuple[str, str]]:
    """List the address of this page in each language, and for those who read none of them; full
    addresses where it is known where the site will stand."""
    if not view.is_there:
        return []
    links = replace(desk.links, root=desk.site.address) if desk.site.address else desk.links
    tags = (*((tag, tag) for tag in desk.site.languages), ("x-default", desk.site.languages[0]))
    return [(name, links.page(tag, view.path, **view.query)) for name, tag in tags]


def part_html(part: TextRun) -> Markup:
    """Write a part as markup: a link where it has an address, its language and direction where
    they are not the page's."""
    marks = (f' lang="{escape(part.lang)}"' if part.lang else "") + (
        f' dir="{part.dir}"' if part.dir else ""
    )
    if part.href:
        rel = ' rel="noreferrer external"' if part.outside else ""
        return Markup(f'<a href="{escape(part.href)}"{rel}{marks}>{escape(part.text)}</a>')
    if marks:
        return Markup(f"<span{marks}>{escape(part.text)}</span>")
    return escape(part.text)


def parts_html(parts: Iterable[TextRun], between: str = ", ") -> Markup:
    """Parts in a row. Those from right to left are set apart, so that they do not pull at what
    is between."""
    return escape(between).join(
        Markup(f"<bdi>{part_html(p)}</bdi>") if p.dir else part_html(p) for p in parts
    )


def soft_breaks(text: str) -> Markup:
    """Write an address that may be broken after its marks."""
    return Markup(
        str(escape(text)).replace("/", "/<wbr>").replace(".", ".<wbr>").replace("_", "_<wbr>")
    )


_TEMPLATES: Final = Templates(
    "hrdgraph.web.pages", {"part": part_html, "parts": parts_html, "soft_breaks": soft_breaks}
)
