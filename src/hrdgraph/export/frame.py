"""Columns into framed JSON-LD: a document an entity, with its claims, their evidence and
documents, and labels inside it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

import polars as pl

from hrdgraph.errors import QueryError
from hrdgraph.export.compact import compacted
from hrdgraph.export.context import JsonLdContext, read_context
from hrdgraph.export.jsonld import opening
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.subset import LABELS, LinkIndex, Selection, select
from hrdgraph.rdf import ColumnGraph
from hrdgraph.vocab import DCTERMS

# links from the entity; what a selection holds is nearer than that, so only odd data meet this
# bound
_DEPTH = 8


@dataclass(frozen=True)
class FramedStatement:
    """One statement of a node, ready to be written. `target` is the position of the node it
    leads to, or None."""

    predicate: int
    key: str
    map_key: str | None
    value: Any
    array: bool
    target: int | None


@dataclass(frozen=True)
class Tree:
    """How the nodes of one entity hang together: the statements (subject, predicate, target)
    whose target is written inside their subject, and for a node the backward ones (predicate,
    subject) whose subject is written inside it. Most nodes are leaves, and are not named.
    """

    forward: set[tuple[int, int, int]] = field(default_factory=set)
    reverse: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def framed(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """One JSON-LD document; below `@graph` one node an entity (or only `options.root`). Named
    graphs are merged, as framing does. A node is described once an entity, where it is nearest,
    and named by its `@id` everywhere else, so there is no loop.
    """
    context = read_context(options.context)
    single = graph.triples().trimmed()  # the dictionary that `compacted` will have
    index = LinkIndex.of(single)
    roots = index.entities if options.root is None else (_root(single, options.root),)
    if len(graph) and not roots:
        raise QueryError(
            "frame-empty",
        )
    writer = Framer.of(single, index, context, options.base)
    return _document(writer, roots, context, options.base)


def _root(graph: ColumnGraph, iri: str) -> int:
    position = graph.position(f"<{iri}>")
    if position is None:
        raise QueryError(
            "thing-not-in-graph",
            iri=iri,
        )
    return position


def _document(
    writer: Framer, roots: tuple[int, ...], context: JsonLdContext, base: str
) -> Iterator[bytes]:
    yield opening(context, base).encode()
    for number, root in enumerate(roots):
        yield f"{',' if number else ''}\n    {_text(writer.entity(root), '    ')}".encode()
    yield b"\n  ]\n}\n"


def _text(value: Any, pad: str) -> str:
    """What `json.dumps` writes with an indent of two, below lines that begin with `pad`: it does
    so in Python, at twice the cost."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{pad}  "
    if value and isinstance(value, dict):
        members = ",\n".join(
            [
                f"{inner}{encode_basestring(key)}: {_text(each, inner)}"
                for key, each in value.items()
            ]
        )
        return f"{{\n{members}\n{pad}}}"
    if value and isinstance(value, list):
        members = ",\n".join([inner + _text(each, inner) for each in value])
        return f"[\n{members}\n{pad}]"
    return json.dumps(value)


def _read(text: str) -> Any:
    """The value of a JSON string, most of which have no escapes."""
    return json.loads(text) if "\\" in text else text[1:-1]


