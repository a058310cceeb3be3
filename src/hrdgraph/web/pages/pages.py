"""Make the bytes of a page from a site, a language and a path: the one core of the live pages and
of the static ones. Every value in the HTML is escaped; the structured data (JSON-LD) and citations
are those that search engines and readers take from a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from textwrap import shorten
from typing import Any, Final
from urllib.parse import unquote

from markupsafe import Markup, escape

from hrdgraph.catalogue import KNOWN
from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.html_templates import Templates, without_turning
from hrdgraph.queries.model import Query
from hrdgraph.rdf import IRI
from hrdgraph.store.contract import Answer
from hrdgraph.vocab import HRD, SKOS
from hrdgraph.web.memo import once
from hrdgraph.web.pages.claim_nodes import DOUBTED, status
from hrdgraph.web.pages.labels import Labels, TextRun
from hrdgraph.web.pages.links import Links, spaces_of
from hrdgraph.web.pages.naming import names_of
from hrdgraph.web.pages.search_index import SiteIndex
from hrdgraph.web.pages.site import LINKS, SAME_AS, Site, Thing, links_of
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views import about, lists, ontology, questions, sources, thing
from hrdgraph.web.pages.views.about import ReleaseChanges, changes_of, files_of
from hrdgraph.web.pages.views.thing import SharedPage

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


SINGLE: Final = (
    "", "browse", "search", "awards", "countries", "sources", "queries", "editor", "ontology",
    "data", "validation", "changes", "about",
)  # fmt: skip
NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class RenderedPage:
    """A finished page."""

    body: bytes
    view: View
    status: int = 200


class Pages:
    """Makes the pages of a site. What is asked of the store is handed in by the caller, so that
    nothing here waits."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._labels = {
            tag: Labels(site, site.words_in(tag, marked=True)) for tag in site.languages
        }

    @once
    def index(self) -> SiteIndex:
        """Names and facets of all things."""
        return SiteIndex.of(self.site)

    @once
    def changes(self) -> ReleaseChanges | None:
        """Return what is new since the last release."""
        return changes_of(self.site)

    def prepare(self) -> None:
        """Work out what the home page, lists and searches need: in a large graph a visitor would
        wait for it."""
        for language in self.site.languages:
            self.page(language, "", Links())
        _ = self.index

    def desk(self, language: str, links: Links) -> Desk:
        """Return what pages of a language are made with."""
        labels = self._labels[language]
        return Desk(self.site, lambda: self.index, labels.words, labels, links)

    def page(
        self, language: str, path: str, links: Links, query: Mapping[str, str] = NOTHING
    ) -> RenderedPage | None:
        """Return the page of a path, but for those of queries; None where there is none."""
        desk = self.desk(language, links)
        view = self.view(desk, path, query)
        return None if view is None else finish(desk, view)

    def question(
        self, language: str, query: Query, given: Mapping[str, str],
        answer: Answer | HrdgraphError | None, links: Links, piece: int = 1,
    ) -> RenderedPage:  # fmt: skip
        """Return the page of a query with its answer, or with a piece of it."""
        desk = self.desk(language, links)
        return finish(desk, questions.question_view(desk, query, given, answer, piece))

    def shared_page(self, language: str, page: SharedPage, links: Links) -> RenderedPage:
        """Return a page of several things, of a large site of files."""
        desk = self.desk(language, links)
        return finish(desk, page.view(desk))

    def missing(self, language: str, links: Links, status: int = 404) -> RenderedPage:
        """Return the page for an unknown address (404), or for one that was withdrawn (410)."""
        desk = self.desk(language, links)
        what = "thing_withdrawn" if status == 410 else "missing"
        link, values = desk.link(what, ""), {"what": what}
        view = View("missing.html", link, "missing", values, indexed=False, status=status)
        return finish(desk, view)

    def view(self, desk: Desk, path: str, query: Mapping[str, str]) -> View | None:
        """Return the view of a path."""
        head, _, rest = path.partition("/")
        if not rest:
            return self._single(desk, head, query)
        if head == "id":
            thing_found = self.find(rest)
            return thing.thing_view(desk, thing_found) if thing_found else None
        if head == "list":
            return lists.list_view(desk, rest)
        makers = {"sources": sources.source_view, "documents": sources.document_view}
        return makers[head](desk, rest) if head in makers else None

    def _single(self, desk: Desk, head: str, query: Mapping[str, str]) -> View | None:
        asked = {"browse": lists.browse_view, "search": lists.search_view}
        if head in asked:
            return asked[head](desk, query)
        if head == "editor":
            return about.editor_view(desk, query.get("query", ""))
        makers = {
            "": about.home_view, "awards": lists.awards_view, "countries": lists.countries_view,
            "sources": sources.sources_view, "queries": questions.questions_view,
            "ontology": ontology.ontology_view, "data": about.data_view,
            "validation": about.validation_view,
            "changes": lambda desk: about.changes_view(desk, self.changes),
            "about": about.about_view,
        }  # fmt: skip
        return makers[head](desk) if head in makers else None

    def find(self, key: str) -> Thing | None:
        """Return the thing of a key, however its letters are escaped."""
        return self.site.thing(key) or self._by_plain_key(key) or self._record(key)

    def path_of(self, thing: Thing) -> str:
        """Return the path of its page in every language: a source has one that tells more."""
        source = thing.key.removeprefix("graph/")
        is_source = thing.kind == "graph" and source in self.site.sources
        return f"sources/{source}" if is_source else f"id/{thing.key}"

    def find_successor(self, key: str) -> Thing | None:
        """Find the thing that has replaced an old key, however its letters are escaped."""
        node = self._plain_aliases.get(unquote(key))
        return (
            None if node is None or self.site.node_of(key) is not None else self.site.things[node]
        )

    def is_withdrawn(self, key: str) -> bool:
        """Tell whether the thing of a key was taken back, however its letters are escaped."""
        return unquote(key) in self._plain_withdrawn and self.site.node_of(key) is None

    def _record(self, key: str) -> Thing | None:
        """Return what the graph describes and no list shows: a passage, a place in a text; a
        concept, a named graph, the software."""
        iri = f"{self.site.base}{key}"
        node = self.site.rdf.find(iri)
        own = (
            node in self.site.rdf.outgoing
            and not self.find_successor(key)
            and not self.is_withdrawn(key)
        )
        return Thing(node, iri, key, "record", (), ()) if own else self._outside(key)

    def _outside(self, key: str) -> Thing | None:
        """Return what the key of another namespace names."""
        rdf = self.site.rdf
        for space in spaces_of(self.site.graph.project):
            iri = f"{space.prefix}{key.removeprefix(space.folder)}"
            node = rdf.find(iri) if key.startswith(space.folder) else -1
            if node >= 0 and (node in rdf.outgoing or node in rdf.sizes):
                names = names_of(rdf, node)
                is_part = space.kind == "graph" and node not in rdf.sizes
                return Thing(node, iri, key, "record" if is_part else space.kind, *names)
        return None

    def _by_plain_key(self, key: str) -> Thing | None:
        plain = unquote(key)
        candidates = [
            node
            for node in (self.site.node_of(plain), self._keys_without_escapes.get(plain))
            if node is not None
        ]
        return (
            self.site.things[max(candidates, key=self.site.order.__getitem__)]
            if candidates
            else None
        )

    @once
    def _keys_without_escapes(self) -> dict[str, int]:
        """Return the things whose keys have escapes, by their keys without them."""
        iris = ((self.site.rdf.iri(node), node) for node in self.site.kinds)
        return {unquote(self.site.key_of(node)): node for iri, node in iris if "%" in iri}

    @once
    def _plain_aliases(self) -> dict[str, int]:
        return {unquote(key): node for key, node in self.site.aliases.items()}

    @once
    def _plain_withdrawn(self) -> frozenset[str]:
        return frozenset(map(unquote, self.site.withdrawn))

    def query(self, name: str) -> Query | None:
        """Return the saved query of a name, checks and derivations left out."""
        try:
            query = self.site.graph.queries[name]
        except QueryError:
            return None
        return query if query in self.site.graph.queries.questions else None

    def paths(self, *, claims: bool = True) -> Iterator[str]:
        """Yield the path of every page of a language but those of queries, in a fixed order;
        without `claims`, of claims those of events only."""
        yield from SINGLE
        for kind in sorted(self.index.by_kind):
            yield from lists.list_paths(self.index, kind)
        yield from (f"sources/{key}" for key in self.site.sources)
        yield from (f"documents/{key}" for key in sorted(self.site.documents_by_key))
        kinds = self.site.kinds.items()
        yield from (
            f"id/{self.site.key_of(node)}"
            for node, kind in kinds
            if claims or kind == "event" or not self.site.topics.is_claim(node)
        )


def finish(desk: Desk, view: View) -> RenderedPage:
    """Write a view as bytes."""
    return RenderedPage(write(desk, view).encode(), view, view.status)
