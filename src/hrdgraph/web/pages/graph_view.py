"""Columns of quads into what pages ask of a graph: what is said of a node, who points at it, and
in which source."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.rdf.graph import Adjacency, held, starts_of
from hrdgraph.web.memo import once


class Value(NamedTuple):
    """A literal as pages use it: its text, its language tag, its datatype."""

    text: str
    language: str
    datatype: str


@dataclass(frozen=True)
class GraphView:
    """Nodes are positions in the dictionary of the graph. Each triple counts once, in however
    many graphs it stands. The graph stays in its columns: what is said of one node is looked up
    there, so that memory grows by a few bytes a quad."""

    graph: ColumnGraph
    outgoing: Adjacency
    incoming: Adjacency
    _met: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, graph: ColumnGraph) -> GraphView:
        """Prepare a graph. Cost and memory grow with its quads."""
        return cls(graph, *Adjacency.both(graph))

    def at(self, term: IRI | str) -> int:
        """The position of a term that pages ask for again and again, or -1 where the graph does
        not have it."""
        text = term if isinstance(term, str) else term.value
        found = self._met.get(text)
        if found is None:  # few terms are asked for, and each a thousand times
            found = self._met[text] = self.find(term)
        return found

    def find(self, term: IRI | str) -> int:
        """The position of a term, or -1."""
        found = self.graph.position(f"<{term}>" if isinstance(term, str) else term)
        return -1 if found is None else found

    def below(self, start: str) -> range:
        """The positions of the IRIs that begin so: the dictionary is sorted."""
        low = bisect_left(self.graph.terms, f"<{start}")
        return range(low, bisect_left(self.graph.terms, f"<{start}\U0010ffff", low))

    def iri(self, node: int) -> str:
        """The IRI at a position, without its brackets; blank nodes as they are written."""
        text: str = self.graph.terms[node]
        return text[1:-1] if text.startswith("<") else text

    def is_node(self, position: int) -> bool:
        """Whether a term is an IRI or a blank node."""
        text: str = self.graph.terms[position]
        return not text.startswith('"')

    def objects(self, node: int, *predicates: IRI) -> list[int]:
        """What a node says with any of some predicates, in order."""
        if len(predicates) == 1:
            return self.outgoing.along(node, self.at(predicates[0]))
        return [
            o for predicate in predicates for o in self.outgoing.along(node, self.at(predicate))
        ]

    def first(self, node: int, predicate: IRI) -> int:
        """The first object, or -1."""
        return next(iter(self.objects(node, predicate)), -1)

    def subjects(self, predicate: IRI, node: int) -> list[int]:
        """What points at a node with a predicate, in order."""
        return self.incoming.along(node, self.at(predicate))

    def pairs(self, predicate: IRI) -> list[tuple[int, int]]:
        """Every subject and object of a predicate, in order."""
        quads, place = self.graph.quads, self.at(predicate)
        return (
            []
            if place < 0
            else quads.filter(quads["p"] == place)
            .select("s", "o")
            .unique(maintain_order=True)
            .rows()
        )

    def typed(self, class_iri: IRI) -> list[int]:
        """The members of a class, in order."""
        return self.subjects(
            IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), self.at(class_iri)
        )

    def value(self, position: int) -> Value:
        """A literal. Of an IRI, its text."""
        return _value(self.graph.terms[position])

    def values(self, node: int, *predicates: IRI) -> list[Value]:
        """The literals that a node says with some predicates."""
        return [self.value(o) for o in self.objects(node, *predicates) if not self.is_node(o)]

    def text(self, node: int, predicate: IRI) -> str:
        """The text of the first literal, or nothing."""
        return next((value.text for value in self.values(node, predicate)), "")

    def statements(self, node: int) -> Iterator[tuple[int, int]]:
        """All that a node says: predicate and object."""
        return iter(self.outgoing.get(node))

    def sources(self, node: int) -> frozenset[int]:
        """The graphs in which a node says something."""
        starts, graphs = self._graphs
        return frozenset(graphs[starts[node] : starts[node + 1]])

    @once
    def _graphs(self) -> tuple[memoryview, memoryview]:
        """Where the quads of each node begin, and the graph of each quad."""
        quads = self.graph.quads
        return starts_of(quads["s"], len(self.graph.terms)), held(quads["g"])

    @once
    def sizes(self) -> Mapping[int, int]:
        """The quads of each graph."""
        return dict(self.graph.quads["g"].value_counts().iter_rows())

    def used(self, term: IRI) -> int:
        """How often the graph uses a term as a predicate or as a class."""
        return self._predicates[self.at(term)] + len(self.typed(term))

    @once
    def _predicates(self) -> Counter[int]:
        return Counter(self.outgoing.predicates)


@lru_cache(maxsize=100_000)
def _value(text: str) -> Value:
    term = parse_term(text)
    if isinstance(term, Literal):
        return Value(term.value, term.language, term.datatype)
    return Value(term.value if isinstance(term, IRI) else term.label, "", "")
