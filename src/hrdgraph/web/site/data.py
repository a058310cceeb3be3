"""All things of a site into their data, the bytes that `web.pages.feeds.data` makes of each
one.

They are put together from pieces that are made once for the whole graph: ten thousand things are
written in seconds, where cutting and serialising each one anew would take minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from hrdgraph.exports.names import ExportOptions
from hrdgraph.exports.subset import LABELS, LinkIndex, Selection, select
from hrdgraph.exports.turtle import turtle
from hrdgraph.rdf import ColumnGraph
from hrdgraph.vocab import DCTERMS
from hrdgraph.web.pages.feeds.data import Documents
from hrdgraph.web.pages.site import Site, Thing

_USED = re.compile(r"(?:^|[\s,;^])([a-z][a-z0-9-]*):")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_PREFIX = re.compile(r"(?:@prefix|@base) .*\n")


class AllData:
    """The data of the things of a site, for one who wants most of them. Each format is prepared
    when it is first asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._graph = site.graph.columns.triples()

    def of(self, thing: Thing, ending: str) -> bytes:
        """The document of a thing in the format with an ending: ttl, jsonld or nt."""
        if ending == "jsonld":
            return self._jsonld(thing)
        return self._turtle(thing) if ending == "ttl" else self._ntriples(thing)

    @cached_property
    def _index(self) -> LinkIndex:
        return LinkIndex.of(self._graph)

    def _selection(self, thing: Thing) -> tuple[int, Selection]:
        position = self._graph.position(f"<{thing.iri}>")
        if position is None:
            raise KeyError(thing.iri)
        return position, select(self._index, position)

    def _ntriples(self, thing: Thing) -> bytes:
        terms = self._terms
        _, rows = self._rows(thing)
        return "".join(f"{terms[s]} {terms[p]} {terms[o]} .\n" for s, p, o in rows).encode()

    def _rows(self, thing: Thing) -> tuple[int, list[tuple[int, int, int]]]:
        """The position of a thing, and all that belongs to it."""
        position, selection = self._selection(thing)
        outgoing = self._index.outgoing
        shown = [(s, p, o) for s in selection.full for p, o in outgoing.get(s, ())]
        shown += [
            (s, p, o)
            for s in selection.labelled
            for p, o in outgoing.get(s, ())
            if p in self._label_predicates
        ]
        shown += [
            (s, p, position)
            for p, s in self._index.incoming.get(position, ())
            if p == self._replaced
        ]
        return position, sorted(set(shown))

    def _turtle(self, thing: Thing) -> bytes:
        position, selection = self._selection(thing)
        full, labels = self._blocks, self._label_blocks
        found = {s: full[s] for s in selection.full if s in full} | {
            s: labels[s] for s in selection.labelled if s in labels
        }
        found |= self._alias_blocks(position, found)
        body = " .\n\n".join(text for _, text in sorted(found.items()))
        return f"{self._header(body)}{body} .\n".encode()

    def _alias_blocks(self, position: int, found: Mapping[int, str]) -> dict[int, str]:
        aliases = [
            s
            for p, s in self._index.incoming.get(position, ())
            if p == self._replaced and s not in found
        ]
        return {s: self._blocks[s] for s in aliases if s in self._blocks}

    def _header(self, body: str) -> str:
        """The prefixes that a document uses."""
        # for rdf:type, as the export has it
        used = set(_USED.findall(_LITERAL.sub("", body))) | ({"rdf"} if " a " in body else set())
        lines = [
            line
            for line in self._prefixes
            if line.startswith("@base") or line.split()[1].rstrip(":") in used
        ]
        return "".join(lines) + ("\n" if lines else "")

    def _jsonld(self, thing: Thing) -> bytes:
        position, rows = self._rows(thing)
        return self._documents.of(position, rows, self._terms)

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self._site)

    @cached_property
    def _terms(self) -> list[str]:
        return self._graph.terms.to_list()

    @cached_property
    def _label_predicates(self) -> frozenset[int]:
        return frozenset(
            place for term in LABELS if (place := self._graph.position(term)) is not None
        )

    @cached_property
    def _replaced(self) -> int:
        place = self._graph.position(DCTERMS.isReplacedBy)
        return -1 if place is None else place

    @cached_property
    def _text(self) -> str:
        return self._written(self._graph)

    def _written(self, graph: ColumnGraph) -> str:
        return b"".join(turtle(graph, ExportOptions(None, self._site.base))).decode()

    @cached_property
    def _prefixes(self) -> list[str]:
        return _PREFIX.findall(self._text)

    @cached_property
    def _blocks(self) -> dict[int, str]:
        return self._cut(self._text, self._graph)

    @cached_property
    def _label_blocks(self) -> dict[int, str]:
        """The blocks with labels only."""
        wanted = self._label_predicates
        kept = self._graph.quads["p"].is_in(list(wanted))
        graph = ColumnGraph(self._graph.terms, self._graph.quads.filter(kept))
        return self._cut(self._written(graph), graph)

    def _cut(self, text: str, graph: ColumnGraph) -> dict[int, str]:
        """Turtle cut into its subjects: blocks stand in the order of subjects, with an empty
        line between."""
        body = _PREFIX.sub("", text).strip()
        blocks = body.removesuffix(" .").split(" .\n\n") if body else []
        subjects: Iterable[int] = graph.quads["s"].unique().sort().to_list()
        return dict(zip(subjects, blocks, strict=True))
