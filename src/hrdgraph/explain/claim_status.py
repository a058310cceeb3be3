"""A claim into where it stands: its status, its evidence, who else says it, what contradicts it,
and what people judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message
from hrdgraph.identity import Judgement
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term
from hrdgraph.vocab import HRD, RDF

Label = Callable[[Term], str]
NOT_HELD: Final = "not held against a snapshot"

# the N-Triples texts of all names of a thing into the rows that name one
Judged = Callable[[frozenset[str]], tuple[Judgement, ...]]


class ClaimVisibility(NamedTuple):
    """Who may see a claim, the rule that decided it, and the place that set the rule, where that
    is another than the claim."""

    level: str = ""
    rule: Message = Message("")
    place: str = ""


UNSAID: Final = ClaimVisibility()
VisibilityOf = Callable[[IRI], ClaimVisibility]


@dataclass(frozen=True)
class Contradiction:
    """A claim that contradicts another. `about` are the conflict rules that say so (none where a
    source itself states it); `preferred` is True where the other claim gives way to it, False
    where it gives way, None where nothing tells them apart."""

    node: IRI
    label: str
    about: tuple[str, ...] = ()
    preferred: bool | None = None

    def as_dict(self) -> dict[str, object]:
        """For machines."""
        return {
            "node": self.node.value,
            "label": self.label,
            "about": list(self.about),
            "preferred": self.preferred,
        }


@dataclass(frozen=True)
class ClaimStatus:
    """Where a claim stands. `evidence` counts its passages by status, `because` has the criteria
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
        """For machines."""
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
        "row": judgement.row,
        "left": judgement.left,
        "right": judgement.right,
        "judgement": str(judgement.verdict),
        "who": judgement.who,
        "when": judgement.when.isoformat(),
        "why": judgement.why,
    }


class Standings:
    """Reads where claims stand out of a built graph. `label` says how a term is called."""

    def __init__(
        self,
        graph: ColumnGraph,
        label: Label,
        judged: Judged,
        visibility: VisibilityOf | None = None,
    ) -> None:
        self._graph = graph
        self._label = label
        self._judged = judged
        self._visibility = visibility

    def of(self, node: IRI, names: frozenset[str]) -> ClaimStatus | None:
        """The standing of a claim; None for a thing that is none, unless something contradicts
        it or somebody judged it."""
        rules, rows = self._graph.objects(node, HRD.conflictAbout), self._judged(names)
        if not (rows or rules or self._is_claim(node)):
            return None
        return ClaimStatus(
            status=tuple(self._label(term) for term in self._graph.objects(node, HRD.claimStatus)),
            evidence=self._evidence(node),
            publishers=self._publishers(node),
            about=tuple(map(self._label, rules)),
            alternatives=tuple(self._alternatives(node, rules)),
            because=tuple(
                self._label(term) for term in self._graph.objects(node, HRD.preferredBecause)
            ),
            judgements=rows,
            visibility=self._shown(node),
        )

    def shown(self, node: IRI, names: frozenset[str]) -> ClaimVisibility:
        """Who may see a thing that has a standing; nothing of one that has none."""
        has_one = (
            self._is_claim(node)
            or self._graph.objects(node, HRD.conflictAbout)
            or self._judged(names)
        )
        return self._shown(node) if has_one else UNSAID

    def _shown(self, node: IRI) -> ClaimVisibility:
        return self._visibility(node) if self._visibility else self._said(node)

    def _is_claim(self, node: IRI) -> bool:
        return bool(self._graph.objects(node, HRD.claimStatus)) or HRD.Claim in self._graph.objects(
            node, RDF.type
        )

    def _said(self, node: IRI) -> ClaimVisibility:
        levels = [self._label(term) for term in self._graph.objects(node, HRD.visibility)]
        return ClaimVisibility(levels[0], Message("why-said-of-claim")) if levels else UNSAID

    def _evidence(self, node: IRI) -> dict[str, int]:
        """Passages by the status that the build gave them; those without one are counted as not
        held against a snapshot."""
        counts: Counter[str] = Counter()
        for passage in self._graph.objects(node, HRD.evidence):
            status = (
                self._graph.objects(passage, HRD.evidenceStatus) if isinstance(passage, IRI) else []
            )
            counts[self._label(status[0]) if status else NOT_HELD] += 1
        return dict(sorted(counts.items()))

    def _publishers(self, node: IRI) -> int | None:
        counts = [
            int(term.value)
            for term in self._graph.objects(node, HRD.independentPublishers)
            if isinstance(term, Literal)
        ]
        return max(counts, default=None)

    def _alternatives(self, node: IRI, rules: Iterable[Term]) -> Iterable[Contradiction]:
        better = set(self._graph.objects(node, HRD.preferredTo))
        for other in self._graph.objects(node, HRD.alternativeTo):
            if isinstance(other, IRI):
                theirs = self._graph.objects(other, HRD.conflictAbout)
                worse = node in self._graph.objects(other, HRD.preferredTo)
                preferred = False if other in better else True if worse else None
                yield Contradiction(
                    other,
                    self._label(other),
                    tuple(self._label(rule) for rule in rules if rule in theirs),
                    preferred,
                )
