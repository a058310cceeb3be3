"""A thing into its data: Turtle, JSON-LD and N-Triples of all that belongs to it, its evidence
and documents included.

The same statements as `hrdgraph export --entity` gives, cut out of the columns for the one
thing: memory and cost grow with what belongs to it, not with the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from hrdgraph.exports.context import read_context
from hrdgraph.exports.description import VOID
from hrdgraph.exports.documents import DocumentFacts, DocumentKeys, text_of, thing_document
from hrdgraph.exports.names import ExportOptions
from hrdgraph.exports.subset import LinkIndex, Selection, cut, select
from hrdgraph.exports.turtle import turtle
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, parse_term
from hrdgraph.vocab import RDF, XSD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.routing.address_spaces import PLAIN
from hrdgraph.web.pages.site import Site, Thing
from hrdgraph.web.pages.wording.labels import Labels
from hrdgraph.web.pages.wording.naming import shortened
from hrdgraph.web.pages.wording.words import words_in

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples; charset=utf-8",
}


class ThingData:
    """The data of the things of a site, of one at a time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._index = LinkIndex(site.graph.columns, site.said.outgoing, site.said.incoming)

    def of(self, thing: Thing, ending: str) -> bytes:
        """The document of a thing in the format with an ending: ttl, jsonld or nt."""
        selection = self._selection(thing)
        graph = cut(self._index, thing.node, selection).trimmed().triples().trimmed()
        if thing.kind == "graph":
            graph = self._sized(thing, graph)
        if ending == "jsonld":
            return self._jsonld(thing, graph)
        return (
            b"".join(turtle(graph, ExportOptions(None, self._site.base)))
            if ending == "ttl"
            else graph.document()
        )

    def _selection(self, thing: Thing) -> Selection:
        """What belongs to a thing; of a concept or a named graph, which thousands of claims
        mention, what is said of itself."""
        if thing.kind not in PLAIN:
            return select(self._index, thing.node)
        outgoing = self._index.outgoing
        mentioned = {o for _, o in outgoing.get(thing.node) if o in outgoing}
        return Selection(frozenset({thing.node}), frozenset(mentioned) - {thing.node})

    def _sized(self, thing: Thing, graph: ColumnGraph) -> ColumnGraph:
        """The graph with how many statements the named graph has: of some, nothing else is
        said."""
        size = str(self._site.said.sizes[thing.node])
        node = IRI(thing.iri)
        said = [
            Quad(node, RDF.type, VOID.Dataset),
            Quad(node, VOID.triples, Literal(size, XSD.integer.value)),
        ]
        return ColumnGraph.union([graph, ColumnGraph.from_quads(said)])

    def _jsonld(self, thing: Thing, graph: ColumnGraph) -> bytes:
        root = graph.position(f"<{thing.iri}>")
        if root is None:
            raise KeyError(thing.iri)
        return self.documents.of(
            root, graph.quads.select("s", "p", "o").rows(), graph.terms.to_list()
        )

    @once
    def documents(self) -> Documents:
        """What writes JSON-LD."""
        return Documents(self._site)


class Documents:
    """Writes JSON-LD documents of a site: statements as positions in a dictionary, those of one
    subject together."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._keys = DocumentKeys(read_context(site.graph.project.context_file))
        self._labels = Labels(site, words_in(site.languages[0]))

    def of(self, root: int, rows: Iterable[tuple[int, int, int]], terms: Sequence[str]) -> bytes:
        """The document of a thing at a position in a dictionary."""
        outgoing: dict[int, list[tuple[int, int]]] = {}
        for s, p, o in rows:
            outgoing.setdefault(s, []).append((p, o))
        facts = DocumentFacts(
            root, outgoing, lambda node: _parsed(terms[node]), lambda node: self._label(terms[node])
        )
        return text_of(thing_document(facts, self._keys))

    def _label(self, term: str) -> str:
        """What a node is called in the first language of the site."""
        node = self._site.said.find(term[1:-1])
        return self._labels.of(node).text if node >= 0 else shortened(term.strip("<>"))


_parsed = lru_cache(maxsize=100_000)(parse_term)
