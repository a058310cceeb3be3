"""A thing into its data: Turtle, JSON-LD and N-Triples of all that belongs to it, its evidence
and documents included.

The same statements as `hrdgraph export --entity` gives, cut out of the columns for the one
thing: memory and cost grow with what belongs to it, not with the graph.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from hrdgraph.export.context import JsonLdContext, read_context
from hrdgraph.export.frame import Framer
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.subset import LinkIndex, Selection, cut, select
from hrdgraph.export.turtle import turtle
from hrdgraph.rdf import ColumnGraph
from hrdgraph.web.memo import once
from hrdgraph.web.pages.site import Site, Thing

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

    def of(self, thing: Thing, ending: str, root: str = "/") -> bytes:
        """The document of a thing in the format with an ending: ttl, jsonld or nt. `root` leads
        from it to the top of the site."""
        selection = select(self._index, thing.node)
        graph = cut(self._index, thing.node, selection).trimmed().triples().trimmed()
        if ending == "jsonld":
            return self._jsonld(thing, graph, selection, root)
        return (
            b"".join(turtle(graph, ExportOptions(None, self._site.base)))
            if ending == "ttl"
            else graph.document()
        )

    def _jsonld(self, thing: Thing, graph: ColumnGraph, selection: Selection, root: str) -> bytes:
        writer = Framer.of(graph, LinkIndex.of(graph), self._context, self._site.base)
        position = graph.position(f"<{thing.iri}>")
        if position is None:
            raise KeyError(thing.iri)
        parts = (self._renumbered(nodes, graph) for nodes in (selection.full, selection.labelled))
        return framed_document(self._site, writer.entity(position, Selection(*parts)), root)

    def _renumbered(self, nodes: frozenset[int], graph: ColumnGraph) -> frozenset[int]:
        """Where nodes stand in the smaller dictionary of what was cut out; what says nothing
        need not be there."""
        texts = (self._site.graph.columns.terms[node] for node in nodes)
        return frozenset(place for text in texts if (place := graph.position(text)) is not None)

    @once
    def _context(self) -> JsonLdContext:
        return read_context(self._site.graph.project.context_file)


def framed_document(site: Site, entity: Mapping[str, Any], root: str) -> bytes:
    """The JSON-LD of an entity, with the address of the context."""
    document = {
        "@context": [f"{site.address or root}{site.context[0]}", {"@base": site.base}],
        "@graph": [entity],
    }
    # with indents, the encoder in C is not used: three times the time
    return json.dumps(document, ensure_ascii=False).encode()
