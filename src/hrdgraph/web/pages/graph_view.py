"""Answer what pages ask of a graph: what is said of a node, who points at it, in which source,
and of what kind it is."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from hrdgraph.fact_kinds import Kind
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.rdf.graph import Adjacency, starts_of, view_numbers
from hrdgraph.vocab import DCTERMS, FOAF, HRD, ORG, RDFS, SKOS
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
        """Return the position of a frequent term, or -1 where the graph does not have it."""
        text = term if isinstance(term, str) else term.value
        position = self._met.get(text)
        if position is None:  # few terms are asked for, and each a thousand times
            position = self._met[text] = self.find(term)
        return position

    def find(self, term: IRI | str) -> int:
        """Find the position of a term, or -1."""
        position = self.graph.position(f"<{term}>" if isinstance(term, str) else term)
        return -1 if position is None else position

    def below(self, start: str) -> range:
        """Return the positions of the IRIs that begin so: the dictionary is sorted."""
        low = bisect_left(self.graph.terms, f"<{start}")
        return range(low, bisect_left(self.graph.terms, f"<{start}\U0010ffff", low))

    def iri(self, node: int) -> str:
        """Return the IRI at a position, without its brackets; blank nodes as they are written."""
        text = self._texts(node)
        return text[1:-1] if text.startswith("<") else text

    @once
    def _texts(self) -> Callable[[int], str]:
        """Return the terms as they are written: the same are asked for again and again."""
        return lru_cache(maxsize=100_000)(self.graph.terms.__getitem__)

    def is_node(self, position: int) -> bool:
        """Tell whether a term is an IRI or a blank node."""
        return not self._texts(position).startswith('"')

    def objects(self, node: int, *predicates: IRI) -> list[int]:
        """List the objects of a node for some predicates, in order."""
        ends = self.ends(node)
        if len(predicates) == 1:
            return ends.get(predicates[0].value, [])
        return [o for predicate in predicates for o in ends.get(predicate.value, ())]

    @once
    def ends(self) -> Callable[[int], dict[str, list[int]]]:
        """Return what a node says, by the IRIs of predicates: much is asked of a few nodes at a
        time."""
        names = {predicate: self.iri(predicate) for predicate in self.graph.quads["p"].unique()}

        def read(node: int) -> dict[str, list[int]]:
            ends: dict[str, list[int]] = {}
            for predicate, end in self.outgoing.get(node):
                ends.setdefault(names[predicate], []).append(end)
            return ends

        return lru_cache(maxsize=5_000)(read)

    def first(self, node: int, predicate: IRI) -> int:
        """Return the first object, or -1."""
        ends = self.ends(node).get(predicate.value)
        return ends[0] if ends else -1

    def subjects(self, predicate: IRI, node: int) -> list[int]:
        """List what points at a node with a predicate, in order."""
        return self.incoming.along(node, self.at(predicate))

    def pairs(self, predicate: IRI) -> list[tuple[int, int]]:
        """List the subjects and objects of a predicate, in order."""
        quads, place = self.graph.quads, self.at(predicate)
        return (
            []
            if place < 0
            else quads.filter(quads["p"] == place)
            .select("s", "o")
            .unique(maintain_order=True)
            .rows()
        )

    def members(self, class_iri: IRI) -> list[int]:
        """List the members of a class, in order."""
        return self.subjects(
            IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), self.at(class_iri)
        )

    def value(self, position: int) -> Value:
        """Return the literal at a position; of an IRI, its text."""
        return _value(self._texts(position))

    def values(self, node: int, *predicates: IRI) -> list[Value]:
        """Return the literals that a node says with some predicates."""
        return [self.value(o) for o in self.objects(node, *predicates) if not self.is_node(o)]

    def text(self, node: int, predicate: IRI) -> str:
        """Return the text of the first literal, or ""."""
        return next((value.text for value in self.values(node, predicate)), "")

    def closest(self, node: int, predicate: IRI) -> str:
        """The most precise of several dates that say the same, such as 2006-10-07 beside 2006;
        what those that do not have in common, such as 2006-10 of two days."""
        texts = [value.text for value in self.values(node, predicate)]
        coarse = {tag for tag in texts for text in texts if text != tag and text.startswith(tag)}
        finest = [text for text in texts if text not in coarse]
        if len(finest) == 1:
            return finest[0]
        parts = zip(*(tag.split("-") for tag in finest), strict=False)
        return "-".join(part[0] for part in takewhile(lambda part: len({*part}) == 1, parts))

    def told_in(self, node: int, predicate: IRI) -> list[tuple[Value, list[int]]]:
        """The literals that a node says with a predicate, each with the graphs that say it."""
        starts, predicates, objects, graphs = self._quads
        wanted, values = self.at(predicate), dict[int, list[int]]()
        for row in range(starts[node], starts[node + 1]):
            if predicates[row] == wanted:
                values.setdefault(objects[row], []).append(graphs[row])
        return [(self.value(o), graphs) for o, graphs in values.items()]

    def sources(self, node: int) -> frozenset[int]:
        """Return the graphs in which a node says something."""
        starts, _, _, graphs = self._quads
        return frozenset(graphs[starts[node] : starts[node + 1]])

    @once
    def _quads(self) -> tuple[memoryview, memoryview, memoryview, memoryview]:
        """Return where the quads of each node begin; predicate, object and graph of each quad."""
        quads = self.graph.quads
        p, o, g = (view_numbers(quads[name]) for name in "pog")
        return starts_of(quads["s"], len(self.graph.terms)), p, o, g

    @once
    def sizes(self) -> Mapping[int, int]:
        """Count the quads of each graph."""
        return dict(self.graph.quads["g"].value_counts().iter_rows())

    def count_uses(self, term: IRI) -> int:
        """Count how often the graph uses a term as a predicate or as a class."""
        return self._predicates[self.at(term)] + len(self.members(term))

    @once
    def _predicates(self) -> Counter[int]:
        return Counter(self.outgoing.predicates)


@lru_cache(maxsize=100_000)
def _value(text: str) -> Value:
    term = parse_term(text)
    if isinstance(term, Literal):
        return Value(term.value, term.language, term.datatype)
    return Value(term.value if isinstance(term, IRI) else term.label, "", "")


# In this order: what is a person and also an agent is a person.
THINGS: Final[Mapping[str, tuple[IRI, ...]]] = {
    "person": (FOAF.Person,),
    "organisation": (ORG.Organization, ORG.FormalOrganization, ORG.OrganizationalCollaboration),
    "group": (FOAF.Agent, FOAF.Group, HRD.HumanRightsDefender), "award": (HRD.Award,),
    "edition": (HRD.AwardEdition,), "event": (HRD.HumanRightsEvent,),
}  # fmt: skip
OTHER_CLAIM: Final = "claim"  # a claim of no kind that is declared
LISTED: Final = (*THINGS, "country")


def kinds_of(rdf: GraphView, base: str, claims: Mapping[str, Kind]) -> dict[int, str]:
    """Return the kind of each node that has a page. The first kind that fits holds."""
    kinds: dict[int, str] = {}
    classes = [(kind, iri) for kind, iris in THINGS.items() for iri in iris]
    classes += [(name, kind.class_iri) for name, kind in claims.items()]
    own = frozenset(rdf.at(iri) for _, iri in classes)
    for kind, iri in (*classes, (OTHER_CLAIM, HRD.Claim)):
        for node in _members(rdf, iri, own):
            kinds.setdefault(node, kind)
    for node in rdf.members(SKOS.Concept):
        if rdf.iri(node).startswith(base):
            kinds.setdefault(node, "country" if _is_country(rdf, node) else "place")
    return kinds


def aliases_of(rdf: GraphView, base: str) -> dict[str, int]:
    """IRIs under the base that another one has replaced."""
    first: dict[int, int] = {}
    for node, new in rdf.pairs(DCTERMS.isReplacedBy):
        first.setdefault(node, new)
    return {
        iri[len(base) :]: new
        for node, new in first.items()
        if (iri := rdf.iri(node)).startswith(base)
    }


def withdrawn_of(rdf: GraphView, base: str) -> frozenset[str]:
    """Return the keys of things that the graph spoke of once, and speaks of no longer."""
    return frozenset(
        rdf.iri(node)[len(base) :]
        for node in rdf.members(HRD.Withdrawn)
        if rdf.iri(node).startswith(base)
    )


def _is_country(rdf: GraphView, node: int) -> bool:
    return any(
        value.datatype == HRD["iso3166-1-alpha-2"].value
        for value in rdf.values(node, SKOS.notation)
    )


def _members(rdf: GraphView, iri: IRI, own: frozenset[int]) -> list[int]:
    """List the members of a class and of the classes directly or farther below it."""
    members, todo, seen = list(rdf.members(iri)), [rdf.at(iri)], {-1}
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        narrower = [c for c in rdf.subjects(RDFS.subClassOf, node) if c not in seen]
        # what has a kind of its own keeps it: an award edition is no award
        members += [m for c in narrower if c not in own for m in rdf.members(IRI(rdf.iri(c)))]
        todo += [c for c in narrower if c not in own]
    return members
