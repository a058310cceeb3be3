"""Columns into framed JSON-LD: a document an entity, with its claims, their evidence and
documents, and labels inside it; each key has one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from hrdgraph.errors import QueryError
from hrdgraph.export.context import read_context
from hrdgraph.export.document_keys import KEYWORDS, REVERSED, DocumentKeys, text_of
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.subset import LABELS, LinkIndex, select
from hrdgraph.export.thing_document import DocumentFacts, thing_document
from hrdgraph.rdf import ColumnGraph, Literal, parse_term
from hrdgraph.vocab import DCTERMS, FOAF, RDFS, SCHEMA, SKOS

_CALLED: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name, SCHEMA.name)
_TAGS: Final = {"": 0, "en": 1}  # which of several names a label is; then any


def framed(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One JSON-LD document; below `@graph` one node an entity and line (or only
    `options.root`). Named graphs are merged, as framing does. A node is described once an
    entity, where it is nearest, and named everywhere else, so there is no loop.
    """
    keys = DocumentKeys(read_context(options.context))
    index = LinkIndex.of(graph.triples().trimmed())
    roots = index.entities if options.root is None else (_root(index.graph, options.root),)
    if len(graph) and not roots:
        raise QueryError("frame-empty")
    return _document(Framer(index, keys), roots)


def _root(graph: ColumnGraph, iri: str) -> int:
    position = graph.position(f"<{iri}>")
    if position is None:
        raise QueryError("thing-not-in-graph", iri=iri)
    return position


def _document(writer: Framer, roots: tuple[int, ...]) -> Iterator[bytes]:
    context = json.dumps(writer.context(), ensure_ascii=False)
    yield f'{{"@context": {context},\n"@graph": ['.encode()
    for number, root in enumerate(roots):
        entity = writer.entity(root)
        del entity["@context"]
        yield (b",\n" if number else b"\n") + text_of(entity)
    yield b"\n]}\n"


_parsed = lru_cache(maxsize=100_000)(parse_term)


@dataclass(frozen=True, eq=False)
class Framer:
    """Puts the documents of entities together. Made once for any number of them; the cost of one
    grows with what belongs to it, not with the graph."""

    index: LinkIndex
    keys: DocumentKeys

    def context(self) -> Mapping[str, Any]:
        """What all keys mean that any entity may have."""
        known = self.keys.context
        terms = known.names - known.prefixes.keys() - {*KEYWORDS}
        classes = {name for name in terms if isinstance(known.document[name], str)}
        return self.keys.used({*terms, *REVERSED.values()}, classes)

    def entity(self, root: int) -> dict[str, Any]:
        """The document of one entity, with the context of its own keys."""
        return thing_document(
            DocumentFacts(root, self._facts(root), self._term, self._label), self.keys
        )

    def _facts(self, root: int) -> dict[int, list[tuple[int, int]]]:
        """What is said of each node that belongs to an entity, and its other IRIs."""
        outgoing, selection = self.index.outgoing, select(self.index, root)
        found = {s: sorted({*outgoing.get(s)}) for s in selection.full}
        for s in selection.labelled:
            found[s] = sorted({(p, o) for p in self._labels for o in outgoing.along(s, p)})
        for alias in self.index.against(root, self._replaced):
            known = found.setdefault(alias, [])
            known += [(p, root) for p in self._replaced if (p, root) not in known]
        return {s: facts for s, facts in sorted(found.items()) if facts}

    @cached_property
    def _labels(self) -> frozenset[int]:
        return self.index.positions(*LABELS)

    @cached_property
    def _replaced(self) -> frozenset[int]:
        return self.index.positions(DCTERMS.isReplacedBy)

    @cached_property
    def _called(self) -> tuple[frozenset[int], ...]:
        return tuple(self.index.positions(term) for term in _CALLED)

    @cached_property
    def _terms(self) -> list[str]:
        return self.index.graph.terms.to_list()

    def _term(self, node: int) -> Any:
        return _parsed(self._terms[node])

    def _label(self, node: int) -> str:
        """What a node is called, without a language or in English; else the end of its IRI."""
        for predicates in self._called:
            said = [self._term(o) for o in self.index.along(node, predicates)]
            names = [
                (_TAGS.get(term.language or "", 2), term.value)
                for term in said
                if isinstance(term, Literal)
            ]
            if names:
                return min(names)[1]
        return self._terms[node].strip("<>").rstrip("/").rpartition("/")[2]