@dataclass(frozen=True)
class Framer:
    """The compacted facts of a graph by subject, and how to put a tree of them together. Made
    once for any number of entities; the cost of an entity grows with what belongs to it, not
    with the graph.
    """

    index: LinkIndex
    facts: Mapping[int, list[FramedStatement]]
    brief: Mapping[int, list[FramedStatement]]  # of these, what tells how a node is called
    ids: pl.Series
    words: Mapping[str, str]
    replaced: int | None
    reversed_keys: Mapping[int, str]

    @classmethod
    def of(cls, graph: ColumnGraph, index: LinkIndex, context: JsonLdContext, base: str) -> Framer:
        result = compacted(graph, context, base)
        labels = frozenset(
            position for term in LABELS if (position := graph.position(term)) is not None
        )
        facts: dict[int, list[FramedStatement]] = {}
        brief: dict[int, list[FramedStatement]] = {}
        keys: dict[int, str] = {}
        for s, p, o, key, map_key, value, array, link in result.facts.select(
            "s", "p", "o", "key", "map_key", "value", "array", "link"
        ).iter_rows():
            fact = FramedStatement(p, key, map_key, json.loads(value), array, o if link else None)
            facts.setdefault(s, []).append(fact)
            if p in labels:
                brief.setdefault(s, []).append(fact)
            if link:
                keys[p] = key
        return cls(
            index,
            facts,
            brief,
            result.ids,
            context.keywords,
            graph.position(DCTERMS.isReplacedBy),
            keys,
        )

    def entity(self, root: int, selection: Selection | None = None) -> dict[str, Any]:
        """The document of one entity. `selection` is what belongs to it, where the graph holds
        no more than that."""
        selection = selection or select(self.index, root)
        return self._node(root, selection, self._tree(root, selection), None)

    def _tree(self, root: int, selection: Selection) -> Tree:
        """Breadth first, forward links before backward ones: each node hangs where it is nearest
        to the entity."""
        incoming = self._links_to(root, selection)
        tree, placed = Tree(), {root}
        queue = deque([(root, 0)])
        while queue:
            node, depth = queue.popleft()
            if depth == _DEPTH:
                continue
            for fact in self._said(node, selection):
                if (
                    fact.target is not None
                    and fact.target not in placed
                    and self._said(fact.target, selection)
                ):
                    tree.forward.add((node, fact.predicate, fact.target))
                    placed.add(fact.target)
                    queue.append((fact.target, depth + 1))
            for predicate, subject in incoming.get(node, ()):
                if subject not in placed and predicate in self.reversed_keys:
                    tree.reverse.setdefault(node, []).append((predicate, subject))
                    placed.add(subject)
                    queue.append((subject, depth + 1))
        return tree

    def _links_to(self, root: int, selection: Selection) -> Mapping[int, list[tuple[int, int]]]:
        """The backward links that the nodes of an entity make, as far as they are told. A status
        or a country has one from a large part of the graph, so the index of the whole graph is
        not walked from that end; and an award, of which only the name is told, has links to a
        large part of it.
        """
        found: dict[int, list[tuple[int, int]]] = {}
        aliases = {
            subject: [(predicate, root)]
            for predicate, subject in self.index.incoming.get(root, ())
            if predicate == self.replaced
        }
        for subject in sorted({*selection.full, *selection.labelled, *aliases}):
            links = [
                (fact.predicate, fact.target)
                for fact in self._said(subject, selection)
                if fact.target is not None
            ]
            for predicate, target in sorted({*links, *aliases.get(subject, ())}):
                found.setdefault(target, []).append((predicate, subject))
        return found

    def _said(self, node: int, selection: Selection) -> list[FramedStatement]:
        """The facts of a node that the selection shows."""
        if node in selection.full:
            return self.facts.get(node, [])
        return self.brief.get(node, []) if node in selection.labelled else []

    def _node(
        self, node: int, selection: Selection, tree: Tree, without: tuple[int, int] | None
    ) -> dict[str, Any]:
        """A node with its children inside. `without` is the statement that its place below
        `@reverse` says already."""
        written: dict[str, Any] = {self.words["@id"]: _read(self.ids[node])}
        for fact in self._said(node, selection):
            if (fact.predicate, fact.target) == without:
                continue
            inside = fact.target is not None and (node, fact.predicate, fact.target) in tree.forward
            _add(
                written,
                fact,
                self._node(fact.target, selection, tree, None)
                if inside and fact.target is not None
                else fact.value,
            )
        backward: dict[str, Any] = {}
        for predicate, subject in tree.reverse.get(node, ()):
            backward.setdefault(self.reversed_keys[predicate], []).append(
                self._node(subject, selection, tree, (predicate, node))
            )
        return written | ({self.words["@reverse"]: backward} if backward else {})


def _add(written: dict[str, Any], fact: FramedStatement, value: Any) -> None:
    """Add a value below its key: alone, or in a list, or in the list of its language."""
    at, key = (
        (written, fact.key)
        if fact.map_key is None
        else (written.setdefault(fact.key, {}), fact.map_key)
    )
    if key not in at:
        at[key] = [value] if fact.array else value
    elif isinstance(at[key], list):
        at[key].append(value)
    else:
        at[key] = [at[key], value]
