"""Write what programs read of a site beside its pages: the data of a thing, an Atom feed (RFC
4287), sitemaps, checksums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from markupsafe import escape

from hrdgraph.exports.description import VOID
from hrdgraph.exports.documents import DocumentFacts, DocumentKeys, text_of, thing_document
from hrdgraph.exports.graph_texts import ExportOptions, turtle
from hrdgraph.exports.jsonld import read_context
from hrdgraph.exports.subset import LinkIndex, Selection, extract, select
from hrdgraph.ontology import context_of
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import serialize
from hrdgraph.vocab import HRD, PREFIXES, RDF, XSD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.awards import WON
from hrdgraph.web.pages.claim_nodes import DOUBTED, earliest, status
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import PLAIN, Links
from hrdgraph.web.pages.naming import shorten_iri, words_in
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.site import Site, Thing
from hrdgraph.web.pages.views.about import files_of

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "ttl": "text/turtle; charset=utf-8", "jsonld": "application/ld+json",
    "nt": "application/n-triples; charset=utf-8", "rdf": "application/rdf+xml",
}  # fmt: skip


class ThingData:
    """The data of the things of a site, of one at a time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._index = LinkIndex(site.graph.columns, site.rdf.outgoing, site.rdf.incoming)

    def of(self, thing: Thing, ending: str) -> bytes:
        """Write the document of a thing in the format with an ending of MEDIA_TYPES."""
        selection = self._selection(thing)
        graph = extract(self._index, thing.node, selection).trim().triples().trim()
        if thing.kind == "graph":
            # add how many statements the named graph has: of some, nothing else is said
            size = str(self._site.rdf.sizes[thing.node])
            node = IRI(thing.iri)
            size_quads = [
                Quad(node, RDF.type, VOID.Dataset),
                Quad(node, VOID.triples, Literal(size, XSD.integer.value)),
            ]
            graph = ColumnGraph.union([graph, ColumnGraph.from_quads(size_quads)])
        if ending == "jsonld":
            return self._jsonld(thing, graph)
        if ending == "rdf":
            return serialize(graph, format_named("rdfxml"), PREFIXES)
        return (
            b"".join(turtle(graph, ExportOptions(None, self._site.base)))
            if ending == "ttl"
            else graph.document()
        )

    def _selection(self, thing: Thing) -> Selection:
        """Select what belongs to a thing; of a concept or a named graph, which thousands of claims
        mention, only what is said of itself."""
        if thing.kind not in PLAIN:
            return select(self._index, thing.node)
        outgoing = self._index.outgoing
        mentioned = {o for _, o in outgoing.get(thing.node) if o in outgoing}
        return Selection(frozenset({thing.node}), frozenset(mentioned) - {thing.node})

    def _jsonld(self, thing: Thing, graph: ColumnGraph) -> bytes:
        terms, root = graph.terms.to_list(), graph.position(f"<{thing.iri}>")
        if root is None:
            raise KeyError(thing.iri)
        outgoing: dict[int, list[tuple[int, int]]] = {}
        for s, p, o in graph.quads.select("s", "p", "o").rows():
            outgoing.setdefault(s, []).append((p, o))
        facts = DocumentFacts(
            root, outgoing, lambda node: _parsed(terms[node]), lambda node: self._label(terms[node])
        )
        return text_of(thing_document(facts, self._keys))

    @once
    def _keys(self) -> DocumentKeys:
        return DocumentKeys(read_context(context_of(self._site.graph.project)))

    @once
    def _labels(self) -> Labels:
        return Labels(self._site, self._site.words_in(self._site.languages[0]))

    def _label(self, term: str) -> str:
        """Return what a node is called in the first language of the site."""
        node = self._site.rdf.find(term[1:-1])
        return self._labels.of(node).text if node >= 0 else shorten_iri(term.strip("<>"))


_parsed = lru_cache(maxsize=100_000)(parse_term)


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


