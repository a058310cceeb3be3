"""Columns of quads into what pages ask of a graph: what is said of a node, who points at it, and in which source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term

NOTHING: Final[Mapping[int, list[int]]] = {}


class Value(NamedTuple):
    """A literal as pages use it: its text, its language tag, its datatype."""

    text: str
    language: str
    datatype: str


@dataclass(frozen=True)
class Said:
    """Nodes are positions in the dictionary of the graph. Each triple counts once, in however many graphs it stands.
    `sources` are the graphs in which a node says something, `sizes` the quads of each graph.
    """

    graph: ColumnGraph
    texts: Sequence[str]
    positions: Mapping[str, int]
    outgoing: Mapping[int, Mapping[int, list[int]]]
    incoming: Mapping[int, Sequence[tuple[int, int]]]
    sources: Mapping[int, frozenset[int]]
    sizes: Mapping[int, int]
    _met: dict[IRI | str, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, graph: ColumnGraph) -> Said:
        """Read a graph once; cost and memory grow with its quads."""
        texts = graph.terms.to_list()
        outgoing: dict[int, dict[int, list[int]]] = {}
        incoming: dict[int, list[tuple[int, int]]] = {}
        sources: dict[int, set[int]] = {}
        sizes: Counter[int] = Counter()
        before = (-1, -1, -1)
        for s, p, o, g in graph.quads.iter_rows():
            sources.setdefault(s, set()).add(g)
            sizes[g] += 1
            if (s, p, o) == before:  # the columns are sorted, so equal triples of two graphs stand together
                continue
            before = (s, p, o)
            outgoing.setdefault(s, {}).setdefault(p, []).append(o)
            incoming.setdefault(o, []).append((p, s))
        positions = {text: place for place, text in enumerate(texts)}
        said_in = {s: frozenset(found) for s, found in sources.items()}
        return cls(graph, texts, positions, outgoing, incoming, said_in, sizes)

    def at(self, term: IRI | str) -> int:
        """The position of a term, or -1 where the graph does not have it."""
        found = self._met.get(term)
        if found is None:  # few terms are asked for, and each a thousand times
            found = self._met[term] = self.positions.get(f"<{term}>" if isinstance(term, str) else term.n3(), -1)
        return found

    def iri(self, node: int) -> str:
        """The IRI at a position, without its brackets; blank nodes as they are written."""
        text = self.texts[node]
        return text[1:-1] if text.startswith("<") else text

    def is_node(self, position: int) -> bool:
        """Whether a term is an IRI or a blank node."""
        return not self.texts[position].startswith('"')

    def objects(self, node: int, *predicates: IRI) -> list[int]:
        """What a node says with any of some predicates, in order."""
        facts = self.outgoing.get(node, NOTHING)
        if len(predicates) == 1:
            return facts.get(self.at(predicates[0]), [])
        return [o for predicate in predicates for o in facts.get(self.at(predicate), ())]

    def first(self, node: int, predicate: IRI) -> int:
        """The first object, or -1."""
        return next(iter(self.objects(node, predicate)), -1)

    def subjects(self, predicate: IRI, node: int) -> list[int]:
        """What points at a node with a predicate, in order."""
        wanted = self.at(predicate)
        return [s for p, s in self.incoming.get(node, ()) if p == wanted]

    def typed(self, class_iri: IRI) -> list[int]:
        """The members of a class, in order."""
        return self.subjects(IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), self.at(class_iri))

    def value(self, position: int) -> Value:
        """A literal. Of an IRI, its text."""
        return _value(self.texts[position])

    def values(self, node: int, *predicates: IRI) -> list[Value]:
        """The literals that a node says with some predicates."""
        return [self.value(o) for o in self.objects(node, *predicates) if not self.is_node(o)]

    def text(self, node: int, predicate: IRI) -> str:
        """The text of the first literal, or nothing."""
        return next((value.text for value in self.values(node, predicate)), "")

    def statements(self, node: int) -> Iterator[tuple[int, int]]:
        """All that a node says: predicate and object."""
        return ((p, o) for p, objects in self.outgoing.get(node, NOTHING).items() for o in objects)


@lru_cache(maxsize=100_000)
def _value(text: str) -> Value:
    term = parse_term(text)
    if isinstance(term, Literal):
        return Value(term.value, term.language, term.datatype)
    return Value(term.value if isinstance(term, IRI) else term.label, "", "")
