"""What a push leaves on a server to say which build is there: its digest and its graphs, in a
graph of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.vocab import DCTERMS, XSD

_UNDER_WAY: Final = "under way"
_COUNT: Final = "http://rdfs.org/ns/void#triples"


@dataclass(frozen=True)
class PushRecord:
    """The digest of the manifest of a build, its named graphs, how many statements these have,
    and whether the union of all is there as a graph."""

    digest: str
    graphs: tuple[str, ...]
    count: int = 0
    has_union: bool = False

    def lines(self, base: str) -> list[str]:
        """The record as N-Triples, sorted."""
        name = f"<{record_graph(base)}>"
        said: list[tuple[IRI, Term]] = [(DCTERMS.identifier, Literal(self.digest))]
        said += [(DCTERMS.hasPart, IRI(graph)) for graph in self.graphs]
        said += [(DCTERMS.hasVersion, IRI(union_graph(base)))] if self.has_union else []
        said += [(IRI(_COUNT), Literal(str(self.count), XSD.integer.value))]
        return sorted(f"{name} {p.n3()} {o.n3()} .\n" for p, o in said)

    @classmethod
    def of(cls, rows: Iterable[Sequence[Term | None]], base: str) -> PushRecord | None:
        """The record that properties and values tell of; None where there is none, or a push is
        under way. Graphs that are not below the base are none of ours."""
        found: dict[str, list[str]] = {}
        for key, value in rows:
            if isinstance(key, IRI) and isinstance(value, IRI | Literal):
                found.setdefault(key.value, []).append(value.value)
        digests = found.get(DCTERMS.identifier.value, [])
        if len(digests) != 1 or digests[0] == _UNDER_WAY:
            return None
        graphs = [one for one in found.get(DCTERMS.hasPart.value, []) if one.startswith(base)]
        count = next((int(one) for one in found.get(_COUNT, []) if one.isdigit()), 0)
        return cls(digests[0], tuple(sorted(graphs)), count, DCTERMS.hasVersion.value in found)


def begun(graphs: tuple[str, ...]) -> PushRecord:
    """What is said while a push is under way: no digest, and the graphs that were there."""
    return PushRecord(_UNDER_WAY, graphs)


def record_graph(base: str) -> str:
    """The graph that a push says it in."""
    return f"{base}_pushed"


def second_graph(base: str) -> str:
    """A graph that says the same again: a server that counts it twice has no union of graphs."""
    return f"{base}_pushed/second"


def union_graph(base: str) -> str:
    """The graph with every statement once, for servers that do not make the union of graphs."""
    return f"{base}_pushed/union"


def no_graph(base: str) -> str:
    """A graph that is never there."""
    return f"{base}_pushed/none"