class SitemapFiles:
    """The addresses in the sitemap: every page in every language with its translations, without
    claims and documents, which the pages of things tell; and an index where one file is not
    enough. A file is made when it is asked for: all together are far larger than what they are
    made of."""

    def __init__(self, pages: Pages, paths: Iterable[str] | None = None) -> None:
        self._tags = pages.site.languages
        paths = pages.paths(claims=False) if paths is None else paths
        self._paths = [path for path in paths if path.partition("/")[0] not in _UNLISTED]
        self._each = _MOST // len(self._tags)  # pages of one file, in every language
        count = -(-len(self._paths) // self._each)
        self.names = (
            "sitemap.xml",
            *(f"sitemap-{number}.xml" for number in range(1, count + 1) if count > 1),
        )

    def file(self, name: str, address: str, links: Links) -> bytes:
        """One of the files."""
        if name == "sitemap.xml" and len(self.names) > 1:
            parts = self.names[1:]
            places = [f"<sitemap><loc>{escape(address)}{part}</loc></sitemap>\n" for part in parts]
            return _file("sitemapindex", places)
        start = max(0, self.names.index(name) - 1) * self._each
        entries = [
            _entry({tag: links.page(tag, path) for tag in self._tags}, tag)
            for path in self._paths[start : start + self._each]
            for tag in self._tags
        ]
        return _file("urlset", entries)


def _file(root: str, entries: list[str]) -> bytes:
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>\n{"".join(entries)}</{root}>\n'
    ).encode()


def _entry(addresses: dict[str, str], tag: str) -> str:
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{other}" href="{escape(href)}"/>'
        for other, href in addresses.items()
    )
    return f"<url><loc>{escape(addresses[tag])}</loc>{alternates}</url>\n"


def checksums(site: Site, *, static: bool = False) -> bytes:
    """Write a line for each file that is offered, by name."""
    offered = sorted((file.name, file.digest) for file in files_of(site, static=static))
    return "".join(f"{digest}  {name}\n" for name, digest in offered if digest).encode()


_ENTRIES: Final = 50
_TOLD: Final = ("event", "announcement", "ceremony")
_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


class Feed:
    """The feed of a site, in any of its languages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._labels = {tag: Labels(site, site.words_in(tag)) for tag in site.languages}

    def document(self, language: str, address: str) -> bytes:
        """Write the feed. `address` is where the site stands and ends in a slash."""
        site, links = self._site, Links(address)
        own = f"{address}{language}/feed.atom"
        updated = _moment(self._latest[0][0]) if self._latest else "1970-01-01T00:00:00Z"
        head = [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">',
            f"<id>{escape(site.base)}dataset#feed-{language}</id>",
            f"<title>{_text(site.graph.project.title_in(language))}</title>",
            f"<subtitle>{_text(words_in(language)('feed'))}</subtitle>",
            f"<updated>{updated}</updated>",
            f"<author><name>{_text(site.graph.project.title_in(language))}</name></author>",
            f'<link rel="self" href="{escape(own)}"/>',
            f'<link href="{escape(links.page(language))}"/>',
        ]
        entries = [self._entry(node, day, language, links) for day, node in self._latest]
        return "\n".join([*head, *entries, "</feed>", ""]).encode()

    @once
    def _latest(self) -> list[tuple[str, int]]:
        """List the last dated claims, each with its first day."""
        site, rdf = self._site, self._site.rdf
        dated = [
            (day, node)
            for node in site.claims
            if self._is_told(node)
            and status(rdf, node) not in DOUBTED
            and _DAY.fullmatch(day := earliest(site.topics, node))
        ]
        order = site.order
        return sorted(dated, key=lambda pair: (pair[0], -order[pair[1]]), reverse=True)[:_ENTRIES]

    def _is_told(self, node: int) -> bool:
        """Tell whether a claim is news: who was a finalist did not win."""
        rdf, kind = self._site.rdf, self._site.kinds[node]
        if kind != "conferral":
            return kind in _TOLD
        return not {*WON}.isdisjoint(self._site.codes(rdf.objects(node, HRD.outcome)))

    def _entry(self, node: int, day: str, language: str, links: Links) -> str:
        thing, labels = self._site.things[node], self._labels[language]
        about = sorted(self._site.topics.about(node))
        terms = "".join(f'<category term="{_text(labels.of(other).text)}"/>' for other in about[:8])
        title, page = _text(labels.of(node).text), _text(links.page(language, f"id/{thing.key}"))
        return (
            f"<entry><id>{_text(thing.iri)}</id><title>{title}</title>"
            f'<updated>{_moment(day)}</updated><link href="{page}"/>'
            f"{terms}<summary>{title} ({day})</summary></entry>"
        )


def _moment(day: str) -> str:
    """Return the first moment of a day, a month or a year."""
    return f"{day}{'-01' * (2 - day.count('-'))}T00:00:00Z"


def _text(text: str) -> str:
    """Escape a text for XML, without what XML forbids."""
    return str(escape(re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)))
