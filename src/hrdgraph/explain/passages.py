"""Evidence nodes into passages: the document, the place in it, and the words where its snapshot
is at hand."""

from __future__ import annotations

from dataclasses import dataclass

from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term
from hrdgraph.vocab import DCTERMS, HRD, OA


@dataclass(frozen=True)
class Passage:
    """A cited place. Without `start` the whole document is cited; without `words` the snapshot
    is not at hand, or has changed."""

    document: str
    title: str = ""
    publisher: str = ""
    start: int | None = None
    end: int | None = None
    digest: str = ""
    words: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The parts that are known."""
        return {name: value for name, value in vars(self).items() if value not in (None, "")}


class Passages:
    """Reads evidence out of a graph, and words out of snapshots."""

    def __init__(self, graph: ColumnGraph, snapshots: Snapshots) -> None:
        self._graph = graph
        self._snapshots = snapshots

    def of(self, claim: str) -> tuple[Passage, ...]:
        """The passages that a thing (N-Triples text) cites, in the order of their evidence
        nodes."""
        return tuple(
            passage
            for node in self._graph.objects(claim, HRD.evidence)
            for passage in self._read(node.n3())
        )

    def _read(self, evidence: str) -> list[Passage]:
        digest = self._value(evidence, HRD.quoteDigest)
        return [
            self._passage(document, evidence, digest)
            for document in self._graph.objects(evidence, OA.hasSource)
        ]

    def _passage(self, document: Term, evidence: str, digest: str) -> Passage:
        node = document.n3()
        title, publisher, sha256 = (
            self._value(node, p) for p in (DCTERMS.title, DCTERMS.publisher, HRD.sha256)
        )
        name = document.value if isinstance(document, IRI) else node
        for selector in self._graph.objects(evidence, OA.hasSelector):
            start, end = (int(self._value(selector.n3(), p) or 0) for p in (OA.start, OA.end))
            return Passage(
                name,
                title,
                publisher,
                start,
                end,
                digest,
                self._words(sha256, start, end, digest)
                or self._elsewhere(name, sha256, start, end, digest),
            )
        return Passage(name, title, publisher)

    def _words(self, sha256: str, start: int, end: int, digest: str) -> str | None:
        """The words at a place, only where they are still those that were cited."""
        words = self._snapshots.words(sha256, start, end) if sha256 else None
        return words if words is not None and digest_of(words) == digest else None

    def _elsewhere(
        self, address: str, sha256: str, start: int, end: int, digest: str
    ) -> str | None:
        """The words in another text of the page, where the one that was cited is not at hand."""
        if not sha256 or self._snapshots.text(sha256) is not None:
            return None
        _, _, words = self._snapshots.relocated(address, sha256, (start, end), digest)
        return words or None

    def _value(self, subject: str, predicate: IRI) -> str:
        return next(
            (
                term.value
                for term in self._graph.objects(subject, predicate)
                if isinstance(term, Literal)
            ),
            "",
        )
