"""The parts of an explanation: where a claim stands, its evidence with the words, and who sees
it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.identity.ledger import Judgement
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import DCTERMS, HRD, OA, RDF

if TYPE_CHECKING:
    from hrdgraph.mapping.tracing import Trace, TracedCell


@dataclass(frozen=True)
class Passage:
    """A cited place. Without `start` the whole document is cited; without `words` the snapshot is
    missing or has changed."""

    document: str
    title: str = ""
    publisher: str = ""
    start: int | None = None
    end: int | None = None
    digest: str = ""
    words: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the parts that are known."""
        return {name: value for name, value in vars(self).items() if value not in (None, "")}


class Passages:
    """Reads evidence from a graph, and words from snapshots."""

    def __init__(self, graph: ColumnGraph, snapshots: Snapshots) -> None:
        self._graph = graph
        self._snapshots = snapshots

    def of(self, claim: str) -> tuple[Passage, ...]:
        """Return the passages that a thing (N-Triples text) cites, in the order of their evidence
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
            words = self._snapshots.words(sha256, start, end) if sha256 else None
            return Passage(
                name,
                title,
                publisher,
                start,
                end,
                digest,
                (words if words is not None and digest_of(words) == digest else None)
                or self._elsewhere(name, sha256, start, end, digest),
            )
        return Passage(name, title, publisher)

    def _elsewhere(
        self, address: str, sha256: str, start: int, end: int, digest: str
    ) -> str | None:
        """Return the words in another text of the page, if the cited one is missing."""
        if not sha256 or self._snapshots.text(sha256) is not None:
            return None
        _, _, words = self._snapshots.search_address(address, sha256, (start, end), digest)
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


Label = Callable[[Term], str]
NOT_HELD: Final = "not held against a snapshot"

# the N-Triples texts of all names of a thing into the rows that name one
Judged = Callable[[frozenset[str]], tuple[Judgement, ...]]


class ClaimVisibility(NamedTuple):
    """Who may see a claim, the rule that decided it, and the place of that rule, if it is not the
    claim."""

    level: str = ""
    rule: Message = Message("")
    place: str = ""


UNSAID: Final = ClaimVisibility()
VisibilityOf = Callable[[IRI], ClaimVisibility]


@dataclass(frozen=True)
class Contradiction:
    """A claim that contradicts another. `about` are the conflict rules (none where a source itself
    states it); `preferred` is True where the other claim gives way to it, False where it gives
    way, None where nothing decides."""

    node: IRI
    label: str
    about: tuple[str, ...] = ()
    preferred: bool | None = None

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "node": self.node.value, "label": self.label, "about": list(self.about),
            "preferred": self.preferred,
        }  # fmt: skip


@dataclass(frozen=True)
class ClaimStatus:
    """The status of a claim. `evidence` counts its passages by status, `because` has the criteria
    by which it is preferred."""

    status: tuple[str, ...] = ()
    evidence: Mapping[str, int] = field(default_factory=dict)
    publishers: int | None = None
    about: tuple[str, ...] = ()
    alternatives: tuple[Contradiction, ...] = ()
    because: tuple[str, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    visibility: ClaimVisibility = UNSAID

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "status": list(self.status),
            "evidence": dict(self.evidence),
            "publishers": self.publishers,
            "conflict_about": list(self.about),
            "alternatives": [alternative.as_dict() for alternative in self.alternatives],
            "preferred_because": list(self.because),
            "judgements": [_row(judgement) for judgement in self.judgements],
            "visibility": {
                "level": self.visibility.level,
                "rule": "; ".join(filter(None, map(str, self.visibility[1:]))),
            },
        }


def _row(judgement: Judgement) -> dict[str, object]:
    return {
        "row": judgement.row, "left": judgement.left, "right": judgement.right,
        "judgement": str(judgement.verdict), "who": judgement.who,
        "when": judgement.when.isoformat(), "why": judgement.why,
    }  # fmt: skip


class Standings:
    """Reads the status of claims from a built graph. `label` returns the label of a term."""

    def __init__(
        self, graph: ColumnGraph, label: Label, judged: Judged, visibility: VisibilityOf
    ) -> None:
        self._graph = graph
        self._label = label
        self._judged = judged
        self._visibility = visibility

    def of(self, node: IRI, names: frozenset[str]) -> ClaimStatus | None:
        """Return the status of a claim; None for other things, unless contradicted or judged."""
        rules, rows = self._graph.objects(node, HRD.conflictAbout), self._judged(names)
        if not (rows or rules or self._is_claim(node)):
            return None
        counts = [
            int(term.value)
            for term in self._graph.objects(node, HRD.independentPublishers)
            if isinstance(term, Literal)
        ]
        return ClaimStatus(
            status=tuple(self._label(term) for term in self._graph.objects(node, HRD.claimStatus)),
            evidence=self._evidence(node),
            publishers=max(counts, default=None),
            about=tuple(map(self._label, rules)),
            alternatives=tuple(self._alternatives(node, rules)),
            because=tuple(
                self._label(term) for term in self._graph.objects(node, HRD.preferredBecause)
            ),
            judgements=rows,
            visibility=self._visibility(node),
        )

    def visibility_of(self, node: IRI, names: frozenset[str]) -> ClaimVisibility:
        """Say who may see a thing that has a status; UNSAID for others."""
        has_one = (
            self._is_claim(node)
            or self._graph.objects(node, HRD.conflictAbout)
            or self._judged(names)
        )
        return self._visibility(node) if has_one else UNSAID

    def _is_claim(self, node: IRI) -> bool:
        return bool(self._graph.objects(node, HRD.claimStatus)) or HRD.Claim in self._graph.objects(
            node, RDF.type
        )

    def _evidence(self, node: IRI) -> dict[str, int]:
        """Count passages by their status in the build; those without one count as not compared
        with a snapshot."""
        counts: Counter[str] = Counter()
        for passage in self._graph.objects(node, HRD.evidence):
            status = (
                self._graph.objects(passage, HRD.evidenceStatus) if isinstance(passage, IRI) else []
            )
            counts[self._label(status[0]) if status else NOT_HELD] += 1
        return dict(sorted(counts.items()))

    def _alternatives(self, node: IRI, rules: Iterable[Term]) -> Iterable[Contradiction]:
        better = set(self._graph.objects(node, HRD.preferredTo))
        for other in self._graph.objects(node, HRD.alternativeTo):
            if isinstance(other, IRI):
                theirs = self._graph.objects(other, HRD.conflictAbout)
                worse = node in self._graph.objects(other, HRD.preferredTo)
                preferred = False if other in better else True if worse else None
                yield Contradiction(
                    other, self._label(other),
                    tuple(self._label(rule) for rule in rules if rule in theirs), preferred,
                )  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """One statement: its quad, the labels of its parts, and where it comes from: source rows, or a
    rule."""

    quad: Quad
    predicate_label: str
    object_label: str
    source: str
    traces: tuple[Trace, ...] = ()
    derived_by: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values: terms as N-Triples text, origins as file, row and column."""
        return {
            "subject": self.quad.subject.n3(), "predicate": self.quad.predicate.n3(),
            "object": self.quad.object.n3(), "predicate_label": self.predicate_label,
            "object_label": self.object_label, "source": self.source,
            "rows": [_trace_dict(trace) for trace in self.traces],
            "derived_by": list(self.derived_by),
        }  # fmt: skip


@dataclass(frozen=True)
class ExplainedNode:
    """A node with its statements: the thing itself, or a claim that mentions it. `standing` is
    that of a claim."""

    node: IRI
    label: str
    kind: str
    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    standing: ClaimStatus | None = None

    @property
    def is_claim(self) -> bool:
        """Say whether it has a status of its own."""
        return self.standing is not None and bool(self.standing.status)

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "node": self.node.value, "label": self.label, "kind": self.kind,
            "statements": [statement.as_dict() for statement in self.statements],
            "evidence": [passage.as_dict() for passage in self.passages],
            "standing": self.standing.as_dict() if self.standing else None,
        }  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """Everything said of a thing: statements about the thing itself first, then claim by claim.
    `names` are its other IRIs. `grounds` are what a single derived statement follows from.
    `untold` counts the claims that are left out, by their kind and who may see them."""

    thing: IRI
    names: tuple[str, ...]
    facts: tuple[ExplainedNode, ...]
    grounds: tuple[ExplainedNode, ...] = ()
    untold: Mapping[tuple[str, ClaimVisibility], int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values; with the number of untold claims, if any."""
        facts, grounds = (
            [fact.as_dict() for fact in facts] for facts in (self.facts, self.grounds)
        )
        untold: dict[str, object] = {"untold": sum(self.untold.values())} if self.untold else {}
        return {
            "thing": self.thing.value, "also": list(self.names), "facts": facts, "grounds": grounds,
            **untold,
        }  # fmt: skip


def _trace_dict(trace: Trace) -> dict[str, object]:
    return {
        "rows": [{"file": row.file, "row": row.row} for row in trace.rows],
        "cells": [_cell_dict(cell) for cell in trace.cells],
        "rule": {"file": trace.rule.file, "line": trace.rule.line, "node": trace.rule.node},
    }


def _cell_dict(cell: TracedCell) -> dict[str, object]:
    return {
        "file": cell.origin.file, "row": cell.origin.row, "column": cell.origin.column,
        "value": cell.value,
    }  # fmt: skip


def words_of(term: Term) -> str:
    """Return a term as a person would read it."""
    if isinstance(term, Literal):
        return f"{term.value} ({term.language})" if term.language else term.value
    return term.value if isinstance(term, IRI) else term.n3()
